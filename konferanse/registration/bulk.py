"""One thing done to many at once, and taken back.

Mail about it waits until it can no longer be taken back, so that what is undone was never told. Seats are given and freed
by the same functions as for one person; what is kept of how things were holds no names, addresses or needs.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
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
from konferanse.registration import letters, line, listing, seats, signup
from konferanse.registration.models import LIVE, SEATED, BulkAction, Registration

UNDO_WITHIN = timedelta(minutes=10)
MOST = 1000  # the conference is locked meanwhile
ACTIONS = {
    "seat": _l("Gi plass"),
    "cancel": _l("Meld av"),
    "link": _l("Send lenken på nytt"),
    "facilitator": _l("Gjør til ordstyrer"),
    "participant": _l("Gjør til deltaker"),
}
ROLES = ("facilitator", "participant")


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


def plan(conference: Conference, action: str, search: listing.Search, chosen: Collection[UUID] | None) -> Plan:
    """What ``action`` would do to the people ``chosen``, or with None to everybody ``search`` finds."""
    query = select(Registration).where(Registration.conference_id == conference.id)
    if chosen is None:
        query = query.where(*listing.conditions(conference, search))
    else:
        query = query.where(Registration.uid.in_(chosen))
    rows = db.session.scalars(query.order_by(Registration.queued, Registration.id).options(joinedload(Registration.conference)))
    everybody = rows.all()
    # Those in line go first: nobody is called in to a seat and then signed off.
    people = sorted((row for row in everybody if _fits(action, row)), key=lambda row: row.status != "waiting")
    words = [action, *(f"{row.uid}{row.status}{row.role}" for row in people)]
    return Plan(action, people, len(everybody) - len(people), hashlib.sha256("\n".join(words).encode()).hexdigest()[:32])


class Done(NamedTuple):
    """What came of it: ``people`` it was done to; ``rest`` were left as they are, since every seat is taken."""

    action: BulkAction
    people: int
    rest: int


def carry_out(conference: Conference, planned: Plan, actor: str) -> Done:
    """Do it, and note how things were, also for those whom it made room for. Raises ``Refused`` for too many."""
    if len(planned.people) > MOST:
        raise Refused(_("Velg høyst %(most)s om gangen.", most=MOST))
    seats.lock(conference)
    _forget_earlier(conference)
    in_line = select(Registration).where(Registration.conference_id == conference.id, Registration.status == "waiting")
    before = {row.uid: _as_it_is(row) for row in (*db.session.scalars(in_line), *planned.people)}
    with _mail_written() as mails:
        done = [person.uid for person in planned.people if _DO[planned.action](person, actor)]
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


class Undone(NamedTuple):
    """How many are as they were, how many got a place in line in place of their seat, and how many could not be put back."""

    restored: int = 0
    waiting: int = 0
    left: int = 0


def undo(conference: Conference, action: BulkAction, actor: str) -> Undone:
    """Put people back as they were, as far as seats allow; unsent mail is dropped, sent mail is followed by another.

    Whoever was told of a seat keeps it. Raises ``Refused`` once it is too late.
    """
    seats.lock(conference)
    db.session.refresh(action)
    if action.undone or action.at <= now() - UNDO_WITHIN:
        raise Refused(_("Dette kan ikke angres lenger. E-postene er sendt."))
    told = _drop_mail(action)
    counts: Counter[str] = Counter()
    people = _people_of(conference, action)
    for person in sorted(people, key=lambda p: (action.before[p.uid.hex]["chosen"], p.queued, p.id)):
        was = action.before[person.uid.hex]
        came_to = _put_back(action.action, person, was, is_told=person.uid in told)
        if was["chosen"]:
            counts[came_to] += 1
    if action.action == "cancel":  # what could not be given back goes to those who wait
        for called in seats.promote(conference):
            _tell_seated(called, "system")
    action.undone = now()
    db.session.flush()
    audit.record(actor, "bulk.undone", scope=conference.slug, subject=action.uid)
    return Undone(**counts)


def _fits(action: str, person: Registration) -> bool:
    if action == "seat":
        return person.status == "waiting" and person.conference.status == "published"
    if action == "link":
        return person.status in LIVE and bool(person.email)
    if action in ROLES:
        return person.status in LIVE and person.role != action
    return person.status in LIVE


def _give_seat(person: Registration, actor: str) -> bool:
    try:
        seats.give(person.conference, [person])
    except seats.NoSeatLeft:
        return False
    _tell_seated(person, actor)
    return True


def _tell_seated(person: Registration, actor: str) -> None:
    (letters.offered if person.status == "offered" else letters.promoted)(person)
    audit.record(actor, "registration.promoted", scope=person.conference.slug, subject=person.uid)


def _cancel(person: Registration, actor: str) -> bool:
    signup.cancel(person, actor=actor)
    return True


def _send_link(person: Registration, actor: str) -> bool:
    letters.link(person)
    audit.record(actor, "registration.link_sent", scope=person.conference.slug, subject=person.uid)
    return True


def _set_role(role: str) -> Callable[[Registration, str], bool]:
    def change(person: Registration, actor: str) -> bool:
        person.role, person.updated = role, now()
        audit.record(actor, "registration.role", scope=person.conference.slug, subject=person.uid, role=role)
        return True

    return change


_DO: dict[str, Callable[[Registration, str], bool]] = {
    "seat": _give_seat,
    "cancel": _cancel,
    "link": _send_link,
    **{role: _set_role(role) for role in ROLES},
}


def _as_it_is(person: Registration) -> dict[str, Any]:
    expires = person.offer_expires.isoformat() if person.offer_expires else ""
    return {"status": person.status, "role": person.role, "queued": person.queued.isoformat(), "expires": expires}


def _put_back(action: str, person: Registration, was: dict[str, Any], *, is_told: bool) -> str:
    """``restored``, ``waiting`` or ``left``."""
    if action in ROLES:
        came_to = "restored" if person.role == action else "left"
        person.role = was["role"] if person.role == action else person.role
        return came_to
    if action == "link":
        return "left" if is_told else "restored"
    if was["status"] == "waiting" and person.status in SEATED:
        return "left" if is_told else _back_in_line(person, was)
    if was["status"] in LIVE and person.status == "cancelled":
        return _back_from_cancelled(person, was, is_told=is_told)
    return "left"


def _back_in_line(person: Registration, was: dict[str, Any]) -> str:
    person.status, person.queued, person.updated = "waiting", datetime.fromisoformat(was["queued"]), now()
    person.offer_expires = None
    db.session.flush()
    return "restored"


def _back_from_cancelled(person: Registration, was: dict[str, Any], *, is_told: bool) -> str:
    if _signed_up_anew(person):
        return "left"
    person.ended_by = ""
    _back_in_line(person, was)
    came_to = "restored"
    if was["status"] in SEATED:
        came_to = _back_in_seat(person, was)
    audit.record("system", "registration.restored", scope=person.conference.slug, subject=person.uid)
    if person.status == "waiting" and (is_told or came_to == "waiting"):
        letters.waiting(person, line.place(person))
    elif is_told:
        letters.confirmed(person)
    return came_to


def _back_in_seat(person: Registration, was: dict[str, Any]) -> str:
    try:
        seats.give(person.conference, [person])
    except seats.NoSeatLeft:
        return "waiting"
    person.status = was["status"]
    person.offer_expires = datetime.fromisoformat(was["expires"]) if was["expires"] else None
    return "restored"


def _signed_up_anew(person: Registration) -> bool:
    query = select(Registration.id).where(
        Registration.conference_id == person.conference_id,
        Registration.email_key == person.email_key,
        Registration.email_key != "",
        Registration.status != "cancelled",
    )
    return db.session.scalar(query.limit(1)) is not None


def _people_of(conference: Conference, action: BulkAction) -> Sequence[Registration]:
    uids = [UUID(uid) for uid in action.before]
    query = select(Registration).where(Registration.conference_id == conference.id, Registration.uid.in_(uids))
    return db.session.scalars(query.options(joinedload(Registration.conference))).all()


def _drop_mail(action: BulkAction) -> set[UUID]:
    """Drop what is not sent; returns those who have been told already."""
    uids = [UUID(uid) for was in action.before.values() for uid in was["mails"]]
    told = set()
    for mail in db.session.scalars(select(OutboxMail).where(OutboxMail.uid.in_(uids))):
        if mail.status == "queued" and not mail.attempts:
            db.session.delete(mail)
        elif mail.about:
            told.add(mail.about)
    db.session.flush()
    return told


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
