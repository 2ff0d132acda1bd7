"""frab XML, valid against the schema at https://c3voc.de/schedule/schema.xsd."""

from datetime import timedelta
from typing import Any

from lxml import etree

from konferanse.programme.exchange.schedule import TIMESLOT, Event, Schedule, ScheduleDay, clock

LONGEST = timedelta(hours=99, minutes=59)  # two digits of hours


def xml_bytes(schedule: Schedule, address: str) -> bytes:
    """``schedule`` as a file that lies at ``address``. The same schedule gives the same bytes."""
    root = etree.Element("schedule")
    _add(root, "generator", name="konferanse")
    _add(root, "url", address)
    _add(root, "version", schedule.version)
    conference = _add(root, "conference")
    _add(conference, "acronym", schedule.acronym)
    _add(conference, "title", schedule.title)
    _add(conference, "start", schedule.first.isoformat())
    _add(conference, "end", schedule.last.isoformat())
    _add(conference, "days", str(len(schedule.days)))
    _add(conference, "timeslot_duration", TIMESLOT)
    _add(conference, "url", schedule.page)
    _add(conference, "time_zone_name", "Europe/Oslo")
    for day in schedule.days:
        _day(root, day, schedule)
    etree.indent(root, " ")
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return written + b"\n"


def _day(root: Any, day: ScheduleDay, schedule: Schedule) -> None:
    begins, ends = day.start.isoformat(), day.end.isoformat()
    element = _add(root, "day", index=str(day.ordinal), date=day.date.isoformat(), start=begins, end=ends)
    for name, events in day.rooms.items():
        room = _add(element, "room", name=name, guid=str(schedule.rooms[name]))
        for event in events:
            _event(room, event)


def _event(room: Any, event: Event) -> None:
    element = _add(room, "event", guid=event.uid, id=str(event.number))
    _add(element, "date", event.start.isoformat(timespec="seconds"))
    _add(element, "start", event.start.strftime("%H:%M:%S" if event.start.second else "%H:%M"))
    _add(element, "duration", clock(min(event.length, LONGEST), seconds=True))
    _add(element, "room", event.room)
    _add(element, "title", event.title)
    _add(element, "subtitle", event.subtitle)
    _add(element, "track", event.track)
    _add(element, "type", event.kind)
    _add(element, "language", event.language)
    _add(element, "abstract", event.abstract)
    _add(element, "description", event.description)
    _add(element, "url", event.url)
    persons = _add(element, "persons")
    for person in event.persons:
        _add(persons, "person", person.credit, id=str(person.number), guid=str(person.uid))
    links = _add(element, "links")
    for link in event.links:
        _add(links, "link", link, href=link)
    _add(element, "attachments")


def _add(parent: Any, tag: str, text: str = "", /, **attributes: str) -> Any:
    element = etree.SubElement(parent, tag, attributes)
    element.text = text or None
    return element
