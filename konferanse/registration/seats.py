"""The only place that counts seats (invariant 1).

``conference.seats`` limits confirmed people who come in person, whichever days they come; None is no limit. Somebody
digital takes no seat and never waits. Whoever waits comes before a newcomer. Every function that writes locks the
conference, counts anew and writes, in the transaction that the route has begun with ``begin_write``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID, uuid4, uuid5

from flask_babel import gettext as _
from sqlalchemy import func, inspect, or_, select

from konferanse.access.signin import address_key
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.models import Registration, RegistrationDay
from konferanse.registration.organisations import organisation_id


class SignupClosed(Refused):
    """Sign-up is not open."""


class NoSeatLeft(Refused):
    """Every seat is taken, and the person has not said yes to waiting."""


class SeatsInUse(Refused):
    """Fewer seats were asked for than are taken."""


@dataclass(frozen=True)
class SignUp:
    """What somebody asks for. ``days`` are dates of the conference; the rest is as on ``Registration``."""

    name: str
    attendance: str
    days: tuple[date, ...]
    email: str = ""
    organisation: str = ""
    organisation_type: str = "annet"
    county: str = "annet"
    phone: str = ""
    inviter: str = ""
    language: str = "nb"
    source: str = "web"
    accepted_privacy: datetime | None = None


class Availability(NamedTuple):
    """``seats`` and ``left`` are None without a limit; ``left`` is never negative."""

    seats: int | None
    taken: int
    left: int | None
    waiting: int

    @property
    def is_full(self) -> bool:
        """Whether somebody new who comes in person has to wait."""
        return self.left is not None and (self.left == 0 or self.waiting > 0)


class Outcome(NamedTuple):
    """What a sign-up came to.

    ``status`` and ``place`` (in line, 0 when not waiting) are what the screen shows. ``registration`` is the new one;
    it is None for a repeat, and for an address that was signed up before, whose registration is ``earlier``.
    """

    status: str
    place: int
    registration: Registration | None = None
    earlier: Registration | None = None
    promoted: Sequence[Registration] = ()


def availability(conference: Conference) -> Availability:
    """The seats of ``conference``, counted now. One query."""
    rows = db.session.execute(
        select(Registration.status, func.count())
        .where(
            Registration.conference_id == conference.id,
            Registration.attendance == "physical",
            Registration.status.in_(("confirmed", "waiting")),
        )
        .group_by(Registration.status)
    ).all()
    counts = {row[0]: row[1] for row in rows}
    taken, seats = counts.get("confirmed", 0), conference.seats
    return Availability(seats, taken, None if seats is None else max(0, seats - taken), counts.get("waiting", 0))


def lock(conference: Conference) -> None:
    """Hold the conference until the transaction ends, and read it anew.

    ``begin_write`` has already locked SQLite; on PostgreSQL this row is the lock.
    """
    identity = inspect(conference).identity or ()
    query = select(Conference).where(Conference.id == identity[0]).with_for_update()
    db.session.execute(query.execution_options(populate_existing=True)).scalar_one()


def register(conference: Conference, wish: SignUp, key: UUID, *, any_time: bool = False) -> Outcome:
    """Sign somebody up: confirmed when there is a seat, else waiting.

    ``key`` twice with one address is one registration. An address that is signed up already gets the status a newcomer
    would get and changes nothing. ``any_time`` lets staff sign people up outside the window. Raises ``SignupClosed``.
    """
    lock(conference)
    if not any_time and not conference.signup_is_open(now()):
        raise SignupClosed(_("Påmeldingen er ikke åpen."))
    email_key = address_key(wish.email)
    found, key = _earlier(conference, email_key, key)
    seats = availability(conference)
    promoted = promote(conference, seats) if seats.waiting and seats.left != 0 else ()
    if promoted:
        seats = availability(conference)
    if found and found.key == key:
        return Outcome(found.status, place(found), promoted=promoted)
    waits = wish.attendance == "physical" and seats.is_full
    status, in_line = ("waiting", seats.waiting + 1) if waits else ("confirmed", 0)
    if found:
        return Outcome(status, in_line, earlier=found, promoted=promoted)
    row = _add(conference, wish, key, status)
    return Outcome(status, in_line, registration=row, promoted=promoted)


def enter(conference: Conference, wish: SignUp, key: UUID, status: str = "") -> Outcome:
    """Take in somebody from a sheet, with the ``status`` it gives, or as the seats decide when it gives none.

    Somebody who is there already is left as they are. Raises ``NoSeatLeft`` when the sheet seats more than there is room for.
    """
    if not status:
        return register(conference, wish, key, any_time=True)
    lock(conference)
    found, key = _earlier(conference, address_key(wish.email), key)
    if found:
        return Outcome(found.status, 0, earlier=found)
    seats = availability(conference)
    if status == "confirmed" and wish.attendance == "physical" and seats.left == 0:
        raise NoSeatLeft(_("Alle plassene er tatt."))
    if status == "waiting" and wish.attendance == "digital":
        status = "confirmed"
    row = _add(conference, wish, key, status)
    db.session.flush()
    return Outcome(status, 0, registration=row)


def _add(conference: Conference, wish: SignUp, key: UUID, status: str) -> Registration:
    row = Registration(
        conference_id=conference.id,
        uid=uuid4(),
        key=key,
        email_key=address_key(wish.email),
        status=status,
        name=wish.name,
        email=wish.email,
        phone=wish.phone,
        organisation_id=organisation_id(wish.organisation) if wish.organisation else None,
        organisation_name=wish.organisation,
        organisation_type=wish.organisation_type,
        county=wish.county,
        attendance=wish.attendance,
        language=wish.language,
        inviter=wish.inviter,
        source=wish.source,
        accepted_privacy=wish.accepted_privacy,
        queued=now(),
        generation=0,
        sequence=0,
        days=[RegistrationDay(date=day) for day in sorted(set(wish.days))],
    )
    db.session.add(row)
    return row


def _earlier(conference: Conference, email_key: str, key: UUID) -> tuple[Registration | None, UUID]:
    """The registration that this one repeats (same key) or doubles (same address), and the key to store.

    A form sent again with another address – the Back button, to sign up a colleague – is not a repeat, nor is one whose
    registration was cancelled: those get a key of their own, the same each time.
    """
    other = uuid5(key, email_key)
    same_address = (Registration.email_key == email_key) & (Registration.status != "cancelled")
    rows = db.session.scalars(
        select(Registration).where(
            Registration.conference_id == conference.id,
            or_(Registration.key.in_((key, other)), same_address) if email_key else Registration.key.in_((key, other)),
        )
    ).all()
    live = [row for row in rows if row.status != "cancelled" and row.email_key == email_key]
    repeated = next((row for row in live if row.key in (key, other)), None)
    if repeated:
        return repeated, repeated.key
    used = {row.key for row in rows}
    free = next((k for k in (key, other) if k not in used), None)
    return next((row for row in live if email_key), None), free or uuid4()


def place(registration: Registration) -> int:
    """The place in line, 1 for the first; 0 for somebody who does not wait."""
    if registration.status != "waiting":
        return 0
    before = (Registration.queued < registration.queued) | (
        (Registration.queued == registration.queued) & (Registration.id < registration.id)
    )
    count = db.session.scalar(
        select(func.count()).where(
            Registration.conference_id == registration.conference_id, Registration.status == "waiting", before
        )
    )
    return (count or 0) + 1


def promote(conference: Conference, seats: Availability | None = None) -> Sequence[Registration]:
    """Give free seats to those first in line and return them. The caller holds the lock.

    Nobody is called in to a conference that is postponed, cancelled or over.
    """
    seats = seats or availability(conference)
    if conference.status != "published" or not seats.waiting or seats.left == 0:
        return ()
    first = db.session.scalars(
        select(Registration)
        .where(Registration.conference_id == conference.id, Registration.status == "waiting")
        .order_by(Registration.queued, Registration.id)
        .limit(seats.left)
    ).all()
    for row in first:
        row.status, row.updated = "confirmed", now()
    db.session.flush()
    return first


def cancel(registration: Registration) -> Sequence[Registration]:
    """Give up a seat or a place in line; returns those who get the seat. Twice is once."""
    _lock_with(registration)
    if registration.status == "cancelled":
        return ()
    registration.status, registration.updated = "cancelled", now()
    registration.sequence += 1
    db.session.flush()
    return promote(registration.conference)


def change(
    registration: Registration, days: Sequence[date], attendance: str, *, may_wait: bool = False
) -> Sequence[Registration]:
    """Come on other days, or in another way; returns those who get a seat this frees.

    Somebody digital who wants to come in person gets a seat, or with ``may_wait`` a place last in line. Raises
    ``NoSeatLeft`` otherwise, and ``Refused`` for a registration that is cancelled.
    """
    _lock_with(registration)
    if registration.status == "cancelled":
        raise Refused(_("Denne påmeldingen gjelder ikke lenger. Meld på igjen for å endre den."))
    if attendance == "physical" and registration.attendance == "digital":
        if availability(registration.conference).is_full:
            if not may_wait:
                raise NoSeatLeft(_("Alle plassene er tatt. Du er fortsatt påmeldt digitalt."))
            registration.status, registration.queued = "waiting", now()
    elif attendance == "digital":
        registration.status = "confirmed"
    registration.attendance, registration.updated = attendance, now()
    registration.sequence += 1
    kept = {day.date: day for day in registration.days}
    registration.days = [kept.get(day) or RegistrationDay(date=day) for day in sorted(set(days))]
    db.session.flush()
    return promote(registration.conference)


def set_seats(conference: Conference, seats: int | None) -> Sequence[Registration]:
    """Change how many seats there are; returns those who get one. Raises ``SeatsInUse``."""
    lock(conference)
    taken = availability(conference).taken
    if seats is not None and seats < taken:
        raise SeatsInUse(_("%(n)s har allerede plass. Sett antallet til minst det.", n=taken))
    conference.seats = seats
    db.session.flush()
    return promote(conference)


def _lock_with(registration: Registration) -> None:
    """Lock the conference of ``registration``, then read the registration as the last writer left it."""
    lock(registration.conference)
    db.session.refresh(registration)
