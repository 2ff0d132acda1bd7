"""Letters to the speakers whose own items a release changes: drafts, which wait until an organiser has looked at them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, select

from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme import releases, speaker_letters
from konferanse.programme.models import ProgrammeRelease, Speaker
from konferanse.programme.releases import Change, Content


class Drafted(NamedTuple):
    """How many letters wait, and the credits of those who have no address to write to."""

    letters: int
    unreachable: Sequence[str]


def draft(conference: Conference, release: ProgrammeRelease) -> Drafted:
    """Write what ``release`` changes for each speaker since the release before.

    Somebody whose earlier draft was never sent is written to about everything since what they last were told.
    """
    earlier = {row.number: row.content for row in releases.history(conference) if row.number < release.number}
    waiting = _waiting(conference)
    letters, unreachable = 0, []
    for speaker in db.session.scalars(select(Speaker).where(Speaker.conference_id == conference.id).order_by(Speaker.id)):
        old = waiting.get(speaker.uid)
        base = _base(conference, old) if old else release.number - 1
        changes = _mine(speaker, earlier.get(base), release.content)
        if old:
            db.session.delete(old)
        if changes and not speaker.email:
            unreachable.append(speaker.credit)
        elif changes:
            letter = _write(speaker, changes)
            letter.created = old.created if old else letter.created
            letters += 1
    db.session.flush()
    return Drafted(letters, unreachable)


def drafts(conference: Conference) -> Sequence[OutboxMail]:
    """Those that wait."""
    return db.session.scalars(select(OutboxMail).where(*_drafts(conference)).order_by(OutboxMail.id)).all()


def send(conference: Conference, uids: Iterable[UUID]) -> int:
    """Let those of ``uids`` that wait go; returns how many."""
    chosen = set(uids)
    rows = [row for row in drafts(conference) if row.uid in chosen]
    for row in rows:
        row.status = "queued"
    db.session.flush()
    return len(rows)


def discard(conference: Conference) -> int:
    """Throw away all that wait; returns how many."""
    count = len(drafts(conference))
    db.session.execute(delete(OutboxMail).where(*_drafts(conference)))
    return count


def _drafts(conference: Conference) -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxMail.scope == conference.slug,
        OutboxMail.kind == speaker_letters.CHANGED,
        OutboxMail.status == "draft",
    )


def _waiting(conference: Conference) -> dict[UUID, OutboxMail]:
    return {row.about: row for row in drafts(conference) if row.about}


def _base(conference: Conference, old: OutboxMail) -> int:
    """The release that the reader of ``old`` would have known: the one before that which it tells of. A draft that takes the
    place of another keeps when that was written."""
    query = select(ProgrammeRelease.number).where(
        ProgrammeRelease.conference_id == conference.id, ProgrammeRelease.published <= old.created
    )
    return (db.session.scalar(query.order_by(ProgrammeRelease.number.desc()).limit(1)) or 1) - 1


def _mine(speaker: Speaker, old: Content | None, new: Content) -> list[Change]:
    """The changes in what ``speaker`` takes part in."""
    if old is None:
        return []
    mine = [{"days": [], "items": [item for item in content["items"] if _has(item, speaker)]} for content in (old, new)]
    with force_locale(speaker.language):
        return releases.compare(*mine)


def _has(item: releases.Item, speaker: Speaker) -> bool:
    return any(who["uid"] == str(speaker.uid) for who in item.get("speakers", []))


def _write(speaker: Speaker, changes: Sequence[Change]) -> OutboxMail:
    with force_locale(speaker.language):
        letter = speaker_letters.changed(speaker, releases.in_words(changes, gone=_("du står ikke lenger oppført her")))
    letter.status = "draft"
    db.session.flush()
    return letter
