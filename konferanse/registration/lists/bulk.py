"""One thing done to many at once (``undoing`` takes it back).

Mail about it waits until it can no longer be taken back, so that what is undone was never told. Seats are given and freed
by the same functions as for one person; what is kept of how things were holds no names, addresses or needs.
"""

import hashlib
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session, joinedload

from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import seats
from konferanse.registration.lists import listing
from konferanse.registration.mail import letters
from konferanse.registration.models import LIVE, BulkAction, Registration
from konferanse.registration.needs import needs

UNDO_WITHIN = timedelta(minutes=10)
MOST = {"seat": 300, "cancel": 300, "link": 500}  # nobody else signs up meanwhile: some milliseconds for each
MOST_ROLES = 10_000
ACTIONS = {
    "seat": _l("Gi plass"),
    "cancel": _l("Meld av"),
    "link": _l("Send lenken på nytt"),
    "facilitator": _l("Gjør til ordstyrer"),
    "participant": _l("Gjør til deltaker"),
}
ROLES = ("facilitator", "participant")
Act = Callable[[Conference, Sequence[Registration], str], Sequence[Registration]]


class Plan(NamedTuple):
    """What an action would do: to ``people``, in that order; not to ``others``, whom it does not fit. ``mark`` is the same
    as long as the same people are as they are."""

    action: str
    people: Sequence[Registration]
    others: int
    mark: str

    @property
    def mailed(self) -> int:
        """How many of them are told by mail."""
        return 0 if self.action in ROLES else sum(bool(person.email) for person in self.people)

    @property
    def is_too_many(self) -> bool:
        """Whether it must be done in parts."""
        return len(self.people) > most(self.action)


def most(action: str) -> int:
    """How many it can be done to at once."""
    return MOST.get(action, MOST_ROLES)


def plan(conference: Conference, action: str, search: listing.Search, chosen: Collection[UUID] | None) -> Plan:
    """What ``action`` would do to the people ``chosen``, or with None to everybody ``search`` finds."""
    query = select(Registration).where(Registration.conference_id == conference.id)
    if chosen is None:
        query = query.where(*listing.conditions(conference, search))
    else:
        query = query.where(Registration.uid.in_(chosen))
    rows = db.session.scalars(query.order_by(Registration.queued, Registration.id).options(joinedload(Registration.conference)))
    everybody = rows.all()
    people = [row for row in everybody if _fits(action, row)]
    words = [action, *(f"{row.uid}{row.status}{row.role}" for row in people)]
    return Plan(action, people, len(everybody) - len(people), hashlib.sha256("\n".join(words).encode()).hexdigest()[:32])


class Done(NamedTuple):
    """What came of it: ``people`` it was done to; ``rest`` were left as they are, since every seat is taken."""

    action: BulkAction
    people: int
    rest: int


def carry_out(conference: Conference, planned: Plan, actor: str) -> Done:
    """Do it, and note how things were, also for those whom it made room for. Raises ``Refused`` for too many."""
    if planned.is_too_many:
        raise Refused(_("Velg høyst %(most)s om gangen.", most=most(planned.action)))
    seats.lock(conference)
    _forget_earlier(conference)
    in_line = select(Registration).where(Registration.conference_id == conference.id, Registration.status == "waiting")
    before = {row.uid: _as_it_is(row) for row in (*db.session.scalars(in_line), *planned.people)}
    with _mail_written() as mails:
        done = [person.uid for person in _DO[planned.action](conference, planned.people, actor)]
        db.session.flush()
    held: dict[UUID, list[str]] = {}
    for mail in mails:
        mail.due = now() + UNDO_WITHIN
        if mail.about:
            held.setdefault(mail.about, []).append(mail.uid.hex)
    chosen = set(done)
    kept = {
        uid.hex: was | {"chosen": uid in chosen, "mails": held.get(uid, [])}
        for uid, was in before.items()
        if uid in chosen or uid in held
    }
    row = BulkAction(conference_id=conference.id, action=planned.action, before=kept, actor=actor, at=now())
    db.session.add(row)
    db.session.flush()
    audit.record(actor, f"bulk.{planned.action}", scope=conference.slug, subject=row.uid, people=len(done))
    return Done(row, len(done), len(planned.people) - len(done))


def undoable(conference: Conference, actor: str) -> BulkAction | None:
    """The last thing ``actor`` did to many, while it can be taken back."""
    query = select(BulkAction).where(
        BulkAction.conference_id == conference.id,
        BulkAction.actor == actor,
        BulkAction.undone.is_(None),
        BulkAction.at > now() - UNDO_WITHIN,
    )
    return db.session.scalar(query.order_by(BulkAction.id.desc()).limit(1))


def until(action: BulkAction) -> datetime:
    """When it can no longer be taken back."""
    return action.at + UNDO_WITHIN


def _fits(action: str, person: Registration) -> bool:
    if action == "seat":
        return person.status == "waiting" and person.conference.status == "published"
    if action == "link":
        return person.status in LIVE and bool(person.email)
    if action in ROLES:
        return person.status in LIVE and person.role != action
    return person.status in LIVE


def _give_seats(conference: Conference, people: Sequence[Registration], actor: str) -> Sequence[Registration]:
    given = seat_as_many(conference, people)
    with db.session.no_autoflush:
        for person in given:
            tell_seated(person, actor)
    return given


def seat_as_many(conference: Conference, people: Sequence[Registration]) -> Sequence[Registration]:
    """Seat those of ``people`` there is room for, in their order; returns them."""
    try:
        return seats.give(conference, people)
    except seats.NoSeatLeft:
        given: list[Registration] = []
        for person in people:
            with suppress(seats.NoSeatLeft):
                given += seats.give(conference, [person])
        return given


def tell_seated(person: Registration, actor: str) -> None:
    """Mail and log that somebody got a seat, or the offer of one."""
    (letters.offered if person.status == "offered" else letters.promoted)(person)
    audit.record(actor, "registration.promoted", scope=person.conference.slug, subject=person.uid)


def _cancel(conference: Conference, people: Sequence[Registration], actor: str) -> Sequence[Registration]:
    had_entry = {person.id for person in people if person.status == "confirmed"}
    called = seats.cancel_all(conference, people, "staff")
    needs.erase(*people)
    with db.session.no_autoflush:  # the seats are counted; the letters are stored together
        for person in people:
            letters.cancelled(person, had_entry=person.id in had_entry)
            audit.record(actor, "registration.cancelled", scope=conference.slug, subject=person.uid)
        for person in called:
            tell_seated(person, "system")
    return people


def _send_link(conference: Conference, people: Sequence[Registration], actor: str) -> Sequence[Registration]:
    for person in people:
        letters.link(person)
        audit.record(actor, "registration.link_sent", scope=conference.slug, subject=person.uid)
    return people


def _set_role(role: str) -> Act:
    def change(conference: Conference, people: Sequence[Registration], actor: str) -> Sequence[Registration]:
        for person in people:
            person.role, person.updated = role, now()
            audit.record(actor, "registration.role", scope=conference.slug, subject=person.uid, role=role)
        return people

    return change


_DO: dict[str, Act] = {
    "seat": _give_seats,
    "cancel": _cancel,
    "link": _send_link,
    **{role: _set_role(role) for role in ROLES},
}


def _as_it_is(person: Registration) -> dict[str, Any]:
    expires = person.offer_expires.isoformat() if person.offer_expires else ""
    return {"status": person.status, "role": person.role, "queued": person.queued.isoformat(), "expires": expires}


def _forget_earlier(conference: Conference) -> None:
    """What can no longer be taken back need not be kept."""
    over = (BulkAction.conference_id == conference.id, BulkAction.at <= now() - UNDO_WITHIN)
    db.session.execute(update(BulkAction).where(*over).values(before={}))


@contextmanager
def _mail_written() -> Iterator[list[OutboxMail]]:
    """The mail that is written meanwhile."""
    session, written = db.session(), []

    def note(_session: Session, row: object) -> None:
        if isinstance(row, OutboxMail):
            written.append(row)

    event.listen(session, "transient_to_pending", note)
    try:
        yield written
    finally:
        event.remove(session, "transient_to_pending", note)
