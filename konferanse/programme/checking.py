"""The working copy held against ``conflicts``."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from konferanse.access.signin import address_key
from konferanse.conference.models import Conference
from konferanse.programme import conflicts as rules
from konferanse.programme import editing
from konferanse.programme.models import ProgrammeItem, Speaker

# Who of the speakers also lead tables during group work; packages downstream add theirs when the app starts.
TABLE_LEADERS: list[Callable[[Conference], Collection[str]]] = []


def conflicts(conference: Conference) -> list[rules.Conflict]:
    """What does not go together in the working copy; cancelled items are in nobody's way."""
    hours = {day: (row.start, row.end) for day, row in editing.days(conference).items()}
    days = {day: hours.get(day, (None, None)) for day in conference.dates}
    items = [item for item in editing.items(conference) if item.status != "cancelled"]
    leaders = _leaders(conference, items)
    posts = [_post(item, leaders if item.kind == "group_work" else ()) for item in items]
    return rules.find(posts, days, conference.seats)


def by_item(found: Iterable[rules.Conflict]) -> dict[str, list[str]]:
    """What to say at each item, by its uid."""
    told: dict[str, list[str]] = {}
    for conflict in found:
        for uid, text in zip(conflict.uids, conflict.there, strict=True):
            if text:
                told.setdefault(uid, []).append(text)
    return told


def _leaders(conference: Conference, items: Sequence[ProgrammeItem]) -> list[rules.Who]:
    """The speakers whose address is one of those who lead tables."""
    people = {row.speaker.id: row.speaker for item in items for row in item.speakers if row.speaker.email}
    if not people or all(item.kind != "group_work" for item in items):
        return []
    leading = {key for of in TABLE_LEADERS for key in of(conference)}
    return [_who(speaker) for speaker in people.values() if address_key(speaker.email) in leading]


def _post(item: ProgrammeItem, helpers: Sequence[rules.Who]) -> rules.Post:
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
        helpers=helpers,
    )


def _who(speaker: Speaker) -> rules.Who:
    windows = [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in speaker.available]
    return rules.Who(str(speaker.uid), speaker.credit, windows)
