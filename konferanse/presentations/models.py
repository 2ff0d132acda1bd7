"""Slides with their versions and pages, and films."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, ForeignKey, String, Text, UniqueConstraint, or_
from sqlalchemy.orm import Mapped, mapped_column, relationship

from konferanse.common.clock import now
from konferanse.common.storage import File
from konferanse.extensions import Model, UtcDateTime
from konferanse.programme.models import ProgrammeItem, Speaker

PREVIEWS = ("waiting", "making", "made", "failed", "none")


class Shown:
    """What everybody may see from a moment on: ``published`` once somebody or the clock has published it, ``publish_at`` when
    it is set to be. Exactly at that moment it is public, whether or not the worker has been by."""

    published: Mapped[datetime | None] = mapped_column(UtcDateTime)
    publish_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_public(self) -> bool:
        """Whether everybody may see it now."""
        return self.published is not None or (self.publish_at is not None and self.publish_at <= now())

    @classmethod
    def public_now(cls, moment: Any = None) -> ColumnElement[bool]:
        """The same, as a condition in a query; at ``moment``, which may be a parameter of the query."""
        return or_(cls.published.is_not(None), cls.publish_at <= (now() if moment is None else moment))


class Presentation(Shown, Model):
    """A slide deck. ``summary`` is the written alternative for those who cannot read the slides; ``language`` is the slides'.
    ``file`` is that of the version everybody sees: the newest, unless an earlier one was brought back. ``speaker`` is
    whose it is, where somebody handed it in themselves, and ``accepted`` when they agreed that it is published."""

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
    language: Mapped[str] = mapped_column(String(5), default="nb")
    summary: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    position: Mapped[int] = mapped_column(default=0)
    updated: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    file: Mapped[File | None] = relationship()
    item: Mapped[ProgrammeItem | None] = relationship()
    speaker: Mapped[Speaker | None] = relationship()
    versions: Mapped[list["PresentationVersion"]] = relationship(
        back_populates="presentation", order_by="PresentationVersion.number", cascade="all, delete-orphan"
    )

    @property
    def version(self) -> "PresentationVersion | None":
        """The version everybody sees."""
        return next((row for row in self.versions if row.file_id == self.file_id), None)


class PresentationVersion(Model):
    """An upload that is kept. ``actor`` is who, as in the audit log. ``preview`` is one of ``PREVIEWS``: the worker makes it,
    and takes ``claimed`` ones over when nobody has finished them; "none" is for files that cannot be read here."""

    __tablename__ = "presentation_version"
    __table_args__ = (UniqueConstraint("presentation_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    presentation_id: Mapped[int] = mapped_column(ForeignKey("presentation.id", ondelete="CASCADE"))
    number: Mapped[int]
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"), index=True)
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    actor: Mapped[str] = mapped_column(String(100), default="system")
    preview: Mapped[str] = mapped_column(String(10), default="waiting", index=True)
    claimed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    page_count: Mapped[int] = mapped_column(default=0)

    presentation: Mapped[Presentation] = relationship(back_populates="versions")
    file: Mapped[File] = relationship()
    pages: Mapped[list["PresentationPage"]] = relationship(
        order_by="PresentationPage.number", cascade="all, delete-orphan", lazy="select"
    )


class PresentationPage(Model):
    """A page of a version: what it says, and a picture of it where one could be made. ``alt`` describes the picture; it is a
    machine's (``is_machine``) until somebody has edited it or looked it over. ``width`` and ``height`` are the picture's."""

    __tablename__ = "presentation_page"
    __table_args__ = (UniqueConstraint("version_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("presentation_version.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(String(200), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    alt: Mapped[str] = mapped_column(String(1000), default="")
    is_machine: Mapped[bool] = mapped_column(default=True)
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    width: Mapped[int] = mapped_column(default=0)
    height: Mapped[int] = mapped_column(default=0)

    picture: Mapped[File | None] = relationship()


class Video(Shown, Model):
    """A film – a greeting, or what was said in an item: its captions (WebVTT) and transcript. It loads when asked for."""

    __tablename__ = "video"
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int | None] = mapped_column(ForeignKey("programme_item.id", ondelete="SET NULL"))
    title: Mapped[str] = mapped_column(String(200))
    summary: Mapped[str] = mapped_column(Text, default="")
    transcript: Mapped[str] = mapped_column(Text, default="")
    caption_language: Mapped[str] = mapped_column(String(5), default="nb")
    file_id: Mapped[int] = mapped_column(ForeignKey("file.id"))
    captions_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))

    file: Mapped[File] = relationship(foreign_keys=[file_id])
    captions: Mapped[File | None] = relationship(foreign_keys=[captions_id])
    item: Mapped[ProgrammeItem | None] = relationship()


class SlideDeadline(Model):
    """When slides are due: the end of ``due``. Those who lack something are reminded ``remind_days`` before, 0 for not at
    all. ``reminded`` is the deadline that was done for, so that a moved one is reminded of anew."""

    __tablename__ = "slide_deadline"

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), unique=True)
    due: Mapped[date]
    remind_days: Mapped[int] = mapped_column(default=7)
    reminded: Mapped[date | None]
