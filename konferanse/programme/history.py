"""What was done to the items of the working copy, kept so that it can be taken back, and done again."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload, selectinload

from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme.models import ItemSpeaker, ProgrammeEdit, ProgrammeItem, Room, Speaker

KEPT = 50  # edits of one conference
PLAIN = ("title", "kind", "language", "description", "audience", "expected", "links", "status")
Values = dict[str, Any]


@contextmanager
def edit(conference: Conference, actor: str, kind: str, title: str = "") -> Iterator[None]:
    """Keep what the block does to items as one edit; one inside another is part of it. The caller has begun a write.

    ``kind`` and ``title`` say what it was: see ``ProgrammeEdit``. What had been taken back can then no longer be done again.
    """
    if db.session().info.get("edit"):
        yield
        return
    db.session().info["edit"] = True
    try:
        # On PostgreSQL two may write at once; whoever is second must not keep the first one's changes as their own.
        db.session.execute(select(Conference.id).where(Conference.id == conference.id).with_for_update())
        before = {str(item.uid): values(item) for item in _ever(conference)}
        yield
        db.session.flush()
        after = {str(item.uid): values(item) for item in _ever(conference)}
    finally:
        db.session().info.pop("edit")
    changed = {uid: [before.get(uid) or then | {"status": "removed"}, then] for uid, then in after.items()}
    changed = {uid: pair for uid, pair in changed.items() if pair[0] != pair[1]}
    if changed:
        _forget(conference)
        db.session.add(ProgrammeEdit(conference_id=conference.id, actor=actor, kind=kind, title=title, items=changed))
        db.session.flush()


def last(conference: Conference) -> ProgrammeEdit | None:
    """The newest edit that is not taken back."""
    query = select(ProgrammeEdit).where(ProgrammeEdit.conference_id == conference.id, ProgrammeEdit.undone.is_(None))
    return db.session.scalar(query.order_by(ProgrammeEdit.id.desc()).limit(1))


def next_again(conference: Conference) -> ProgrammeEdit | None:
    """The edit that was taken back last, and can be done again."""
    query = select(ProgrammeEdit).where(ProgrammeEdit.conference_id == conference.id, ProgrammeEdit.undone.is_not(None))
    return db.session.scalar(query.order_by(ProgrammeEdit.id).limit(1))


def undo(conference: Conference, edit_id: int, actor: str) -> ProgrammeEdit:
    """Take back the newest edit, all of it. Raises ``Refused`` when it is not ``edit_id`` or its items are changed since."""
    row = _expected(last(conference), edit_id)
    _put(conference, row, 0)
    row.undone = now()
    audit.record(actor, "programme.undone", scope=conference.slug, subject=row.kind, items=len(row.items))
    db.session.flush()
    return row


def redo(conference: Conference, edit_id: int, actor: str) -> ProgrammeEdit:
    """Do again what was taken back last. Raises as ``undo`` does."""
    row = _expected(next_again(conference), edit_id)
    _put(conference, row, 1)
    row.undone = None
    audit.record(actor, "programme.redone", scope=conference.slug, subject=row.kind, items=len(row.items))
    db.session.flush()
    return row


def values(item: ProgrammeItem) -> Values:
    """What an item says, as plain values: times in UTC, the room's uid (empty for none), [uid, part] of each speaker."""
    return {
        **{name: getattr(item, name) for name in PLAIN},
        "start": item.start.astimezone(UTC).isoformat(),
        "end": item.end.astimezone(UTC).isoformat(),
        "room": str(item.room.uid) if item.room else "",
        "speakers": [[str(row.speaker.uid), row.part] for row in item.speakers],
    }


def _expected(row: ProgrammeEdit | None, edit_id: int) -> ProgrammeEdit:
    if row is None or row.id != edit_id:
        raise Refused(_("Noen andre har endret programmet i mellomtiden. Se over programmet og prøv igjen."))
    return row


def _put(conference: Conference, row: ProgrammeEdit, side: int) -> None:
    """Make every item of ``row`` what it was before (``side`` 0) or after it (1). Rooms and people that are gone stay gone."""
    rooms = {str(room.uid): room for room in db.session.scalars(select(Room).where(Room.conference_id == conference.id))}
    people = {str(who.uid): who for who in db.session.scalars(select(Speaker).where(Speaker.conference_id == conference.id))}
    items = {str(item.uid): item for item in _ever(conference)}

    def here(said: Values) -> Values:
        speakers = [[uid, part] for uid, part in said["speakers"] if uid in people]
        return said | {"room": said["room"] if said["room"] in rooms else "", "speakers": speakers}

    for uid, pair in row.items.items():
        item = items.get(uid)
        if item is None or values(item) != here(pair[1 - side]):
            title = item.title if item else pair[1]["title"]
            raise Refused(_("«%(title)s» er endret senere på en annen måte. Endre den for hånd.", title=title))
        _fill(item, here(pair[side]), rooms, people)
    db.session.flush()


def _fill(item: ProgrammeItem, said: Values, rooms: dict[str, Room], people: dict[str, Speaker]) -> None:
    for name in PLAIN:
        setattr(item, name, said[name])
    item.start, item.end = (datetime.fromisoformat(said[name]) for name in ("start", "end"))
    item.room = rooms.get(said["room"])
    mine = {str(row.speaker.uid): row for row in item.speakers}
    rows = []
    for position, (uid, part) in enumerate(said["speakers"]):
        row = mine.get(uid) or ItemSpeaker(speaker=people[uid])
        row.part, row.position = part, position
        rows.append(row)
    item.speakers = rows
    item.version += 1


def _forget(conference: Conference) -> None:
    """What is taken back, and what is too long ago."""
    of_it = ProgrammeEdit.conference_id == conference.id
    db.session.execute(delete(ProgrammeEdit).where(of_it, ProgrammeEdit.undone.is_not(None)))
    newest = select(ProgrammeEdit.id).where(of_it).order_by(ProgrammeEdit.id.desc()).limit(KEPT - 1)
    db.session.execute(delete(ProgrammeEdit).where(of_it, ProgrammeEdit.id.not_in(newest)))


def _ever(conference: Conference) -> list[ProgrammeItem]:
    query = select(ProgrammeItem).where(ProgrammeItem.conference_id == conference.id)
    who = selectinload(ProgrammeItem.speakers).joinedload(ItemSpeaker.speaker)
    return list(db.session.scalars(query.options(joinedload(ProgrammeItem.room), who)))
