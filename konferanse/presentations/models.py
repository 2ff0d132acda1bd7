"""Slides and the video greeting."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from konferanse.common.clock import now
from konferanse.common.storage import File
from konferanse.extensions import Model, UtcDateTime
from konferanse.programme.models import ProgrammeItem, Speaker


class Presentation(Model):
    """A slide deck. ``summary`` is the written alternative for those who cannot read the slides. ``speaker`` is whose it is,
    where somebody handed it in themselves, and ``accepted`` when they agreed that it is published."""

    __tablename__ = "presentation"
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("programme_item.id", ondelete="SET NULL"))
    speaker_id: Mapped[int | None] = mapped_column(ForeignKey("speaker.id", ondelete="SET NULL"), index=True)
    accepted: Mapped[datetime | None] = mapped_column(UtcDateTime)
    title: Mapped[str] = mapped_column(String(200))
    speaker_role: Mapped[str] = mapped_column(String(200), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    position: Mapped[int] = mapped_column(default=0)
    published: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    file: Mapped[File | None] = relationship()
    item: Mapped[ProgrammeItem | None] = relationship()
    speaker: Mapped[Speaker | None] = relationship()


class Video(Model):
    """A video greeting: the film, its captions (WebVTT) and transcript. It loads when somebody asks for it."""

    __tablename__ = "video"
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    transcript: Mapped[str] = mapped_column(Text, default="")
    caption_language: Mapped[str] = mapped_column(String(5), default="nb")
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    captions_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    published: Mapped[datetime | None] = mapped_column(UtcDateTime)

    file: Mapped[File] = relationship(foreign_keys=[file_id])
    captions: Mapped[File | None] = relationship(foreign_keys=[captions_id])


class SlideDeadline(Model):
    """When slides are due: the end of ``due``. Those who lack something are reminded ``remind_days`` before, 0 for not at
    all. ``reminded`` is the deadline that was done for, so that a moved one is reminded of anew."""

    __tablename__ = "slide_deadline"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), unique=True)
    due: Mapped[date]
    remind_days: Mapped[int] = mapped_column(default=7)
    reminded: Mapped[date | None]
