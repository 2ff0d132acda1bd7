"""What the tables answered, every version, never overwritten (invariant 2); what others sent from the web, held apart; and what
tables and participants would begin with."""

from datetime import datetime
from typing import Any, ClassVar, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, ScalarSelect, String, Text, UniqueConstraint, select
from sqlalchemy import Table as Rows
from sqlalchemy.orm import Mapped, mapped_column, relationship

from konferanse.common.clock import now
from konferanse.common.storage import File
from konferanse.conference.models import Conference
from konferanse.extensions import Model, UtcDateTime, db
from konferanse.groups.models import GroupTask, Table

CHANNELS = ("table", "paper", "web", "import")
MAX_LENGTH = 4000
WEB = "nett"  # stands in addresses where a table's code does
MAX_OWN = 200  # in a field of its own
OWN = ("owner", "deadline")


def sharing_plan(conference_id: int | ScalarSelect[int]) -> list[int]:
    """The conferences whose pages may quote the answers of this one: those of its mandate."""
    mandate = select(Conference.mandate_id).where(Conference.id == conference_id).scalar_subquery()
    return list(db.session.scalars(select(Conference.id).where(Conference.mandate_id == mandate)))


class Words(NamedTuple):
    """What an answer says: its text, and who should own what it suggests and by when, where the table said so in the fields
    of their own; "" where it did not."""

    text: str
    owner: str = ""
    deadline: str = ""


class Answer(Model):
    """One answer of one table to one task. ``ref`` is the id its client made (a UUID, or the id of an imported row),
    unique with its table; ``text``, ``owner``, ``deadline`` and ``version`` are the newest version's.

    An input from the web has no table: what joins answers with tables leaves it out, and what includes it says so (adr/0012).
    """

    __tablename__ = "answer"
    __table_args__ = (
        UniqueConstraint("table_id", "ref"),
        CheckConstraint("(table_id IS NULL) = (channel = 'web')", name="web"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(64))
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    table_id: Mapped[int | None] = mapped_column(ForeignKey("discussion_table.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("group_task.id"), index=True)
    channel: Mapped[str] = mapped_column(String(10), default="table")
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(Text)
    flip_chart_id: Mapped[int | None] = mapped_column(ForeignKey("flip_chart.id", ondelete="SET NULL"), index=True)
    owner: Mapped[str] = mapped_column(String(MAX_OWN), default="")
    deadline: Mapped[str] = mapped_column(String(MAX_OWN), default="")
    late: Mapped[bool] = mapped_column(default=False)  # written in time, arrived after the task closed
    withdrawn: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published: Mapped[bool] = mapped_column(default=True)  # moderation can hold it back from the public page
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    conference: Mapped[Conference] = relationship()
    table: Mapped[Table | None] = relationship()
    task: Mapped[GroupTask] = relationship()
    flip_chart: Mapped["FlipChart | None"] = relationship()
    versions: Mapped[list["AnswerVersion"]] = relationship(order_by="AnswerVersion.number", cascade="all, delete-orphan")

    @property
    def place(self) -> str:
        """The table's code, or ``WEB``: with ``ref`` it names the answer in addresses."""
        return self.table.code if self.table else WEB

    @property
    def words(self) -> Words:
        """What it says now."""
        return Words(self.text, self.owner, self.deadline)


FROM_TABLES, FROM_WEB = Answer.table_id.is_not(None), Answer.table_id.is_(None)
"""The two that are never added together. "table" stands for screen, paper and file alike."""


class FlipChart(Model):
    """A photograph of what a table wrote on a flip chart, kept as evidence beside the answers typed from it."""

    __tablename__ = "flip_chart"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("discussion_table.id"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("group_task.id"), index=True)
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    conference: Mapped[Conference] = relationship()
    table: Mapped[Table] = relationship()
    task: Mapped[GroupTask] = relationship()
    file: Mapped[File] = relationship()


class AnswerVersion(Model):
    """An immutable version. ``text`` is NFC with LF; offsets are code points into it. ``owner`` and ``deadline`` are one line
    each, NFC."""

    __tablename__ = "answer_version"
    __table_args__ = (UniqueConstraint("answer_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"))
    number: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(MAX_OWN), default="")
    deadline: Mapped[str] = mapped_column(String(MAX_OWN), default="")
    written: Mapped[datetime] = mapped_column(UtcDateTime)  # by the client's clock
    received: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    answer: Mapped[Answer] = relationship(back_populates="versions")

    @property
    def words(self) -> Words:
        """What this version says."""
        return Words(self.text, self.owner, self.deadline)


class Reading(Model):
    """That somebody read an answer, and what they decided: which stretches of that version stay ``hidden`` from all but
    moderators ([{"start", "end", "why"}], code points; none: all of it may be shown), which fields of their own do (``own``),
    and why the answer is left out of the plan (``aside``, "" when it is not). The newest of an answer counts; the earlier ones
    stay. ``version`` is what was read."""

    __tablename__ = "answer_reading"
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]
    hidden: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)
    own: Mapped[list[str]] = mapped_column(JSON, default=list)
    aside: Mapped[str] = mapped_column(String(200), default="")
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    answer: Mapped[Answer] = relationship()

    def touched_conference_ids(self) -> list[int]:
        """Every conference of the mandate shows the plan that may quote the answer."""
        return sharing_plan(select(Answer.conference_id).where(Answer.id == self.answer_id).scalar_subquery())


class InputPublication(Model):
    """That the answers of a conference were published, and until when the page shows what had come in."""

    __tablename__ = "input_publication"
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), unique=True)
    published: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Wall(Model):
    """The screen in the room on which answers stand as they come. Off until an organiser turns it on; ``generation`` makes
    the links of earlier times useless; with ``approves`` only answers that somebody has let through stand there."""

    __tablename__ = "wall"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), unique=True)
    generation: Mapped[int] = mapped_column(default=0)
    is_on: Mapped[bool] = mapped_column(default=False)
    approves: Mapped[bool] = mapped_column(default=True)

    conference: Mapped[Conference] = relationship()


class WallAnswer(Model):
    """That an answer was let through to the wall, in the version that was read then."""

    __tablename__ = "wall_answer"
    __table_args__ = (UniqueConstraint("answer_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    answer_id: Mapped[int] = mapped_column(ForeignKey("answer.id", ondelete="CASCADE"))
    version: Mapped[int]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


WINDOW_TASKS = Rows(
    "web_window_task",
    Model.metadata,
    Column("window_id", ForeignKey("web_window.id", ondelete="CASCADE"), primary_key=True),
    Column("task_id", ForeignKey("group_task.id", ondelete="CASCADE"), primary_key=True),
)


class WebWindow(Model):
    """From when to when, and about which tasks, people who were not there may give input. Closed while ``opens`` is None."""

    __tablename__ = "web_window"
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), unique=True)
    opens: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes: Mapped[datetime | None] = mapped_column(UtcDateTime)
    introduction: Mapped[str] = mapped_column(Text, default="")

    tasks: Mapped[list[GroupTask]] = relationship(secondary=WINDOW_TASKS, order_by=(GroupTask.position, GroupTask.id))

    def is_open(self, moment: datetime) -> bool:
        """Whether input is taken at ``moment``."""
        return self.opens is not None and self.opens <= moment and (self.closes is None or moment < self.closes)


class WebInput(Model):
    """An input to one task as it was sent, with nothing about who sent it. ``status`` is waiting, in or rejected; those that
    are in have an answer. ``uid`` follows from the form it came with, the task and the text, so that a repeat is the same."""

    __tablename__ = "web_input"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("group_task.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    received: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    decided: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the same for all that were decided together
    answer_id: Mapped[int | None] = mapped_column(ForeignKey("answer.id", ondelete="SET NULL"), unique=True)

    task: Mapped[GroupTask] = relationship()
    answer: Mapped[Answer | None] = relationship()


class Notice(Model):
    """What the organiser says to all tables now: "Ti minutter igjen"."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str] = mapped_column(String(300))
    sent: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Prioritising(Model):
    """What to begin with: each of the ``voters``, "tables" or "participants" with a seat, lays up to ``dots`` on ``choices``,
    several on one where it ``stacks``. Once opened nothing of this changes, so that a vote means what it meant.
    ``electorate`` is how many could vote when it closed; ``on_wall`` whether the screen in the room shows it, one at most."""

    __tablename__ = "prioritising"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    question: Mapped[str] = mapped_column(String(200))
    voters: Mapped[str] = mapped_column(String(12), default="tables")
    dots: Mapped[int] = mapped_column(default=3)
    stacks: Mapped[bool] = mapped_column(default=False)
    choices: Mapped[list[str]] = mapped_column(JSON)
    opened: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    electorate: Mapped[int | None]
    on_wall: Mapped[bool] = mapped_column(default=False)

    conference: Mapped[Conference] = relationship()

    def state(self) -> str:
        """ahead, open or closed."""
        if self.opened is None:
            return "ahead"
        return "closed" if self.closed is not None else "open"


class Ballot(Model):
    """One vote: ``dots`` on each of the choices, in their order. A table's or a participant's; nobody's once the participant
    is forgotten."""

    __tablename__ = "ballot"
    __table_args__ = (UniqueConstraint("prioritising_id", "table_id"), UniqueConstraint("prioritising_id", "registration_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    prioritising_id: Mapped[int] = mapped_column(ForeignKey("prioritising.id", ondelete="CASCADE"))
    table_id: Mapped[int | None] = mapped_column(ForeignKey("discussion_table.id"), index=True)
    registration_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="SET NULL"), index=True)
    dots: Mapped[list[int]] = mapped_column(JSON)
    cast: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    prioritising: Mapped[Prioritising] = relationship()
