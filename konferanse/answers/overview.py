"""What the organiser's board shows: tables × tasks with counts, signs of life, who needs help; and the list of answers."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, func, or_, select

from konferanse.answers.models import FROM_WEB, WEB, Answer, Reading, WebInput
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Table, TaskDone
from konferanse.groups.tables import tables_of
from konferanse.groups.tasks import tasks_of

PAGE = 50
SHOWN = ("alle", "sene", "skjult", "vurdert", "trukket", "nett")


@dataclass(frozen=True)
class Cell:
    """A table's work on a task, which it may not be asked at all."""

    count: int
    is_done: bool
    is_asked: bool = True


@dataclass
class Board:
    """Every table with its cells in the order of ``tasks``. ``web`` inputs from the web are in, ``waiting`` wait to be read."""

    tasks: list[GroupTask]
    rows: list[tuple[Table, list[Cell]]]
    web: int
    waiting: int

    @property
    def totals(self) -> list[int]:
        """Answers per task."""
        return [sum(cells[n].count for _table, cells in self.rows) for n in range(len(self.tasks))]

    @property
    def silent(self) -> list[int]:
        """Tables that are asked and have no answer, per task; one that is joined to another is asked there."""
        here = [cells for table, cells in self.rows if table.joined_to_id is None]
        return [sum(cells[n].is_asked and cells[n].count == 0 for cells in here) for n in range(len(self.tasks))]

    @property
    def total(self) -> int:
        """Answers to real tasks."""
        return sum(n for n, task in zip(self.totals, self.tasks, strict=True) if not task.is_tryout)

    @property
    def needs_help(self) -> list[Table]:
        """Tables that ask for help, the one that has waited longest first."""
        waiting = [(table.needs_help, table.number, table) for table, _cells in self.rows if table.needs_help]
        return [table for _since, _number, table in sorted(waiting, key=lambda w: w[:2])]


def board(conference: Conference) -> Board:
    """The board as it is now; the same number of queries however many tables."""
    tasks = tasks_of(conference)
    counted = db.session.execute(
        select(Answer.table_id, Answer.task_id, func.count())
        .where(Answer.conference_id == conference.id, Answer.withdrawn.is_(None))
        .group_by(Answer.table_id, Answer.task_id)
    )
    counts = {(table_id, task_id): n for table_id, task_id, n in counted}
    finished = select(TaskDone.table_id, TaskDone.task_id).join(Table).where(Table.conference_id == conference.id)
    done = {tuple(row) for row in db.session.execute(finished)}
    rows = [
        (table, [Cell(counts.get((table.id, t.id), 0), (table.id, t.id) in done, t.is_for(table)) for t in tasks])
        for table in tables_of(conference)
    ]
    real = [task.id for task in tasks if not task.is_tryout]
    waiting = select(func.count()).where(WebInput.conference_id == conference.id, WebInput.status == "waiting")
    return Board(tasks, rows, sum(counts.get((None, id_), 0) for id_ in real), db.session.scalar(waiting) or 0)


@dataclass(frozen=True)
class Filter:
    """Which answers to list: by table code, task ref, words in what it says, and one of ``SHOWN``."""

    table: str = ""
    task: str = ""
    words: str = ""
    shown: str = "alle"


@dataclass
class Listing:
    """One page of answers, and how many there are in all: from tables, and from the web."""

    answers: Sequence[Answer]
    total: int
    web: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages; at least one."""
        return max(1, -(-(self.total + self.web) // PAGE))


def listing(conference: Conference, wanted: Filter, page: int) -> Listing:
    """The answers that fit, by task and table, those from the web last in each task, ``PAGE`` at a time."""
    fits = _conditions(conference, wanted)
    joined = select(Answer).outerjoin(Table).join(GroupTask).where(*fits)
    counted = joined.with_only_columns(func.count(), func.count(Answer.table_id))
    both, total = db.session.execute(counted).one()
    page = min(max(page, 1), max(1, -(-both // PAGE)))
    rows = db.session.scalars(
        joined.options(db.contains_eager(Answer.table), db.contains_eager(Answer.task), db.joinedload(Answer.flip_chart))
        .order_by(GroupTask.position, FROM_WEB, Table.number, Answer.position, Answer.id)
        .limit(PAGE)
        .offset((page - 1) * PAGE)
    ).all()
    return Listing(rows, total, both - total, page)


def find_answer(conference: Conference, table_code: str, ref: str) -> Answer | None:
    """The answer with this id at this table, or with ``WEB`` from the web."""
    there = Table.code == table_code
    if table_code == WEB:
        there |= FROM_WEB
    return db.session.scalar(
        select(Answer).outerjoin(Table).where(Answer.conference_id == conference.id, there, Answer.ref == ref)
    )


def _conditions(conference: Conference, wanted: Filter) -> list[ColumnElement[bool]]:
    withdrawn = Answer.withdrawn.is_not(None) if wanted.shown == "trukket" else Answer.withdrawn.is_(None)
    fits: list[ColumnElement[bool]] = [Answer.conference_id == conference.id, withdrawn]
    if wanted.shown == "sene":
        fits.append(Answer.late.is_(True))
    if wanted.shown == "skjult":
        fits.append(Answer.published.is_(False))
    if wanted.shown == "vurdert":
        fits.append(Answer.id.in_(select(Reading.answer_id)))
    if wanted.shown == "nett":
        fits.append(FROM_WEB)
    if wanted.table:
        fits.append(Table.code == wanted.table)
    if wanted.task:
        fits.append(GroupTask.ref == wanted.task)
    if wanted.words:
        # SQLite folds case for a–z only, so æ, ø and å are tried as written, small, and with a capital first.
        spellings = {wanted.words, wanted.words.lower(), wanted.words.capitalize(), wanted.words.upper()}
        said = (Answer.text, Answer.owner, Answer.deadline)
        fits.append(or_(*(part.icontains(s, autoescape=True) for s in sorted(spellings) for part in said)))
    return fits
