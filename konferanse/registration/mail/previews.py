"""A letter as somebody who is signed up would get it. The caller has begun a write, and rolls it back: it is really written,
so that what is seen is what will be sent, and then it never was."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import NamedTuple
from uuid import uuid4

from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.common import links, outbox
from konferanse.common.clock import now
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.mail import letters, mailings
from konferanse.registration.models import LIVE, Mailing, Registration, RegistrationDay

FOR_EXAMPLE = timedelta(days=2)  # when an offer in a preview lapses
# How each letter that may have words of its own is written.
WRITERS: dict[str, Callable[[Registration], None]] = {
    "confirmed": letters.confirmed,
    "waiting": lambda person: letters.waiting(person, 1),
    "promoted": letters.promoted,
    "offered": letters.offered,
    "changed": lambda person: letters.changed(person, [], 0, had_entry=False),
    "cancelled": lambda person: letters.cancelled(person, had_entry=True),
}


class Letter(NamedTuple):
    """What ``name`` gets. Links to personal pages are words instead: they open what only the participant may see."""

    name: str
    language: str
    subject: str
    body: str
    has_entry: bool


def of_letter(conference: Conference, kind: str, language: str) -> Letter:
    """The letter ``kind`` to somebody with this language."""
    person = _somebody(conference, language, "waiting" if kind == "waiting" else "confirmed")
    return _written(person, WRITERS[kind])


def of_mailing(mailing: Mailing) -> list[Letter]:
    """The mailing to one recipient in each language that its recipients have; to a made-up one when it has none."""
    found = []
    for language in mailings.languages(mailing.conference, mailing.audience) or {mailing.conference.language: 0}:
        query = mailings.audience_query(mailing.conference, mailing.audience).where(Registration.language == language)
        person = db.session.scalar(query.limit(1)) or _made_up(mailing.conference, language, "confirmed")
        found.append(_written(person, partial(mailings.write_one, mailing, mailings.entry_at(mailing))))
    return found


def send(letter: Letter, conference: Conference, address: str) -> None:
    """Mail ``letter`` to a member of staff."""
    note = _("Dette er en prøve. Deltakerne har ikke fått den.")
    outbox.write(
        kind="test",
        recipient=address,
        subject=_("[Prøve] %(subject)s", subject=letter.subject),
        body=links.disarm(f"{note}\n\n{letter.body}"),
        scope=conference.slug,
        language=letter.language,
        reply_to=conference.contact_email,
    )


def _written(person: Registration, write: Callable[[Registration], None]) -> Letter:
    write(person)
    db.session.flush()
    query = select(OutboxMail).where(OutboxMail.about == person.uid).order_by(OutboxMail.id.desc()).limit(1)
    mail = db.session.scalars(query).one()
    body = links.hide(mail.body, _("[lenken til deltakerens egen side]"))
    return Letter(person.name, mail.language, mail.subject, body, mail.calendar is not None)


def _somebody(conference: Conference, language: str, status: str) -> Registration:
    query = select(Registration).where(
        Registration.conference_id == conference.id, Registration.language == language, Registration.email != ""
    )
    for wanted in (Registration.status == status, Registration.status.in_(LIVE)):
        if person := db.session.scalar(query.where(wanted).order_by(Registration.id).limit(1)):
            person.status = status
            person.offer_expires = person.offer_expires or now() + FOR_EXAMPLE
            return person
    return _made_up(conference, language, status)


def _made_up(conference: Conference, language: str, status: str) -> Registration:
    """Nobody in particular, who is never stored."""
    return Registration(
        uid=uuid4(),
        conference=conference,
        name=_("en deltaker"),
        email="deltaker@example.org",
        language=language,
        attendance="physical",
        status=status,
        offer_expires=now() + FOR_EXAMPLE,
        generation=0,
        sequence=0,
        days=[RegistrationDay(date=day) for day in conference.dates],
    )
