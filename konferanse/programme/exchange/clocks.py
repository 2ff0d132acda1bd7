"""Dates, clock times and lengths as people and programs write them."""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from konferanse.common.clock import OSLO

LONGEST = 60  # characters that can be a time or a date
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jan january", "februar feb february", "mars mar march", "april apr", "mai may", "juni jun june",
            "juli jul july", "august aug", "september sep sept", "oktober okt oct october", "november nov",
            "desember des dec december",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
WEEKDAYS = {
    name: number
    for number, names in enumerate(
        (
            "mandag måndag man monday mon", "tirsdag tysdag tir tuesday tue", "onsdag ons wednesday wed",
            "torsdag tor thursday thu", "fredag fre friday fri", "lørdag laurdag lør saturday sat",
            "søndag sundag søn sunday sun",
        )
    )
    for name in names.split()
}  # fmt: skip
CLOCK = r"(?:kl(?:okka|okken)?\b\.?\s*)?(\d{1,2})(?:\s?[.:h]\s?(\d{2}))?(?:[.:](\d{2}))?(?!\d)(?:\s?(am|pm)\b)?"
ONE = re.compile(CLOCK, re.IGNORECASE)
RANGE = re.compile(rf"{CLOCK}\s*(?:(?:[-‐‑‒–—−]|til\b|to\b)\s*{CLOCK})?", re.IGNORECASE)
ISO_LENGTH = re.compile(r"\+?p(?:(\d{1,4})w)?(?:(\d{1,4})d)?(?:t(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})(?:[.,]\d+)?s)?)?")
SERIAL_DAYS = range(20_000, 80_000)  # 1954 to 2119, as spreadsheets count from the end of 1899
SERIAL_ZERO = date(1899, 12, 30)


class Span(NamedTuple):
    """A time or two at the beginning of a text, and what comes after."""

    start: time
    end: time | None
    rest: str


def clock(text: str) -> time | None:
    """``text`` as a time of day: 09.30, 9:30, kl. 9, 0930, 2 pm, or the fraction of a day a spreadsheet stores."""
    text = text.strip()[:LONGEST]
    if re.fullmatch(r"\d{4}", text) and int(text) < 2400:
        text = f"{text[:2]}:{text[2:]}"
    if re.fullmatch(r"(?:[0-9]{5}|0)?[.,][0-9]{1,20}|0", text):
        return fraction(float(text.replace(",", ".")))
    match = ONE.fullmatch(text)
    return _time(match.groups()) if match else None


def fraction(day: float) -> time:
    """A part of a day as a time, to the second."""
    seconds = round(day % 1 * 86_400) % 86_400
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def span(text: str) -> Span | None:
    """The times ``text`` begins with: "09.00–09.30 Velkommen". A number alone is no time of day."""
    match = RANGE.match(text)
    if match is None or not (match[2] or match[4] or match[5] or text.lower().startswith("kl")):
        return None
    start, end = _time(match.groups()[:4]), _time(match.groups()[4:]) if match[5] else None
    if start is None or (match[5] and end is None):
        return None
    if match[2] and re.match(r"\.\s?(?:\d|(?:19|20)\d\d)", text[match.end() :]):  # 26.06.2019 is a date
        return None
    return Span(start, end, text[match.end() :])


def day(text: str, among: Sequence[date]) -> date | None:
    """``text`` as a date. The year, or all but a weekday, may be missing where there are dates ``among`` which to choose."""
    text = text.strip().casefold()[:LONGEST].rstrip(".:,")
    number = re.fullmatch(r"(\d{5})(?:[.,]\d+)?", text)
    if number and int(number[1]) in SERIAL_DAYS:
        return SERIAL_ZERO + timedelta(days=int(number[1]))
    for pattern, order in PATTERNS:
        if match := pattern.fullmatch(text):
            return _date(match, order, among)
    if (counted := re.fullmatch(r"(?:dag|day)\s*(\d{1,2})", text)) and 0 < int(counted[1]) <= len(among):
        return among[int(counted[1]) - 1]
    on = [each for each in among if each.weekday() == WEEKDAYS.get(text)]
    return on[0] if len(on) == 1 else None


NAMED = "|".join(sorted(MONTHS, key=len, reverse=True))
FIRST = rf"(?:(?:{'|'.join(sorted(WEEKDAYS, key=len, reverse=True))})\.?,?\s+(?:den\s+)?)?"
PATTERNS = [
    (re.compile(FIRST + r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ][\d:.]*z?)?"), "ymd"),
    (re.compile(FIRST + r"(\d{1,2})[./-]\s?(\d{1,2})(?:[./-]\s?(\d{4}|\d{2}))?"), "dmy"),
    (re.compile(FIRST + rf"(\d{{1,2}})\.?\s*({NAMED})\.?,?(?:\s*(\d{{4}}))?"), "dmy"),
    (re.compile(FIRST + rf"({NAMED})\.?\s+(\d{{1,2}})(?:st|nd|rd|th)?,?(?:\s+(\d{{4}}))?"), "mdy"),
]


def moment(text: str, zone: tzinfo = OSLO) -> tuple[datetime, bool] | None:
    """An ISO date and time as a moment, and whether it said its zone; else it is ``zone``'s. None when it is neither."""
    text = text.strip()[:LONGEST]
    if not re.match(r"[\d-]+[Tt ]\d", text):
        return None  # a date alone is no moment
    text = re.sub(r"([+-])(\d:\d\d)$", r"\g<1>0\2", text)
    try:
        found = datetime.fromisoformat(text)
        zoned = found.tzinfo is not None
        return (found if zoned else found.replace(tzinfo=zone)).astimezone(UTC), zoned
    except (ValueError, OverflowError):
        return None


def length(text: str) -> timedelta | None:
    """A length: 01:30, 1:30:00, PT1H30M, 90 (minutes), 90 min, 1,5 timer."""
    text = text.strip().casefold()[:LONGEST]
    if match := re.fullmatch(r"(\d{1,4}):(\d{1,2})(?::(\d{1,2}))?", text):
        return timedelta(hours=int(match[1]), minutes=int(match[2]), seconds=int(match[3] or 0))
    iso = re.fullmatch(
        r"\+?p(?:(\d{1,4})w)?(?:(\d{1,4})d)?(?:t(?:(\d{1,5})h)?(?:(\d{1,6})m)?(?:(\d{1,7})(?:[.,]\d+)?s)?)?", text
    )
    if iso and any(iso.groups()):
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in iso.groups())
        return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
    if match := re.fullmatch(r"(\d{1,5}(?:[.,]\d{1,3})?)\s*(m|min|minutt|minutter|t|h|time|timer|hours?)?\.?", text):
        amount = float(match[1].replace(",", "."))
        return timedelta(hours=amount) if (match[2] or "m")[0] in "th" else timedelta(minutes=amount)
    return None


def on_clock(on: date, at: time, zone: tzinfo = OSLO) -> tuple[datetime, bool]:
    """``at`` on ``on`` in ``zone`` as a moment, and whether there is such a time; one that the change to summer time skips
    becomes what the clock shows then."""
    typed = datetime.combine(on, at, zone)
    found = typed.astimezone(UTC)
    return found, found.astimezone(zone).time() == at


def _time(parts: Sequence[str | None]) -> time | None:
    hour, minute, second = (int(part or 0) for part in parts[:3])
    if half := (parts[3] or "").lower():
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour == 24 and not (minute or second):
        hour = 0
    return time(hour, minute, second) if hour < 24 and minute < 60 and second < 60 else None


def _date(match: re.Match[str], order: str, among: Sequence[date]) -> date | None:
    parts = dict(zip(order, match.groups(), strict=True))
    month = MONTHS.get(parts["m"]) or (int(parts["m"]) if parts["m"].isdigit() else 0)
    number = int(parts["d"])
    if parts["y"]:
        years = [int(parts["y"]) + (2000 if len(parts["y"]) == 2 else 0)]
    else:
        years = [each.year for each in among if (each.month, each.day) == (month, number)] or [each.year for each in among[:1]]
    try:
        return date(years[0], month, number) if years else None
    except ValueError:
        return None
