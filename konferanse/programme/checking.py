"""The working copy held against ``conflicts``."""

from collections.abc import Iterable
from datetime import datetime

from konferanse.conference.models import Conference
from konferanse.programme import conflicts as rules
from konferanse.programme import editing
from konferanse.programme.models import ProgrammeItem, Speaker


def conflicts(conference: Conference) -> list[rules.Conflict]:
    """What does not go together in the working copy; cancelled items are in nobody's way."""
    hours = {day: (row.start, row.end) for day, row in editing.days(conference).items()}
    days = {day: hours.get(day, (None, None)) for day in conference.dates}
    posts = [_post(item) for item in editing.items(conference) if item.status != "cancelled"]
    return rules.find(posts, days, conference.seats)


def by_item(found: Iterable[rules.Conflict]) -> dict[str, list[str]]:
    """What to say at each item, by its uid."""
    told: dict[str, list[str]] = {}
    for conflict in found:
        for uid, text in zip(conflict.uids, conflict.there, strict=True):
            if text:
                told.setdefault(uid, []).append(text)
    return told


def _post(item: ProgrammeItem) -> rules.Post:
    return rules.Post(
        uid=str(item.uid),
        title=item.title,
        start=item.start,
        end=item.end,
        kind=item.kind,
        room=str(item.room.uid) if item.room else "",
        room_name=item.room.name if item.room else "",
        capacity=item.room.capacity if item.room else None,
        expected=item.expected,
        people=[_who(row.speaker) for row in item.speakers],
    )


def _who(speaker: Speaker) -> rules.Who:
    windows = [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in speaker.available]
    return rules.Who(str(speaker.uid), speaker.credit, windows)
