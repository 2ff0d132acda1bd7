"""Calendar entries of one registration (RFC 5545, RFC 5546): one event a day, with the programme's hours when they are
published, else the whole day.

The UID of a day is the same for as long as the registration lives, so that a change updates the entry and a
cancellation removes it.
"""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID

from icalendar import Calendar, Event, vCalAddress
from sqlalchemy import bindparam, select

from konferanse.common import links
from konferanse.common.clock import OSLO, local, now
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme import releases
from konferanse.programme.models import ProgrammeRelease
from konferanse.registration.models import Registration

Hours = dict[date, tuple[datetime, datetime]]

# By rule, as calendar programs write it; icalendar would list every year until 2038 and take 8 ms.
VTIMEZONE = """BEGIN:VTIMEZONE
TZID:Europe/Oslo
BEGIN:STANDARD
DTSTART:19701025T030000
TZNAME:CET
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:19700329T020000
TZNAME:CEST
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
END:DAYLIGHT
END:VTIMEZONE
""".replace("\n", "\r\n")


LATEST = (
    select(ProgrammeRelease.id, ProgrammeRelease.published)
    .where(ProgrammeRelease.conference_id == bindparam("conference"))
    .order_by(ProgrammeRelease.number.desc())
    .limit(1)
    .execution_options(autoflush=False)  # a new registration is then written once, with its letter
)


def hours(conference: Conference) -> Hours:
    """When each day begins and ends in the published programme, in Norwegian time; days without items are left out."""
    latest = db.session.execute(LATEST, {"conference": conference.id}).first()
    return _hours_of(conference.uid, latest.id, latest.published) if latest else {}


@lru_cache(maxsize=100)
def _hours_of(_conference: UUID, release: int, _published: datetime) -> Hours:
    """A release never changes, so its items, hundreds of them, are read once and not for every letter."""
    return _hours(db.session.get_one(ProgrammeRelease, release).content)


def moved(conference: Conference) -> datetime | None:
    """When a published programme last gave the days other hours; None when none has. The last ten releases are looked at."""
    releases = db.session.execute(
        select(ProgrammeRelease.published, ProgrammeRelease.content)
        .where(ProgrammeRelease.conference_id == conference.id)
        .order_by(ProgrammeRelease.number.desc())
        .limit(10)
    ).all()
    found = [(release.published, _hours(release.content)) for release in releases]
    earlier = [hours for _when, hours in found[1:]] + [{}]
    return next((when for (when, hours), before in zip(found, earlier, strict=False) if hours != before), None)


def _hours(content: dict[str, Any] | None) -> Hours:
    found: Hours = {}
    for item in releases.shown(content) if content else ():
        if releases.told(item, "status") == "cancelled":
            continue
        start, end = (local(datetime.fromisoformat(item[edge])) for edge in ("start", "end"))
        first, last = found.get(start.date(), (start, end))
        found[start.date()] = (min(first, start), max(last, end))
    return found


def entry(registration: Registration, method: str, days: Sequence[date] | None = None, at: Hours | None = None) -> str:
    """A calendar with ``method`` PUBLISH, REQUEST or CANCEL for ``days`` (the registration's own when omitted)."""
    conference = registration.conference
    at = hours(conference) if at is None else at
    calendar = Calendar()
    calendar.add("prodid", "-//konferanse//NO")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for day in registration.dates if days is None else days:
        calendar.add_component(_event(registration, conference, method, day, at))
    text: str = calendar.to_ical().decode()
    # The time zone as it stands: rendering it anew would take as long as all the rest, under the lock.
    return text.replace("BEGIN:VEVENT", VTIMEZONE + "BEGIN:VEVENT", 1)


def attached(
    registration: Registration, method: str, days: Sequence[date] | None = None, at: Hours | None = None
) -> dict[str, str]:
    """``entry`` as the outbox takes it."""
    return {"method": method, "text": entry(registration, method, days, at)}


def _event(registration: Registration, conference: Conference, method: str, day: date, at: Hours) -> Event:
    event = Event()
    # By number and not by date: a conference that moves takes its entries along.
    event.add("uid", f"{registration.uid}-{(day - conference.first_date).days}@konferanse")
    event.add("dtstamp", now().replace(microsecond=0))
    event.add("sequence", registration.sequence)
    start, end = at.get(day, (day, day + timedelta(days=1)))
    event.add("dtstart", start.astimezone(OSLO) if isinstance(start, datetime) else start)
    event.add("dtend", end.astimezone(OSLO) if isinstance(end, datetime) else end)
    event.add("summary", conference.title)
    if registration.attendance == "physical" and (conference.place or conference.address):
        event.add("location", ", ".join(part for part in (conference.place, conference.address) if part))
    event.add("url", links.page(f"/k/{conference.slug}"))
    event.add("organizer", vCalAddress(f"mailto:{conference.contact_email or links.sender()}"))
    if method != "PUBLISH" and registration.email:
        attendee = vCalAddress(f"mailto:{registration.email}")
        attendee.params["PARTSTAT"] = "ACCEPTED" if method == "REQUEST" else "DECLINED"
        attendee.params["RSVP"] = "FALSE"
        event.add("attendee", attendee, encode=False)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    return event
