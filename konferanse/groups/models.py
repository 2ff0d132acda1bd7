"""Tables, who sits at them, and the tasks they answer."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import Model, UtcDateTime
from konferanse.groups.ways import MIXED
from konferanse.registration.models import Registration

TASK_KINDS = ("free", "hindring", "tiltak", "arbeidsform", "rutine", "samarbeid")


class Table(Model):
    """A table. ``number`` is its name on the sign; ``code`` what exports call it ("B01"); ``generation`` revokes its link.
    One that was ``joined`` to another keeps what it answered, and nobody sits there."""

    __tablename__ = "discussion_table"
    __table_args__ = (UniqueConstraint("conference_id", "number"), UniqueConstraint("conference_id", "code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    number: Mapped[int]
    code: Mapped[str] = mapped_column(String(40))
    composition: Mapped[str] = mapped_column(String(300), default="")  # sectors at the table, for the pictures in the plan
    generation: Mapped[int] = mapped_column(default=0)
    is_accessible: Mapped[bool] = mapped_column(default=False)
    is_digital: Mapped[bool] = mapped_column(default=False)  # for those who take part digitally, and only them
    joined_to_id: Mapped[int | None] = mapped_column(ForeignKey("discussion_table.id", ondelete="SET NULL"), index=True)
    joined: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seen: Mapped[datetime | None] = mapped_column(UtcDateTime)
    needs_help: Mapped[datetime | None] = mapped_column(UtcDateTime)

    conference: Mapped[Conference] = relationship()
    joined_to: Mapped["Table | None"] = relationship(remote_side="Table.id")

    @property
    def name(self) -> str:
        """What people call it: "Bord 7"."""
        return str(_("Bord %(number)s", number=self.number))


class Seating(Model):
    """Somebody at a table in a round. A move is a new row; the earlier one gets ``ended``."""

    __tablename__ = "seating"

    id: Mapped[int] = mapped_column(primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("discussion_table.id", ondelete="CASCADE"), index=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    round: Mapped[int] = mapped_column(default=1)
    started: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    ended: Mapped[datetime | None] = mapped_column(UtcDateTime)

    table: Mapped[Table] = relationship()
    registration: Mapped[Registration] = relationship()


class SeatingWish(Model):
    """Who is to sit with whom, or where. ``kind`` is "apart" or "together" (with ``other``), "accessible" (at such a table;
    why is nobody's business), or "held" (at ``table`` in ``round``, whatever is worked out anew)."""

    __tablename__ = "seating_wish"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    person_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    other_id: Mapped[int | None] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    table_id: Mapped[int | None] = mapped_column(ForeignKey("discussion_table.id", ondelete="CASCADE"), index=True)
    round: Mapped[int | None]

    person: Mapped[Registration] = relationship(foreign_keys=[person_id])
    other: Mapped[Registration | None] = relationship(foreign_keys=[other_id])


class SeatingRun(Model):
    """The latest time somebody had everybody placed, one a conference: what was asked, how far it has come, what it came to.

    ``status`` is waiting, running, done or refused (``problem`` says why); ``cost``, ``bound`` and ``parts`` as in
    docs/allocation.md. ``composed`` is the way (``ways``) of each round; those it does not name are mixed. ``shown`` is
    when participants were let see their tables.
    """

    __tablename__ = "seating_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), unique=True)
    uid: Mapped[UUID] = mapped_column(default=uuid4)  # a new one each time it is asked for
    actor: Mapped[str] = mapped_column(String(80))
    rounds: Mapped[int] = mapped_column(default=1)
    composed: Mapped[list[str]] = mapped_column(JSON, default=list)
    seed: Mapped[int] = mapped_column(default=0)
    status: Mapped[str] = mapped_column(String(10), default="waiting")
    asked: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    done_rounds: Mapped[int] = mapped_column(default=0)
    cost: Mapped[int] = mapped_column(default=0)
    bound: Mapped[int] = mapped_column(default=0)
    parts: Mapped[dict[str, int]] = mapped_column(JSON, default=dict)
    problem: Mapped[str] = mapped_column(Text, default="")
    shown: Mapped[datetime | None] = mapped_column(UtcDateTime)

    def way(self, number: int) -> str:
        """How the tables of a round (from 1) were put together."""
        return self.composed[number - 1] if number <= len(self.composed) else MIXED

    def counts(self, part: str) -> bool:
        """Whether a part of the cost has been counted in any of the rounds."""
        ways = {self.way(number) for number in range(1, self.rounds + 1)}
        has = {"types": MIXED in ways, "counties": MIXED in ways, "outside": ways != {MIXED}, "met": self.rounds > 1}
        return has.get(part, True)

    conference: Mapped[Conference] = relationship()


class GroupTask(Model):
    """What the tables are asked in a ``round``. ``ref`` is the id of files and commands ("oppg1"); open from ``opened`` to
    ``closed``. Without ``for_tables`` all tables are asked; ``tables_changed`` is when that changed last after it opened."""

    __tablename__ = "group_task"
    __table_args__ = (UniqueConstraint("conference_id", "ref"),)
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    ref: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text, default="")
    kind: Mapped[str] = mapped_column(String(20), default="free")
    minutes: Mapped[int | None]
    is_tryout: Mapped[bool] = mapped_column(default=False)  # its answers are practice and leave no trace in the plan
    asks_owner: Mapped[bool] = mapped_column(default=False)  # who should own what an answer suggests, in a field of its own
    asks_deadline: Mapped[bool] = mapped_column(default=False)
    round: Mapped[int] = mapped_column(default=1)
    position: Mapped[int] = mapped_column(default=0)  # those of an earlier round have the lower ones
    opened: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closes: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the time box's end, shown as a clock
    closed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    tables_changed: Mapped[datetime | None] = mapped_column(UtcDateTime)

    for_tables: Mapped[list["TaskTable"]] = relationship(cascade="all, delete-orphan", lazy="selectin")

    def is_for(self, table: Table) -> bool:
        """Whether ``table`` is asked."""
        return not self.for_tables or any(row.table_id == table.id for row in self.for_tables)

    @property
    def asks(self) -> list[str]:
        """The fields of their own that it asks for: of "owner" and "deadline"."""
        return [name for name in ("owner", "deadline") if getattr(self, f"asks_{name}")]

    def is_open(self, moment: datetime) -> bool:
        """Whether answers written at ``moment`` are in time."""
        return self.opened is not None and self.opened <= moment and (self.closed is None or moment < self.closed)

    def state(self) -> str:
        """ahead, open or closed."""
        if self.opened is None:
            return "ahead"
        return "closed" if self.closed is not None else "open"


class TaskTable(Model):
    """That a task is for a table, and not for those that are not named."""

    __tablename__ = "task_table"

    task_id: Mapped[int] = mapped_column(ForeignKey("group_task.id", ondelete="CASCADE"), primary_key=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("discussion_table.id", ondelete="CASCADE"), primary_key=True, index=True)


class TaskDone(Model):
    """That a table said "Vi er ferdige" with a task."""

    __tablename__ = "task_done"

    table_id: Mapped[int] = mapped_column(ForeignKey("discussion_table.id", ondelete="CASCADE"), primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("group_task.id", ondelete="CASCADE"), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
