"""Rooms, speakers, programme items (the working copy) and the immutable releases the public reads."""

from datetime import date, datetime, time
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from konferanse.common.clock import now
from konferanse.common.storage import File
from konferanse.conference.models import Conference
from konferanse.extensions import Model, UtcDateTime

ITEM_KINDS = ("plenary", "parallel", "group_work", "break", "social", "digital")
ITEM_STATUSES = ("confirmed", "cancelled", "removed")
PARTS = ("speaker", "chair", "panel")


class Day(Model):
    """A day of the programme and what it is about. ``start`` and ``end`` are its hours on the Norwegian clock, where set."""

    __tablename__ = "programme_day"
    __table_args__ = (UniqueConstraint("conference_id", "date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    date: Mapped[date]
    title: Mapped[str] = mapped_column(String(200), default="")
    start: Mapped[time | None]
    end: Mapped[time | None]


class Room(Model):
    """Somewhere an item takes place. ``capacity`` in people."""

    __tablename__ = "room"
    __table_args__ = (UniqueConstraint("conference_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(120))
    capacity: Mapped[int | None]


class Speaker(Model):
    """Somebody who speaks, by name or by role ("Direktøren"). ``consent`` is when they agreed that ``bio`` and picture are
    published; without it neither is. ``available`` holds [start, end] pairs of ISO times in UTC, empty for any time.
    ``wishes`` is the equipment they need, ``no_slides`` that they show none. ``generation`` is their personal link's, and
    ``answered`` when they last sent something in through it."""

    __tablename__ = "speaker"
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    role: Mapped[str] = mapped_column(String(200), default="")
    organisation: Mapped[str] = mapped_column(String(200), default="")
    email: Mapped[str] = mapped_column(String(320), default="")
    language: Mapped[str] = mapped_column(String(2), default="nb")
    bio: Mapped[str] = mapped_column(Text, default="")
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    picture_alt: Mapped[str] = mapped_column(String(300), default="")
    consent: Mapped[datetime | None] = mapped_column(UtcDateTime)
    wishes: Mapped[str] = mapped_column(Text, default="")
    available: Mapped[list[list[str]]] = mapped_column(JSON, default=list)
    no_slides: Mapped[bool] = mapped_column(default=False)
    answered: Mapped[datetime | None] = mapped_column(UtcDateTime)
    generation: Mapped[int] = mapped_column(default=0)

    conference: Mapped[Conference] = relationship()
    picture: Mapped[File | None] = relationship()

    @property
    def credit(self) -> str:
        """How the programme names them: "Rådgiver, NAV Nordland"."""
        return ", ".join(part for part in (self.name, self.role, self.organisation) if part)


class ItemSpeaker(Model):
    """Who does what in an item. ``part`` is one of ``PARTS``."""

    __tablename__ = "programme_item_speaker"

    item_id: Mapped[int] = mapped_column(ForeignKey("programme_item.id", ondelete="CASCADE"), primary_key=True)
    speaker_id: Mapped[int] = mapped_column(ForeignKey("speaker.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
    part: Mapped[str] = mapped_column(String(10), default="speaker")

    speaker: Mapped[Speaker] = relationship()


class ProgrammeItem(Model):
    """One item of the working copy. ``number`` is a stable positive integer within the conference (frab needs it);
    ``sequence`` is iCalendar's (RFC 5545 3.8.7.4) and rises, with ``modified``, when a change to it is published;
    ``version`` rises with every edit, so that a stale form is found out. ``audience`` is who it is for, ``expected`` how many
    are thought to come (None where nobody has said), ``links`` has one address on each line. A ``cancelled`` item stays, so
    that readers and calendars are told; a ``removed`` one is in no list, and stays so that it can come back with its slides
    and its number is never another's."""

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
    language: Mapped[str] = mapped_column(String(5), default="nb")
    description: Mapped[str] = mapped_column(Text, default="")
    audience: Mapped[str] = mapped_column(String(200), default="")
    expected: Mapped[int | None]
    links: Mapped[str] = mapped_column(Text, default="")
    status: Mapped[str] = mapped_column(String(10), default="confirmed")
    sequence: Mapped[int] = mapped_column(default=0)
    modified: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    version: Mapped[int] = mapped_column(default=1)

    conference: Mapped[Conference] = relationship()
    room: Mapped[Room | None] = relationship()
    speakers: Mapped[list[ItemSpeaker]] = relationship(order_by=ItemSpeaker.position, cascade="all, delete-orphan")

    @property
    def speaker(self) -> str:
        """Everybody who speaks, as the programme names them."""
        return "; ".join(row.speaker.credit for row in self.speakers)


class ProgrammeEdit(Model):
    """What one action did to items of the working copy, so that it can be taken back. ``kind`` is added, changed, removed,
    moved, shifted, imported or copied; ``title`` is the item's, where it is about one. ``items`` holds [before, after] by the
    item's uid (shape in ``history.values``). ``undone`` is when it was taken back. ``actor`` as in the audit log."""

    __tablename__ = "programme_edit"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    actor: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200), default="")
    made: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    undone: Mapped[datetime | None] = mapped_column(UtcDateTime)
    items: Mapped[dict[str, list[dict[str, Any]]]] = mapped_column(JSON)


class ProgrammeRelease(Model):
    """A published programme: numbered, named, never changed. ``note`` tells readers what is new. ``content`` is the whole
    programme as plain values: ``{"days": [{"date", "title"}], "items": [{"uid", "number", "start", "end", "title", "kind",
    "room", "room_uid", "speaker", "speakers": [{"uid", "name", "role", "organisation", "part"}], "language", "description",
    "audience", "links": [address], "status", "sequence", "modified"}]}`` with ISO times in UTC. ``status`` is confirmed,
    cancelled, or removed for what an earlier release held and this one does not: only calendars are told of those. Releases
    made before a key was thought of lack it."""

    __tablename__ = "programme_release"
    __table_args__ = (UniqueConstraint("conference_id", "number"),)
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(Text, default="")
    published: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
