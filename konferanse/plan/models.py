"""The plan of a mandate: lines with permanent ids, their evidence, and published versions."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint, event, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from konferanse.answers.models import AnswerVersion
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import Model, UtcDateTime, db
from konferanse.mandate.models import Mandate

CHAPTERS = ("utfordring", "tiltak", "arbeidsform", "rutine", "samarbeid")
NEED_OWNER = CHAPTERS[1:]
"""Chapters whose lines need an owner and a deadline; a barrier has neither."""


class Plan(Model):
    """The plan belongs to the mandate and may draw on several conferences."""

    __tablename__ = "plan"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandate.id"), unique=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    introduction: Mapped[str] = mapped_column(Text, default="")
    drafted: Mapped[datetime | None] = mapped_column(UtcDateTime)
    drafted_from: Mapped[list[int]] = mapped_column(JSON, default=list)  # ids of the runs behind the draft
    theme_names: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)  # the engine's name → the one a person gave

    mandate: Mapped[Mandate] = relationship()
    lines: Mapped[list["PlanLine"]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by="PlanLine.position, PlanLine.id"
    )


class PlanLine(Model):
    """One line. ``uid`` is permanent; the number shown follows from chapter and position.

    ``edited`` is when a person last changed its words or place: from then on a new draft only leaves a ``proposal``.
    Owner, deadline and indicator stay blank unless an answer states them or a person writes them (invariant 5).
    ``status`` is draft, merged (its evidence counts for ``merged_into``) or removed (its answers are parked with
    ``removed_reason``): all three can be taken back, and hold on to their evidence in a new draft. ``revision`` rises with
    every change; ``drafted_text`` is the statement the engine last gave, so that it is proposed once.
    """

    __tablename__ = "plan_line"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"), index=True)
    chapter: Mapped[str] = mapped_column(String(12))
    theme: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    owner: Mapped[str] = mapped_column(String(300), default="")
    contributors: Mapped[list[str]] = mapped_column(JSON, default=list)
    deadline: Mapped[date | None]
    deadline_text: Mapped[str] = mapped_column(String(300), default="")
    indicator: Mapped[str] = mapped_column(String(300), default="")
    status: Mapped[str] = mapped_column(String(20), default="draft")
    position: Mapped[int] = mapped_column(default=0)
    edited: Mapped[datetime | None] = mapped_column(UtcDateTime)
    edited_by: Mapped[str] = mapped_column(String(80), default="")
    drafted_text: Mapped[str] = mapped_column(Text, default="")
    proposal: Mapped[str] = mapped_column(Text, default="")
    revision: Mapped[int] = mapped_column(default=1)
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("plan_line.id", ondelete="SET NULL"))
    removed_reason: Mapped[str] = mapped_column(String(300), default="")

    plan: Mapped[Plan] = relationship(back_populates="lines")
    evidence: Mapped[list["Evidence"]] = relationship(
        back_populates="line", cascade="all, delete-orphan", order_by="Evidence.id"
    )


class Evidence(Model):
    """A span of a stored answer version behind a line: ``version.text[start:end] == quote``, checked at every export."""

    __tablename__ = "evidence"
    __table_args__ = (UniqueConstraint("line_id", "version_id", "start", "end"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    line_id: Mapped[int] = mapped_column(ForeignKey("plan_line.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("answer_version.id"), index=True)
    start: Mapped[int]
    end: Mapped[int]
    quote: Mapped[str] = mapped_column(Text)

    line: Mapped[PlanLine] = relationship(back_populates="evidence")
    version: Mapped[AnswerVersion] = relationship()


class PublishedForGood(Exception):
    """Somebody tried to change a published version; make a new one."""


class PlanVersion(Model):
    """A published plan: numbered, named, never changed. ``content`` is plan.json as the contract gives it, plus what the
    page shows around it."""

    __tablename__ = "plan_version"
    __table_args__ = (UniqueConstraint("plan_id", "number"),)
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("plan.id", ondelete="CASCADE"))
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    published: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    content: Mapped[dict[str, Any]] = mapped_column(JSON)

    def touched_conference_ids(self) -> list[int]:
        """Every conference of the mandate shows this plan."""
        mandate = select(Plan.mandate_id).where(Plan.id == self.plan_id).scalar_subquery()
        return list(db.session.scalars(select(Conference.id).where(Conference.mandate_id == mandate)))


@event.listens_for(PlanVersion, "before_update")
def _published_is_published(_mapper: Any, _connection: Any, version: PlanVersion) -> None:
    raise PublishedForGood(f"plan version {version.number} is published and cannot be changed")
