"""A release as its reader meets it: days, in them times, at each time what goes on."""

from collections.abc import Iterable, Mapping, Sequence
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

    @property
    def is_cancelled(self) -> bool:
        """Whether it was to be held and will not be."""
        return self.status == "cancelled"

    @property
    def mark(self) -> str:
        """The short id: of its place on a page, in the reader's selection and in the address of a calendar."""
        return self.uid.partition("-")[0]

    @property
    def begins(self) -> str:
        """The start for machines, on the Norwegian clock with its offset."""
        return iso(self.start)

    @property
    def ends(self) -> str:
        """The end for machines."""
        return iso(self.end)


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


def iso(moment: datetime) -> str:
    """``2026-06-26T09:00+02:00``: also right in the hour that the clock shows twice."""
    return local(moment).isoformat(timespec="minutes")


def shown(content: dict[str, Any]) -> list[Entry]:
    """The items that readers see, in the programme's order."""
    there = [entry for entry in entries(content) if entry.status != "removed"]
    return sorted(there, key=lambda entry: (entry.start, entry.end, entry.number))


def days(content: dict[str, Any]) -> list[AgendaDay]:
    """The days of a release that hold something, in order."""
    return by_day(shown(content), titles(content))


def titles(content: dict[str, Any]) -> dict[date, str]:
    """What the days are about."""
    return {date.fromisoformat(day["date"]): day["title"] for day in content["days"]}


def by_day(ordered: Iterable[Entry], titles: Mapping[date, str]) -> list[AgendaDay]:
    """Entries in the programme's order as days, each with what begins when."""
    found: dict[date, list[Entry]] = {}
    for entry in ordered:
        found.setdefault(local(entry.start).date(), []).append(entry)
    return [
        AgendaDay(day, titles.get(day, ""), [Slot(start, list(group)) for start, group in groupby(held, lambda e: e.start)])
        for day, held in sorted(found.items())
    ]
