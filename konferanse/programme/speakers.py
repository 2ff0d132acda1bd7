"""Speakers, and who does what in an item. The programme names people by a credit: "Rådgiver, NAV Nordland". Behind it may stand
what they do, in brackets: "Rådgiver, NAV Nordland (møteleder)"."""

import re
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from konferanse.access.signin import address_key
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme.kinds import PART_LABELS, PART_WORDS
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


def with_part(credit: str, part: str) -> str:
    """How a form shows it; what nearly everybody does, goes without saying."""
    return credit if part == "speaker" else f"{credit} ({str(PART_LABELS[part]).lower()})"


def split_part(credit: str) -> tuple[str, str | None]:
    """The credit itself and the part said behind it; None where nothing is said, or something else than a part."""
    found = re.fullmatch(r"(.+\S)\s*\(([^()]+)\)", credit)
    part = PART_WORDS.get(found[2].strip().casefold()) if found else None
    return (found[1], part) if found and part else (credit, None)


def all_said(text: str) -> str:
    """``text`` of a form that shows every part, with those that go without saying said."""
    return "\n".join(credit if split_part(credit)[1] else f"{credit} (innleder)" for credit in credits_in(text))


def by_credit(conference: Conference) -> dict[str, Speaker]:
    """The speakers of the conference by what they are known as; ``assign`` adds to it."""
    return {_key(speaker.credit): speaker for speaker in speakers(conference)}


def assign(conference: Conference, item: ProgrammeItem, named: Sequence[str], known: dict[str, Speaker] | None = None) -> None:
    """Let those whose credits are ``named`` speak in ``item``, in that order; those who are new to the conference are added.

    Whoever was in it already keeps their part unless another is said behind the credit. ``known`` is ``by_credit``, for
    whoever assigns many times.
    """
    known = by_credit(conference) if known is None else known
    before = {row.speaker.uid: row for row in item.speakers}
    rows = []
    for position, (credit, part) in enumerate(map(split_part, named)):
        speaker = known.get(_key(credit))
        if speaker is None:
            speaker = _new(conference, credit)
            known[_key(credit)] = speaker
        row = before.get(speaker.uid) or ItemSpeaker(speaker=speaker, part="speaker")
        row.position, row.part = position, part or row.part
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
