"""What is on now and what comes next, in each room."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple

from konferanse.common.clock import local
from konferanse.programme.agenda import Entry


class InRoom(NamedTuple):
    """A room at one moment: what goes on there, and what begins next that day. ``name`` is empty for what has no room."""

    name: str
    now: list[Entry]
    next: list[Entry]


class Present(NamedTuple):
    """The conference at one moment. ``state``: ``today`` when something goes on or comes today, ``later`` when ``day`` is the
    next one with something, ``over`` when nothing comes."""

    state: str
    day: date | None
    rooms: list[InRoom]


def present(everything: Sequence[Entry], moment: datetime) -> Present:
    """How it stands with ``everything`` (in the programme's order) at ``moment``. The rooms where something goes on come first,
    then by what begins first."""
    left = [entry for entry in everything if entry.end > moment]
    today = [entry for entry in left if entry.start <= moment or local(entry.start).date() == local(moment).date()]
    if today:
        return Present("today", local(moment).date(), _rooms(today, moment))
    if not left:
        return Present("over", None, [])
    day = local(left[0].start).date()
    return Present("later", day, _rooms([entry for entry in left if local(entry.start).date() == day], moment))


def _rooms(entries: Sequence[Entry], moment: datetime) -> list[InRoom]:
    held: dict[str, list[Entry]] = {}
    for entry in entries:
        held.setdefault(entry.room, []).append(entry)
    return sorted((_room(name, mine, moment) for name, mine in held.items()), key=_order)


def _room(name: str, entries: Sequence[Entry], moment: datetime) -> InRoom:
    going = [entry for entry in entries if entry.start <= moment]
    coming = [entry for entry in entries if entry.start > moment]
    return InRoom(name, going, [entry for entry in coming if entry.start == coming[0].start])


def _order(room: InRoom) -> tuple[str, bool, str]:
    """Rooms where something goes on stay in one order; the others stand by when they begin."""
    return "" if room.now else room.next[0].start.isoformat(), not room.name, room.name
