"""What the tables answered to one task, for the one who sums up aloud: what most tables say, then table by table."""

from collections.abc import Mapping
from itertools import groupby
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from konferanse.answers.masking import hushed
from konferanse.answers.models import Answer, AnswerVersion
from konferanse.answers.readings import UNREAD, Marks, marks_of
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Table
from konferanse.themes.models import AggregationRun, Point, Quote
from konferanse.themes.runs import newest_done
from konferanse.themes.sensitive import spans_of

MOST_POINTS = 10


class Often(NamedTuple):
    """What several tables said, and how many."""

    statement: str
    tables: int


class AtTable(NamedTuple):
    """A table and what it answered, masked."""

    table: Table
    answers: list[str]


class Plenary(NamedTuple):
    """``run`` is where ``often`` comes from, None before themes are made."""

    tables: list[AtTable]
    often: list[Often]
    run: AggregationRun | None

    @property
    def total(self) -> int:
        """How many answers there are."""
        return sum(len(own.answers) for own in self.tables)


def plenary(task: GroupTask) -> Plenary:
    """The task's answers as they may be shown in the room: nothing held back, nothing that tells of a person."""
    query = (
        select(Answer)
        .join(Table, Answer.table_id == Table.id)
        .where(Answer.task_id == task.id, Answer.withdrawn.is_(None), Answer.published)
        .options(joinedload(Answer.table))
        .order_by(Table.number, Answer.position, Answer.id)
    )
    answers, marks = db.session.scalars(query).all(), marks_of(task.conference_id)
    told = [(a.table, marks.get(a.id, UNREAD).words(a.words, spans_of(a.text)).text) for a in answers]
    tables = [AtTable(table, [text for _t, text in own]) for table, own in groupby(told, key=lambda row: row[0])]
    run = newest_done(task.conference_id)
    return Plenary(tables, _often(run, {a.id: a for a in answers}, marks) if run else [], run)


def _often(run: AggregationRun, answers: Mapping[int, Answer], marks: Mapping[int, Marks]) -> list[Often]:
    rows = db.session.execute(
        select(Point.id, Point.statement, AnswerVersion.answer_id)
        .join(Quote, Quote.point_id == Point.id)
        .join(AnswerVersion, Quote.version_id == AnswerVersion.id)
        .where(Point.run_id == run.id, AnswerVersion.answer_id.in_(answers))
        .order_by(Point.position)
    )
    found = []
    for (_id, statement), own in groupby(rows, key=lambda row: (row[0], row[1])):
        behind = [answers[answer_id] for *_point, answer_id in own]
        secrets = [s for a in behind for s in marks.get(a.id, UNREAD).secrets(a.words, spans_of(a.text), spans_of)]
        found.append(Often(hushed(statement, secrets), len({a.table_id for a in behind})))
    return sorted((one for one in found if one.tables > 1), key=lambda one: -one.tables)[:MOST_POINTS]
