"""What frab XML and c3voc JSON have in common: days of rooms of events, with ids that never change.

Sources: the schemas at https://c3voc.de/schedule (schema.xsd, schema.json). Both want a room for every event, so events
without one lie in a room of that name, which reading takes away again.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import NAMESPACE_URL, UUID, uuid5

from flask_babel import force_locale

from konferanse.common.clock import OSLO, local
from konferanse.common.fields import clean, printable
from konferanse.conference.models import Conference
from konferanse.programme import agenda, speakers
from konferanse.programme.kinds import KIND_LABELS

NOWHERE = "Uten fast rom"
NOWHERE_UID = uuid5(NAMESPACE_URL, "https://konferanse/uten-fast-rom")
CANCELLED = "Avlyst"  # neither format knows a status; the subtitle is what readers see
AUDIENCE = "Målgruppe: "
TIMESLOT = "00:05"


class Person(NamedTuple):
    """Somebody who speaks. ``number`` is for readers that know whole numbers only; ``credit`` is how they are named."""

    uid: UUID
    number: int
    credit: str
    part: str


class Event(NamedTuple):
    """One item, in words both formats use. ``start`` and ``end`` are Norwegian time."""

    uid: str
    number: int
    start: datetime
    end: datetime
    length: timedelta
    title: str
    subtitle: str
    kind: str
    track: str
    room: str
    abstract: str
    description: str
    language: str
    persons: Sequence[Person]
    links: Sequence[str]
    url: str


class ScheduleDay(NamedTuple):
    """``ordinal`` counts from 1. The day lasts from midnight to midnight; what goes on past it belongs to where it began."""

    ordinal: int
    date: date
    start: datetime
    end: datetime
    rooms: Mapping[str, Sequence[Event]]


class Schedule(NamedTuple):
    """A whole programme. ``page`` is its address, ``rooms`` each room's id by its name."""

    acronym: str
    title: str
    version: str
    page: str
    first: date
    last: date
    days: Sequence[ScheduleDay]
    rooms: Mapping[str, UUID]


def schedule(conference: Conference, content: dict[str, Any] | None, version: str, page: str, anchor: Any) -> Schedule:
    """``content`` (None before the first release) as days and rooms. ``anchor`` makes an item's place on ``page``."""
    with force_locale(conference.language):  # the same file for everybody
        return _schedule(conference, content, version, page, anchor)


def _schedule(conference: Conference, content: dict[str, Any] | None, version: str, page: str, anchor: Any) -> Schedule:
    there = [entry for entry in (agenda.entries(content) if content else []) if entry.status != "removed"]
    nowhere = nowhere_beside({entry.room for entry in there})
    by_date: dict[date, dict[str, list[Event]]] = {day: {} for day in conference.dates}
    rooms: dict[str, UUID] = {}
    for entry in sorted(there, key=lambda e: (e.start, e.end, e.number)):
        event = _event(conference, entry, nowhere, f"{page}#{anchor(entry.uid)}")
        by_date.setdefault(event.start.date(), {}).setdefault(event.room, []).append(event)
        rooms.setdefault(event.room, _room_uid(conference, entry))
    dates = sorted(by_date)
    days = [
        ScheduleDay(n, day, _midnight(day), _midnight(day + timedelta(days=1)), by_date[day]) for n, day in enumerate(dates, 1)
    ]
    return Schedule(acronym(conference.slug), text(conference.title), text(version), page, dates[0], dates[-1], days, rooms)


def acronym(slug: str) -> str:
    """A conference's short name: the JSON schema knows no hyphens, and both want four characters."""
    return slug.replace("-", "_").ljust(4, "_")


def nowhere_beside(rooms: set[str]) -> str:
    """What to call the room of events without one, when the conference has ``rooms``."""
    name, n = NOWHERE, 2
    while name in rooms:
        name, n = f"{NOWHERE} {n}", n + 1
    return name


def text(value: str) -> str:
    """``value`` as XML can hold it, too; releases are never changed, so an old one may hold what forms now refuse."""
    return printable(clean(value))


def clock(length: timedelta, *, seconds: bool = False) -> str:
    """01:30, or 01:30:05 when there are ``seconds`` to tell."""
    total = round(length.total_seconds())
    hours, minutes = divmod(total // 60, 60)
    return f"{hours:02}:{minutes:02}:{total % 60:02}" if seconds and total % 60 else f"{hours:02}:{minutes:02}"


def person_number(uid: UUID) -> int:
    """A positive whole number of 31 bits, which every reader can hold."""
    return (uid.int & 0x7FFFFFFF) or 1


def _event(conference: Conference, entry: agenda.Entry, nowhere: str, url: str) -> Event:
    audience = text(entry.audience)
    return Event(
        uid=entry.uid,
        number=entry.number,
        start=local(entry.start),
        end=local(entry.end),
        length=entry.end - entry.start,  # on the clock it would be wrong over a change to or from summer time
        title=text(entry.title),
        subtitle=CANCELLED if entry.status == "cancelled" else "",
        kind=entry.kind,
        track=str(KIND_LABELS[entry.kind]),
        room=text(entry.room) or nowhere,
        abstract=f"{AUDIENCE}{audience}" if audience else "",
        description=text(entry.description),
        language=entry.language,
        persons=_persons(conference, entry),
        links=[text(link) for link in entry.links if re.match("https?://", link)],
        url=url,
    )


def _persons(conference: Conference, entry: agenda.Entry) -> list[Person]:
    if entry.speakers:
        return [_person(UUID(who["uid"]), _credit(who), who["part"]) for who in entry.speakers]
    # A release made before speakers had ids: the same credit is the same person.
    named = speakers.credits_in(entry.speaker)
    return [_person(uuid5(conference.uid, f"person:{credit.casefold()}"), credit, "speaker") for credit in named]


def _person(uid: UUID, credit: str, part: str) -> Person:
    return Person(uid, person_number(uid), text(credit), part)


def _credit(who: dict[str, str]) -> str:
    return ", ".join(part for part in (who["name"], who["role"], who["organisation"]) if part)


def _room_uid(conference: Conference, entry: agenda.Entry) -> UUID:
    if not entry.room:
        return NOWHERE_UID
    return UUID(entry.room_uid) if entry.room_uid else uuid5(conference.uid, f"room:{entry.room}")


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), OSLO)
