"""Who comes. Health data sits in a table of its own (invariant 8)."""

from datetime import date, datetime
from typing import Any, ClassVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from konferanse.common.clock import now
from konferanse.common.storage import File
from konferanse.conference.models import Conference
from konferanse.extensions import Model, UtcDateTime, db

ORGANISATION_TYPES = (
    "rhf", "helseforetak", "nav", "tiltaksbedrift", "ips", "vernetjeneste", "tillitsvalgt", "arbeidsgiverorganisasjon",
    "annen-helseregion", "statlig", "kommune", "bruker", "annet",
)  # fmt: skip
COUNTIES = (
    "akershus", "agder", "buskerud", "finnmark", "innlandet", "more-og-romsdal", "nordland", "oslo", "ostfold", "rogaland",
    "telemark", "troms", "trondelag", "vestfold", "vestland", "annet",
)  # fmt: skip
STATUSES = ("confirmed", "offered", "waiting", "cancelled")
LIVE = ("confirmed", "offered", "waiting")
SEATED = ("confirmed", "offered")  # an offer holds its seat until it lapses
WITH_ADDRESS = text("status != 'cancelled' AND email_key != ''")  # in a query as in the index, or SQLite reads every row
QUESTION_KINDS = ("text", "long", "choice", "choices", "number", "date", "file", "consent")


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
    """One person's sign-up. ``status`` is confirmed, offered (until ``offer_expires``), waiting or cancelled.

    ``key`` is the form's UUID, which makes a repeat harmless; ``email_key`` the address as compared, unique among those
    not cancelled; ``queued`` the place in line; ``sequence`` the calendar entry's (RFC 5545). Those with one ``party`` wait
    as a group. ``ended_by`` says how a cancelled one ended: self, staff, contact, lapsed or declined. ``mail_trouble`` is
    what the mail server said of an address that does not work. Once ``forgotten``, only what statistics need is left.
    """

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("conference_id", "key"),
        Index(
            "uq_registration_live_email",
            "conference_id",
            "email_key",
            unique=True,
            sqlite_where=WITH_ADDRESS,
            postgresql_where=WITH_ADDRESS,
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
    source: Mapped[str] = mapped_column(String(10), default="web")  # web, phone, door, import, demo
    status: Mapped[str] = mapped_column(String(10))
    queued: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    accepted_privacy: Mapped[datetime | None] = mapped_column(UtcDateTime)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitation.id", ondelete="SET NULL"), index=True)
    party: Mapped[UUID | None] = mapped_column(index=True)
    offer_expires: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_by: Mapped[str] = mapped_column(String(10), default="")
    mail_trouble: Mapped[str] = mapped_column(String(300), default="")
    forgotten: Mapped[datetime | None] = mapped_column(UtcDateTime)
    generation: Mapped[int] = mapped_column(default=0)
    sequence: Mapped[int] = mapped_column(default=0)
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    conference: Mapped[Conference] = relationship()
    invitation: Mapped["Invitation | None"] = relationship()
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


class SeatLimit(Model):
    """At most ``seats`` people of one kind, beside the conference's own limit; ``seats.py`` alone counts them.

    ``kind`` with ``subject``: ``day`` an ISO date, ``digital`` nothing, ``organisation`` an organisation's key or nothing
    for each one, ``type`` an organisation type. All but ``digital`` count those who come in person.
    """

    __tablename__ = "seat_limit"
    __table_args__ = (UniqueConstraint("conference_id", "kind", "subject"), CheckConstraint("seats >= 0", name="seats"))
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(12))
    subject: Mapped[str] = mapped_column(String(200), default="")
    seats: Mapped[int]


class Invitation(Model):
    """Seats held for an organisation until ``held_until`` (None: until the conference), filled by its contact person.

    The contact's link is signed with ``generation``. ``closed`` once it is withdrawn or declined: nothing is held then.
    """

    __tablename__ = "invitation"
    changes_public_pages: ClassVar = True

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(ForeignKey("organisation.id"))
    organisation_name: Mapped[str] = mapped_column(String(200))
    organisation_type: Mapped[str] = mapped_column(String(30), default="annet")
    county: Mapped[str] = mapped_column(String(30), default="annet")
    contact_name: Mapped[str] = mapped_column(String(120), default="")
    contact_email: Mapped[str] = mapped_column(String(320))
    language: Mapped[str] = mapped_column(String(2), default="nb")
    seats: Mapped[int]
    held_until: Mapped[date | None]
    generation: Mapped[int] = mapped_column(default=0)
    sent: Mapped[datetime | None] = mapped_column(UtcDateTime)
    closed: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    conference: Mapped[Conference] = relationship()


class Question(Model):
    """A question of the organiser's own. Answers outlive it: ``retired`` takes it off the form and deletes nothing.

    ``preset`` names a ready-made one ("" otherwise). Shown when ``shown_if`` is unset, or its answer is ``shown_if_value``
    (one of them, for several choices). ``required_by`` makes a required one required from that date on only.
    """

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str] = mapped_column(String(10))
    preset: Mapped[str] = mapped_column(String(30), default="")
    label: Mapped[str] = mapped_column(String(300))
    help: Mapped[str] = mapped_column(String(600), default="")
    options: Mapped[list[str]] = mapped_column(JSON, default=list)
    required: Mapped[bool] = mapped_column(default=False)
    required_by: Mapped[date | None]
    shown_if_id: Mapped[int | None] = mapped_column(ForeignKey("question.id", ondelete="SET NULL"))
    shown_if_value: Mapped[str] = mapped_column(String(300), default="")
    retired: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    shown_if: Mapped["Question | None"] = relationship(remote_side="Question.id")


class QuestionAnswer(Model):
    """What one person answered. ``value`` is a text, a list of texts (several choices), a number, an ISO date, or True for
    a consent; a withdrawn consent keeps its row with ``withdrawn``."""

    __tablename__ = "question_answer"
    __table_args__ = (UniqueConstraint("registration_id", "question_id"),)
    changes_public_pages: ClassVar = True  # consents decide who is on the public list of participants

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id", ondelete="CASCADE"), index=True)
    value: Mapped[Any] = mapped_column(JSON)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("file.id"))
    given: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    withdrawn: Mapped[datetime | None] = mapped_column(UtcDateTime)

    registration: Mapped[Registration] = relationship()
    question: Mapped[Question] = relationship()
    file: Mapped[File | None] = relationship()

    def touched_conference_ids(self) -> set[int]:
        """The conference whose pages change with this row."""
        return {(self.registration or db.session.get_one(Registration, self.registration_id)).conference_id}


class Attendance(Model):
    """That somebody was there on a day. ``actor`` as in the audit log."""

    __tablename__ = "attendance"
    __table_args__ = (UniqueConstraint("registration_id", "date"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"))
    date: Mapped[date]
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    left: Mapped[datetime | None] = mapped_column(UtcDateTime)
    actor: Mapped[str] = mapped_column(String(80))

    registration: Mapped[Registration] = relationship()


class MailText(Model):
    """The organiser's own words in one kind of letter, in one language, instead of ours. Placeholders: ``letters``."""

    __tablename__ = "mail_text"
    __table_args__ = (UniqueConstraint("conference_id", "kind", "language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(40))
    language: Mapped[str] = mapped_column(String(2))
    subject: Mapped[str] = mapped_column(String(150), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    updated: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class Mailing(Model):
    """A mail to many: a draft, scheduled, or sent. ``texts`` is {language: {"subject", "text"}}.

    ``audience`` is what ``mailings.recipients`` understands. Sent at ``send_at``, or ``days`` before (negative: after)
    ``anchor``: first_date, last_date, signup_closes or questions.
    """

    __tablename__ = "mailing"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    texts: Mapped[dict[str, dict[str, str]]] = mapped_column(JSON, default=dict)
    audience: Mapped[dict[str, str]] = mapped_column(JSON, default=dict)
    status: Mapped[str] = mapped_column(String(10), default="draft")  # draft, scheduled, sent
    send_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    anchor: Mapped[str] = mapped_column(String(20), default="")
    days: Mapped[int] = mapped_column(default=0)
    recipients: Mapped[int | None]  # how many it went to
    actor: Mapped[str] = mapped_column(String(80), default="")
    sent: Mapped[datetime | None] = mapped_column(UtcDateTime)
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    updated: Mapped[datetime] = mapped_column(UtcDateTime, default=now)

    conference: Mapped[Conference] = relationship()


class BulkAction(Model):
    """What was done to many at once, so that it can be undone. ``before`` is {registration uid: what it was}."""

    __tablename__ = "bulk_action"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    action: Mapped[str] = mapped_column(String(20))
    before: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    actor: Mapped[str] = mapped_column(String(80))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    undone: Mapped[datetime | None] = mapped_column(UtcDateTime)


class AccessNeed(Model):
    """An allergy or a need for adjustment: special category data (GDPR art. 9), held on explicit consent.

    Read with the ``needs`` permission only, each reading logged; never in logs, mail, feeds, URLs or exports; deleted by
    its own clock.
    """

    __tablename__ = "access_need"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(String(12))  # allergy, access or interpreter
    text: Mapped[str] = mapped_column(Text)
    consented: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    status: Mapped[str] = mapped_column(String(10), default="new")  # new, arranged, cannot
    reply: Mapped[str] = mapped_column(Text, default="")  # read on the personal page only

    registration: Mapped[Registration] = relationship()
