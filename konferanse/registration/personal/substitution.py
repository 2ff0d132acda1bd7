"""Somebody who cannot come lets another person have the seat.

The seat, its days, the organisation and the table stay; everything about the first person goes: health data, answers,
consents, and the link. Whoever gives a seat on is not told whether the other was signed up already: each outcome looks the
same on the screen, and the mails say what is true.

- A newcomer takes over the registration.
- Somebody in line gets the seat, and leaves the line.
- Somebody who has a seat keeps it, and somebody in line for a seat in person keeps the place when the one given up is
  digital; what is given up goes to the first in line.
"""

from dataclasses import dataclass
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.access.signin import address_key
from konferanse.common import audit, outbox
from konferanse.common.audit import AuditEntry
from konferanse.common.clock import now, today
from konferanse.common.errors import Refused
from konferanse.extensions import db
from konferanse.registration import seats, signup
from konferanse.registration.mail import letters
from konferanse.registration.models import LIVE, Attendance, Registration, RegistrationDay
from konferanse.registration.needs import needs
from konferanse.registration.questions import questions

HANDED_OVER = "registration.handed_over"
# What a seat is counted by: it goes with the seat, so that no limit is passed.
OF_THE_SEAT = (
    "attendance", "organisation_id", "organisation_name", "organisation_type", "county", "invitation_id", "role",
)  # fmt: skip


@dataclass(frozen=True)
class Substitute:
    """Who comes instead; without an address only where somebody else looks after the seat."""

    name: str
    email: str
    phone: str = ""
    language: str = "nb"


def possible(registration: Registration) -> bool:
    """Whether the seat can be given on now."""
    conference = registration.conference
    return registration.status == "confirmed" and conference.status == "published" and conference.last_date >= today()


def hand_over(registration: Registration, substitute: Substitute, *, actor: str = signup.PARTICIPANT) -> None:
    """Give the seat to ``substitute``, in the transaction the route has begun. Raises ``Refused``."""
    conference = registration.conference
    seats.lock_with(registration)
    if not possible(registration):
        raise Refused(_("Plassen kan ikke gis videre nå. Bare den som har plass på en konferanse som skal holdes, kan det."))
    if db.session.scalar(select(Attendance.id).where(Attendance.registration_id == registration.id).limit(1)):
        raise Refused(_("Du er registrert som møtt opp, så plassen kan ikke gis videre her. Snakk med arrangøren."))
    key = address_key(substitute.email)
    there = db.session.scalar(
        select(Registration).where(
            Registration.conference_id == conference.id,
            Registration.email_key == key,
            Registration.email_key != "",
            Registration.status.in_(LIVE),
            Registration.id != registration.id,
        )
    )
    if there is None:
        _renew(registration, substitute, key)
    elif there.status == "waiting" and there.attendance == registration.attendance:
        _into_the_seat(registration, there)
    else:
        signup.cancel(registration, actor=actor)
        _forget_answers(registration)
        letters.already(there)
    if there is not None:
        registration.generation += 1
    audit.record(actor, HANDED_OVER, scope=conference.slug, subject=registration.uid, generation=registration.generation)
    db.session.flush()


def handed_over_since(uid: UUID, generation: int) -> bool:
    """Whether the seat was given on after links of ``generation`` were made."""
    latest = last_handed_over(uid)
    return latest is not None and generation < int(latest.detail["generation"])


def last_handed_over(uid: UUID) -> AuditEntry | None:
    """The log line of when the present holder got the seat; None for somebody who signed up."""
    query = select(AuditEntry).where(AuditEntry.action == HANDED_OVER, AuditEntry.subject == str(uid))
    return db.session.scalars(query.order_by(AuditEntry.id.desc()).limit(1)).first()


def _renew(row: Registration, substitute: Substitute, key: str) -> None:
    """The registration becomes the other person's."""
    row.sequence += 1
    outbox.drop_delayed(row.uid)
    letters.cancelled(row, had_entry=True)
    _forget_answers(row)
    needs.erase(row)
    row.name, row.email, row.email_key, row.phone = substitute.name, substitute.email, key, substitute.phone
    row.language, row.inviter, row.accepted_privacy, row.mail_trouble = substitute.language, "", None, ""
    row.generation, row.sequence, row.updated = row.generation + 1, row.sequence + 1, now()
    db.session.flush()
    letters.confirmed(row)


def _into_the_seat(row: Registration, there: Registration) -> None:
    """Somebody in line takes the seat as it is, and nobody else comes in between."""
    row.status, row.ended_by, row.sequence, row.updated = "cancelled", "self", row.sequence + 1, now()
    for person in (row, there):
        outbox.drop_delayed(person.uid)
    letters.cancelled(row, had_entry=True)
    _forget_answers(row)
    needs.erase(row)
    db.session.flush()
    for name in OF_THE_SEAT:
        setattr(there, name, getattr(row, name))
    there.status, there.party, there.updated = "confirmed", None, now()
    there.sequence += 1
    kept = {day.date: day for day in there.days}
    there.days = [kept.get(day) or RegistrationDay(date=day) for day in row.dates]
    db.session.flush()
    letters.promoted(there)
    # Whoever stood behind ``there`` may have room now.
    signup.tell_promoted(seats.promote(row.conference))


def _forget_answers(row: Registration) -> None:
    questions.erase(list(questions.held(row).values()))
