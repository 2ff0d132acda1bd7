"""frab XML: written valid against the schema at https://c3voc.de/schedule/schema.xsd, read as people's programs write it.

Reading goes by what elements are called, wherever they stand: real files have elements nobody has heard of, and lack some that
they must have.
"""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from lxml import etree

from konferanse.common.errors import Refused
from konferanse.programme.exchange import foreign, texts
from konferanse.programme.exchange.found import MOST_ITEMS, Reading, finished, too_many
from konferanse.programme.exchange.schedule import TIMESLOT, Event, Schedule, ScheduleDay, clock

LONGEST = timedelta(hours=99, minutes=59)  # two digits of hours


def xml_bytes(schedule: Schedule, address: str) -> bytes:
    """``schedule`` as a file that lies at ``address``. The same schedule gives the same bytes."""
    root = etree.Element("schedule")
    _add(root, "generator", name=foreign.OURS)
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


def read(text: str) -> Reading:
    """The programme in ``text``. Raises ``Refused``."""
    root = texts.xml(text)
    events = list(root.iter("{*}event"))
    if not events:
        raise Refused(_("Det er ingen programposter i filen. Er den et program i frab-format?"))
    if len(events) > MOST_ITEMS:
        raise too_many()
    generator = next(root.iter("{*}generator"), None)
    source = foreign.Source(
        ours=generator is not None and generator.get("name") == foreign.OURS,
        zone_name=next(map(_text, root.iter("{*}time_zone_name")), ""),
    )
    drafts = [foreign.draft(_told(event), source) for event in events]
    return finished(drafts, notes=source.notes)


def _told(event: Any) -> foreign.Told:
    """What an event element says, by the names of its children; the first of each is it."""
    parts: dict[str, Any] = {}
    for child in event:
        parts.setdefault(_name(child), child)
    around = {_name(element): element for element in event.iterancestors("{*}room", "{*}day")}
    room, day = around.get("room"), around.get("day")
    words = {name: _text(element) for name, element in parts.items() if name not in ("persons", "links", "attachments")}
    if room is not None:
        words["room"] = words.get("room") or room.get("name") or ""
    return foreign.Told(
        line=event.sourceline or 0,
        guid=event.get("guid") or "",
        number=event.get("id") or "",
        words=words,
        day="" if day is None else day.get("date") or (day.get("start") or "")[:10],
        room_guid="" if room is None else room.get("guid") or "",
        persons=[_text(person) for person in _inside(parts.get("persons"), "person")],
        links=[link.get("href") or _text(link) for link in _inside(parts.get("links"), "link")],
    )


def _name(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _inside(element: Any, name: str) -> Iterator[Any]:
    return (child for child in (() if element is None else element) if _name(child) == name)


def _text(element: Any) -> str:
    return "".join(element.itertext())


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
