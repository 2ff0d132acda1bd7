"""Sign-up in pictures: how it grew, where people come from against who was invited, needs, and who came each day.

The number of queries does not grow with the people. What a page shows of organisation types is never fewer than
``listing.FEWEST_SHOWN``.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import func, select

from konferanse.common.audit import AuditEntry
from konferanse.common.clock import local
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.forgetting import HEALTH
from konferanse.registration.lists.listing import FEWEST_SHOWN
from konferanse.registration.models import (
    COUNTIES,
    LIVE,
    ORGANISATION_TYPES,
    SEATED,
    AccessNeed,
    Attendance,
    Invitation,
    Registration,
    RegistrationDay,
)

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 640, 240, 48, 12, 14, 30
DAYS_IN_TABLE = 31


class Growth(NamedTuple):
    """How many there were in all at the end of a day; ``new`` came since the row before."""

    day: date
    new: int
    total: int


class Tick(NamedTuple):
    """A mark on an axis: where, and what it says (a number or a date)."""

    at: float
    value: int | date


class Curve(NamedTuple):
    """A step curve in a box of ``WIDTH`` × ``HEIGHT``: paths as SVG writes them, and marks on the axes.

    ``limit`` is where the line for all seats lies, None when there is none in the picture. ``half`` is the day when half of
    those signed up now had signed up.
    """

    line: str
    area: str
    across: list[Tick]
    up: list[Tick]
    limit: float | None
    half: date


class Group(NamedTuple):
    """People of one type or county. ``seated`` is None when it may not be told; ``invited`` None when nobody was."""

    key: str
    seated: int | None
    invited: int | None


class Day(NamedTuple):
    """One day of the conference."""

    day: date
    expected: int
    came: int


def growth(conference: Conference) -> list[Growth]:
    """Those signed up now by the Norwegian day they signed up, from the first to the last of them, every day."""
    moments = db.session.scalars(
        select(Registration.created).where(Registration.conference_id == conference.id, Registration.status.in_(LIVE))
    )
    new = Counter(local(moment).date() for moment in moments)
    if not new:
        return []
    first, last = min(new), max(new)
    found, total = [], 0
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        total += new[day]
        found.append(Growth(day, new[day], total))
    return found


def in_table(days: Sequence[Growth]) -> list[Growth]:
    """``days`` as a table shows them: each one when they are few, else the last of every week (Monday to Sunday)."""
    if len(days) <= DAYS_IN_TABLE:
        return list(days)
    ends = [day for day in days if day.day.weekday() == 6 or day is days[-1]]
    before = [0, *(day.total for day in ends)]
    return [Growth(day.day, day.total - earlier, day.total) for day, earlier in zip(ends, before, strict=False)]


def curve(days: Sequence[Growth], seats: int | None) -> Curve:
    """The picture of ``growth``, which is not empty."""
    total = days[-1].total
    shows_limit = seats is not None and 0 < seats <= 3 * total
    top = _round_up(max(total, seats or 0) if shows_limit else total)
    span = max(1, len(days) - 1)

    def x(number: int) -> float:
        return round(LEFT + (WIDTH - LEFT - RIGHT) * number / span, 1)

    def y(count: float) -> float:
        return round(HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * count / top, 1)

    steps = "".join(f"H{x(number)}V{y(day.total)}" for number, day in enumerate(days) if day.new)
    line = f"M{x(0)} {y(0)}{steps}H{WIDTH - RIGHT}"
    marks = sorted({round(span * part / 3) for part in range(4)} if len(days) > 1 else {0})
    return Curve(
        line=line,
        area=f"{line}V{y(0)}Z",
        across=[Tick(x(number), days[number].day) for number in marks],
        up=[Tick(y(count), count) for count in _levels(top)],
        limit=y(seats) if shows_limit and seats else None,
        half=next(day.day for day in days if 2 * day.total >= total),
    )


def groups(conference: Conference) -> tuple[list[Group], list[Group]]:
    """Types and counties: who has a seat, against the seats that organisations were invited to fill. Most first."""
    seated = db.session.execute(
        select(Registration.organisation_type, Registration.county, func.count())
        .where(Registration.conference_id == conference.id, Registration.status.in_(SEATED))
        .group_by(Registration.organisation_type, Registration.county)
    ).all()
    invited = db.session.execute(
        select(Invitation.organisation_type, Invitation.county, func.sum(Invitation.seats))
        .where(Invitation.conference_id == conference.id, Invitation.closed.is_(None))
        .group_by(Invitation.organisation_type, Invitation.county)
    ).all()
    types, counties = (
        _groups(_summed(seated, column), _summed(invited, column), known)
        for column, known in ((0, ORGANISATION_TYPES), (1, COUNTIES))
    )
    told = _told({group.key: group.seated or 0 for group in types})
    types = [group if group.key in told else group._replace(seated=None) for group in types]
    return [group for group in types if group.seated is not None or group.invited], counties


def needs(conference: Conference) -> dict[str, Counter[str]]:
    """How many needs of each kind have each status; nothing of what they say. Those deleted count as they were then."""
    rows = db.session.execute(
        select(AccessNeed.kind, AccessNeed.status, func.count())
        .join(Registration)
        .where(Registration.conference_id == conference.id, Registration.status != "cancelled")
        .group_by(AccessNeed.kind, AccessNeed.status)
    )
    found: dict[str, Counter[str]] = {}
    for kind, status, count in rows:
        found.setdefault(kind, Counter())[status] += count
    gone = select(AuditEntry.detail).where(AuditEntry.scope == conference.slug, AuditEntry.action == HEALTH)
    for detail in db.session.scalars(gone) if conference.health_forgotten else ():
        for kind, statuses in detail.get("kinds", {}).items():
            found.setdefault(kind, Counter()).update(statuses)
    return found


def days(conference: Conference) -> list[Day]:
    """Each day: who was expected in person, and how many came."""
    expected = db.session.execute(
        select(RegistrationDay.date, func.count())
        .join(Registration)
        .where(
            Registration.conference_id == conference.id,
            Registration.status == "confirmed",
            Registration.attendance == "physical",
        )
        .group_by(RegistrationDay.date)
    )
    came = db.session.execute(
        select(Attendance.date, func.count())
        .join(Registration)
        .where(Registration.conference_id == conference.id)
        .group_by(Attendance.date)
    )
    wanted, there = ({row[0]: row[1] for row in rows} for rows in (expected, came))
    return [Day(day, wanted.get(day, 0), there.get(day, 0)) for day in conference.dates]


def _summed(rows: Sequence[object], column: int) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in rows:
        found[row[column]] += int(row[2])  # type: ignore[index]
    return found


def _groups(seated: Mapping[str, int], invited: Mapping[str, int], known: Sequence[str]) -> list[Group]:
    keys = [key for key in known if seated[key] or invited[key]]
    keys.sort(key=lambda key: (-max(seated[key], invited[key]), known.index(key)))
    return [Group(key, seated[key], invited[key] or None) for key in keys]


def _told(counts: Mapping[str, int]) -> set[str]:
    """The types whose people may be told. The counties tell how many there are in all, so the smallest is left out too
    while those left out are few together.
    """
    shown = sorted((key for key, count in counts.items() if count >= FEWEST_SHOWN), key=lambda key: (-counts[key], key))
    left_out = sum(counts.values()) - sum(counts[key] for key in shown)
    while shown and 0 < left_out < FEWEST_SHOWN:
        left_out += counts[shown.pop()]
    return set(shown)


def _round_up(count: int) -> int:
    """The next round number: 1, 2, 4, 5 or 10 times a power of ten."""
    power = 1
    while power * 10 <= count:
        power *= 10
    return next(step * power for step in (1, 2, 4, 5, 10) if step * power >= count)


def _levels(top: int) -> list[int]:
    parts = next((n for n in (5, 4, 2) if top % n == 0), 1)
    return [top * part // parts for part in range(parts + 1)]
