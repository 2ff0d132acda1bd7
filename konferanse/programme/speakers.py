"""Speakers, and who does what in an item. The programme names people by a credit: "Rådgiver, NAV Nordland"."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from konferanse.access.signin import address_key
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme.models import ItemSpeaker, ProgrammeItem, Speaker

BETWEEN = ";"  # between credits on one line, as in sheets


def speakers(conference: Conference) -> list[Speaker]:
    """Every speaker of the conference, by name."""
    query = select(Speaker).where(Speaker.conference_id == conference.id)
    return list(db.session.scalars(query.order_by(Speaker.name, Speaker.organisation, Speaker.id)))


def find_speaker(conference: Conference, uid: UUID) -> Speaker | None:
    """The speaker of this conference with that id."""
    return db.session.scalar(select(Speaker).where(Speaker.conference_id == conference.id, Speaker.uid == uid))


def credits_in(text: str) -> list[str]:
    """The credits in ``text``, one on each line or with semicolons between; each one once."""
    found = [" ".join(part.split()) for line in text.splitlines() for part in line.split(BETWEEN)]
    return list(dict.fromkeys(credit for credit in found if credit))


def by_credit(conference: Conference) -> dict[str, Speaker]:
    """The speakers of the conference by what they are known as; ``assign`` adds to it."""
    return {_key(speaker.credit): speaker for speaker in speakers(conference)}


def assign(conference: Conference, item: ProgrammeItem, named: Sequence[str], known: dict[str, Speaker] | None = None) -> None:
    """Let those whose credits are ``named`` speak in ``item``, in that order; those who are new to the conference are added.

    Whoever spoke in it already keeps their part. ``known`` is ``by_credit``, for whoever assigns many times.
    """
    known = by_credit(conference) if known is None else known
    before = {row.speaker.uid: row for row in item.speakers}
    rows = []
    for position, credit in enumerate(named):
        speaker = known.get(_key(credit))
        if speaker is None:
            speaker = _new(conference, credit)
            known[_key(credit)] = speaker
        row = before.get(speaker.uid) or ItemSpeaker(speaker=speaker, part="speaker")
        row.position = position
        if row not in rows:
            rows.append(row)
    item.speakers = rows
    db.session.flush()


def _new(conference: Conference, credit: str) -> Speaker:
    """Somebody by their credit: what stands before the first comma is the name, the rest where they come from."""
    name, _comma, organisation = credit.partition(",")
    speaker = Speaker(conference_id=conference.id, name=name.strip()[:200], organisation=organisation.strip()[:200])
    db.session.add(speaker)
    db.session.flush()
    return speaker


def _key(credit: str) -> str:
    return address_key(" ".join(credit.split()))
