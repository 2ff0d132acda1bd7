"""The programme as iCalendar: RFC 5545 with the names and refresh interval of RFC 7986.

The same release gives the same bytes: DTSTAMP is when the item last changed, not when somebody asked.
"""

from datetime import timedelta
from typing import Any

from icalendar import Calendar, Event, Timezone

from konferanse.common.clock import OSLO
from konferanse.conference.models import Conference
from konferanse.programme import agenda
from konferanse.programme.kinds import KIND_LABELS

PRODID = "-//konferanse//konferanse//NO"
REFRESH = timedelta(hours=1)
STATUS = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}
# The European Union's rule, in force in Norway since 1996; tests hold it against the tz database. A rule, not a list of
# dates, since calendar programs that know no other zones read rules best.
OSLO_RULES = b"""BEGIN:VTIMEZONE
TZID:Europe/Oslo
BEGIN:DAYLIGHT
TZNAME:CEST
DTSTART:19960331T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
TZNAME:CET
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE
"""


def calendar(conference: Conference, content: dict[str, Any] | None, url: str) -> bytes:
    """An iCalendar of ``content`` (None before the first release: no events yet). ``url`` is the programme's page."""
    feed = Calendar()
    feed.add("prodid", PRODID)
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("uid", str(conference.uid))
    feed.add("name", conference.title)
    feed.add("x-wr-calname", conference.title)
    feed.add("x-wr-timezone", "Europe/Oslo")
    feed.add("url", url)
    feed.add("last-modified", conference.updated)
    feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", REFRESH)
    feed.add_component(Timezone.from_ical(OSLO_RULES))
    for entry in agenda.entries(content) if content else []:
        feed.add_component(_event(conference, entry, url))
    return bytes(feed.to_ical())


def _event(conference: Conference, entry: agenda.Entry, url: str) -> Event:
    event = Event()
    event.add("uid", entry.uid)  # RFC 7986 5.3: a UUID alone, so that moving to another address changes nothing
    event.add("summary", entry.title, parameters={"LANGUAGE": entry.language})
    event.add("dtstart", entry.start.astimezone(OSLO))
    event.add("dtend", entry.end.astimezone(OSLO))
    event.add("dtstamp", entry.modified)
    event.add("last-modified", entry.modified)
    event.add("sequence", entry.sequence)
    event.add("status", STATUS.get(conference.status, "CONFIRMED") if entry.status == "confirmed" else "CANCELLED")
    event.add("categories", [str(KIND_LABELS[entry.kind])])
    if place := ", ".join(part for part in (entry.room, conference.place) if part):
        event.add("location", place)
    if text := "\n\n".join(part for part in (entry.speaker, entry.description) if part):
        event.add("description", text)
    event.add("url", f"{url}#{anchor(entry.uid)}")
    return event


def anchor(uid: str) -> str:
    """The id of an item on the programme's page."""
    return f"post-{uid.split('-')[0]}"
