"""What an event of a schedule says, in frab XML or c3voc JSON, as an item."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, available_timezones

from flask_babel import gettext as _

from konferanse.common.clock import OSLO, local
from konferanse.programme.exchange import clocks, words
from konferanse.programme.exchange.found import Draft, tidy
from konferanse.programme.exchange.schedule import AUDIENCE, CANCELLED, NOWHERE, NOWHERE_UID

OURS = "konferanse"  # as generator
CALLED_OFF = {CANCELLED.casefold(), "avlyst!", "cancelled", "canceled", "innstilt"}


class Told(NamedTuple):
    """What stands in an event. ``words`` holds its plain texts by their names in the formats."""

    line: int
    guid: str
    number: str
    words: dict[str, str]
    day: str
    room_guid: str
    persons: list[str]
    links: list[str]


@dataclass
class Source:
    """What holds for a whole file: whether we wrote it, its zone for times that say none, and what is odd about it."""

    ours: bool
    zone_name: str
    notes: list[str] = field(default_factory=list)
    zone: tzinfo = OSLO

    def __post_init__(self) -> None:
        if name := self.zone_name.strip()[:60]:
            found = zone_called(name)
            self.zone = found or OSLO
            if found is None:
                self.notes.append(_("Tidssonen «%(name)s» er ukjent. Tider uten sone er lest som norsk tid.", name=tidy(name)))


def zone_called(name: str) -> tzinfo | None:
    """The zone of that name in the tz database."""
    if name.upper() in ("UTC", "GMT", "Z"):
        return UTC
    return ZoneInfo(name) if name in _zones() else None


@cache
def _zones() -> set[str]:
    """Every zone there is; looking for one that there is not takes a millisecond, and a file can name thousands."""
    return available_timezones()


def draft(told: Told, source: Source) -> Draft:
    """The item that ``told`` is about."""
    said = told.words
    notes: list[str] = []
    start = _start(told, source, notes)
    made = Draft(told.line, said.get("title", ""), start, uid=told.guid.strip(), notes=notes)
    if not made.uid:
        made.uid = f"id {told.number.strip()}" if told.number.strip() else ""
        notes.append(_("Har ingen id som holder seg (guid)."))
    made.number = int(told.number) if told.number.isascii() and told.number.isdigit() and len(told.number) < 11 else 0
    made.end = _end(said, start, source)
    made.kind = _kind(said, source, notes)
    made.room = _room(told)
    made.speakers, made.links = told.persons, told.links
    _language(said.get("language", ""), made)
    _about(said, made, source)
    return made


def _start(told: Told, source: Source, notes: list[str]) -> datetime | None:
    said = told.words
    clock = clocks.clock(said.get("start", ""))
    found = clocks.moment(said.get("date", ""), source.zone)
    if found is None:
        on = clocks.day(said.get("date", "") or told.day, [])
        if on is None or clock is None:
            return None
        notes.append(_("Tiden er satt sammen av dagen og klokkeslettet."))
        return clocks.on_clock(on, clock, source.zone)[0]
    start, zoned = found
    if not zoned:
        notes.append(_("Tiden sier ikke hvilken sone den er i. Lest som %(zone)s.", zone=_zone_words(source)))
    if clock and clock.replace(second=0) != local(start).time().replace(second=0, microsecond=0):
        shown = {"there": clock.strftime("%H.%M"), "here": local(start).strftime("%H.%M")}
        notes.append(_("Står som kl. %(there)s i filen, men sonen gjør det til kl. %(here)s norsk tid.", **shown))
    return start


def _zone_words(source: Source) -> str:
    return _("norsk tid") if source.zone is OSLO else source.zone_name.strip()[:60]


def _end(said: dict[str, str], start: datetime | None, source: Source) -> datetime | None:
    if start is None:
        return None
    if found := clocks.moment(said.get("end", ""), source.zone):
        return found[0]
    length = clocks.length(said.get("duration", ""))
    return start + length if length is not None and length < timedelta(days=400) else None


def _kind(said: dict[str, str], source: Source, notes: list[str]) -> str | None:
    """What the type says, or the track: an own export names the kind in both."""
    for name in ("type", "track"):
        if found := words.kind_of(said.get(name, "")):
            return found
    if text := tidy(said.get("type"))[:40]:
        notes.append(_("Typen «%(kind)s» er ukjent.", kind=text))
    return None


def _room(told: Told) -> str:
    name = tidy(told.words.get("room"))
    nowhere = told.room_guid.strip().lower() == str(NOWHERE_UID) or (not told.room_guid and name == NOWHERE)
    return "" if nowhere else name


def _language(said: str, made: Draft) -> None:
    if said.strip():
        made.language = words.language_of(said)
        if made.language is None:
            made.notes.append(_("Språket «%(code)s» er ukjent.", code=tidy(said)[:20]))


def _about(said: dict[str, str], made: Draft, source: Source) -> None:
    """Subtitle, abstract and description; in our own files the first two tell of status and audience."""
    subtitle, abstract, description = (tidy(said.get(name)) for name in ("subtitle", "abstract", "description"))
    made.status = "cancelled" if subtitle.casefold() in CALLED_OFF else "confirmed"
    if made.status == "cancelled":
        subtitle = ""
    if source.ours or (abstract.startswith(AUDIENCE) and "\n" not in abstract):
        made.audience, abstract = abstract.removeprefix(AUDIENCE.rstrip()).strip(), ""
    if abstract == description:
        abstract = ""
    made.description = "\n\n".join(part for part in (subtitle, abstract, description) if part)
