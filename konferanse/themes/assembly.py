"""Units, groups and themes put together as the result that is shown and stored."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from konferanse.themes.deadlines import deadline
from konferanse.themes.indicators import indicator
from konferanse.themes.language import language
from konferanse.themes.naming import names
from konferanse.themes.owners import owner
from konferanse.themes.points import Group
from konferanse.themes.records import Fate, Point, Result, SensitiveSpan, TextAnswer, Theme
from konferanse.themes.things import Said
from konferanse.themes.units import Unit

NOBODY = "Poeng uten svar"


@dataclass(frozen=True, slots=True)
class Found:
    """What the engine found: ``themes`` are indexes into ``groups``, ``opposed`` pairs of such indexes.

    ``kinds``, ``sensitive`` and ``reasons`` (why parked, or "") are by answer id.
    """

    units: Sequence[Unit]
    groups: Sequence[Group]
    themes: Sequence[Sequence[int]]
    opposed: Sequence[tuple[int, int]]
    kinds: Mapping[str, str]
    sensitive: Mapping[str, tuple[SensitiveSpan, ...]]
    reasons: Mapping[str, str]


def assembled(answers: Sequence[TextAnswer], found: Found, engine: Mapping[str, Any]) -> Result:
    """The result: answers by id, themes and points by support in tables."""
    said: dict[str, list[_Said]] = {answer.id: [] for answer in answers}
    for group in found.groups:
        for row, sure in zip(group.rows, group.sureness, strict=True):
            for quote in found.units[row].quotes:
                said[quote.answer].append(_Said(group.id, sure, found.units[row].quotes[0].answer))
    fates = tuple(_fate(answer, found, said[answer.id]) for answer in sorted(answers, key=lambda answer: answer.id))
    themes, points = _themes(found)
    counts = Counter(fate.status for fate in fates)
    totals = {"answers": len(fates), "used": counts["used"], "merged": counts["merged"], "parked": counts["parked"]}
    return Result(fates, points, themes, totals, engine)


@dataclass(frozen=True, slots=True)
class _Said:
    """That an answer says a point, how sure that is, and the answer whose words stand for it."""

    point: str
    sure: float
    leader: str


def _fate(answer: TextAnswer, found: Found, said: Sequence[_Said]) -> Fate:
    reason, kind = found.reasons[answer.id], found.kinds[answer.id]
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
        sensitive=found.sensitive[answer.id],
        lang=language(answer.text),
    )


def _points(found: Found) -> list[Point]:
    against: dict[int, list[str]] = {}
    for one, other in found.opposed:
        against.setdefault(one, []).append(found.groups[other].id)
        against.setdefault(other, []).append(found.groups[one].id)
    return [_point(group, found, against.get(index, [])) for index, group in enumerate(found.groups)]


def _point(group: Group, found: Found, against: Sequence[str]) -> Point:
    units = [found.units[row] for row in group.rows]
    quotes = tuple(quote for unit in units for quote in unit.quotes)
    votes = Counter(found.kinds[unit.quotes[0].answer] for unit in units)
    return Point(
        id=group.id,
        theme="",
        statement=group.statement,
        kind=min(votes, key=lambda kind: (-votes[kind], kind), default="annet"),
        tables=len({table for unit in units for table in unit.tables}),
        answers=len({quote.answer for quote in quotes}),
        opposed_to=tuple(sorted(against)),
        quotes=quotes,
    )


def _themes(found: Found) -> tuple[tuple[Theme, ...], tuple[Point, ...]]:
    points = _points(found)
    rows = [[row for index in own for row in found.groups[index].rows] for own in found.themes]
    named = names([_open(found, own) for own in rows])
    themes = []
    for own, said, name in zip(found.themes, rows, named, strict=True):
        ranked = sorted((points[index] for index in own), key=_rank)
        themes.append(
            Theme(
                id=f"t-{ranked[0].id.removeprefix('p-')}",
                name=name,
                points=tuple(point.id for point in ranked),
                tables=len({table for row in said for table in found.units[row].tables}),
                answers=len({quote.answer for row in said for quote in found.units[row].quotes}),
            )
        )
    themes.sort(key=lambda theme: (-theme.tables, -len(theme.points), theme.name, theme.id))
    unsaid = tuple(sorted(point.id for point in points if not point.quotes))
    if unsaid:
        themes.append(Theme(id="t-uten-svar", name=NOBODY, points=unsaid, tables=0, answers=0))
    by_id = {point.id: point for point in points}
    ordered = tuple(replace(by_id[id_], theme=theme.id) for theme in themes for id_ in theme.points)
    return tuple(themes), ordered


def _open(found: Found, rows: Sequence[int]) -> list[Said]:
    """What may name a theme: a unit with a stretch about one person is left out whole, as its view cannot be cut."""
    units = [found.units[row] for row in rows]
    return [
        Said(unit.text, unit.view, len(unit.tables))
        for unit in units
        if not any(found.sensitive[quote.answer] for quote in unit.quotes)
    ]


def _rank(point: Point) -> tuple[int, str]:
    """Most tables first. Nothing that a table could add to by repeating itself decides between equals."""
    return -point.tables, point.statement
