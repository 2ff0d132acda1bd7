"""c3voc JSON, valid against the schema at https://c3voc.de/schedule/schema.json."""

import json
from typing import Any

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
        "generator": {"name": "konferanse"},
        "schedule": {"version": schedule.version, "base_url": schedule.page, "conference": conference},
    }
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


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
