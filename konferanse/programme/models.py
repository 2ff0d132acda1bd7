"""Rooms, programme items (the working copy) and the immutable releases the public reads."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import Model, UtcDateTime

ITEM_KINDS = ("plenary", "parallel", "group_work", "break", "social", "digital")


class Day(Model):
    """A day of the programme and what it is about."""

    __tablename__ = "programme_day"
    __table_args__ = (UniqueConstraint("conference_id", "date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    date: Mapped[date]
    title: Mapped[str] = mapped_column(String(200), default="")


class Room(Model):
    """Somewhere an item takes place. ``capacity`` in people."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("conference_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    capacity: Mapped[int | None]


class ProgrammeItem(Model):
    """One item of the working copy. ``number`` is a stable positive integer within the conference (frab needs it);
    ``sequence`` is iCalendar's (RFC 5545 3.8.7.4) and rises, with ``modified``, when a change to it is published;
    ``version`` rises with every edit, so that a stale form is found out."""

    __tablename__ = "programme_item"
    __table_args__ = (
        UniqueConstraint("conference_id", "number"),
        CheckConstraint('"end" > start', name="lasts"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    start: Mapped[datetime] = mapped_column(UtcDateTime)
    end: Mapped[datetime] = mapped_column(UtcDateTime)
    title: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20), default="plenary")
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id", ondelete="SET NULL"))
    speaker: Mapped[str] = mapped_column(String(300), default="")
    language: Mapped[str] = mapped_column(String(5), default="nb")
    description: Mapped[str] = mapped_column(Text, default="")
    sequence: Mapped[int] = mapped_column(default=0)
    modified: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(default=1)

    conference: Mapped[Conference] = relationship()
    room: Mapped[Room | None] = relationship()


class ProgrammeRelease(Model):
    """A published programme: numbered, named, never changed. ``content`` is the whole programme as plain values:
    ``{"days": [{"date", "title"}], "items": [{"uid", "number", "start", "end", "title", "kind", "room", "speaker",
    "language", "description", "sequence", "modified"}]}`` with ISO times in UTC."""

    __tablename__ = "programme_release"
    __table_args__ = (UniqueConstraint("conference_id", "number"),)
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    published: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
