"""c3voc JSON: written valid against the schema at https://c3voc.de/schedule/schema.json, read with whatever is there."""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import Any

from flask_babel import gettext as _

from konferanse.common.errors import Refused
from konferanse.programme.exchange import foreign, texts
from konferanse.programme.exchange.found import MOST_ITEMS, Reading, finished, too_many
from konferanse.programme.exchange.schedule import TIMESLOT, Event, Schedule, ScheduleDay, clock

SCHEMA = "https://c3voc.de/schedule/schema.json"


def json_bytes(schedule: Schedule) -> bytes:
    """``schedule`` as a file. The same schedule gives the same bytes."""
    conference = {
        "acronym": schedule.acronym,
        "title": schedule.title,
        "start": schedule.first.isoformat(),
        "end": schedule.last.isoformat(),
        "daysCount": len(schedule.days),
        "timeslot_duration": TIMESLOT,
        "time_zone_name": "Europe/Oslo",
        "url": schedule.page,
        "rooms": [{"name": name, "guid": str(uid)} for name, uid in schedule.rooms.items()],
        "days": [_day(day, schedule.acronym) for day in schedule.days],
    }
    content = {
        "$schema": SCHEMA,
        "generator": {"name": foreign.OURS},
        "schedule": {"version": schedule.version, "base_url": schedule.page, "conference": conference},
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def read(text: str) -> Reading:
    """The programme in ``text``. Raises ``Refused``."""
    whole = _dict(texts.json_value(text))
    schedule = _dict(whole.get("schedule")) or whole
    conference = _dict(schedule.get("conference")) or schedule
    source = foreign.Source(
        ours=_text(_dict(whole.get("generator")).get("name")) == foreign.OURS,
        zone_name=_text(conference.get("time_zone_name")),
    )
    guids = {_text(room.get("name")): _text(room.get("guid")) for room in map(_dict, _list(conference.get("rooms")))}
    lines = _Lines(text)
    told = [
        _told(event, name, guids.get(name, ""), day, lines)
        for day in map(_dict, _list(conference.get("days")))
        for name, event in _events(day.get("rooms"))
    ]
    if not told:
        raise Refused(_("Det er ingen programposter i filen. Er den et program i c3voc-format?"))
    if len(told) > MOST_ITEMS:
        raise too_many()
    return finished([foreign.draft(one, source) for one in told], notes=source.notes)


def _events(rooms: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each event with its room's name: rooms by name, or a list of rooms that hold events."""
    named = rooms.items() if isinstance(rooms, dict) else ((room.get("name"), room) for room in map(_dict, _list(rooms)))
    for name, held in named:
        for event in _list(held) or _list(_dict(held).get("events")):
            if isinstance(event, dict):
                yield _text(name), event


def _told(event: dict[str, Any], name: str, room_guid: str, day: dict[str, Any], lines: "_Lines") -> foreign.Told:
    keys = ("title", "subtitle", "type", "date", "start", "end", "duration", "abstract", "description", "language", "track")
    words = {key: _text(event.get(key)) for key in keys}
    guid = _text(event.get("guid"))
    return foreign.Told(
        line=lines.of(guid or words["title"]),
        guid=guid,
        number=_text(event.get("id")),
        words=words | {"room": _text(event.get("room")) or name},
        day=_text(day.get("date")),
        room_guid=room_guid,
        persons=[_person(person) for person in _list(event.get("persons"))],
        links=[_text(_dict(link).get("url") or _dict(link).get("href") or link) for link in _list(event.get("links"))],
    )


def _person(person: Any) -> str:
    named = _dict(person)
    return _text(named.get("public_name") or named.get("name") or named.get("full_public_name") or person)


class _Lines:
    """Where in the file a text stands for the first time; 0 when nobody can tell."""

    def __init__(self, text: str) -> None:
        self.ends = [match.start() for match in re.finditer("\n", text)]
        self.places: dict[str, int] = {}
        for match in re.finditer(r'"(?:guid|title)"\s*:\s*"([^"\\]{1,200})"', text):
            self.places.setdefault(match[1], match.start())

    def of(self, text: str) -> int:
        place = self.places.get(text)
        return 0 if place is None else bisect_right(self.ends, place) + 1


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    """A value as text; of a text in several languages, the first."""
    if isinstance(value, dict):
        value = next((each for each in value.values() if isinstance(each, str) and each), "")
    return str(value) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def _day(day: ScheduleDay, acronym: str) -> dict[str, Any]:
    return {
        "index": day.ordinal,
        "date": day.date.isoformat(),
        "day_start": day.start.isoformat(),
        "day_end": day.end.isoformat(),
        "rooms": {name: [_event(event, acronym) for event in events] for name, events in day.rooms.items()},
    }


def _event(event: Event, acronym: str) -> dict[str, Any]:
    return {
        "guid": event.uid,
        "id": event.number,
        "date": event.start.isoformat(timespec="seconds"),
        "start": event.start.strftime("%H:%M"),
        "duration": clock(event.length),
        "end": event.end.isoformat(timespec="seconds"),
        "room": event.room,
        "slug": f"{acronym}-{event.number}",
        "url": event.url,
        "title": event.title,
        "subtitle": event.subtitle,
        "track": event.track,
        "type": event.kind,
        "language": event.language,
        "abstract": event.abstract,
        "description": event.description,
        "persons": [
            # "public_name" and not "name": the schema takes one or the other, and this is what apps read.
            {"id": who.number, "guid": str(who.uid), "public_name": who.credit, "part": who.part}
            for who in event.persons
        ],
        "links": [{"url": link, "title": link, "type": "web"} for link in event.links],
        "attachments": [],
    }
