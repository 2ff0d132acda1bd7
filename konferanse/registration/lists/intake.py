"""People from a sheet, under one lock and one count: everybody, or nobody. It gives seats as ``seats`` does, by the ledger."""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID, uuid4, uuid5

from sqlalchemy import select

from konferanse.access.signin import address_key
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import line, places, seats
from konferanse.registration.ledger import Ledger, count
from konferanse.registration.lists.sheet import Entry
from konferanse.registration.models import Registration
from konferanse.registration.organisations import organisation_ids

ALREADY = "already"


class Taken(NamedTuple):
    """What a line came to. ``status`` is the person's, or ``already`` for somebody who was there and is left as they are."""

    line: int
    name: str
    email: str
    status: str


class NoRoom(Refused):
    """A line gives a seat that is not there."""

    def __init__(self, number: int, message: str) -> None:
        super().__init__(message)
        self.line = number


class _Known:
    """Everybody in the conference, by the form's key and by address."""

    def __init__(self, conference: Conference) -> None:
        query = select(Registration.key, Registration.email_key, Registration.status)
        rows = db.session.execute(query.where(Registration.conference_id == conference.id)).all()
        self.keys = {row[0] for row in rows}
        self.live = {row[0]: row[1] for row in rows if row[2] != "cancelled"}
        self.addresses = {row[1] for row in rows if row[2] != "cancelled" and row[1]}

    def has(self, key: UUID, address: str) -> bool:
        """Whether this line's person is there: somebody with the address, or without one the same line."""
        return address in self.addresses or self.live.get(key) == address

    def add(self, key: UUID, address: str) -> UUID:
        """Note somebody new; returns the key to store, since one that was cancelled keeps its own."""
        own = next((k for k in (key, uuid5(key, address)) if k not in self.keys), None) or uuid4()
        self.keys.add(own)
        self.live[own] = address
        if address:
            self.addresses.add(address)
        return own


def enter_all(conference: Conference, entries: Sequence[Entry]) -> tuple[list[Taken], list[Registration]]:
    """Take ``entries`` in with the status each gives, or as the seats decide; returns what came of each, and those in line
    who got a seat.

    An offer in a sheet has no end, so it becomes a place in line. Those in line come before entries without a status.
    Raises ``NoRoom`` when an entry gives a seat that is not there.
    """
    seats.lock(conference)
    ledger, known = count(conference), _Known(conference)
    promoted: list[Registration] = []
    rows: list[Registration | None] = []
    seen: Counter[str] = Counter()
    line_is_new = True
    organisations = organisation_ids({entry.wish.organisation for entry in entries if entry.wish.organisation})
    with db.session.no_autoflush:  # so that they are stored many at a time
        for entry in entries:
            address = address_key(entry.wish.email)
            who = address or f"{entry.wish.name}|{entry.wish.organisation}"
            seen[who] += 1
            # The same line again is the same person; two lines alike without an address are two.
            key = uuid5(conference.uid, f"{who}|{1 if address else seen[who]}")
            if known.has(key, address):
                rows.append(None)
                continue
            if not entry.status and line_is_new:
                db.session.flush()
                promoted += line.call_in(conference, ledger)
                line_is_new = False
            status = _decide(conference, ledger, entry)
            line_is_new = line_is_new or (bool(entry.status) and status == "waiting")
            own_key, organisation = known.add(key, address), organisations.get(entry.wish.organisation)
            rows.append(seats.add_row(conference, entry.wish, own_key, status, organisation=organisation))
    db.session.flush()
    promoted += seats.promote(conference)
    return [_taken(entry, row) for entry, row in zip(entries, rows, strict=True)], promoted


def _decide(conference: Conference, ledger: Ledger, entry: Entry) -> str:
    """The status of somebody new, who is then counted."""
    if entry.status == "cancelled":
        return entry.status
    claim = seats.claim_of(ledger, entry.wish)
    short, status = ledger.short([claim]), entry.status
    is_selected = line.is_selected(conference) and claim.attendance == "physical"
    if not status:
        waits = is_selected or not ledger.admits([claim])
        status = "waiting" if waits else "confirmed"
        ledger.blocked |= short
    elif status == "confirmed":
        if short:
            raise NoRoom(entry.line, places.in_words(short))
    else:
        status = "confirmed" if claim.attendance == "digital" and not short else "waiting"
    if status == "waiting":
        ledger.waiting[claim.attendance] += 1
    else:
        ledger.take([claim])
    return status


def _taken(entry: Entry, row: Registration | None) -> Taken:
    return Taken(entry.line, entry.wish.name, entry.wish.email, row.status if row else ALREADY)
