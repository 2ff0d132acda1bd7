"""Who comes. Health data sits in a table of its own (invariant 8)."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID, uuid4

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import Model, UtcDateTime

ORGANISATION_TYPES = (
    "rhf", "helseforetak", "nav", "tiltaksbedrift", "ips", "vernetjeneste", "tillitsvalgt", "arbeidsgiverorganisasjon",
    "annen-helseregion", "statlig", "kommune", "bruker", "annet",
)  # fmt: skip
COUNTIES = (
    "akershus", "agder", "buskerud", "finnmark", "innlandet", "more-og-romsdal", "nordland", "oslo", "ostfold", "rogaland",
    "telemark", "troms", "trondelag", "vestfold", "vestland", "annet",
)  # fmt: skip
STATUSES = ("confirmed", "waiting", "cancelled")


class Organisation(Model):
    """An organisation that takes part; ``key`` is its name as compared (trimmed, NFKC, case-folded)."""

    __tablename__ = "organisation"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    key: Mapped[str] = mapped_column(String(200), unique=True)
    org_nr: Mapped[str] = mapped_column(String(9), default="")

    aliases: Mapped[list["OrganisationAlias"]] = relationship(cascade="all, delete-orphan")


class OrganisationAlias(Model):
    """Another way people write an organisation's name."""

    __tablename__ = "organisation_alias"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisation.id", ondelete="CASCADE"), index=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)


class Registration(Model):
    """One person's sign-up. ``status`` is confirmed, waiting or cancelled; only confirmed physical ones take a seat.

    ``key`` is the form's UUID, which makes a repeat harmless; ``email_key`` the address as compared, unique among those
    not cancelled; ``queued`` the place in line; ``sequence`` the calendar entry's (RFC 5545).
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("conference_id", "key"),
        Index(
            "uq_registration_live_email",
            "conference_id",
            "email_key",
            unique=True,
            sqlite_where=text("status != 'cancelled' AND email_key != ''"),
            postgresql_where=text("status != 'cancelled' AND email_key != ''"),
        ),
        Index("ix_registration_seats", "conference_id", "status", "attendance"),
    )
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    key: Mapped[UUID] = mapped_column(default=uuid4)
    name: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(320), default="")
    email_key: Mapped[str] = mapped_column(String(320), default="")
    phone: Mapped[str] = mapped_column(String(30), default="")
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"), index=True)
    organisation_name: Mapped[str] = mapped_column(String(200), default="")  # as the person wrote it
    organisation_type: Mapped[str] = mapped_column(String(30), default="annet")
    county: Mapped[str] = mapped_column(String(30), default="annet")
    attendance: Mapped[str] = mapped_column(String(10), default="physical")
    role: Mapped[str] = mapped_column(String(20), default="participant")  # participant or facilitator
    language: Mapped[str] = mapped_column(String(2), default="nb")
    inviter: Mapped[str] = mapped_column(String(200), default="")
    source: Mapped[str] = mapped_column(String(10), default="web")  # web, phone, import, demo
    status: Mapped[str] = mapped_column(String(10))
    queued: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    accepted_privacy: Mapped[datetime | None] = mapped_column(UtcDateTime)
    generation: Mapped[int] = mapped_column(default=0)
    sequence: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    conference: Mapped[Conference] = relationship()
    organisation: Mapped[Organisation | None] = relationship()
    days: Mapped[list["RegistrationDay"]] = relationship(
        cascade="all, delete-orphan", order_by="RegistrationDay.date", lazy="selectin"
    )

    @property
    def dates(self) -> list[date]:
        """The dates this person comes."""
        return [day.date for day in self.days]


class RegistrationDay(Model):
    """A day somebody comes."""

    __tablename__ = "registration_day"
    __table_args__ = (UniqueConstraint("registration_id", "date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    date: Mapped[date]


class AccessNeed(Model):
    """An allergy or a need for adjustment: special category data (GDPR art. 9), held on explicit consent.

    Read with the ``needs`` permission only, each reading logged; never in logs, mail, feeds, URLs or exports; deleted by
    its own clock.
    """

    __tablename__ = "access_need"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(10))  # allergy or access
    text: Mapped[str] = mapped_column(Text)
    consented: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    status: Mapped[str] = mapped_column(String(10), default="new")  # new, arranged, cannot
    reply: Mapped[str] = mapped_column(Text, default="")  # read on the personal page only

    registration: Mapped[Registration] = relationship()
