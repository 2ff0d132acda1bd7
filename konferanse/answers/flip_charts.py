"""Photographs of flip charts: kept as evidence, with what they say typed in beside them."""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from konferanse.answers.imports import from_paper
from konferanse.answers.models import Answer, FlipChart
from konferanse.common import audit
from konferanse.common.storage import File, files
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Table

LONGEST = 2400  # px: handwriting across a whole flip chart can be read


class Listed(NamedTuple):
    """A flip chart and how many answers were typed from it that still stand."""

    chart: FlipChart
    answers: int


def charts_of(conference: Conference) -> list[Listed]:
    """By task and table, those nobody has typed from first."""
    typed = (
        select(func.count(Answer.id))
        .where(Answer.flip_chart_id == FlipChart.id, Answer.withdrawn.is_(None))
        .correlate(FlipChart)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(FlipChart, typed)
        .join(GroupTask, FlipChart.task_id == GroupTask.id)
        .join(Table, FlipChart.table_id == Table.id)
        .where(FlipChart.conference_id == conference.id)
        .options(joinedload(FlipChart.table), joinedload(FlipChart.task))
        .order_by(typed > 0, GroupTask.position, Table.number, FlipChart.id)
    )
    return [Listed(chart, count) for chart, count in rows]


def find(conference: Conference, uid: UUID) -> FlipChart | None:
    """The flip chart with this id."""
    return db.session.scalar(select(FlipChart).where(FlipChart.conference_id == conference.id, FlipChart.uid == uid))


def add(table: Table, task: GroupTask, file: File, actor: str) -> FlipChart:
    """Keep a photograph of what ``table`` wrote about ``task``."""
    chart = FlipChart(conference_id=table.conference_id, table_id=table.id, task_id=task.id, file=file)
    db.session.add(chart)
    db.session.flush()
    audit.record(actor, "flip_chart.added", scope=table.conference.slug, subject=chart.uid, table=table.code)
    return chart


def type_in(chart: FlipChart, text: str, key: UUID, actor: str) -> int:
    """Each line of ``text`` as an answer read off ``chart``; returns how many are new. Raises ``BadAnswer`` naming the line."""
    return from_paper(chart.table, chart.task, text, key, actor, chart)


def typed_from(chart: FlipChart) -> Sequence[Answer]:
    """The answers read off it that still stand, in order."""
    query = select(Answer).where(Answer.flip_chart_id == chart.id, Answer.withdrawn.is_(None))
    return db.session.scalars(query.order_by(Answer.position, Answer.id)).all()


def remove(chart: FlipChart, actor: str) -> None:
    """Delete the photograph; what was typed from it stays."""
    audit.record(actor, "flip_chart.removed", scope=chart.conference.slug, subject=chart.uid)
    file = chart.file
    db.session.delete(chart)
    db.session.flush()
    files.drop(file)
