"""A release as its reader meets it: days, in them times, at each time what goes on."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby
from typing import Any, NamedTuple

from konferanse.common.clock import local

MOMENTS = ("start", "end", "modified")


class Entry(NamedTuple):
    """One item. ``start`` and ``end`` are UTC; ``room`` is empty when it has none; ``speakers`` as in a release."""

    uid: str
    number: int
    start: datetime
    end: datetime
    title: str
    kind: str
    room: str
    speaker: str
    language: str
    description: str
    sequence: int
    modified: datetime
    speakers: Sequence[dict[str, str]] = ()
    audience: str = ""
    links: Sequence[str] = ()
    status: str = "confirmed"
    room_uid: str = ""


class Slot(NamedTuple):
    """Everything that begins at one time."""

    start: datetime
    entries: list[Entry]


class AgendaDay(NamedTuple):
    """A day with its heading and what happens when."""

    date: date
    title: str
    slots: list[Slot]


def entries(content: dict[str, Any]) -> list[Entry]:
    """The items of a release's content, with times as times; those that were removed among them."""
    return [Entry(**(item | {name: datetime.fromisoformat(item[name]) for name in MOMENTS})) for item in content["items"]]


def days(content: dict[str, Any]) -> list[AgendaDay]:
    """The days of a release that hold something, in order."""
    by_date: dict[date, list[Entry]] = {}
    there = [entry for entry in entries(content) if entry.status != "removed"]
    for entry in sorted(there, key=lambda e: (e.start, e.end, e.number)):
        by_date.setdefault(local(entry.start).date(), []).append(entry)
    titles = {date.fromisoformat(day["date"]): day["title"] for day in content["days"]}
    return [
        AgendaDay(day, titles.get(day, ""), [Slot(start, list(group)) for start, group in groupby(found, lambda e: e.start)])
        for day, found in sorted(by_date.items())
    ]
