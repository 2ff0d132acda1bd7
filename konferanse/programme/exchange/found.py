"""What reading a file comes to, whatever its format: items as far as the file tells of them, and what is odd.

Readers make ``Draft``s, as the file has them; ``finished`` makes them fit the model and says what it did to each.
"""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from flask_babel import gettext as _

from konferanse.common.clock import local
from konferanse.common.errors import Refused
from konferanse.common.fields import clean, printable
from konferanse.common.language import clock_time

LARGEST = 5_000_000  # bytes of a file
MOST_ITEMS = 5_000
LONGEST_TEXT = 10_000  # characters of one text that are looked at
TITLE, ROOM, CREDIT, CREDITS, DESCRIPTION, AUDIENCE, LINKS = 200, 120, 300, 2000, 4000, 200, 2000  # as the forms have it
NAME = 200  # of it, before the first comma
MOST_SPEAKERS = 60  # that are looked at
MOST_NOTES = 20
YEARS = range(1990, 2101)
LONGEST = timedelta(days=7)
USUAL = timedelta(minutes=30)
ADDRESS = re.compile(r"https?://[^\s<>\"]+")


class Problem(NamedTuple):
    """Something that must be mended in the file before anything is taken in. ``column`` may be empty."""

    line: int
    column: str
    message: str


class Left(NamedTuple):
    """Something in the file that cannot be an item, and why."""

    line: int
    title: str
    why: str


@dataclass
class Draft:
    """An item as a file has it; None is what the file says nothing of, an empty ``room`` is none. ``start`` and ``end`` have a
    zone. ``uid`` is whatever the file calls it by, ``number`` 0 where it has none."""

    line: int
    title: str
    start: datetime | None
    end: datetime | None = None
    uid: str = ""
    number: int = 0
    kind: str | None = None
    room: str | None = None
    speakers: list[str] | None = None
    language: str | None = None
    description: str | None = None
    audience: str | None = None
    links: list[str] | None = None
    status: str | None = None
    notes: list[str] = field(default_factory=list)


class Found(NamedTuple):
    """An item that fits the model. As ``Draft``, with what is odd about it in ``notes``."""

    line: int
    title: str
    start: datetime
    end: datetime
    uid: str
    number: int
    kind: str | None
    room: str | None
    speakers: tuple[str, ...] | None
    language: str | None
    description: str | None
    audience: str | None
    links: tuple[str, ...] | None
    status: str | None
    notes: tuple[str, ...]


class Reading(NamedTuple):
    """What a file holds. ``notes`` are about all of it, ``days`` what its days are called."""

    items: Sequence[Found]
    left: Sequence[Left] = ()
    problems: Sequence[Problem] = ()
    days: Sequence[tuple[date, str]] = ()
    notes: Sequence[str] = ()


def finished(
    drafts: Sequence[Draft],
    *,
    left: Iterable[Left] = (),
    problems: Iterable[Problem] = (),
    days: Iterable[tuple[date, str]] = (),
    notes: Iterable[str] = (),
) -> Reading:
    """``drafts`` as they can be stored. Raises ``Refused`` when there are too many, or nothing at all."""
    if len(drafts) > MOST_ITEMS:
        raise too_many()
    left, problems = list(left), list(problems)
    placed = []
    for draft in drafts:
        draft.title = cut(one_line(draft.title), TITLE, _("Tittelen"), draft.notes)
        if why := _unusable(draft):
            left.append(Left(draft.line, draft.title, why))
        else:
            placed.append(draft)
    _end(placed)
    items = _told_apart([_fitted(draft) for draft in placed], left)
    if not (items or left or problems):
        raise Refused(_("Det er ingen programposter i filen."))
    named = [(day, one_line(title)[:TITLE]) for day, title in days]
    return Reading(items, sorted(left), problems, [pair for pair in named if pair[1]], list(dict.fromkeys(notes))[:MOST_NOTES])


def too_many() -> Refused:
    """More than can be taken in at once."""
    return Refused(_("Filen har mer enn %(most)s programposter. Del den opp.", most=MOST_ITEMS))


def tidy(text: str | None) -> str:
    """``text`` as the forms would keep it: NFC, LF, and nothing that no page can show."""
    text = clean((text or "")[:LONGEST_TEXT])
    if text.replace("\n", "").isprintable() and "\ufffd" not in text:
        return text  # most are, and looking at each character takes its time
    return clean(printable(text))


def one_line(text: str | None) -> str:
    """``text`` on one line."""
    return " ".join(tidy(text).split())


def cut(text: str, most: int, what: str, notes: list[str]) -> str:
    """``text`` with at most ``most`` characters; what was cut is told in ``notes``."""
    if len(text) <= most:
        return text
    notes.append(_("%(what)s er kortet ned til %(n)s tegn.", what=what, n=most))
    return text[: most - 1].rstrip() + "…"


def credit(text: str) -> str:
    """A credit as the programme writes it: "Navn, rolle, virksomhet"; no semicolon, which stands between credits."""
    parts = [" ".join(part.split()) for part in one_line(text).replace(";", ",").split(",")]
    parts = [part for part in parts if part]
    if parts and len(parts[0]) > NAME:
        parts[0] = parts[0][: NAME - 1].rstrip() + "…"
    return ", ".join(parts)


def _unusable(draft: Draft) -> str:
    why = ""
    if draft.start is None:
        why = _("Har ikke noe klokkeslett.")
    elif draft.start.year not in YEARS:
        why = _("Har et årstall vi ikke tror på.")
    elif not draft.title:
        why = _("Har ingen tittel.")
    return why


def _end(drafts: Sequence[Draft]) -> None:
    """Give an end to those that have none that can be: when the next one begins that day, in the same room if there is one."""
    starts = sorted((draft.start, draft.room or "") for draft in drafts if draft.start)
    for draft in drafts:
        assert draft.start is not None  # noqa: S101 - the others were left out
        if draft.end and timedelta(0) < draft.end - draft.start <= LONGEST:
            continue
        had, draft.end = draft.end, _next_start(draft.start, draft.room or "", starts) or draft.start + USUAL
        told = {"time": clock_time(draft.end)}
        if had is None:
            draft.notes.append(_("Slutten mangler. Satt til kl. %(time)s.", **told))
        else:
            draft.notes.append(_("Slutten i filen kan ikke stemme. Satt til kl. %(time)s.", **told))


def _next_start(start: datetime, room: str, starts: Sequence[tuple[datetime, str]]) -> datetime | None:
    day = local(start).date()
    first: datetime | None = None
    after = bisect_right(starts, (start, "\U0010ffff"))
    for later, where in starts[after : after + 50]:
        if local(later).date() != day:
            break
        first = first or later
        if where == room or not room:
            return later
    return first


def _fitted(draft: Draft) -> Found:
    assert draft.start is not None and draft.end is not None  # noqa: S101, PT018 - given by ``_end``
    notes = draft.notes
    return Found(
        line=draft.line,
        title=draft.title,
        start=draft.start.replace(microsecond=0),
        end=draft.end.replace(microsecond=0),
        uid=tidy(draft.uid)[:500],
        number=draft.number if 0 < draft.number < 2**31 else 0,
        kind=draft.kind,
        room=None if draft.room is None else cut(one_line(draft.room), ROOM, _("Navnet på rommet"), notes),
        speakers=None if draft.speakers is None else _speakers(draft.speakers, notes),
        language=draft.language,
        description=None if draft.description is None else cut(tidy(draft.description), DESCRIPTION, _("Omtalen"), notes),
        audience=None if draft.audience is None else cut(one_line(draft.audience), AUDIENCE, _("Målgruppen"), notes),
        links=None if draft.links is None else _links(draft.links, notes),
        status=draft.status,
        notes=tuple(dict.fromkeys(notes)),
    )


def _speakers(named: Sequence[str], notes: list[str]) -> tuple[str, ...]:
    what = _("Navnet på en innleder")
    credits_ = [cut(credit(name), CREDIT, what, notes) for name in named[:MOST_SPEAKERS]]
    found = {one.casefold(): one for one in reversed(credits_) if one}
    kept: list[str] = []
    for one in reversed(found.values()):
        if sum(map(len, kept)) + len(kept) + len(one) > CREDITS:
            notes.append(_("Bare de %(n)s første innlederne er tatt med.", n=len(kept)))
            break
        kept.append(one)
    return tuple(kept)


def _links(addresses: Sequence[str], notes: list[str]) -> tuple[str, ...]:
    kept: list[str] = []
    for address in dict.fromkeys(tidy(each) for each in addresses[:200]):
        if not address:
            continue
        if not ADDRESS.fullmatch(address) or sum(map(len, kept)) + len(kept) + len(address) > LINKS:
            notes.append(_("En lenke er ikke tatt med, for den er ikke en nettadresse vi kan vise."))
        else:
            kept.append(address)
    return tuple(kept)


def _told_apart(items: Sequence[Found], left: list[Left]) -> list[Found]:
    """Each with an id of its own: the same one twice is two items, unless they are the same in everything."""
    times: Counter[str] = Counter()
    seen: set[tuple[object, ...]] = set()
    kept = []
    for item in items:
        if not item.uid:
            kept.append(item)
            continue
        key = item[1:-1]  # all but where it stands and what is odd
        if key in seen:
            left.append(Left(item.line, item.title, _("Står to ganger i filen.")))
            continue
        seen.add(key)
        uid = item.uid.casefold()
        times[uid] += 1
        if times[uid] > 1:
            note = _("Flere poster i filen har samme id. Denne får en egen.")
            item = item._replace(uid=f"{item.uid}#{times[uid]}", number=0, notes=(*item.notes, note))
        kept.append(item)
    return kept
