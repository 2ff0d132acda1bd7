"""What taking in a reading would do to the working copy, line by line, and doing exactly that.

Items are matched by the file's id; those of a sheet or a text, which have none, by when they begin, their title and room.
What a file says nothing of is left as it is.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.common import audit
from konferanse.common.clock import OSLO, local
from konferanse.common.errors import Refused
from konferanse.common.language import clock_time, time_range, weekday_date
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme import editing, history, speakers
from konferanse.programme.exchange import words
from konferanse.programme.exchange.found import Found, Left, Problem, Reading
from konferanse.programme.kinds import ITEM_LANGUAGES, KIND_LABELS, STATUS_LABELS
from konferanse.programme.models import ProgrammeItem, ProgrammeRelease, Room

NEW, CHANGED, SAME, REMOVED = "new", "changed", "same", "removed"
TOLD = ("title", "start", "end", "kind", "room", "speakers", "language", "description", "audience", "links", "status")
PLAIN = ("title", "start", "end", "kind", "language", "description", "audience", "status")  # of them, those stored as told
MOST_ROOMS = 500
FARTHEST = 40_000  # days something can be moved
AT_ONCE = 500  # ids in one question to the database


class Difference(NamedTuple):
    """Something about an item, before and after, as codes and texts; ``what`` is one of ``TOLD``."""

    what: str
    before: str
    after: str


class Step(NamedTuple):
    """One thing that would be done. ``uid`` is the item's, ``based_on`` its version when it is there already."""

    act: str
    line: int
    uid: UUID
    title: str
    start: datetime
    end: datetime
    room: str
    found: Found | None = None
    based_on: int = 0
    differences: Sequence[Difference] = ()
    notes: Sequence[str] = ()


class Plan(NamedTuple):
    """Everything that taking in a file would do. ``move`` is by how many days all of it is moved; ``suggested`` the move that
    would put it on the conference's days, 0 when it is there."""

    steps: Sequence[Step]
    left: Sequence[Left]
    problems: Sequence[Problem]
    rooms: Sequence[str]
    days: Sequence[tuple[date, str]]
    notes: Sequence[str]
    move: int = 0
    suggested: int = 0

    def count(self, act: str) -> int:
        """How many steps do that."""
        return sum(step.act == act for step in self.steps)

    @property
    def mark(self) -> str:
        """A digest of everything it would do, to know it again by."""
        told = (self.steps, self.rooms, self.days, self.problems)
        return hashlib.sha256(repr(told).encode("utf-8", "replace")).hexdigest()[:32]


def plan(conference: Conference, reading: Reading, *, replace: bool = False, move: int = 0) -> Plan:
    """What taking in ``reading`` would do; ``replace`` takes out what it lacks, ``move`` moves it that many days. Writes
    nothing. Raises ``Refused``."""
    if abs(move) > FARTHEST:
        raise Refused(_("Så mange dager kan programmet ikke flyttes."))
    if replace and not reading.items:
        raise Refused(_("Filen har ingen programposter å sette inn i stedet for dem som er der."))
    found = [_moved(item, move) for item in reading.items]
    there = editing.items(conference)
    rooms = {_key(room.name): room.name for room in editing.rooms(conference)}
    pairs = _matched(conference, found, there)
    steps = [_step(conference, item, uid, row, rooms) for item, uid, row in pairs]
    if replace:
        kept = {uid for _item, uid, _row in pairs}
        gone = [row for row in there if row.uid not in kept]
        steps += [_removal(row) for row in gone]
    missing = {_key(step.room): step.room for step in reversed(steps) if step.room and _key(step.room) not in rooms}
    if len(missing) > MOST_ROOMS:
        raise Refused(_("Filen nevner flere enn %(most)s rom.", most=MOST_ROOMS))
    titles = editing.day_titles(conference)
    days = [(day + timedelta(days=move), title) for day, title in reading.days]
    days = [(day, title) for day, title in dict(days).items() if titles.get(day, "") != title]
    return Plan(
        steps,
        reading.left,
        reading.problems,
        sorted(missing.values()),
        days,
        reading.notes,
        move,
        _suggested(conference, found),
    )


def apply(conference: Conference, planned: Plan, actor: str) -> None:
    """Do what ``planned`` says, all of it; the caller has begun a write, made the plan in it, and commits."""
    _name_days(conference, planned)
    rooms = {_key(room.name): room for room in editing.rooms(conference)}
    rooms |= {_key(name): editing.save_room(conference, None, name, None) for name in planned.rooms if _key(name) not in rooms}
    ever = editing.ever(conference)
    there = {row.uid: row for row in ever if row.status != "removed"}
    gone = {row.uid: row for row in ever if row.status == "removed"}
    known = speakers.by_credit(conference)
    numbers = _Numbers(conference, ever)
    with history.edit(conference, actor, "imported"):
        for step in planned.steps:
            row = there.get(step.uid)
            if step.act == REMOVED and row is not None:
                editing.remove_item(row, actor, conference.slug)
            elif step.act == CHANGED and row is not None and step.found is not None:
                values = _values(step.found, rooms, conference, row)
                editing.change_item(row, step.based_on, values, actor, conference.slug, known)
            elif step.act == NEW and step.found is not None:
                values, back = _values(step.found, rooms, conference, None), gone.get(step.uid)
                number = numbers.take(step.uid, step.found.number)
                editing.add_item(conference, values, actor, uid=step.uid, number=number, gone=back, known=known)
    counts = {act: planned.count(act) for act in (NEW, CHANGED, REMOVED)}
    audit.record(actor, "programme.imported", scope=conference.slug, subject=conference.uid, **counts)
    db.session.flush()


class _Numbers:
    """Numbers for new items: the one it had before, or the file's, where it was never another's; else the next."""

    def __init__(self, conference: Conference, ever: Iterable[ProgrammeItem]) -> None:
        self.used = {row.number: str(row.uid) for row in ever}
        contents = db.session.scalars(select(ProgrammeRelease.content).where(ProgrammeRelease.conference_id == conference.id))
        for content in contents:
            for item in content["items"]:
                self.used.setdefault(item["number"], item["uid"])
        self.before = {uid: number for number, uid in self.used.items()}
        self.next = max(self.used, default=0) + 1

    def take(self, uid: UUID, wanted: int) -> int:
        number = self.before.get(str(uid)) or (wanted if wanted and wanted not in self.used else self.next)
        self.used[number] = str(uid)
        self.next = max(self.next, number + 1)
        return number


def _matched(
    conference: Conference, found: Sequence[Found], there: Sequence[ProgrammeItem]
) -> list[tuple[Found, UUID, ProgrammeItem | None]]:
    """Each item with its id, and the row that it is already."""
    rows = {row.uid: row for row in there}
    taken = _elsewhere(conference, [uid for item in found if (uid := _uuid(item.uid))])
    pairs: dict[int, tuple[UUID, ProgrammeItem | None]] = {}
    for n, item in enumerate(found):
        if item.uid:
            own, given = uuid5(conference.uid, f"import:{item.uid}"), _uuid(item.uid)
            uid = given if given and given not in taken and not (own in rows and given not in rows) else own
            taken.add(uid)
            pairs[n] = uid, rows.pop(uid, None)
    for precise in (True, False):
        waiting: dict[tuple[Any, ...], list[ProgrammeItem]] = {}
        for row in rows.values():
            waiting.setdefault(_looks(row.start, row.title, row.room.name if row.room else "", precise), []).append(row)
        for n, item in enumerate(found):
            if n not in pairs and (same := waiting.get(_looks(item.start, item.title, item.room or "", precise))):
                row = same.pop(0)
                pairs[n] = row.uid, rows.pop(row.uid)
    taken |= {row.uid for row in there}
    return [(item, *(pairs.get(n) or (_new_uid(conference, item, taken), None))) for n, item in enumerate(found)]


def _new_uid(conference: Conference, item: Found, taken: set[UUID]) -> UUID:
    """An id for a line without one. It follows from the line, so that what is shown is what is done."""
    name = f"line:{item.start.isoformat()}:{item.title}"
    while (uid := uuid5(conference.uid, name)) in taken:
        name += "+"
    taken.add(uid)
    return uid


def _looks(start: datetime, title: str, room: str, precise: bool) -> tuple[Any, ...]:
    return (start, _key(title), _key(room)) if precise else (start, _key(title))


def _elsewhere(conference: Conference, uids: Sequence[UUID]) -> set[UUID]:
    """Those of ``uids`` that belong to other conferences: an id is one item's everywhere."""
    found: set[UUID] = set()
    for n in range(0, len(uids), AT_ONCE):
        query = select(ProgrammeItem.uid).where(ProgrammeItem.uid.in_(uids[n : n + AT_ONCE]))
        found |= set(db.session.scalars(query.where(ProgrammeItem.conference_id != conference.id)))
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text) if len(text) in (32, 36) else None
    except ValueError:
        return None


def _moved(item: Found, days: int) -> Found:
    if not days:
        return item
    ends = local(item.end)
    begins, over = local(item.start), (ends.date() - local(item.start).date()).days
    try:
        day = begins.date() + timedelta(days=days)
        start = datetime.combine(day, begins.time(), OSLO).astimezone(UTC)
        end = datetime.combine(day + timedelta(days=over), ends.time(), OSLO).astimezone(UTC)
    except OverflowError as error:
        raise Refused(_("Så mange dager kan programmet ikke flyttes.")) from error
    return item._replace(start=start, end=end if end > start else start + (item.end - item.start))


def _suggested(conference: Conference, found: Sequence[Found]) -> int:
    """The move that puts the first day of ``found`` on the conference's first; 0 when any of it is on the conference's days."""
    days = {local(item.start).date() for item in found}
    if not days or days & set(conference.dates):
        return 0
    return (conference.first_date - min(days)).days


def _step(conference: Conference, item: Found, uid: UUID, row: ProgrammeItem | None, rooms: Mapping[str, str]) -> Step:
    room = rooms.get(_key(item.room), item.room) if item.room else ""
    notes = list(item.notes)
    if local(item.start).date() not in set(conference.dates):
        notes.append(_("Ligger utenfor dagene konferansen varer."))
    place = (item.line, uid, item.title, item.start, item.end)
    if row is None:
        return Step(NEW, *place, room, item._replace(room=room), notes=tuple(notes))
    if item.room is None:
        room = row.room.name if row.room else ""
    differences = list(_differences(item, row, room))
    act = CHANGED if differences else SAME
    return Step(act, *place, room, item._replace(room=room), row.version, tuple(differences), tuple(notes))


def _removal(row: ProgrammeItem) -> Step:
    return Step(REMOVED, 0, row.uid, row.title, row.start, row.end, row.room.name if row.room else "", based_on=row.version)


def _differences(item: Found, row: ProgrammeItem, room: str) -> Iterator[Difference]:
    before = {
        **{
            name: getattr(row, name)
            for name in ("title", "start", "end", "kind", "language", "description", "audience", "status")
        },
        "room": row.room.name if row.room else "",
        "speakers": tuple(each.speaker.credit for each in row.speakers),
        "links": tuple(row.links.splitlines()),
    }
    after = item._asdict() | {"room": room}
    for name in TOLD:
        if after[name] is not None and _compared(name, before[name]) != _compared(name, after[name]):
            yield Difference(name, _in_words(name, before[name]), _in_words(name, after[name]))


def _compared(name: str, value: Any) -> Any:
    return [_key(speakers.split_part(credit)[0]) for credit in value] if name == "speakers" else value


def _in_words(name: str, value: Any) -> str:
    """A value as the page tells it; long texts are not repeated."""
    if name == "start":
        return f"{weekday_date(local(value).date())} {_('kl.')} {clock_time(value)}"
    if name == "end":
        return str(clock_time(value))
    if name in ("description", "links"):
        return ""
    labels = {"kind": KIND_LABELS, "language": ITEM_LANGUAGES, "status": STATUS_LABELS}.get(name, {})
    text = "; ".join(value) if name == "speakers" else value
    return str(labels.get(text, text)) or "–"


def when(step: Step) -> str:
    """When the item of ``step`` is, in words."""
    return f"{weekday_date(local(step.start).date())} {time_range(step.start, step.end)}"


def _values(item: Found, rooms: Mapping[str, Room], conference: Conference, row: ProgrammeItem | None) -> editing.ItemValues:
    """What the item is to be: what the file says, else what it is, else what a new one is."""

    def said(value: Any, name: str, usual: Any) -> Any:
        if value is not None:
            return value
        return usual if row is None else getattr(row, name)

    credits_ = item.speakers
    if credits_ is None:
        credits_ = tuple(each.speaker.credit for each in row.speakers) if row else ()
    return editing.ItemValues(
        start=item.start,
        end=item.end,
        title=item.title,
        kind=said(item.kind, "kind", words.kind_in(item.title)),
        room=rooms[_key(item.room)] if item.room else None,
        speaker="\n".join(credits_),
        language=said(item.language, "language", conference.language),
        description=said(item.description, "description", ""),
        audience=said(item.audience, "audience", ""),
        expected=row.expected if row else None,
        links=said(None if item.links is None else "\n".join(item.links), "links", ""),
        status=said(item.status, "status", "confirmed"),
    )


def _name_days(conference: Conference, planned: Plan) -> None:
    for day, title in planned.days:
        editing.name_day(conference, day, title)


def _key(name: str | None) -> str:
    return " ".join((name or "").split()).casefold()
