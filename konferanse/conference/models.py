"""A conference, the organisation that answers for its data, and the staff who work with it."""

from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, Text, UniqueConstraint, event, update
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from konferanse.access.models import Staff
from konferanse.common.clock import now
from konferanse.common.storage import File
from konferanse.extensions import Model, UtcDateTime
from konferanse.mandate.models import Mandate

KINDS = ("innspillskonferanse", "dialogkonferanse", "regionsamling")
STATUSES = ("draft", "published", "closed", "postponed", "cancelled")


class Host(Model):
    """The organisation that is controller of the data (GDPR art. 4(7))."""

    __tablename__ = "host"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    org_nr: Mapped[str] = mapped_column(String(9), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    privacy_contact: Mapped[str] = mapped_column(String(200), default="")
    privacy_email: Mapped[str] = mapped_column(String(320), default="")
    accessibility_url: Mapped[str] = mapped_column(String(300), default="")


class Conference(Model):
    """One conference. ``seats`` None means no limit; ``revision`` rises with every change the public pages show."""

    __tablename__ = "conference"
    __table_args__ = (
        CheckConstraint("seats IS NULL OR seats >= 0", name="seats"),
        CheckConstraint("last_date >= first_date", name="dates"),
        CheckConstraint("health_days BETWEEN 0 AND 30", name="health_days"),
        CheckConstraint("retention_days BETWEEN 1 AND 1095", name="retention_days"),
    )
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandate.id"), index=True)
    host_id: Mapped[int | None] = mapped_column(ForeignKey("host.id"))
    kind: Mapped[str] = mapped_column(String(30))
    title: Mapped[str] = mapped_column(String(200))
    introduction: Mapped[str] = mapped_column(Text, default="")
    first_date: Mapped[date]
    last_date: Mapped[date]
    place: Mapped[str] = mapped_column(String(200), default="")
    address: Mapped[str] = mapped_column(String(300), default="")
    goals: Mapped[list[str]] = mapped_column(JSON, default=list)
    audience: Mapped[list[str]] = mapped_column(JSON, default=list)
    practical: Mapped[str] = mapped_column(Text, default="")
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_email: Mapped[str] = mapped_column(String(320), default="")
    contact_phone: Mapped[str] = mapped_column(String(30), default="")
    meeting_url: Mapped[str] = mapped_column(String(500), default="")  # shown to digital participants only
    picture_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    picture_alt: Mapped[str] = mapped_column(String(300), default="")
    picture_credit: Mapped[str] = mapped_column(String(200), default="")
    language: Mapped[str] = mapped_column(String(2), default="nb")
    status: Mapped[str] = mapped_column(String(12), default="draft")
    status_note: Mapped[str] = mapped_column(String(600), default="")  # why it was postponed or cancelled
    seats: Mapped[int | None]
    signup_opens: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signup_closes: Mapped[datetime | None] = mapped_column(UtcDateTime)
    signup_mode: Mapped[str] = mapped_column(String(10), default="open")  # open, or moderated: the organiser selects
    offer_hours: Mapped[int | None]  # how long a freed seat is offered; None gives it at once
    asks_interpreter: Mapped[bool] = mapped_column(default=False)
    interpreter_until: Mapped[date | None]
    lists_participants: Mapped[bool] = mapped_column(default=False)  # publicly, those who said yes
    retention_days: Mapped[int] = mapped_column(default=180)  # after the last date; then people are forgotten
    health_days: Mapped[int] = mapped_column(default=30)  # after the last date; then health data is deleted
    health_forgotten: Mapped[datetime | None] = mapped_column(UtcDateTime)
    people_forgotten: Mapped[datetime | None] = mapped_column(UtcDateTime)
    is_demo: Mapped[bool] = mapped_column(default=False)
    published: Mapped[datetime | None] = mapped_column(UtcDateTime)
    updated: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    revision: Mapped[int] = mapped_column(default=1)

    mandate: Mapped[Mandate] = relationship()
    host: Mapped[Host | None] = relationship()
    picture: Mapped[File | None] = relationship()
    memberships: Mapped[list["Membership"]] = relationship(back_populates="conference", cascade="all, delete-orphan")

    @property
    def dates(self) -> list[date]:
        """Every date of the conference, in order."""
        return [self.first_date + timedelta(days=n) for n in range((self.last_date - self.first_date).days + 1)]

    @property
    def health_deleted_on(self) -> date:
        """The date by which health data is deleted; never before the conference is over."""
        return self.last_date + timedelta(days=max(1, self.health_days))

    @property
    def people_forgotten_on(self) -> date:
        """The date by which the people who were signed up are forgotten."""
        return self.last_date + timedelta(days=max(1, self.retention_days))

    @property
    def is_public(self) -> bool:
        """Whether the public may see its pages."""
        return self.status != "draft"

    def signup_is_open(self, moment: datetime) -> bool:
        """Whether people may sign up at ``moment``."""
        return (
            self.status == "published"
            and self.signup_opens is not None
            and self.signup_opens <= moment
            and (self.signup_closes is None or moment < self.signup_closes)
        )


class Membership(Model):
    """What a member of staff may do in one conference."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("staff_id", "conference_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    permissions: Mapped[list[str]] = mapped_column(JSON, default=list)

    staff: Mapped[Staff] = relationship()
    conference: Mapped[Conference] = relationship(back_populates="memberships")


@event.listens_for(Session, "before_flush")
def _raise_revision(session: Session, _context: Any, _instances: Any) -> None:
    """Raise the revision of each conference whose public pages this flush changes; cached pages are keyed by it."""
    touched: set[int | None] = set()
    for row in (*session.new, *session.deleted, *(r for r in session.dirty if session.is_modified(r))):
        if getattr(row, "changes_public_pages", False):
            ids = getattr(row, "touched_conference_ids", None)
            touched.update(ids() if ids else [row.id if isinstance(row, Conference) else row.conference_id])
    if touched:
        raised = update(Conference).where(Conference.id.in_(touched)).values(revision=Conference.revision + 1)
        session.connection().execute(raised)
