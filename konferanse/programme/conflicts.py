"""What does not go together in a programme: told while it is edited, and never in the way of anything."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from flask_babel import gettext as _

from konferanse.common.clock import local
from konferanse.common.language import clock_time

LONGEST = timedelta(minutes=150)  # without a break
SHORTEST_BREAK = timedelta(minutes=10)
RESTING = ("break", "social")
Hours = tuple[time | None, time | None]


class Who(NamedTuple):
    """Somebody in an item. ``key`` tells them from others; ``available`` holds (start, end) in UTC, empty for any time."""

    key: str
    credit: str
    available: Sequence[tuple[datetime, datetime]] = ()


class Post(NamedTuple):
    """An item as far as it can be in the way of others. ``start`` and ``end`` are UTC; ``room`` is the room's key, empty for
    none; ``capacity`` and ``expected`` are people, None where nobody has said. ``helpers`` are needed there without being in
    the programme, as those who lead the tables of group work."""

    uid: str
    title: str
    start: datetime
    end: datetime
    kind: str = "plenary"
    room: str = ""
    room_name: str = ""
    capacity: int | None = None
    expected: int | None = None
    people: Sequence[Who] = ()
    helpers: Sequence[Who] = ()


class Conflict(NamedTuple):
    """One thing to look at. ``kind`` is room, person, plenary, capacity, outside, available or break; ``uids`` are the items
    it concerns, in the programme's order. ``there`` is what to say at each of them, empty for nothing."""

    kind: str
    uids: tuple[str, ...]
    text: str
    there: tuple[str, ...]


def find(posts: Sequence[Post], days: Mapping[date, Hours], seats: int | None = None) -> list[Conflict]:
    """Everything that does not go together, by the time it begins. ``days`` are the conference's, with their hours on the
    Norwegian clock; ``seats`` is how many come to a plenary that says nothing else."""
    ordered = sorted(posts, key=lambda post: (post.start, post.end, post.uid))
    at = {post.uid: number for number, post in enumerate(ordered)}
    found = [
        *_in_one_room(ordered),
        *_in_two_places(ordered),
        *_plenaries_at_once(ordered),
        *(conflict for post in ordered for conflict in _alone(post, days, seats)),
        *_without_a_break(ordered),
    ]
    return sorted(found, key=lambda conflict: [at[uid] for uid in conflict.uids])


def _alone(post: Post, days: Mapping[date, Hours], seats: int | None) -> Iterator[Conflict]:
    """What is wrong with one item whatever the others are."""
    expected = seats if post.expected is None and post.kind == "plenary" else post.expected
    if post.capacity is not None and expected is not None and expected > post.capacity:
        text = _("%(room)s har plass til %(n)s, og dere venter %(m)s.", room=post.room_name, n=post.capacity, m=expected)
        yield _of(post, "capacity", text)
    start, end = local(post.start), local(post.end)
    hours = days.get(start.date())
    if hours is None or (end.date() not in days and end.time() != time()):
        yield _of(post, "outside", _("Utenfor dagene konferansen varer."))
    elif (hours[0] and start.time() < hours[0]) or (hours[1] and (end.date() > start.date() or end.time() > hours[1])):
        begins, ends = (f"{edge:%H.%M}" if edge else "–" for edge in hours)
        text = _("Utenfor dagens tider, som er kl. %(start)s–%(end)s.", start=begins, end=ends)
        yield _of(post, "outside", text)
    for who in post.people:
        if who.available and not any(a <= post.start and post.end <= b for a, b in who.available):
            yield _of(post, "available", _("%(who)s kan ikke på dette tidspunktet.", who=who.credit))


def _of(post: Post, kind: str, text: str) -> Conflict:
    return Conflict(kind, (post.uid,), f"«{post.title}»: {text}", (text,))


def _in_one_room(ordered: Sequence[Post]) -> Iterator[Conflict]:
    by_room = defaultdict(list)
    for post in ordered:
        if post.room:
            by_room[post.room].append(post)
    for one, other in _overlaps(by_room.values()):
        text = _("%(room)s er i bruk til «%(a)s» og «%(b)s» samtidig.", room=one.room_name, a=one.title, b=other.title)
        there = (_("%(room)s er også i bruk til «%(b)s».", room=p.room_name, b=p.title) for p in (other, one))
        yield Conflict("room", (one.uid, other.uid), text, tuple(there))


def _in_two_places(ordered: Sequence[Post]) -> Iterator[Conflict]:
    by_person: dict[str, list[Post]] = defaultdict(list)
    credits_of = {}
    speaks = {post.uid: {who.key for who in post.people} for post in ordered}
    for post in ordered:
        for who in {who.key: who for who in (*post.helpers, *post.people)}.values():
            by_person[who.key].append(post)
            credits_of[who.key] = who.credit
    for key, posts in by_person.items():
        for one, other in _overlaps([posts]):
            if key not in speaks[one.uid] | speaks[other.uid]:
                continue  # a table to lead in two group works at once is one table in one of them
            text = _("%(who)s er satt opp i «%(a)s» og «%(b)s» samtidig.", who=credits_of[key], a=one.title, b=other.title)
            there = (_("%(who)s er også satt opp i «%(b)s».", who=credits_of[key], b=p.title) for p in (other, one))
            yield Conflict("person", (one.uid, other.uid), text, tuple(there))


def _plenaries_at_once(ordered: Sequence[Post]) -> Iterator[Conflict]:
    for one, other in _overlaps([[post for post in ordered if post.kind == "plenary"]]):
        text = _("«%(a)s» og «%(b)s» er begge i plenum samtidig.", a=one.title, b=other.title)
        there = (_("«%(b)s» er også i plenum da.", b=p.title) for p in (other, one))
        if not one.room or one.room != other.room:  # else the room says it
            yield Conflict("plenary", (one.uid, other.uid), text, tuple(there))


def _overlaps(groups: Iterable[Sequence[Post]]) -> Iterator[tuple[Post, Post]]:
    """Pairs of one group, sorted by start, that go on at the same time."""
    for group in groups:
        going: list[Post] = []
        for post in group:
            going = [other for other in going if other.end > post.start]
            yield from ((other, post) for other in going)
            going.append(post)


def _without_a_break(ordered: Sequence[Post]) -> Iterator[Conflict]:
    """Stretches of a day with something on all the time; less than ten minutes between two items is no break."""
    stretch: list[Post] = []
    until = None
    for post in [p for p in ordered if p.kind not in RESTING]:
        if until is not None and post.start - until >= SHORTEST_BREAK:
            yield from _too_long(stretch, until)
            stretch, until = [], None
        stretch.append(post)
        until = max(until, post.end) if until else post.end
    if until:
        yield from _too_long(stretch, until)


def _too_long(stretch: Sequence[Post], until: datetime) -> Iterator[Conflict]:
    # One long item – group work, say – has its breaks inside it.
    if len(stretch) > 1 and until - stretch[0].start > LONGEST:
        text = _("Ingen pause fra kl. %(start)s til kl. %(end)s.", start=clock_time(stretch[0].start), end=clock_time(until))
        yield Conflict("break", tuple(post.uid for post in stretch), text, (text, *("" for _post in stretch[1:])))
