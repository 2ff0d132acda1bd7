"""Allergies and needs for adjustment: health data (GDPR art. 9), held on explicit consent and kept apart (invariant 8).

Nothing here writes a text to a log, a mail or an export. Whoever reads on behalf of the organiser calls ``opened``.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from konferanse.common import audit
from konferanse.common.alphabet import alphabetical
from konferanse.common.clock import now, today
from konferanse.common.erasure import erasures
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import seats
from konferanse.registration.mail import letters
from konferanse.registration.models import AccessNeed, Registration

AT_ONCE = 500
STATUSES = ("new", "arranged", "cannot")


class Texts(NamedTuple):
    """What somebody wrote; empty for nothing, None for what was not asked."""

    allergy: str = ""
    access: str = ""
    interpreter: str | None = None


NONE = Texts()


class KitchenLine(NamedTuple):
    """An allergy as written, how many wrote it, and how many of them eat on each day. ``uids`` are the rows behind it."""

    text: str
    people: int
    by_day: dict[date, int]
    uids: tuple[UUID, ...]


def takes_interpreter(conference: Conference) -> bool:
    """Whether people may ask for an interpreter today; ``interpreter_until`` is the last day."""
    until = conference.interpreter_until
    return conference.asks_interpreter and (until is None or today() <= until)


def keep(registration: Registration, texts: Texts) -> None:
    """Store what was written on a new registration. The caller has checked the consent."""
    for kind, text in texts._asdict().items():
        if text:
            db.session.add(AccessNeed(registration=registration, kind=kind, text=text))


def of(registration: Registration) -> dict[str, AccessNeed]:
    """A person's own needs by kind, for their own page."""
    rows = db.session.scalars(select(AccessNeed).where(AccessNeed.registration_id == registration.id)).all()
    return {row.kind: row for row in rows}


def update(registration: Registration, texts: Texts) -> None:
    """What the person now says. A changed text is new to the organiser; an emptied one is deleted, and what was not asked
    stays."""
    held = of(registration)
    for kind, text in texts._asdict().items():
        row = held.get(kind)
        if text is None:
            continue
        if row is None:
            if text:
                db.session.add(AccessNeed(registration=registration, kind=kind, text=text))
        elif not text:
            erasures.note("access_need", [row.uid])
            db.session.delete(row)
        elif text != row.text:
            row.text, row.status, row.consented = text, "new", now()
    audit.record("participant", "needs.updated", scope=registration.conference.slug, subject=registration.uid)


def erase(*people: Registration) -> None:
    """Delete everything about these people's health, also from a backup that is restored."""
    ids = [person.id for person in people]
    for begin in range(0, len(ids), AT_ONCE):
        theirs = AccessNeed.registration_id.in_(ids[begin : begin + AT_ONCE])
        erasures.note("access_need", list(db.session.scalars(select(AccessNeed.uid).where(theirs))))
        db.session.execute(delete(AccessNeed).where(theirs))


def withdraw(registration: Registration) -> None:
    """Consent is withdrawn."""
    erase(registration)
    audit.record("participant", "needs.withdrawn", scope=registration.conference.slug, subject=registration.uid)


def opened(conference: Conference, actor: str, what: str, shown: Iterable[UUID]) -> None:
    """Log that somebody opened health data, and which rows they were shown."""
    audit.record(actor, f"needs.{what}", scope=conference.slug, shown=[str(uid) for uid in shown])


def ask_for_interpreter(conference: Conference, asks: bool, until: date | None, actor: str) -> None:
    """Whether participants are asked if they need an interpreter, and the last day they may."""
    conference.asks_interpreter, conference.interpreter_until = asks, until
    audit.record(actor, "needs.interpreter", scope=conference.slug, asks=asks, until=until.isoformat() if until else "")


def everybodys(conference: Conference) -> Sequence[AccessNeed]:
    """Every need of those signed up, the unanswered first."""
    return db.session.scalars(
        select(AccessNeed)
        .join(Registration)
        .where(Registration.conference_id == conference.id, Registration.status != "cancelled")
        .options(joinedload(AccessNeed.registration))
        .order_by(AccessNeed.status != "new", alphabetical(Registration.name), AccessNeed.id)
    ).all()


def find(conference: Conference, uid: UUID) -> AccessNeed | None:
    """A need of this conference."""
    return db.session.scalar(
        select(AccessNeed).join(Registration).where(Registration.conference_id == conference.id, AccessNeed.uid == uid)
    )


def answer(need: AccessNeed, seen: str, status: str, reply: str, actor: str) -> None:
    """Say what was done. The reply is read on the personal page; the mail says only that there is one.

    Raises ``Refused`` when the person has written something else than what was ``seen``: nobody must think that it is
    taken care of.
    """
    seats.lock_with(need.registration)
    db.session.refresh(need)
    if need.consented.isoformat() != seen:
        raise Refused(_("Deltakeren har endret det som stod her. Les det på nytt før du svarer."))
    new_reply = bool(reply) and reply != need.reply
    need.status, need.reply = status, reply
    if new_reply:
        letters.replied(need.registration)
    audit.record(actor, "needs.answered", scope=need.registration.conference.slug, subject=need.uid, status=status)


def kitchen(conference: Conference, day: date | None = None) -> list[KitchenLine]:
    """What the kitchen needs to know: each allergy once, with counts and without names. Only those who come in person, and
    with ``day`` only those who come then."""
    rows = db.session.scalars(
        select(AccessNeed)
        .join(Registration)
        .where(
            Registration.conference_id == conference.id,
            Registration.status == "confirmed",
            Registration.attendance == "physical",
            AccessNeed.kind == "allergy",
        )
        .options(joinedload(AccessNeed.registration))
        .order_by(AccessNeed.id)
    ).all()
    grouped: dict[str, list[AccessNeed]] = {}
    for row in rows:
        if day is None or day in row.registration.dates:
            grouped.setdefault(" ".join(row.text.casefold().split()).rstrip("."), []).append(row)
    lines = [
        KitchenLine(
            same[0].text,
            len(same),
            dict(Counter(eaten for row in same for eaten in row.registration.dates)),
            tuple(row.uid for row in same),
        )
        for same in grouped.values()
    ]
    return sorted(lines, key=lambda line: (-line.people, line.text.casefold()))
