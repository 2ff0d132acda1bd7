"""Which tasks are a table's: those it is asked, those that a table joined to it is asked, and those it has answered.

A task may be taken from a table while somebody there writes, and their phone may be without a network. What was written while
the table was asked is taken whenever it comes, and a table that has answered a task may go on with it.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from konferanse.answers.models import Answer
from konferanse.extensions import db
from konferanse.groups.joining import joined_here
from konferanse.groups.models import GroupTask, Table
from konferanse.groups.tasks import tasks_of


def tasks_at(table: Table, standing: Iterable[Answer]) -> list[GroupTask]:
    """The table's tasks in order; ``standing`` are the answers it has."""
    answered, tasks = {answer.task_id for answer in standing}, tasks_of(table.conference)
    here = _here(table) if any(task.for_tables for task in tasks) else [table]
    return [task for task in tasks if task.id in answered or any(task.is_for(one) for one in here)]


def may_answer(table: Table, task: GroupTask, written: datetime | None = None) -> bool:
    """Whether the table may answer ``task`` with what was ``written`` then (None: now)."""
    if any(task.is_for(one) for one in _here(table)) or (written and task.tables_changed and written < task.tables_changed):
        return True
    answered = select(Answer.id).where(Answer.table_id == table.id, Answer.task_id == task.id)
    return db.session.scalar(answered.limit(1)) is not None


def _here(table: Table) -> list[Table]:
    return [table, *joined_here(table.conference).get(table.id, [])]
