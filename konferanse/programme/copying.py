"""Copies of the programme: a day onto another day, and the programme of an earlier conference into a new one.

Items keep their time by the clock on the wall. Cancelled ones stay behind: they are there to be told of, once.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.common import audit
from konferanse.common.clock import local
from konferanse.common.copying import Recipe
from konferanse.common.errors import Refused
from konferanse.conference.copying import Copy
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme import editing, history
from konferanse.programme.models import Day, ItemSpeaker, ProgrammeItem, Room, Speaker

DAY = Recipe(Day, carried=("title", "start", "end"), made=("conference_id", "date"), left=("id",))
ROOM = Recipe(Room, carried=("name", "capacity"), made=("conference_id",), left=("id", "uid"))
ITEM = Recipe(
    ProgrammeItem,
    carried=("title", "kind", "language", "description", "audience", "expected"),
    made=("conference_id", "number", "start", "end", "room_id", "links"),
    left=("id", "uid", "status", "sequence", "modified", "version"),
)
# The item's own list of speakers gives ``item_id``.
PART = Recipe(ItemSpeaker, carried=("position", "part"), made=("speaker_id",), left=("item_id",))
# To another conference a speaker brings what the programme names them by. How to reach them, what they have agreed to and
# what they need was said about the old one.
SPEAKER = Recipe(
    Speaker,
    carried=("name", "role", "organisation", "language"),
    made=("conference_id",),
    left=(
        "id",
        "uid",
        "email",
        "bio",
        "picture_id",
        "picture_alt",
        "consent",
        "wishes",
        "available",
        "no_slides",
        "answered",
        "generation",
    ),
)
RECIPES = (DAY, ROOM, ITEM, PART, SPEAKER)


class Copied(NamedTuple):
    """An item and the times its copy gets, in UTC."""

    item: ProgrammeItem
    start: datetime
    end: datetime


class Brought(NamedTuple):
    """How many came along to a new conference; ``cancelled`` were left."""

    rooms: int
    items: int
    speakers: int
    cancelled: int


def preview(conference: Conference, source: date, target: date) -> list[Copied]:
    """What copying the day ``source`` to ``target`` would make, in the programme's order. Raises ``Refused`` when a copy would
    begin or end in the hour in which clocks are changed."""
    return _planned((item for item in editing.items(conference) if _day(item) == source), target - source)


def copy_day(
    conference: Conference, source: date, target: date, actor: str, *, with_speakers: bool = True
) -> Sequence[ProgrammeItem]:
    """Make it, beside what ``target`` has already. Raises as ``preview`` does, and ``Refused`` when that is nothing."""
    planned = preview(conference, source, target)
    if not planned:
        raise Refused(_("Dagen har ingen programposter å kopiere. Velg en annen dag."))
    made = []
    with history.edit(conference, actor, "copied"):
        for number, (item, start, end) in enumerate(planned, editing.next_number(conference)):
            times = {"number": number, "start": start, "end": end}
            copy = ITEM.copy(item, conference_id=conference.id, room_id=item.room_id, links=item.links, **times)
            if with_speakers:
                copy.speakers = [PART.copy(row, speaker_id=row.speaker_id) for row in item.speakers]
            made.append(copy)
        db.session.add_all(made)
    said = {"day": source.isoformat(), "to": target.isoformat(), "items": len(made)}
    audit.record(actor, "programme.day_copied", scope=conference.slug, **said)
    db.session.flush()
    return made


def items_on(conference: Conference, day: date) -> list[ProgrammeItem]:
    """What begins on ``day``, cancelled items too."""
    return [item for item in editing.items(conference) if _day(item) == day]


def bring(copy: Copy, *, with_speakers: bool) -> Brought:
    """Copy the days' headings and hours, the rooms and the items to a new conference. Raises as ``preview`` does.

    Links stay behind: what they lead to was last time's.
    """
    for day in db.session.scalars(select(Day).where(Day.conference_id == copy.source.id)).all():
        db.session.add(DAY.copy(day, conference_id=copy.target.id, date=copy.day(day.date)))
    rooms = {room.id: ROOM.copy(room, conference_id=copy.target.id) for room in editing.rooms(copy.source)}
    db.session.add_all(rooms.values())
    db.session.flush()
    old = editing.items(copy.source)
    planned = _planned(old, copy.by)
    people = _speakers(copy, (row.item for row in planned)) if with_speakers else {}
    for number, (item, start, end) in enumerate(planned, 1):
        room_id = rooms[item.room_id].id if item.room_id else None
        times = {"number": number, "start": start, "end": end}
        made = ITEM.copy(item, conference_id=copy.target.id, room_id=room_id, links="", **times)
        if with_speakers:
            made.speakers = [PART.copy(row, speaker_id=people[row.speaker_id].id) for row in item.speakers]
        db.session.add(made)
    db.session.flush()
    return Brought(len(rooms), len(planned), len(people), len(old) - len(planned))


def _speakers(copy: Copy, items: Iterable[ProgrammeItem]) -> dict[int, Speaker]:
    """Those who speak in ``items`` as the new conference's speakers, by their id in the old."""
    old = {row.speaker_id: row.speaker for item in items for row in item.speakers}
    new: dict[int, Speaker] = {key: SPEAKER.copy(who, conference_id=copy.target.id) for key, who in old.items()}
    db.session.add_all(new.values())
    db.session.flush()
    return new


def _day(item: ProgrammeItem) -> date:
    return local(item.start).date()


def _planned(items: Iterable[ProgrammeItem], by: timedelta) -> list[Copied]:
    return [Copied(item, *_moved(item, by)) for item in items if item.status != "cancelled"]


def _moved(item: ProgrammeItem, by: timedelta) -> tuple[datetime, datetime]:
    walls = [local(edge).replace(tzinfo=None) + by for edge in (item.start, item.end)]
    try:
        start, end = (editing.moment(wall.date(), wall.time()) for wall in walls)
    except editing.NoSuchTime:
        raise _clocks_change(item) from None
    if end <= start:  # it began before the hour that came twice, or ended in it
        raise _clocks_change(item)
    return start, end


def _clocks_change(item: ProgrammeItem) -> Refused:
    return Refused(
        _(
            "«%(title)s» ville begynt eller sluttet mens klokka stilles om. Flytt den til et annet tidspunkt først.",
            title=item.title,
        )
    )
