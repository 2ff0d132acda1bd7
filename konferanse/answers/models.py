"""What the tables answered: every version, never overwritten (invariant 2)."""

from datetime import datetime
from typing import ClassVar, NamedTuple
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import Model, UtcDateTime
from konferanse.groups.models import GroupTask, Table

CHANNELS = ("table", "paper", "web", "import")
MAX_LENGTH = 4000
MAX_OWN = 200  # in a field of its own
OWN = ("owner", "deadline")


class Words(NamedTuple):
    """What an answer says: its text, and who should own what it suggests and by when, where the table said so in the fields
    of their own; "" where it did not."""

    text: str
    owner: str = ""
    deadline: str = ""


class Answer(Model):
    """One answer of one table to one task. ``ref`` is the id its client made (a UUID, or the id of an imported row),
    unique with its table; ``text``, ``owner``, ``deadline`` and ``version`` are the newest version's."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("table_id", "ref"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ref: Mapped[str] = mapped_column(String(64))
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    table_id: Mapped[int] = mapped_column(ForeignKey("discussion_table.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("group_task.id"), index=True)
    channel: Mapped[str] = mapped_column(String(10), default="table")
    position: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(MAX_OWN), default="")
    deadline: Mapped[str] = mapped_column(String(MAX_OWN), default="")
    late: Mapped[bool] = mapped_column(default=False)  # written in time, arrived after the task closed
    withdrawn: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published: Mapped[bool] = mapped_column(default=True)  # moderation can hold it back from the public page
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    conference: Mapped[Conference] = relationship()
    table: Mapped[Table] = relationship()
    task: Mapped[GroupTask] = relationship()
    versions: Mapped[list["AnswerVersion"]] = relationship(order_by="AnswerVersion.number", cascade="all, delete-orphan")

    @property
    def words(self) -> Words:
        """What it says now."""
        return Words(self.text, self.owner, self.deadline)


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


class Notice(Model):
    """What the organiser says to all tables now: "Ti minutter igjen"."""

    __tablename__ = "notice"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), unique=True)
    text: Mapped[str] = mapped_column(String(300))
    sent: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
