"""The working copy: days, rooms and items, changed one at a time."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import NamedTuple
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload
from sqlalchemy.orm.interfaces import ORMOption

from konferanse.common import audit
from konferanse.common.clock import OSLO, local
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme import history, speakers
from konferanse.programme.models import Day, ItemSpeaker, ProgrammeItem, ProgrammeRelease, Room, Speaker

WHOLE: Sequence[ORMOption] = (
    joinedload(ProgrammeItem.room),
    selectinload(ProgrammeItem.speakers).joinedload(ItemSpeaker.speaker),
)


HERE = ProgrammeItem.status != "removed"


class StaleItem(Refused):
    """Somebody else changed the item since the form was opened."""


class NoSuchTime(ValueError):
    """A clock time that the change to summer time skips."""


class ItemValues(NamedTuple):
    """What a form says of an item. ``start`` and ``end`` have a zone; ``room`` is None where it has none; ``speaker`` holds
    credits (``speakers.credits_in``)."""

    start: datetime
    end: datetime
    title: str
    kind: str
    room: Room | None
    speaker: str
    language: str
    description: str
    audience: str = ""
    expected: int | None = None
    links: str = ""
    status: str = "confirmed"


def moment(day: date, clock: time) -> datetime:
    """``clock`` on ``day`` in Norway as UTC. The doubled hour in October is its first one. Raises ``NoSuchTime``."""
    typed = datetime.combine(day, clock, OSLO)
    utc = typed.astimezone(UTC)
    if local(utc).time() != clock:
        raise NoSuchTime(clock)
    return utc


def find_item(conference: Conference, uid: UUID) -> ProgrammeItem | None:
    """The item of this conference with that id."""
    query = select(ProgrammeItem).where(ProgrammeItem.conference_id == conference.id, ProgrammeItem.uid == uid, HERE)
    return db.session.scalar(query.options(*WHOLE))


def items(conference: Conference) -> list[ProgrammeItem]:
    """Every item of the working copy, in order."""
    return [item for item in ever(conference) if item.status != "removed"]


def ever(conference: Conference) -> list[ProgrammeItem]:
    """Every item there is or was, in order: those that are removed too."""
    query = select(ProgrammeItem).where(ProgrammeItem.conference_id == conference.id).options(*WHOLE)
    return list(db.session.scalars(query.order_by(ProgrammeItem.start, ProgrammeItem.end, ProgrammeItem.number)))


def rooms(conference: Conference) -> list[Room]:
    """The rooms, by name."""
    return list(db.session.scalars(select(Room).where(Room.conference_id == conference.id).order_by(Room.name)))


def find_room(conference: Conference, uid: UUID) -> Room | None:
    """The room of this conference with that id."""
    return db.session.scalar(select(Room).where(Room.conference_id == conference.id, Room.uid == uid))


def add_item(
    conference: Conference,
    values: ItemValues,
    actor: str,
    *,
    uid: UUID | None = None,
    number: int = 0,
    gone: ProgrammeItem | None = None,
    known: dict[str, Speaker] | None = None,
) -> ProgrammeItem:
    """A new item with a number that was never used in this conference, not even by an item that is gone. Whoever adds many says
    ``uid`` and ``number``, and whom the conference knows (``speakers.by_credit``). ``gone`` is a removed item, to come back."""
    number = number or next_number(conference)
    item = gone or ProgrammeItem(conference=conference, uid=uid or uuid4(), number=number, version=0)
    with history.edit(conference, actor, "added", values.title):
        _fill(item, values)
        item.version += 1
        db.session.add(item)
        db.session.flush()
        speakers.assign(conference, item, speakers.credits_in(values.speaker), known)
    audit.record(actor, "programme.item_added", scope=conference.slug, subject=item.uid)
    return item


def change_item(
    item: ProgrammeItem,
    based_on: int,
    values: ItemValues,
    actor: str,
    scope: str,
    known: dict[str, Speaker] | None = None,
) -> None:
    """Change ``item``, which the form read at version ``based_on``. Raises ``StaleItem``."""
    if item.version != based_on:
        raise StaleItem(_("Noen andre endret programposten mens du skrev."))
    with history.edit(item.conference, actor, "changed", values.title):
        _fill(item, values)
        speakers.assign(item.conference, item, speakers.credits_in(values.speaker), known)
        item.version += 1
    audit.record(actor, "programme.item_changed", scope=scope, subject=item.uid)
    db.session.flush()


def remove_item(item: ProgrammeItem, actor: str, scope: str) -> None:
    """Take ``item`` out of the working copy; the release keeps it until the next one."""
    with history.edit(item.conference, actor, "removed", item.title):
        item.status = "removed"
        item.version += 1
    audit.record(actor, "programme.item_removed", scope=scope, subject=item.uid)
    db.session.flush()


def name_day(conference: Conference, day: date, title: str) -> None:
    """Give a day its heading."""
    _day(conference, day).title = title
    db.session.flush()


def set_day(conference: Conference, day: date, title: str, start: time | None, end: time | None) -> None:
    """Give a day its heading and its hours on the Norwegian clock, None for open."""
    row = _day(conference, day)
    row.title, row.start, row.end = title, start, end
    db.session.flush()


def days(conference: Conference) -> dict[date, Day]:
    """What is said of the days that have something said of them."""
    return {row.date: row for row in db.session.scalars(select(Day).where(Day.conference_id == conference.id))}


def day_titles(conference: Conference) -> dict[date, str]:
    """The headings of the days that have one."""
    return {day: row.title for day, row in days(conference).items()}


def save_room(conference: Conference, room: Room | None, name: str, capacity: int | None) -> Room:
    """Change ``room``, or add one when it is None. Raises ``Refused`` when the name is taken."""
    taken = select(Room.id).where(Room.conference_id == conference.id, Room.name == name)
    if db.session.scalar(taken.where(Room.id != room.id) if room else taken):
        raise Refused(_("Det er alt et rom som heter «%(name)s». Gi det et annet navn.", name=name))
    if room is None:
        room = Room(conference_id=conference.id, name=name)
        db.session.add(room)
    room.name, room.capacity = name, capacity
    db.session.flush()
    return room


def remove_room(room: Room) -> None:
    """Delete ``room``; its items stay, without a room."""
    db.session.delete(room)
    db.session.flush()


def _day(conference: Conference, day: date) -> Day:
    row = days(conference).get(day)
    if row is None:
        row = Day(conference_id=conference.id, date=day)
        db.session.add(row)
    return row


def _fill(item: ProgrammeItem, values: ItemValues) -> None:
    for name, value in values._asdict().items():
        if name != "speaker":
            setattr(item, name, value)


def next_number(conference: Conference) -> int:
    """The first number above all that were ever used in this conference."""
    # Before removed items were kept, a release was all that knew their numbers.
    used = [db.session.scalar(select(func.max(ProgrammeItem.number)).where(ProgrammeItem.conference_id == conference.id)) or 0]
    contents = db.session.scalars(select(ProgrammeRelease.content).where(ProgrammeRelease.conference_id == conference.id))
    used += [item["number"] for content in contents for item in content["items"]]
    return max(used) + 1
