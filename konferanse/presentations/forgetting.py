"""Forgetting what speakers told us. Their names and what is published stay, since the programme is public and who spoke in it
is part of it; a text and a picture stay only while the speaker agrees."""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import select

from konferanse.common import audit, outbox
from konferanse.common.erasure import erasures
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.presentations import uploads
from konferanse.presentations.models import Presentation
from konferanse.programme import speaker_editing
from konferanse.programme.models import Speaker

FORGOTTEN = "speaker_forgotten"  # how the erasure list calls speakers whose private data are gone


def forget_speakers(conference: Conference) -> Counter[str]:
    """Forget the speakers of a conference; returns how many of each thing. Again is nothing."""
    return _forget(db.session.scalars(select(Speaker).where(Speaker.conference_id == conference.id)).all())


def forget_again() -> int:
    """After a restore: forget those on the erasure list anew, and show nothing that was taken back; returns how many."""
    gone = 0
    for uid in erasures.uids(speaker_editing.WITHDRAWN):
        row = db.session.scalar(select(Speaker).where(Speaker.uid == uid, Speaker.consent.is_not(None)))
        if row is not None:
            row.consent = None
            gone += 1
    for uid in erasures.uids("file"):
        row = db.session.scalar(select(Speaker).join(Speaker.picture).where(Speaker.picture.has(uid=uid)))
        if row is not None:
            row.picture = None
    db.session.flush()
    listed = [db.session.scalar(select(Speaker).where(Speaker.uid == uid)) for uid in erasures.uids(FORGOTTEN)]
    return gone + _forget(row for row in listed if row is not None)["speakers"]


def _forget(rows: Iterable[Speaker]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row in rows:
        decks = _unpublished(row)
        if not decks and not _private(row):
            continue
        erasures.note(FORGOTTEN, [row.uid])
        counts["speakers"] += 1
        row.email, row.wishes, row.available, row.answered = "", "", [], None
        if row.consent is None:
            row.bio, row.picture_alt = "", ""
            speaker_editing.drop_picture(row)
        for deck in decks:
            erasures.note("presentation", [deck.uid])
            uploads.remove(deck, "system", row.conference.slug)
            counts["slides"] += 1
        counts["speaker_mails"] += outbox.forget(OutboxMail.about == row.uid)
        audit.forget(row.conference.slug, subjects=[str(row.uid)])
    db.session.flush()
    return +counts


def _private(row: Speaker) -> bool:
    told = (row.email, row.wishes, row.available, row.answered)
    return any(told) or (row.consent is None and bool(row.bio or row.picture_id))


def _unpublished(row: Speaker) -> list[Presentation]:
    """Slides they handed in that nobody was shown."""
    query = select(Presentation).where(Presentation.speaker_id == row.id, Presentation.published.is_(None))
    return list(db.session.scalars(query))
