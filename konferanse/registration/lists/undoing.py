"""Taking back what was done to many: as far as seats allow, and as if it had not been told."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import line, seats
from konferanse.registration.lists import bulk
from konferanse.registration.mail import letters
from konferanse.registration.models import SEATED, BulkAction, Registration

People = Mapping[Registration, dict[str, Any]]  # with how each was; see BulkAction.before
Told = set[UUID]


class Undone(NamedTuple):
    """How many are as they were, how many got a place in line in place of their seat, and how many could not be put back."""

    restored: int = 0
    waiting: int = 0
    left: int = 0


def undo(conference: Conference, action: BulkAction, actor: str) -> Undone:
    """Put people back as they were, as far as seats allow; unsent mail is dropped, sent mail is followed by another.

    Whoever was told of a seat, or has used it, keeps it. Raises ``Refused`` once it is too late.
    """
    seats.lock(conference)
    db.session.refresh(action)
    if action.undone or action.at <= now() - bulk.UNDO_WITHIN:
        raise Refused(_("Dette kan ikke angres lenger. E-postene er sendt."))
    told = _drop_mail(action)
    people = {p: action.before[p.uid.hex] for p in _people_of(conference, action)}
    # Whoever has since said yes, changed something or given the seat on knows of it without the mail.
    told |= {p.uid for p in people if p.status in SEATED and p.updated > action.at}
    counts = _UNDO[action.action](conference, people, told)
    action.undone = now()
    db.session.flush()
    audit.record(actor, "bulk.undone", scope=conference.slug, subject=action.uid)
    return Undone(**counts)


def _roles(_conference: Conference, people: People, _told: Told) -> Counter[str]:
    counts: Counter[str] = Counter()
    for person, was in people.items():
        given = {"facilitator": "participant", "participant": "facilitator"}[was["role"]]
        counts["restored" if person.role == given else "left"] += 1
        person.role = was["role"]
    return counts


def _links(_conference: Conference, people: People, told: Told) -> Counter[str]:
    return Counter("left" if person.uid in told else "restored" for person in people)


def _seats(_conference: Conference, people: People, told: Told) -> Counter[str]:
    """Back in line, but for those who have been told of their seat."""
    counts: Counter[str] = Counter()
    for person, was in people.items():
        keeps = person.uid in told or person.status not in SEATED
        counts["left" if keeps else "restored"] += 1
        if not keeps:
            _back_in_line(person, was)
    db.session.flush()
    return counts


def _cancelled(conference: Conference, people: People, told: Told) -> Counter[str]:
    """Those called in go back in line, those signed off get their seats; what is left over goes to the line again."""
    _seats(conference, {p: was for p, was in people.items() if not was["chosen"]}, told)
    signed_off = [person for person, was in people.items() if was["chosen"] and person.status == "cancelled"]
    anew = _signed_up_anew(conference, signed_off)
    back = sorted((p for p in signed_off if p.email_key not in anew), key=lambda p: (people[p]["queued"], p.id))
    for person in back:
        person.ended_by = ""
        _back_in_line(person, people[person])
    db.session.flush()
    had_seat = [person for person in back if people[person]["status"] in SEATED]
    seated = set(bulk.seat_as_many(conference, had_seat))
    for person in back:
        if person in seated:
            _as_before(person, people[person])
        _tell_restored(person, is_told=person.uid in told, lost=person in had_seat and person not in seated)
    for person in seats.promote(conference):
        bulk.tell_seated(person, "system")
    chosen = sum(was["chosen"] for was in people.values())
    waiting = len(had_seat) - len(seated)
    return Counter(restored=len(back) - waiting, waiting=waiting, left=chosen - len(back))


_UNDO: dict[str, Callable[[Conference, People, Told], Counter[str]]] = {
    "seat": _seats,
    "cancel": _cancelled,
    "link": _links,
    **dict.fromkeys(bulk.ROLES, _roles),
}


def _back_in_line(person: Registration, was: dict[str, Any]) -> None:
    person.status, person.queued, person.updated = "waiting", datetime.fromisoformat(was["queued"]), now()
    person.offer_expires = None


def _as_before(person: Registration, was: dict[str, Any]) -> None:
    person.status = was["status"]
    person.offer_expires = datetime.fromisoformat(was["expires"]) if was["expires"] else None


def _tell_restored(person: Registration, *, is_told: bool, lost: bool) -> None:
    """Write to those who were told that they were signed off, and to those who ``lost`` their seat."""
    audit.record("system", "registration.restored", scope=person.conference.slug, subject=person.uid)
    if person.status == "waiting" and (is_told or lost):
        letters.waiting(person, line.place(person))
    elif is_told:
        letters.confirmed(person)


def _signed_up_anew(conference: Conference, people: Sequence[Registration]) -> set[str]:
    """The addresses among theirs that are signed up once more."""
    query = select(Registration.email_key).where(
        Registration.conference_id == conference.id,
        Registration.email_key.in_([person.email_key for person in people if person.email_key]),
        Registration.status != "cancelled",
    )
    return set(db.session.scalars(query))


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
