"""Everything after a time of a day, earlier or later: what a delay does to a programme, in one go."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from flask_babel import gettext as _

from konferanse.common import audit
from konferanse.common.clock import local
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme import editing, history
from konferanse.programme.models import ProgrammeItem, Room


class Shift(NamedTuple):
    """``minutes`` later (earlier when negative) for what begins at ``after`` on ``day`` or later; in ``room`` only, or
    everywhere when that is None."""

    day: date
    after: time
    minutes: int
    room: Room | None = None


class Moved(NamedTuple):
    """An item and the times it would get, in UTC."""

    item: ProgrammeItem
    start: datetime
    end: datetime


def preview(conference: Conference, shift: Shift) -> list[Moved]:
    """What would move, in the programme's order. Raises ``Refused`` when something would leave the day or begin at a clock
    time that the day does not have."""
    return [_moved(item, shift) for item in editing.items(conference) if _concerns(item, shift)]


def apply(conference: Conference, shift: Shift, actor: str) -> Sequence[ProgrammeItem]:
    """Move it, and return what moved. Raises as ``preview`` does, and ``Refused`` when nothing would move."""
    moved = preview(conference, shift)
    if not moved:
        raise Refused(_("Ingen programposter begynner da eller senere. Se over dagen og klokkeslettet."))
    with history.edit(conference, actor, "shifted"):
        for item, start, end in moved:
            item.start, item.end = start, end
            item.version += 1
    said = {"day": shift.day.isoformat(), "after": f"{shift.after:%H:%M}", "minutes": shift.minutes, "items": len(moved)}
    audit.record(actor, "programme.shifted", scope=conference.slug, **said)
    db.session.flush()
    return [row.item for row in moved]


def _concerns(item: ProgrammeItem, shift: Shift) -> bool:
    start = local(item.start)
    here = shift.room is None or item.room_id == shift.room.id
    return here and start.date() == shift.day and start.time() >= shift.after


def _moved(item: ProgrammeItem, shift: Shift) -> Moved:
    edges = []
    for edge in (item.start, item.end):
        # By the clock on the wall: whoever waits a quarter of an hour looks at that.
        wall = local(edge).replace(tzinfo=None) + timedelta(minutes=shift.minutes)
        edges.append(_at(item, wall))
    if local(edges[0]).date() != shift.day or local(edges[1] - timedelta(seconds=1)).date() != shift.day:
        raise Refused(_("«%(title)s» ville havnet på en annen dag. Flytt den for seg.", title=item.title))
    return Moved(item, edges[0], edges[1])


def _at(item: ProgrammeItem, wall: datetime) -> datetime:
    try:
        return editing.moment(wall.date(), wall.time())
    except editing.NoSuchTime:
        raise Refused(
            _("«%(title)s» ville begynt eller sluttet i den timen som klokka hopper over.", title=item.title)
        ) from None
