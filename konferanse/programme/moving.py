"""Moving an item of the working copy: to another time or room, or past what comes before and after it."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _

from konferanse.common import audit
from konferanse.common.clock import local
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme import editing, history
from konferanse.programme.models import ProgrammeItem, Room


class Slot(NamedTuple):
    """Where an item lies. ``start`` and ``end`` are UTC; ``room`` is any key, empty for none."""

    key: UUID
    start: datetime
    end: datetime
    room: str = ""


Block = Sequence[Slot]  # what goes on at the same time, and moves together


class Neighbours(NamedTuple):
    """What an item can change places with: the titles, and what it would then stand before (None for last)."""

    earlier: str
    before_earlier: UUID | None
    later: str
    after_later: UUID | None


def reordered(slots: Sequence[Slot], moved: UUID, before: UUID | None) -> list[Slot]:
    """The slots of one day that get new times when ``moved`` is put before ``before`` (None: last). Every length stays, and so
    do the pauses between them.

    What runs beside ``moved`` stays where it is, and ``moved`` then changes places with items of its own room only; otherwise
    sessions that run at the same time move as one. Raises ``ValueError`` where ``before`` is nothing it can stand before.
    """
    strand, at = _strand(slots, moved)
    rest = [*strand[:at], *strand[at + 1 :]]
    to = len(rest)
    if before is not None:
        to = next((n for n, block in enumerate(rest) if before in _keys(block)), -1)
        if to < 0:
            raise ValueError(before)
        if to >= at and before != rest[to][0].key:
            to += 1  # put down among sessions that run at the same time: it was on its way past them
    order = [*rest[:to], strand[at], *rest[to:]]
    return [slot for slot in _laid(strand, order) if slot not in slots]


def neighbours(conference: Conference, item: ProgrammeItem) -> Neighbours:
    """Whom ``item`` can change places with; a title is empty where there is nobody."""
    slots, titles = _day_of(conference, item)
    strand, at = _strand(slots, item.uid)
    earlier, later = (strand[n] if 0 <= n < len(strand) else [] for n in (at - 1, at + 1))
    beyond = strand[at + 2][0].key if at + 2 < len(strand) else None
    named = [", ".join(f"«{titles[slot.key]}»" for slot in block) for block in (earlier, later)]
    return Neighbours(named[0], earlier[0].key if earlier else None, named[1], beyond)


def place(conference: Conference, item: ProgrammeItem, based_on: int, before: UUID | None, actor: str) -> int:
    """Put ``item`` before another of the same day, or last; how many items that moved. Raises ``StaleItem``, and ``Refused``
    where it cannot stand there."""
    _still(item, based_on)
    slots, _titles = _day_of(conference, item)
    try:
        found = {slot.key: slot for slot in reordered(slots, item.uid, before)}
    except ValueError:
        text = _("«%(title)s» går samtidig med andre poster og kan ikke flyttes dit slik. Velg dag, tid og rom i stedet.")
        raise Refused(text % {"title": item.title}) from None
    with history.edit(conference, actor, "moved", item.title):
        for row in editing.items(conference):
            if row.uid in found:
                row.start, row.end = found[row.uid].start, found[row.uid].end
                row.version += 1
    audit.record(actor, "programme.item_moved", scope=conference.slug, subject=item.uid, items=len(found))
    db.session.flush()
    return len(found)


def move(item: ProgrammeItem, based_on: int, start: datetime, room: Room | None, actor: str) -> None:
    """Let ``item`` begin at ``start`` (UTC), in ``room``; it lasts as long as before. Raises ``StaleItem`` and ``Refused``."""
    _still(item, based_on)
    end = start + (item.end - item.start)
    if local(end).date() != local(start).date():
        raise Refused(_("Da ville programposten sluttet dagen etter. Velg et tidligere tidspunkt."))
    with history.edit(item.conference, actor, "moved", item.title):
        item.start, item.end, item.room = start, end, room
        item.version += 1
    audit.record(actor, "programme.item_moved", scope=item.conference.slug, subject=item.uid, items=1)
    db.session.flush()


def _still(item: ProgrammeItem, based_on: int) -> None:
    if item.version != based_on:
        raise editing.StaleItem(_("Noen andre endret programposten i mellomtiden. Se over og flytt den på nytt."))


def _day_of(conference: Conference, item: ProgrammeItem) -> tuple[list[Slot], dict[UUID, str]]:
    day = local(item.start).date()
    rows = [row for row in editing.items(conference) if local(row.start).date() == day]
    slots = [Slot(row.uid, row.start, row.end, str(row.room.uid) if row.room else "") for row in rows]
    return slots, {row.uid: row.title for row in rows}


def _strand(slots: Sequence[Slot], moved: UUID) -> tuple[list[Block], int]:
    """The blocks that ``moved`` can change places with, in order and itself among them, and where it stands."""
    me = next(slot for slot in slots if slot.key == moved)
    apart = [slot for slot in slots if slot.end <= me.start or slot.start >= me.end]
    if len(apart) < len(slots) - 1:
        apart = [slot for slot in apart if me.room and slot.room == me.room]
    blocks: list[Block] = [*_blocks(apart), [me]]
    strand = sorted(blocks, key=_start)
    return strand, strand.index([me])


def _blocks(slots: Sequence[Slot]) -> Sequence[Block]:
    found: list[list[Slot]] = []
    until = None
    for slot in sorted(slots, key=lambda slot: (slot.start, slot.end)):
        if until is not None and slot.start < until:
            found[-1].append(slot)
        else:
            found.append([slot])
            until = None
        until = max(until, slot.end) if until else slot.end
    return found


def _laid(strand: Sequence[Block], order: Sequence[Block]) -> list[Slot]:
    """``order`` from the start of ``strand`` on, with the pauses that ``strand`` has."""
    found = []
    clock = _start(strand[0])
    for n, block in enumerate(order):
        by = clock - _start(block)
        found += [slot._replace(start=slot.start + by, end=slot.end + by) for slot in block]
        clock = _end(block) + by
        if n + 1 < len(strand):
            clock += _start(strand[n + 1]) - _end(strand[n])
    return found


def _start(block: Block) -> datetime:
    return block[0].start


def _end(block: Block) -> datetime:
    return max(slot.end for slot in block)


def _keys(block: Block) -> list[UUID]:
    return [slot.key for slot in block]
