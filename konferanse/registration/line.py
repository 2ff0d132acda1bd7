"""Who is next: the waiting line, and who in it gets a seat that is free. It writes nothing by itself but statuses."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from uuid import UUID

from sqlalchemy import ColumnElement, false, func, or_, select
from sqlalchemy.orm import joinedload

from konferanse.common.clock import OSLO, now
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.ledger import DIGITAL, PLACE, Claim, Key, Ledger
from konferanse.registration.models import Organisation, Registration, RegistrationDay

SOON = timedelta(hours=1)  # an offer that would lapse sooner is no offer: the seat is given
AT_A_TIME = 50


def place(registration: Registration) -> int:
    """The place in line, 1 for the first; 0 for somebody who does not wait."""
    if registration.status != "waiting":
        return 0
    before = (Registration.queued < registration.queued) | (
        (Registration.queued == registration.queued) & (Registration.id < registration.id)
    )
    count = db.session.scalar(
        select(func.count()).where(
            Registration.conference_id == registration.conference_id,
            Registration.status == "waiting",
            Registration.attendance == registration.attendance,
            before,
        )
    )
    return (count or 0) + 1


def call_in(conference: Conference, ledger: Ledger) -> list[Registration]:
    """Seat those in line whom the limits have room for; what they wait for is then ``ledger.blocked``.

    Nobody is called in to a conference that is postponed, cancelled or over, nor where the organiser selects.
    """
    until = offer_until(conference)
    called: list[Registration] = []
    for party in in_turn(conference, ledger):
        seat(party, until)
        called += party
    if called:
        db.session.flush()
    return called


def seat(rows: Sequence[Registration], until: datetime | None) -> None:
    """Give ``rows`` a seat, or an offer of one ``until`` then."""
    for row in rows:
        row.status, row.offer_expires, row.updated = "offered" if until else "confirmed", until, now()


def in_turn(conference: Conference, ledger: Ledger) -> Iterator[list[Registration]]:
    """The parties in line, first to last, that get a seat; they are taken in ``ledger``.

    A party that does not fit blocks what it lacks for everybody behind it, and nothing else: one organisation at its
    limit does not hold up the others, and a group is not passed by the single people behind it. But one that is larger than
    a limit holds up nobody: the seats would stand empty for good.
    """
    nobody_is_called = conference.status != "published" or is_selected(conference)
    for attendance, root in (("physical", PLACE), ("digital", DIGITAL)):
        if not ledger.waiting[attendance]:
            continue
        if nobody_is_called or ledger.left(root) == 0:
            ledger.blocked.add(root)
            continue
        # Those who follow digitally take no place on a day, nor of their organisation's.
        for party in _parties(conference, attendance, ledger.blocked if attendance == "physical" else set()):
            claims = [Claim.of(row) for row in party]
            if ledger.admits(claims):
                ledger.take(claims)
                yield party
            elif ledger.is_possible(claims):
                ledger.blocked |= ledger.short(claims)
            if ledger.left(root) == 0:
                ledger.blocked.add(root)
            if root in ledger.blocked:
                break


def _parties(conference: Conference, attendance: str, blocked: set[Key]) -> Iterator[list[Registration]]:
    """Those who wait, in order; people of one party together, where the first of them stands.

    Whoever wants a limit that has come to be ``blocked`` is left out from the next read on, so that a long line for a full
    day is not read through each time: alone they can neither get a seat nor hold up anybody whom the limits do not.
    """
    line = (
        select(Registration)
        .where(
            Registration.conference_id == conference.id,
            Registration.status == "waiting",
            Registration.attendance == attendance,
        )
        .options(joinedload(Registration.organisation))
        .order_by(Registration.queued, Registration.id)
    )
    seen: set[UUID] = set()
    after: tuple[datetime, int] | None = None
    while rows := db.session.scalars(line.where(*_behind(after), *_wants_none_of(blocked)).limit(AT_A_TIME)).all():
        after = (rows[-1].queued, rows[-1].id)
        for row in rows:
            if row.party is None:
                yield [row]
            elif row.party not in seen:
                seen.add(row.party)
                yield list(db.session.scalars(line.where(Registration.party == row.party)))


def _behind(spot: tuple[datetime, int] | None) -> list[ColumnElement[bool]]:
    if spot is None:
        return []
    queued, number = spot
    return [(Registration.queued > queued) | ((Registration.queued == queued) & (Registration.id > number))]


def _wants_none_of(blocked: set[Key]) -> list[ColumnElement[bool]]:
    """The read for those who may still get a seat; parties and the invited are always read."""
    of_kind = {kind: [subject for found, subject in blocked if found == kind] for kind in ("day", "type", "organisation")}
    wants: list[ColumnElement[bool]] = []
    if of_kind["day"]:
        wants.append(Registration.days.any(RegistrationDay.date.in_([date.fromisoformat(day) for day in of_kind["day"]])))
    if of_kind["type"]:
        wants.append(Registration.organisation_type.in_(of_kind["type"]))
    if of_kind["organisation"]:
        theirs = select(Organisation.id).where(Organisation.key.in_(of_kind["organisation"]))
        wants.append(func.coalesce(Registration.organisation_id.in_(theirs), false()))
    if not wants:
        return []
    return [Registration.party.is_not(None) | Registration.invitation_id.is_not(None) | ~or_(*wants)]


def offer_until(conference: Conference) -> datetime | None:
    """When an offer made now lapses; None when seats are given at once, as they are on the eve of the conference."""
    if conference.offer_hours is None:
        return None
    begins = datetime.combine(conference.first_date, time(), OSLO)
    until = min(now() + timedelta(hours=conference.offer_hours), begins)
    return until if until > now() + SOON else None


def is_selected(conference: Conference) -> bool:
    """Whether the organiser selects who comes."""
    return conference.signup_mode == "moderated"
