"""Letters to the speakers whose own items a release changes: drafts, which wait until an organiser has looked at them."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, select

from konferanse.common import links
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme import releases, speaker_letters
from konferanse.programme.models import ProgrammeRelease, Speaker
from konferanse.programme.releases import WHAT, Change, Content, Difference, Item

# What a letter tells of, beside the speaker's own part. Texts about an item, and who else is in it, are not their own news.
TOLD = ("uid", "start", "end", "title", "room", "status")


class Drafted(NamedTuple):
    """How many letters wait, and the credits of those who have no address to write to."""

    letters: int
    unreachable: Sequence[str]


def draft(conference: Conference, release: ProgrammeRelease) -> Drafted:
    """Write what ``release`` changes for each speaker since the release before.

    Somebody whose earlier draft was never sent is written to about everything since what they last were told. One without
    an address is written to all the same, for the organiser to read, and to send once there is an address.
    """
    earlier = {row.number: row.content for row in releases.history(conference) if row.number < release.number}
    waiting = _waiting(conference)
    letters, unreachable = 0, []
    for speaker in db.session.scalars(select(Speaker).where(Speaker.conference_id == conference.id).order_by(Speaker.id)):
        old = waiting.get(speaker.uid)
        base = _base(conference, old) if old else release.number - 1
        if old:
            db.session.delete(old)
        with force_locale(speaker.language):
            if not (news := _news(speaker, earlier.get(base), release.content)):
                continue
            letter = speaker_letters.changed(speaker, news)
        letter.status = "draft"
        db.session.flush()
        letter.created = old.created if old else letter.created
        if speaker.email:
            letters += 1
        else:
            unreachable.append(speaker.credit)
    db.session.flush()
    return Drafted(letters, unreachable)


def drafts(conference: Conference) -> Sequence[OutboxMail]:
    """Those that wait and can be sent."""
    return _rows(conference, OutboxMail.recipient != "")


def unreachable(conference: Conference) -> Sequence[tuple[Speaker, OutboxMail]]:
    """Those that wait for an address, with whom they are to."""
    query = select(Speaker, OutboxMail).join(OutboxMail, OutboxMail.about == Speaker.uid)
    rows = db.session.execute(query.where(*_drafts(conference), OutboxMail.recipient == "").order_by(OutboxMail.id))
    return [(row[0], row[1]) for row in rows]


def send(conference: Conference, uids: Iterable[UUID], words: str = "") -> int:
    """Let those of ``uids`` that wait go, with the organiser's ``words`` below the greeting; returns how many."""
    chosen = set(uids)
    rows = [row for row in _rows(conference, OutboxMail.recipient != "", lock=True) if row.uid in chosen]
    for row in rows:
        if words:
            hello, gap, rest = row.body.partition("\n\n")
            row.body = f"{hello}\n\n{links.disarm(words)}{gap}{rest}"
        row.status = "queued"
    db.session.flush()
    return len(rows)


def discard(conference: Conference) -> int:
    """Throw away all that wait; returns how many."""
    count = len(drafts(conference)) + len(unreachable(conference))
    db.session.execute(delete(OutboxMail).where(*_drafts(conference)))
    return count


def _drafts(conference: Conference) -> tuple[ColumnElement[bool], ...]:
    return (
        OutboxMail.scope == conference.slug,
        OutboxMail.kind == speaker_letters.CHANGED,
        OutboxMail.status == "draft",
        OutboxMail.body != "",  # the text of an old one is deleted after a time
    )


def _rows(conference: Conference, *where: ColumnElement[bool], lock: bool = False) -> Sequence[OutboxMail]:
    query = select(OutboxMail).where(*_drafts(conference), *where).order_by(OutboxMail.id)
    return db.session.scalars(query.with_for_update() if lock else query).all()


def _waiting(conference: Conference) -> dict[UUID, OutboxMail]:
    return {row.about: row for row in _rows(conference, lock=True) if row.about}


def _base(conference: Conference, old: OutboxMail) -> int:
    """The release that the reader of ``old`` would have known: the one before that which it tells of. A draft that takes the
    place of another keeps when that was written."""
    query = select(ProgrammeRelease.number).where(
        ProgrammeRelease.conference_id == conference.id, ProgrammeRelease.published <= old.created
    )
    return (db.session.scalar(query.order_by(ProgrammeRelease.number.desc()).limit(1)) or 1) - 1


def _news(speaker: Speaker, old: Content | None, new: Content) -> str:
    """What became of the items of ``speaker``, a few lines each, in the language in force; empty when nothing did."""
    if old is None:
        return ""
    here = {item["uid"] for item in releases.shown(new)}
    before, after = _own(speaker, old), _own(speaker, new)
    held = [item for item in before if item["uid"] in here]
    dropped = [item for item in before if item["uid"] not in here]
    told = [_told(change, _("Du står ikke lenger oppført her")) for change in _compare(held, after)]
    return "\n".join(told + [_told(change, _("Utgår av programmet")) for change in _compare(dropped, [])])


def _own(speaker: Speaker, content: Content) -> list[Item]:
    """What ``speaker`` takes part in, with only that which a letter tells of."""
    mine = []
    for item in content["items"]:
        if own := [who for who in item.get("speakers", []) if who["uid"] == str(speaker.uid)]:
            mine.append({key: item[key] for key in TOLD if key in item} | {"speakers": own})
    return mine


def _compare(old: list[Item], new: list[Item]) -> list[Change]:
    return releases.compare({"days": [], "items": old}, {"days": [], "items": new})


def _told(change: Change, gone: str) -> str:
    lines = {"new": [_("Du er satt opp her")], "gone": [gone]}.get(change.kind) or [_said(d) for d in change.differences]
    return "\n  ".join([f"– {change.title} ({change.when})", *lines])


def _said(difference: Difference) -> str:
    if difference.what == str(WHAT["status"]):
        return difference.after
    words: str = _("%(what)s: før %(before)s, nå %(after)s", **difference._asdict())
    return words
