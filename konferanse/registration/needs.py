"""Allergies and needs for adjustment: health data (GDPR art. 9), held on explicit consent and kept apart (invariant 8).

Nothing here writes a text to a log, a mail or an export. Whoever reads on behalf of the organiser calls ``opened``.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.erasure import erasures
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import letters
from konferanse.registration.models import AccessNeed, Registration

STATUSES = ("new", "arranged", "cannot")


class Texts(NamedTuple):
    """What somebody wrote; empty for nothing."""

    allergy: str = ""
    access: str = ""


NONE = Texts()


class KitchenLine(NamedTuple):
    """An allergy as written, how many wrote it, and how many of them eat on each day."""

    text: str
    people: int
    by_day: dict[date, int]


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
    """What the person now says. A changed text is new to the organiser; an emptied one is deleted."""
    held = of(registration)
    for kind, text in texts._asdict().items():
        row = held.get(kind)
        if row is None:
            if text:
                db.session.add(AccessNeed(registration=registration, kind=kind, text=text))
        elif not text:
            erasures.note("access_need", [row.uid])
            db.session.delete(row)
        elif text != row.text:
            row.text, row.status, row.consented = text, "new", now()
    audit.record("participant", "needs.updated", scope=registration.conference.slug, subject=registration.uid)


def erase(registration: Registration) -> None:
    """Delete everything about a person's health, also from a backup that is restored."""
    mine = AccessNeed.registration_id == registration.id
    erasures.note("access_need", list(db.session.scalars(select(AccessNeed.uid).where(mine))))
    db.session.execute(delete(AccessNeed).where(mine))


def withdraw(registration: Registration) -> None:
    """Consent is withdrawn."""
    erase(registration)
    audit.record("participant", "needs.withdrawn", scope=registration.conference.slug, subject=registration.uid)


def opened(conference: Conference, actor: str, what: str) -> None:
    """Log that somebody opened health data."""
    audit.record(actor, f"needs.{what}", scope=conference.slug)


def everybodys(conference: Conference) -> Sequence[AccessNeed]:
    """Every need of those signed up, the unanswered first."""
    return db.session.scalars(
        select(AccessNeed)
        .join(Registration)
        .where(Registration.conference_id == conference.id, Registration.status != "cancelled")
        .options(joinedload(AccessNeed.registration))
        .order_by(AccessNeed.status != "new", Registration.name, AccessNeed.id)
    ).all()


def find(conference: Conference, uid: UUID) -> AccessNeed | None:
    """A need of this conference."""
    return db.session.scalar(
        select(AccessNeed).join(Registration).where(Registration.conference_id == conference.id, AccessNeed.uid == uid)
    )


def answer(need: AccessNeed, status: str, reply: str, actor: str) -> None:
    """Say what was done. The reply is read on the personal page; the mail says only that there is one."""
    new_reply = bool(reply) and reply != need.reply
    need.status, need.reply = status, reply
    if new_reply:
        letters.replied(need.registration)
    audit.record(actor, "needs.answered", scope=need.registration.conference.slug, subject=need.uid, status=status)


def kitchen(conference: Conference) -> list[KitchenLine]:
    """What the kitchen needs to know: each allergy once, with counts and without names. Only those who come in person."""
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
        grouped.setdefault(" ".join(row.text.casefold().split()).rstrip("."), []).append(row)
    lines = [
        KitchenLine(same[0].text, len(same), dict(Counter(day for row in same for day in row.registration.dates)))
        for same in grouped.values()
    ]
    return sorted(lines, key=lambda line: (-line.people, line.text.casefold()))
