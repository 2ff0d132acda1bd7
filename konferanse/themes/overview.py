"""Themes, points and answers of a run as its page shows them."""

from collections import Counter
from typing import Any, NamedTuple

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from konferanse.answers.models import Answer, AnswerVersion
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Table
from konferanse.themes.models import AggregationRun, Fate, Point, Quote
from konferanse.themes.runs import from_web

PARKED = "lagt-til-side"


class ThemeRow(NamedTuple):
    """A theme with its support: numbers of points, tables and answers."""

    ref: str
    name: str
    points: int
    tables: int
    answers: int
    web: bool


class Said(NamedTuple):
    """A quote with where it was said, no table for the web. ``repeats`` are the answers merged into it; ``fate`` what the run
    said of the answer."""

    quote: str
    answer: Answer
    table: Table | None
    task: GroupTask
    fate: Fate
    repeats: list[Any]


def totals(run: AggregationRun) -> dict[str, int]:
    """Counts of answers, used, merged and parked; ``web`` of them are inputs from the web."""
    query = select(Fate.status, func.count()).where(Fate.run_id == run.id).group_by(Fate.status)
    counts = dict(db.session.execute(query).all())
    told = {status: counts.get(status, 0) for status in ("used", "merged", "parked")}
    return {"answers": sum(counts.values()), **told, "web": from_web(run)}


def themes(run: AggregationRun) -> list[ThemeRow]:
    """The themes in the run's order, most tables first."""
    rows = db.session.execute(
        select(Point.theme_ref, Point.theme, Point.channel, Point.id, Answer.id, Answer.table_id)
        .join(Quote, Quote.point_id == Point.id)
        .join(AnswerVersion, Quote.version_id == AnswerVersion.id)
        .join(Answer, AnswerVersion.answer_id == Answer.id)
        .where(Point.run_id == run.id)
        .order_by(Point.position)
    ).all()
    by_theme: dict[str, list[Any]] = {}
    for row in rows:
        by_theme.setdefault(row[0], []).append(row)
    return [
        ThemeRow(
            ref,
            own[0][1],
            len({row[3] for row in own}),
            0 if own[0][2] == "web" else len({row[5] for row in own}),
            len({row[4] for row in own}),
            own[0][2] == "web",
        )
        for ref, own in by_theme.items()
    ]


def points(run: AggregationRun, theme_ref: str) -> list[Point]:
    """The points of a theme, most tables first."""
    query = select(Point).where(Point.run_id == run.id, Point.theme_ref == theme_ref).order_by(Point.position)
    return list(db.session.scalars(query))


def said(run: AggregationRun, point: Point) -> list[Said]:
    """The quotes of a point in tables' order, repeats folded under the answer they repeat."""
    quotes = db.session.scalars(select(Quote).where(Quote.point_id == point.id).options(joinedload(Quote.version))).all()
    found = _told(run, [q.version_id for q in quotes])
    all_said = [Said(quote.text, *found[quote.version_id], []) for quote in quotes]
    leaders = {own.fate.version_id: own for own in all_said if own.fate.status != "merged"}
    for own in all_said:
        leader = leaders.get(own.fate.merged_into_id or 0) if own.fate.status == "merged" else None
        if leader:
            leader.repeats.append(own)
        else:
            leaders.setdefault(own.fate.version_id, own)
    return sorted(leaders.values(), key=_in_order)


def _in_order(own: Said) -> tuple[int, int, int]:
    return -len(own.repeats), own.table.number if own.table else 0, own.answer.position


def parked(run: AggregationRun) -> list[tuple[str, list[Said]]]:
    """What the run laid aside, by reason, the least sure first: that is where a person is most needed."""
    fates = db.session.scalars(
        select(Fate).where(Fate.run_id == run.id, Fate.status == "parked").options(selectinload(Fate.version))
    ).all()
    found = _told(run, [fate.version_id for fate in fates])
    by_reason: dict[str, list[Said]] = {}
    for fate in sorted(fates, key=lambda fate: (fate.confidence, fate.id)):
        by_reason.setdefault(fate.reason, []).append(Said(fate.version.text, *found[fate.version_id], []))
    order = Counter({reason: len(own) for reason, own in by_reason.items()})
    return [(reason, by_reason[reason]) for reason, _ in order.most_common()]


def _told(run: AggregationRun, version_ids: list[int]) -> dict[int, tuple[Answer, Table | None, GroupTask, Fate]]:
    rows = db.session.execute(
        select(Fate.version_id, Answer, Table, GroupTask, Fate)
        .join(AnswerVersion, Fate.version_id == AnswerVersion.id)
        .join(Answer, AnswerVersion.answer_id == Answer.id)
        .outerjoin(Table, Answer.table_id == Table.id)
        .join(GroupTask, Answer.task_id == GroupTask.id)
        .where(Fate.run_id == run.id, Fate.version_id.in_(version_ids))
        .options(contains_eager(Fate.version))
    ).all()
    return {version_id: (answer, table, task, fate) for version_id, answer, table, task, fate in rows}
