"""What a run reads: the answers of a conference as they stand, and what they are called outside the database."""

from collections import Counter
from typing import NamedTuple

from sqlalchemy import and_, func, select

from konferanse.answers.models import FROM_WEB, Answer, AnswerVersion, Words
from konferanse.answers.readings import UNREAD, Marks, marks_of
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Table


class Material(NamedTuple):
    """One answer in its newest version. ``name`` is its id in files: its ref, with the table's code where two tables used
    the same; ``channel`` is "web" or "table" (everything a table handed in, on screen, on paper or in a file). ``table`` is its
    code, "" for the web. The engine never sees ``owner`` and ``deadline``, which the table wrote in fields of their own.
    ``marks`` are what moderators decided of it."""

    answer_id: int
    version_id: int
    name: str
    channel: str
    task: str
    table: str
    text: str
    withdrawn: bool
    owner: str
    deadline: str
    marks: Marks = UNREAD

    @property
    def words(self) -> Words:
        """What it says."""
        return Words(self.text, self.owner, self.deadline)

    @property
    def counts(self) -> bool:
        """Whether it has a say in the plan: neither withdrawn nor laid aside."""
        return not self.withdrawn and not self.marks.aside


def material(*conference_ids: int, all_of_it: bool = False) -> list[Material]:
    """The answers of these conferences in the order of tasks, tables and answers, those from the web last in each task;
    try-out tasks leave no trace.

    Those that are withdrawn or laid aside are left out unless all are asked for.
    """
    query = (
        select(Answer, AnswerVersion.id, GroupTask.ref, func.coalesce(Table.code, ""))
        .join(AnswerVersion, and_(AnswerVersion.answer_id == Answer.id, AnswerVersion.number == Answer.version))
        .join(GroupTask, Answer.task_id == GroupTask.id)
        .outerjoin(Table, Answer.table_id == Table.id)
        .where(Answer.conference_id.in_(conference_ids), GroupTask.is_tryout.is_(False))
        .order_by(Answer.conference_id, GroupTask.position, GroupTask.id, FROM_WEB, Table.number, Answer.position, Answer.id)
    )
    rows = db.session.execute(query).all()
    named, marks = names_of(*conference_ids), marks_of(*conference_ids)
    found = [
        Material(
            answer.id,
            version_id,
            named[answer.id],
            "web" if answer.channel == "web" else "table",
            task,
            table,
            answer.text,
            answer.withdrawn is not None,
            answer.owner,
            answer.deadline,
            marks.get(answer.id, UNREAD),
        )
        for answer, version_id, task, table in rows
    ]
    return found if all_of_it else [one for one in found if one.counts]


def names_of(*conference_ids: int) -> dict[int, str]:
    """What each answer of these conferences, withdrawn and try-out ones too, is called in files: unique among them."""
    rows = db.session.execute(
        select(Answer.id, Answer.ref, func.coalesce(Table.code, "nett"))
        .outerjoin(Table, Answer.table_id == Table.id)
        .where(Answer.conference_id.in_(conference_ids))
    ).all()
    uses = Counter(ref for _, ref, _ in rows)
    names = {id_: ref if uses[ref] == 1 else f"{table}/{ref}" for id_, ref, table in rows}
    again = Counter(names.values())
    return {id_: name if again[name] == 1 else f"{name}/{id_}" for id_, name in names.items()}
