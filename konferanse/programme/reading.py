"""The published programme as a reader asked for it: by day, by room or by kind, one day, or what a search finds."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from typing import NamedTuple
from unicodedata import normalize

from flask_babel import gettext as _

from konferanse.common.clock import local
from konferanse.common.language import weekday_heading
from konferanse.programme import agenda
from konferanse.programme.agenda import AgendaDay, Entry
from konferanse.programme.kinds import KIND_LABELS
from konferanse.programme.models import ITEM_KINDS

VIEWS = ("dag", "rom", "type")
LONGEST_SEARCH = 100  # characters
# Past this many characters of descriptions in all, they are read on the items' own pages: a thousand would weigh a megabyte.
MOST_DESCRIPTION = 40_000


class Asked(NamedTuple):
    """What the reader wants to see. ``day`` None is all of them; ``words`` is what they search for."""

    view: str = "dag"
    day: date | None = None
    words: str = ""


class Section(NamedTuple):
    """A part of the page: a day, a room or a kind. ``key`` is its id on the page; ``calendar`` is what its own calendar is
    asked with ({"dag": …} or {"rom": …}), empty where it has none."""

    key: str
    title: str
    note: str
    days: list[AgendaDay]
    calendar: Mapping[str, str] = {}


class Reading(NamedTuple):
    """The programme for one reader. ``dates`` and ``views`` are what there is to choose between, ``found`` how many items are
    shown; ``has_texts`` tells whether descriptions are on this page."""

    asked: Asked
    sections: list[Section]
    dates: list[date]
    views: list[str]
    found: int
    has_texts: bool

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return self.asked.day is None and not self.asked.words


def read(everything: Sequence[Entry], titles: Mapping[date, str], asked: Asked) -> Reading:
    """``everything`` that is published, in the programme's order, as ``asked``; ``titles`` tell what the days are about."""
    entries = [entry for entry in everything if asked.day in (None, local(entry.start).date()) and matches(entry, asked.words)]
    views = ["dag"]
    if len({entry.room for entry in everything}) > 1:
        views.append("rom")
    if len({entry.kind for entry in everything}) > 1:
        views.append("type")
    return Reading(
        asked,
        _sections(entries, asked.view, titles),
        sorted({local(entry.start).date() for entry in everything}),
        views,
        len(entries),
        sum(len(entry.description) for entry in entries) <= MOST_DESCRIPTION,
    )


def matches(entry: Entry, words: str) -> bool:
    """Whether every one of ``words`` is in the title, with the speakers, in the description, the audience or the room."""
    if not words:
        return True
    text = _folded(" ".join((entry.title, entry.speaker, entry.description, entry.audience, entry.room)))
    return all(word in text for word in _folded(words).split())


def rooms(entries: Iterable[Entry]) -> list[str]:
    """The rooms in use, as people count: Sal 2 before Sal 10; the empty one for what has none comes last."""
    return sorted({entry.room for entry in entries}, key=lambda name: (not name, _counted(name)))


def _sections(entries: Sequence[Entry], view: str, titles: Mapping[date, str]) -> list[Section]:
    if view == "rom":
        uids = {entry.room: entry.room_uid for entry in entries}
        return [
            _section(f"rom-{n}", name or _("Uten rom"), entries, _in_room(name))._replace(calendar=_of_room(uids[name]))
            for n, name in enumerate(rooms(entries), 1)
        ]
    if view == "type":
        kinds = [kind for kind in ITEM_KINDS if any(entry.kind == kind for entry in entries)]
        return [_section(f"type-{kind}", str(KIND_LABELS[kind]), entries, _of_kind(kind)) for kind in kinds]
    days = agenda.by_day(entries, titles)
    return [
        Section(
            f"dag-{day.date}",
            weekday_heading(day.date),
            day.title,
            [day],
            {"dag": day.date.isoformat()} if len(days) > 1 else {},
        )
        for day in days
    ]


def _section(key: str, title: str, entries: Sequence[Entry], belongs: Callable[[Entry], bool]) -> Section:
    return Section(key, title, "", agenda.by_day(filter(belongs, entries), {}))


def _in_room(name: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.room == name


def _of_room(uid: str) -> dict[str, str]:
    """Nothing for what has no room, and in releases made before rooms had ids."""
    return {"rom": uid} if uid else {}


def _of_kind(kind: str) -> Callable[[Entry], bool]:
    return lambda entry: entry.kind == kind


def _folded(text: str) -> str:
    return normalize("NFC", text).casefold()


def _counted(name: str) -> list[tuple[bool, int, str]]:
    """A key that sorts numbers inside names by their size."""
    return [(not part.isdecimal(), int(part) if part.isdecimal() else 0, part.casefold()) for part in re.split(r"(\d+)", name)]
