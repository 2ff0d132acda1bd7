"""The only place that counts seats (invariant 1).

Every limit holds at once: the conference's, a day's, the digital ones, an organisation's and a type's (``ledger``; the
keys are explained there, docs/adr/0006 says why). Whoever waits comes before a newcomer who needs the same limit. Every
function that writes locks the conference, counts anew and writes, in the transaction that the route has begun with
``begin_write``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID, uuid4, uuid5

from flask_babel import gettext as _
from sqlalchemy import bindparam, inspect, select

from konferanse.access.signin import address_key
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import line, places
from konferanse.registration.ledger import PLACE, Claim, Key, Ledger, count
from konferanse.registration.models import SEATED, WITH_ADDRESS, Invitation, Registration, RegistrationDay, SeatLimit
from konferanse.registration.organisations import organisation_id, organisation_of


class SignupClosed(Refused):
    """Sign-up is not open."""


class NoSeatLeft(Refused):
    """There is no room, and the person has not said yes to waiting."""


class SeatsInUse(Refused):
    """Fewer seats were asked for than are taken. ``key`` is the limit."""

    def __init__(self, taken: int, key: Key) -> None:
        super().__init__(_("%(n)s har allerede plass. Sett antallet til minst det.", n=taken))
        self.key = key


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
    role: str = "participant"


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


LOCKED = select(Conference).where(Conference.id == bindparam("id")).with_for_update().execution_options(populate_existing=True)
# Each half names the conference: SQLite then looks in an index for either, where it else reads everybody signed up.
OURS = Registration.conference_id == bindparam("conference")
SAME_FORM = OURS & ((Registration.key == bindparam("key")) | (Registration.key == bindparam("other")))
SAME_ADDRESS = OURS & (Registration.email_key == bindparam("email")) & WITH_ADDRESS
REPEATS, REPEATS_NAMELESS = select(Registration).where(SAME_FORM | SAME_ADDRESS), select(Registration).where(SAME_FORM)


def lock(conference: Conference) -> None:
    """Hold the conference until the transaction ends, and read it anew.

    ``begin_write`` has already locked SQLite; on PostgreSQL this row is the lock.
    """
    identity = inspect(conference).identity or ()
    db.session.execute(LOCKED, {"id": identity[0]}).scalar_one()


def promote(conference: Conference) -> Sequence[Registration]:
    """Give free seats to those first in line and return them. The caller holds the lock."""
    return line.call_in(conference, count(conference))


def register(
    conference: Conference, wish: SignUp, key: UUID, *, any_time: bool = False, invitation: Invitation | None = None
) -> Outcome:
    """Sign somebody up: confirmed when there is a seat, else waiting.

    ``key`` twice with one address is one registration. An address that is signed up already gets the status a newcomer
    would get and changes nothing. ``any_time`` lets staff sign people up outside the window; with ``invitation`` a seat
    held for it is used. Raises ``SignupClosed``.
    """
    return register_all(conference, [wish], key, any_time=any_time, invitation=invitation)[0]


def register_all(
    conference: Conference,
    wishes: Sequence[SignUp],
    key: UUID,
    *,
    any_time: bool = False,
    invitation: Invitation | None = None,
) -> list[Outcome]:
    """Sign up a party, all or nothing: everybody gets a seat, or everybody waits, as a group. Raises ``SignupClosed``."""
    lock(conference)
    if not any_time and not conference.signup_is_open(now()):
        raise SignupClosed(_("Påmeldingen er ikke åpen."))
    ledger = count(conference)
    promoted = line.call_in(conference, ledger)
    asked = []
    for number, wish in enumerate(wishes):
        found, own_key = _earlier(conference, address_key(wish.email), key if not number else uuid5(key, str(number)))
        asked.append((wish, own_key, found))
    if all(found and found.key == own_key for _wish, own_key, found in asked):
        return [Outcome(row.status, line.place(row), promoted=promoted) for _wish, _key, row in asked if row]
    claims = [claim_of(ledger, wish, invitation) for wish in wishes]
    in_person = any(claim.attendance == "physical" for claim in claims)
    waits = (line.is_selected(conference) and in_person and not invitation) or not ledger.admits(claims)
    status, in_line = ("waiting", ledger.waiting[wishes[0].attendance] + 1) if waits else ("confirmed", 0)
    party = uuid4() if len(wishes) > 1 else None  # never the form's key: one sent again with others is another party
    outcomes = []
    for number, (wish, own_key, found) in enumerate(asked):
        spot = in_line + number if waits else 0
        if found:
            outcomes.append(Outcome(status, spot, earlier=found, promoted=promoted))
            continue
        row = add_row(conference, wish, own_key, status, invitation, party)
        outcomes.append(Outcome(status, spot, registration=row, promoted=promoted))
    return outcomes


def claim_of(ledger: Ledger, wish: SignUp, invitation: Invitation | None = None) -> Claim:
    """What a newcomer needs."""
    counts_them = any(kind == "organisation" for kind, _subject in ledger.limits)
    key = organisation_of(wish.organisation).key if wish.organisation and counts_them else ""
    return Claim(wish.attendance, wish.days, key, wish.organisation_type, invitation.id if invitation else None)


def add_row(
    conference: Conference,
    wish: SignUp,
    key: UUID,
    status: str,
    invitation: Invitation | None = None,
    party: UUID | None = None,
    organisation: int | None = None,
) -> Registration:
    """Somebody new, with a ``status`` that the ledger has room for. ``intake`` and this module alone call it."""
    row = Registration(
        conference_id=conference.id,
        uid=uuid4(),
        key=key,
        email_key=address_key(wish.email),
        status=status,
        name=wish.name,
        email=wish.email,
        phone=wish.phone,
        organisation_id=organisation or (organisation_id(wish.organisation) if wish.organisation else None),
        organisation_name=wish.organisation,
        organisation_type=wish.organisation_type,
        county=wish.county,
        attendance=wish.attendance,
        role=wish.role,
        language=wish.language,
        inviter=wish.inviter,
        source=wish.source,
        accepted_privacy=wish.accepted_privacy,
        invitation_id=invitation.id if invitation else None,
        party=party,
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
    asked: dict[str, Any] = {"conference": conference.id, "key": key, "other": other}
    query, asked = (REPEATS, asked | {"email": email_key}) if email_key else (REPEATS_NAMELESS, asked)
    rows = db.session.scalars(query, asked).all()
    live = [row for row in rows if row.status != "cancelled" and row.email_key == email_key]
    repeated = next((row for row in live if row.key in (key, other)), None)
    if repeated:
        return repeated, repeated.key
    used = {row.key for row in rows}
    free = next((k for k in (key, other) if k not in used), None)
    return next((row for row in live if email_key), None), free or uuid4()


def accept(registration: Registration) -> bool:
    """Say yes to an offer; returns whether there was one. Raises ``Refused`` when it has lapsed."""
    lock_with(registration)
    if registration.status == "cancelled":
        raise Refused(_("Tilbudet har gått ut, og plassen har gått til den neste i køen. Meld deg på igjen for å stille i kø."))
    if registration.status != "offered":
        return False
    registration.status, registration.offer_expires, registration.updated = "confirmed", None, now()
    registration.sequence += 1  # an entry that was taken out before must come back (RFC 5546, 2.1.4)
    return True


def settle(conference: Conference) -> tuple[Sequence[Registration], Sequence[Registration]]:
    """Let offers that nobody took lapse, and call in the next; returns (lapsed, called in)."""
    lock(conference)
    lapsed = db.session.scalars(
        select(Registration).where(
            Registration.conference_id == conference.id,
            Registration.status == "offered",
            Registration.offer_expires <= now(),
        )
    ).all()
    for row in lapsed:
        _end(row, "lapsed")
    db.session.flush()
    return lapsed, promote(conference)


def give(conference: Conference, rows: Sequence[Registration]) -> Sequence[Registration]:
    """Seat those of ``rows`` who wait, past the line but within every limit, all or none. Raises ``NoSeatLeft``."""
    lock(conference)
    chosen = [row for row in rows if row.status == "waiting"]
    if short := count(conference).short([Claim.of(row) for row in chosen]):
        raise NoSeatLeft(places.in_words(short))
    line.seat(chosen, line.offer_until(conference))
    return chosen


def turn_down(conference: Conference, rows: Sequence[Registration]) -> Sequence[Registration]:
    """Say no to those of ``rows`` who wait; returns those for whom the line is then clear."""
    lock(conference)
    for row in rows:
        if row.status == "waiting":
            _end(row, "declined")
    db.session.flush()
    return promote(conference)


def cancel(registration: Registration, ended_by: str = "self") -> Sequence[Registration]:
    """Give up a seat or a place in line; returns those who get the seat. Twice is once."""
    lock_with(registration)
    if registration.status == "cancelled":
        return ()
    _end(registration, ended_by)
    db.session.flush()
    return promote(registration.conference)


def cancel_all(conference: Conference, rows: Sequence[Registration], ended_by: str) -> Sequence[Registration]:
    """Give up what all of ``rows`` have, and only then call in the next; returns those who get a seat."""
    lock(conference)
    for row in rows:
        if row.status != "cancelled":
            _end(row, ended_by)
    db.session.flush()
    return promote(conference)


def _end(row: Registration, ended_by: str) -> None:
    row.status, row.ended_by, row.offer_expires, row.updated = "cancelled", ended_by, None, now()
    row.sequence += 1


def change(
    registration: Registration, days: Sequence[date], attendance: str, *, may_wait: bool = False
) -> Sequence[Registration]:
    """Come on other days, or in another way; returns those who get a seat this frees.

    What is new needs room; with ``may_wait`` somebody digital who wants to come in person gets a place last in line
    when there is none. Raises ``NoSeatLeft`` otherwise, and ``Refused`` for a registration that is cancelled.
    """
    lock_with(registration)
    if registration.status == "cancelled":
        raise Refused(_("Denne påmeldingen gjelder ikke lenger. Meld på igjen for å endre den."))
    conference, before = registration.conference, Claim.of(registration)
    after = before._replace(days=tuple(sorted(set(days))), attendance=attendance)
    ledger = count(conference)
    called = line.call_in(conference, ledger)
    if registration.status in SEATED or attendance != before.attendance:
        lacking = ledger.lacking(before if registration.status in SEATED else None, after)
        is_new = before.attendance == "digital" and attendance == "physical"
        if line.is_selected(conference) and is_new and PLACE not in ledger.own(after):
            lacking.add(PLACE)
        if not lacking:
            registration.status = "offered" if registration.status == "offered" else "confirmed"
        elif may_wait and attendance == "physical" and before.attendance == "digital":
            registration.status, registration.queued, registration.party = "waiting", now(), None
        else:
            raise NoSeatLeft(places.in_words(lacking))
    if attendance != before.attendance:
        registration.party = None
    registration.attendance, registration.updated = attendance, now()
    registration.sequence += 1
    kept = {day.date: day for day in registration.days}
    registration.days = [kept.get(day) or RegistrationDay(date=day) for day in after.days]
    db.session.flush()
    return [*called, *promote(conference)]


def set_seats(conference: Conference, seats: int | None) -> Sequence[Registration]:
    """Change how many seats there are; returns those who get one. Raises ``SeatsInUse``."""
    lock(conference)
    limits = {(row.kind, row.subject): row.seats for row in _limits(conference)}
    return set_limits(conference, limits if seats is None else limits | {PLACE: seats})


def set_limits(conference: Conference, limits: Mapping[Key, int]) -> Sequence[Registration]:
    """Put ``limits``, with the conference's own as ``PLACE``, in place of those there are; returns those who get a seat.

    The conference, a day and the digital places cannot have fewer than are taken (``SeatsInUse``). An organisation or a
    type that is past a new limit already keeps its people and gets no more.
    """
    lock(conference)
    before = count(conference).limits
    conference.seats = limits.get(PLACE)
    held = {(row.kind, row.subject): row for row in _limits(conference)}
    for key in held.keys() - limits.keys():
        db.session.delete(held[key])
    for key in limits.keys() - {PLACE}:
        if key in held:
            held[key].seats = limits[key]
        else:
            db.session.add(SeatLimit(conference_id=conference.id, kind=key[0], subject=key[1], seats=limits[key]))
    db.session.flush()
    ledger = count(conference)
    for key, seats in limits.items():
        is_new = before.get(key) != seats
        if is_new and key[0] in ("conference", "day", "digital") and ledger.taken[key] > seats:
            raise SeatsInUse(ledger.taken[key], key)
    return line.call_in(conference, ledger)


def _limits(conference: Conference) -> Sequence[SeatLimit]:
    return db.session.scalars(select(SeatLimit).where(SeatLimit.conference_id == conference.id)).all()


def hold(conference: Conference, invitation: Invitation, seats: int, until: date | None) -> Sequence[Registration]:
    """Hold ``seats`` for an invited organisation ``until`` then; returns those who get a seat that this lets go.

    Raises ``NoSeatLeft`` when it would hold more than a limit has free.
    """
    lock(conference)
    db.session.flush()
    before = count(conference)
    invitation.seats, invitation.held_until = seats, until
    db.session.flush()
    ledger = count(conference)
    if over := [key for key in ledger.over() if ledger.taken[key] > before.taken[key]]:
        free = min(before.left(key) or 0 for key in over)
        raise NoSeatLeft(_("Det er ikke plass til så mange. %(n)s plasser er ledige.", n=free))
    return line.call_in(conference, ledger)


def lock_with(registration: Registration) -> None:
    """Lock the conference of ``registration``, then see the registration as the last writer left it.

    Reading one that is gone raises ``ObjectDeletedError``.
    """
    lock(registration.conference)
    db.session.expire(registration)
