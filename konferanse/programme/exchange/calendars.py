"""iCalendar as calendar programs write it, right or wrong (RFC 5545 3.1, 3.3): read line by line, so that nothing in it is
expanded, fetched or waited for."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from flask_babel import gettext as _
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from konferanse.common.clock import OSLO, local
from konferanse.common.errors import Refused
from konferanse.programme import feed
from konferanse.programme.exchange import clocks, words
from konferanse.programme.exchange.foreign import zone_called
from konferanse.programme.exchange.found import MOST_ITEMS, Draft, Left, Reading, finished, tidy, too_many

NAME = re.compile(r"[A-Za-z0-9-]{1,60}(?=[:;])")
PARAMETER = re.compile(r';([A-Za-z0-9-]{1,40})=("[^"]*"|[^":;]*)')
MOMENT = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:T(\d\d):?(\d\d):?(\d\d)?(Z?))?")
ESCAPED = re.compile(r"\\(.)", re.DOTALL)
OFFSET = re.compile(r"([+-])(\d\d)(\d\d)")
IN_SMALL = {"BEGIN", "END", "DTSTART", "DTEND", "SUMMARY", "UID", "LOCATION", "DESCRIPTION", "DURATION", "STATUS", "CATEGORIES"}
MOST_LINES = 200_000
MOST_TIMES = 31  # of one that repeats every day
MARKS = ("kind", "room", "status", "audience")


class Property(NamedTuple):
    """One line: its parameters by name, and its value as it stands."""

    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value as text."""
        return ESCAPED.sub(lambda m: "\n" if m[1] in "nN" else m[1], self.value)


@dataclass
class Component:
    """What stands between a BEGIN and its END, the components inside it apart."""

    name: str
    line: int
    properties: dict[str, list[Property]] = field(default_factory=dict)

    def one(self, name: str) -> Property:
        """The first property of that name; an empty one when there is none."""
        return self.properties.get(name, [Property({}, "")])[0]


@dataclass
class Zones:
    """The zones a file talks of, and what is odd about them."""

    own: dict[str, tzinfo]
    usual: tzinfo
    notes: list[str] = field(default_factory=list)

    def of(self, name: str) -> tzinfo:
        """The zone called ``name``; Norway's, with a note, when nobody knows it."""
        name = name.strip('"').strip()
        if not name:
            return self.usual
        known = zone_called(name) or zone_called(WINDOWS_TO_OLSON.get(name, "-")) or zone_called("/".join(name.split("/")[-2:]))
        if found := known or self.own.get(name):
            return found
        self.notes.append(_("Tidssonen «%(name)s» er ukjent. Tidene i den er lest som norsk tid.", name=tidy(name)[:60]))
        return OSLO


def read(text: str) -> Reading:
    """The events in ``text``. Raises ``Refused``."""
    components = list(_components(text))
    events = [component for component in components if component.name == "VEVENT"]
    if not events:
        raise Refused(_("Det er ingen hendelser i kalenderfilen."))
    if len(events) > MOST_ITEMS:
        raise too_many()
    zones = _zones(components)
    drafts: list[Draft] = []
    left: list[Left] = []
    for event in events:
        if re.fullmatch(r"\d{4}-?\d\d-?\d\d", event.one("DTSTART").value.strip()):
            left.append(
                Left(event.line, tidy(event.one("SUMMARY").text)[:200], _("Varer hele dagen, og har ikke klokkeslett."))
            )
            continue
        drafts += _repeated(_draft(event, zones), event, zones)
        if len(drafts) > MOST_ITEMS:
            raise too_many()
    return finished(_without_overridden(drafts), left=left, notes=zones.notes)


def _components(text: str) -> Iterator[Component]:
    """Every component, when it ends. One that never does counts too."""
    open_: list[Component] = []
    for number, name, line in _lines(text):
        if name == "BEGIN":
            open_.append(Component(line.value.strip().upper()[:40], number))
            if len(open_) > 20:
                raise Refused(_("Kalenderfilen er ikke gyldig."))
        elif name == "END":
            if any(component.name == line.value.strip().upper() for component in open_):
                while open_:
                    yield (ended := open_.pop())
                    if ended.name == line.value.strip().upper():
                        break
        elif open_:
            open_[-1].properties.setdefault(name, []).append(line)
    yield from reversed(open_)


def _lines(text: str) -> Iterator[tuple[int, str, Property]]:
    """Number, name and content of each line, unfolded. A line that begins like no property goes on from the one before: some
    programs break lines without the blank that says so."""
    lines = re.split("\r\n|\r|\n", text)
    if len(lines) > MOST_LINES:
        raise too_many()
    number = 0
    held: list[str] = []
    for at, line in enumerate(lines, 1):
        if line[:1] in (" ", "\t"):
            held.append(line[1:])
        elif (name := NAME.match(line)) and (name[0].isupper() or name[0].upper() in IN_SMALL):
            yield from _property(number, "".join(held))
            number, held = at, [line]
        elif line.strip() and held:
            held.append("\\n" + line)
    yield from _property(number, "".join(held))


def _property(number: int, line: str) -> Iterator[tuple[int, str, Property]]:
    match = NAME.match(line)
    if match is None:
        return
    parameters, at = {}, match.end()
    while found := PARAMETER.match(line, at):
        parameters[found[1].upper()] = found[2].strip('"')
        at = found.end()
    at = line.find(":", at)
    if at >= 0:
        yield number, match[0].upper(), Property(parameters, line[at + 1 :])


def _zones(components: list[Component]) -> Zones:
    """Zones that a file describes itself count by their offsets: Norway's where they are Norway's, else the one they have."""
    offsets: dict[str, set[timedelta]] = {}
    seen: set[timedelta] = set()
    for component in components:
        if component.name in ("STANDARD", "DAYLIGHT"):
            if (offset := _offset(component.one("TZOFFSETTO").value)) is not None:
                seen.add(offset)
        elif component.name == "VTIMEZONE":
            offsets[component.one("TZID").value.strip()] = seen
            seen = set()
    norway = {timedelta(hours=1), timedelta(hours=2)}
    own: dict[str, tzinfo] = {}
    for name, found in offsets.items():
        if found == norway:
            own[name] = OSLO
        elif len(found) == 1:
            own[name] = timezone(next(iter(found)))
    said = next((c.one("X-WR-TIMEZONE").value for c in components if c.name == "VCALENDAR"), "")
    return Zones(own, zone_called(said.strip()) or OSLO if said.strip() else OSLO)


def _offset(text: str) -> timedelta | None:
    match = OFFSET.match(text.strip())
    if match is None or int(match[2]) > 14 or int(match[3]) > 59:
        return None
    size = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -size if match[1] == "-" else size


def _moment(line: Property, zones: Zones, notes: list[str]) -> datetime | None:
    match = MOMENT.match(line.value.strip())
    if match is None or match[4] is None:
        return None
    try:
        wall = datetime(*(int(part or 0) for part in match.groups()[:6]))  # type: ignore[arg-type]  # noqa: DTZ001
        if match[7]:
            return wall.replace(tzinfo=UTC)
        if not line.parameters.get("TZID"):
            notes.append(_("Tiden sier ikke hvilken sone den er i. Lest som %(zone)s.", zone=_("norsk tid")))
        return wall.replace(tzinfo=zones.of(line.parameters.get("TZID", ""))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _draft(event: Component, zones: Zones) -> Draft:
    notes: list[str] = []
    start = _moment(event.one("DTSTART"), zones, notes)
    made = Draft(event.line, event.one("SUMMARY").text, start, uid=event.one("UID").text.strip(), notes=notes)
    made.end = _moment(event.one("DTEND"), zones, [])
    if made.end is None and start and (length := clocks.length(event.one("DURATION").value)):
        made.end = start + length if length < timedelta(days=400) else None
    own = {name: event.one(feed.OWN[name].upper()).text for name in MARKS}
    is_own = feed.OWN["kind"].upper() in event.properties
    named = [line.text for line in event.properties.get(feed.OWN["speaker"].upper(), [])]
    links = [line.text for line in event.properties.get(feed.OWN["link"].upper(), [])]
    made.room = own["room"] if is_own else event.one("LOCATION").text
    made.kind = words.kind_of(own["kind"]) or _kind(event.one("CATEGORIES").text)
    status = own["status"] or event.one("STATUS").value
    made.status = "cancelled" if status.strip().lower() == "cancelled" else "confirmed"
    made.language = words.language_of(event.one("SUMMARY").parameters.get("LANGUAGE", ""))
    made.description = event.one("DESCRIPTION").text
    if is_own:
        made.audience, made.speakers, made.links = own["audience"], named, links
        made.description = _without_frame(tidy(made.description), [*_spoken(named), tidy(own["audience"])], "\n".join(links))
    return made


def _kind(categories: str) -> str | None:
    return next((found for category in categories.split(",")[:20] if (found := words.kind_of(category))), None)


def _spoken(named: list[str]) -> list[str]:
    return [tidy("; ".join(named))]


def _without_frame(text: str, before: list[str], after: str) -> str:
    """What ``feed.described`` was given, without what it put around it."""
    for part in before:
        if part and (text == part or text.startswith(f"{part}\n\n")):
            text = text[len(part) :].lstrip("\n")
    if after and (text == after or text.endswith(f"\n\n{after}")):
        text = text[: -len(after)].rstrip("\n")
    return text


def _repeated(first: Draft, event: Component, zones: Zones) -> list[Draft]:
    """``first``, and the days after when it repeats every day a told number of times. An occurrence changed by itself has the
    id that it would have had."""
    if first.start is None:
        return [first]
    if event.properties.get("RECURRENCE-ID"):
        original = _moment(event.one("RECURRENCE-ID"), zones, [])
        first.uid = f"{first.uid} {_key(original or first.start)}"
        return [first]
    rule = dict(part.split("=", 1) for part in event.one("RRULE").value.upper().split(";") if "=" in part)
    if not rule:
        return [first]
    times = _times(rule, first.start, zones)
    if not times:
        first.notes.append(_("Gjentas i kalenderen. Bare den første er tatt med."))
        return [first]
    skipped = {_key(m) for line in event.properties.get("EXDATE", []) if (m := _moment(line, zones, []))}
    made = [_on_day(first, n) for n in times]
    for one in made:
        one.uid = f"{first.uid} {_key(one.start)}" if one.start else first.uid
    return [one for one in made if one.start and _key(one.start) not in skipped]


def _times(rule: dict[str, str], start: datetime, zones: Zones) -> range:
    """How many days after the first each occurrence is; empty when the rule says more than every so many days."""
    step, count = rule.get("INTERVAL", "1"), rule.get("COUNT", "")
    if rule.get("FREQ") != "DAILY" or set(rule) - {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST"} or not _small(step):
        return range(0)
    if _small(count):
        return range(0, int(count) * int(step), int(step))
    until = _moment(Property({}, rule.get("UNTIL", "")), zones, []) or _moment(
        Property({}, f"{rule.get('UNTIL', '')}T235959"), zones, []
    )
    days = (local(until).date() - local(start).date()).days if until else -1
    if not 0 <= days < MOST_TIMES * int(step) or (until and until < start):
        return range(0)
    return range(0, days + 1, int(step))


def _small(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 3 and 0 < int(text) <= MOST_TIMES


def _on_day(first: Draft, days: int) -> Draft:
    def moved(moment: datetime | None) -> datetime | None:
        if moment is None:
            return None
        there = local(moment)
        return datetime.combine(there.date() + timedelta(days=days), there.time(), OSLO).astimezone(UTC)

    return Draft(**vars(first) | {"start": moved(first.start), "end": moved(first.end), "notes": list(first.notes)})


def _key(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _without_overridden(drafts: list[Draft]) -> list[Draft]:
    """Of two with the id of one occurrence, the one that was changed by itself: it comes last."""
    last = {draft.uid: draft for draft in drafts if re.search(r" \d{8}T\d{6}Z$", draft.uid)}
    return [draft for draft in drafts if last.get(draft.uid, draft) is draft]
