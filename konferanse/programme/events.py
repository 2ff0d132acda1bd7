"""The conference and its items as schema.org Events (https://schema.org/Event), for search engines and assistants.

Pages hold them as a data block, which no browser runs, so the content security policy has nothing to say of it.
"""

from collections.abc import Sequence
from typing import Any

from konferanse.conference.models import Conference
from konferanse.programme.agenda import Entry

SCHEMA = "https://schema.org"
STATUSES = {"cancelled": "EventCancelled", "postponed": "EventPostponed"}
MOST_ITEMS = 200  # past this many, each item's own page tells of it: the list would weigh more than the page


def conference(conference: Conference, url: str, picture_url: str = "") -> dict[str, Any]:
    """The conference as an Event. ``url`` is its page."""
    data: dict[str, Any] = {
        "@context": SCHEMA,
        "@type": "Event",
        "name": conference.title,
        "url": url,
        "startDate": conference.first_date.isoformat(),
        "endDate": conference.last_date.isoformat(),
        "eventStatus": f"{SCHEMA}/{STATUSES.get(conference.status, 'EventScheduled')}",
        "eventAttendanceMode": f"{SCHEMA}/{_mode(conference)}",
        "inLanguage": conference.language,
        "description": conference.introduction[:500],
    }
    if place := _place(conference):
        data["location"] = place
    if conference.host:
        data["organizer"] = {"@type": "Organization", "name": conference.host.name}
    if picture_url:
        data["image"] = picture_url
    return data


def with_items(data: dict[str, Any], conference: Conference, entries: Sequence[Entry], page: str) -> dict[str, Any]:
    """``data`` of the conference with ``entries`` as its parts, where they are few enough to be listed. ``page`` is the
    programme's address; an item's own is that and its id."""
    if len(entries) > MOST_ITEMS:
        return data
    return data | {"subEvent": [item(conference, entry, f"{page}/{entry.uid}") for entry in entries]}


def item(conference: Conference, entry: Entry, url: str) -> dict[str, Any]:
    """One item as an Event. What is called off with the conference is called off."""
    status = STATUSES.get(conference.status) or ("EventCancelled" if entry.is_cancelled else "EventScheduled")
    digital = entry.kind == "digital"
    data: dict[str, Any] = {
        "@type": "Event",
        "name": entry.title,
        "url": url,
        "startDate": entry.begins,
        "endDate": entry.ends,
        "eventStatus": f"{SCHEMA}/{status}",
        "eventAttendanceMode": f"{SCHEMA}/{'OnlineEventAttendanceMode' if digital else _mode(conference)}",
        "inLanguage": entry.language,
    }
    if place := {"@type": "VirtualLocation", "url": url} if digital else _place(conference, entry.room):
        data["location"] = place
    if entry.description:
        data["description"] = entry.description[:500]
    if entry.audience:
        data["audience"] = {"@type": "Audience", "audienceType": entry.audience}
    if performers := [_person(speaker) for speaker in entry.speakers]:
        data["performer"] = performers
    return data


def page_of(conference: Conference, entry: Entry, url: str, whole: dict[str, Any]) -> dict[str, Any]:
    """An item's own page: the item, and what it is a part of (``whole``, the conference's Event)."""
    part_of = {key: whole[key] for key in ("@type", "name", "url", "startDate", "endDate", "location") if key in whole}
    return {"@context": SCHEMA} | item(conference, entry, url) | {"superEvent": part_of}


def _mode(conference: Conference) -> str:
    return "MixedEventAttendanceMode" if conference.meeting_url else "OfflineEventAttendanceMode"


def _place(conference: Conference, room: str = "") -> dict[str, Any] | None:
    """Where it is: the room, in the place."""
    address = conference.address or conference.place
    name = ", ".join(part for part in (room, conference.place) if part)
    if not name:
        return None
    return {"@type": "Place", "name": name} | ({"address": address} if address else {})


def _person(speaker: dict[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {"@type": "Person", "name": speaker["name"]}
    if speaker.get("role"):
        data["jobTitle"] = speaker["role"]
    if speaker.get("organisation"):
        data["affiliation"] = {"@type": "Organization", "name": speaker["organisation"]}
    return data
