"""The programme as iCalendar: RFC 5545 with the names and refresh interval of RFC 7986.

The same release gives the same bytes: DTSTAMP is when the item last changed, not when somebody asked. What a calendar program
has no word for (room apart from place, kind, speakers, audience) stands in X- properties, so that reading gives it back.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from flask_babel import gettext as _
from icalendar import Calendar, Event, Timezone, vText

from konferanse.common.clock import local
from konferanse.common.language import weekday_date
from konferanse.conference.models import Conference
from konferanse.programme import agenda
from konferanse.programme.kinds import KIND_LABELS

PRODID = "-//konferanse//konferanse//NO"
REFRESH = timedelta(hours=1)
STATUS = {"cancelled": "CANCELLED", "postponed": "TENTATIVE"}
OWN = {name: f"x-konferanse-{name}" for name in ("kind", "room", "status", "audience", "speaker", "link")}
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


class Selection(NamedTuple):
    """Which items a calendar holds: all, or those of a day, a room (by id) and ``posts`` (the first 8 hex digits of their
    ids), as far as they are given."""

    day: date | None = None
    room: str = ""
    posts: frozenset[str] = frozenset()

    def holds(self, entry: agenda.Entry) -> bool:
        """Whether ``entry`` is in the calendar; what was cancelled or removed is, too."""
        return (
            self.day in (None, local(entry.start).date())
            and self.room in ("", entry.room_uid)
            and (not self.posts or entry.uid[:8] in self.posts)
        )

    def uid(self, conference: Conference) -> UUID:
        """The calendar's own id: a selection is another calendar than the whole."""
        if self == EVERYTHING:
            return conference.uid
        day = self.day.isoformat() if self.day else ""
        return uuid5(conference.uid, f"{day} {self.room} {' '.join(sorted(self.posts))}")

    def name(self, conference: Conference, entries: list[agenda.Entry]) -> str:
        """What the calendar is called."""
        parts = [conference.title]
        if self.day:
            parts.append(weekday_date(self.day))
        if self.room:
            parts.append(next((entry.room for entry in reversed(entries)), ""))
        if self.posts:
            parts.append(_("mitt utvalg"))
        return " – ".join(part for part in parts if part)


EVERYTHING = Selection()


def selection(day: str, room: str, posts: list[str]) -> Selection:
    """What an address asks for; ``posts`` may hold several ids with commas between. Raises ``ValueError``."""
    ids = [post.strip().lower()[:8] for text in posts for post in text.split(",") if post.strip()]
    if any(not re.fullmatch("[0-9a-f]{8}", post) for post in ids):
        raise ValueError(posts)
    return Selection(date.fromisoformat(day) if day else None, str(UUID(room)) if room else "", frozenset(ids))


def webcal(address: str) -> str:
    """``address`` as calendar programs subscribe to it."""
    return re.sub("^https?:", "webcal:", address)


def calendar(
    conference: Conference, content: dict[str, Any] | None, url: str, chosen: Selection = EVERYTHING, source: str = ""
) -> bytes:
    """An iCalendar of what is ``chosen`` of ``content`` (None before the first release: no events yet). ``url`` is the
    programme's page, ``source`` the calendar's own address."""
    entries = [entry for entry in (agenda.entries(content) if content else []) if chosen.holds(entry)]
    feed = Calendar()
    feed.add("prodid", PRODID)
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("uid", str(chosen.uid(conference)))
    feed.add("name", name := chosen.name(conference, entries))
    feed.add("x-wr-calname", name)
    feed.add("x-wr-timezone", "Europe/Oslo")
    feed.add("url", url)
    if source:
        feed.add("source", source, parameters={"VALUE": "URI"})
    feed.add("last-modified", conference.updated)
    feed.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", "PT1H")
    feed.add_component(Timezone.from_ical(OSLO_RULES))
    for entry in entries:
        feed.add_component(_event(conference, entry, url))
    return bytes(feed.to_ical())


def _event(conference: Conference, entry: agenda.Entry, url: str) -> Event:
    event = Event()
    modified = max(entry.modified, conference.updated) if conference.status in STATUS else entry.modified
    event.add("uid", entry.uid)  # RFC 7986 5.3: a UUID alone, so that moving to another address changes nothing
    event.add("summary", entry.title, parameters={"LANGUAGE": entry.language})
    event.add("dtstart", _written(entry.start))
    event.add("dtend", _written(entry.end))
    event.add("dtstamp", modified)
    event.add("last-modified", modified)
    event.add("sequence", entry.sequence)
    event.add("status", STATUS.get(conference.status, "CONFIRMED") if entry.status == "confirmed" else "CANCELLED")
    event.add("categories", [str(KIND_LABELS[entry.kind])])
    if place := ", ".join(part for part in (entry.room, conference.place) if part):
        event.add("location", place)
    credit = [", ".join(p for p in (who["name"], who["role"], who["organisation"]) if p) for who in entry.speakers]
    if text := described(entry.speaker, entry.audience, entry.description, entry.links):
        event.add("description", text)
    event.add("url", f"{url}#{anchor(entry.uid)}")
    for name, value in (("kind", entry.kind), ("room", entry.room), ("status", entry.status), ("audience", entry.audience)):
        event.add(OWN[name], vText(value))  # it takes what it does not know for something that needs no escaping
    for name, values in (("speaker", credit or [entry.speaker] if entry.speaker else []), ("link", entry.links)):
        for value in values:
            event.add(OWN[name], vText(value))
    return event


def _written(moment: datetime) -> datetime:
    """Norwegian time; in the hour that October has twice, only UTC tells which one it is (RFC 5545 3.3.5)."""
    there = local(moment)
    return moment.astimezone(UTC) if there.fold else there


def described(speaker: str, audience: str, description: str, links: Sequence[str]) -> str:
    """Everything a calendar program shows as text, in paragraphs."""
    return "\n\n".join(part for part in (speaker, audience, description, "\n".join(links)) if part)


def anchor(uid: str) -> str:
    """The id of an item on the programme's page."""
    return f"post-{uid.split('-')[0]}"
