"""Every limit of a conference with what is taken of it, counted now. ``seats`` alone uses this, under its lock.

A limit is a key (kind, subject): ``PLACE`` for everybody who comes in person, ``DIGITAL``, ("day", ISO date),
("organisation", key) and ("type", organisation type). All but ``DIGITAL`` count those who come in person. Seats held for
an invited organisation count as taken until its people fill them.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, bindparam, func, literal, or_, select, union_all

from konferanse.common.clock import today
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.models import SEATED, Invitation, Organisation, Registration, RegistrationDay, SeatLimit

Key = tuple[str, str]
PLACE: Key = ("conference", "")
DIGITAL: Key = ("digital", "")
EACH: Key = ("organisation", "")  # the limit for every organisation that has none of its own


class Claim(NamedTuple):
    """What one person needs. ``organisation`` is its key; ``invitation`` the id of the one whose held seat is used."""

    attendance: str
    days: tuple[date, ...]
    organisation: str
    type: str
    invitation: int | None = None

    @classmethod
    def of(cls, row: Registration) -> "Claim":
        """What somebody signed up needs."""
        organisation = row.organisation.key if row.organisation else ""
        return cls(row.attendance, tuple(row.dates), organisation, row.organisation_type, row.invitation_id)

    @property
    def wants(self) -> list[Key]:
        """What it takes a place of, limited or not."""
        if self.attendance == "digital":
            return [DIGITAL]
        days = (("day", day.isoformat()) for day in self.days)
        return [PLACE, *days, ("type", self.type), ("organisation", self.organisation)]


class Hold(NamedTuple):
    """What an invitation still holds of each limit. A seat is held for every day: whoever fills one for a single day leaves
    the others held, so that a change or a substitute has them."""

    held: Counter[Key]

    @property
    def unfilled(self) -> int:
        """Seats nobody has filled yet."""
        return self.held[PLACE]


@dataclass
class Ledger:
    """``blocked`` are the limits that somebody who waits is waiting for: nobody behind them may use those."""

    limits: dict[Key, int]
    taken: Counter[Key]
    waiting: Counter[str]  # people by attendance
    holds: dict[int, Hold] = field(default_factory=dict)
    blocked: set[Key] = field(default_factory=set)

    def keys(self, claim: Claim) -> list[Key]:
        """The limits that apply to ``claim``."""
        return [key for key in claim.wants if self.limit(key) is not None]

    def limit(self, key: Key) -> int | None:
        """How many ``key`` allows; None for no limit."""
        each = self.limits.get(EACH) if key[0] == "organisation" and key != EACH else None
        return None if key == EACH else self.limits.get(key, each)

    def left(self, key: Key) -> int | None:
        """Free places, never negative; None without such a limit."""
        limit = self.limit(key)
        return None if limit is None else max(0, limit - self.taken[key])

    def short(self, claims: Sequence[Claim]) -> set[Key]:
        """The limits that lack room for all of ``claims`` together; empty when they fit."""
        need: Counter[Key] = Counter()
        used: Counter[int] = Counter()
        for claim in claims:
            need.update(self.keys(claim))
            hold = self._hold(claim)
            if hold and used[claim.invitation or 0] < hold.unfilled:
                used[claim.invitation or 0] += 1
                need.subtract(key for key in claim.wants if hold.held[key] > 0)
        room = {key: self.left(key) for key in need}
        return {key for key, n in need.items() if n > 0 and (left := room[key]) is not None and n > left}

    def is_possible(self, claims: Sequence[Claim]) -> bool:
        """Whether ``claims`` would fit together if nobody else came."""
        need = Counter(key for claim in claims for key in self.keys(claim))
        return all(n <= (self.limit(key) or 0) for key, n in need.items())

    def admits(self, claims: Sequence[Claim]) -> bool:
        """Whether ``claims`` fit without passing anybody who waits. A held seat passes nobody."""
        if self.short(claims):
            return False
        return not any(self.blocked.intersection(self.keys(claim)) for claim in claims if not self._hold(claim))

    def take(self, claims: Iterable[Claim]) -> None:
        """Count ``claims`` as seated."""
        for claim in claims:
            self.taken.update(self.keys(claim))
            if hold := self._hold(claim):
                used = [key for key in claim.wants if hold.held[key] > 0]
                self.taken.subtract(used)
                hold.held.subtract(used)

    def lacking(self, before: Claim | None, after: Claim) -> set[Key]:
        """The limits without room for ``after``, when ``before`` is given up for it."""
        held = set(self.keys(before)) if before else set()
        new = set(self.keys(after)) - held - self.own(after)
        return {key for key in new if key in self.blocked or self.left(key) == 0}

    def own(self, claim: Claim) -> set[Key]:
        """The limits of which the invitation that ``claim`` came by still holds a place."""
        hold = self.holds.get(claim.invitation) if claim.invitation else None
        return {key for key in claim.wants if hold.held[key] > 0} if hold else set()

    def over(self) -> set[Key]:
        """The limits that are passed, as when one was set lower than what was taken."""
        return {key for key, taken in self.taken.items() if (limit := self.limit(key)) is not None and taken > limit}

    def _hold(self, claim: Claim) -> Hold | None:
        hold = self.holds.get(claim.invitation) if claim.invitation and claim.attendance == "physical" else None
        return hold if hold and hold.unfilled > 0 else None


# Written out once: putting these together anew took a tenth of a sign-up.
FILLED = (
    select(func.count())
    .where(
        Registration.invitation_id == Invitation.id,
        Registration.attendance == "physical",
        Registration.status.in_(SEATED),
    )
    .scalar_subquery()
)
OPEN = (
    Invitation.conference_id == bindparam("conference"),
    Invitation.closed.is_(None),
    or_(Invitation.held_until.is_(None), Invitation.held_until >= bindparam("today")),
)
INVITATIONS = (
    select(Invitation.id, Invitation.seats, Invitation.organisation_type, Organisation.key, FILLED)
    .outerjoin(Organisation, Invitation.organisation_id == Organisation.id)
    .where(*OPEN)
)
SUMS = union_all(  # in one question, since each takes its time under the lock
    select(literal("limit"), SeatLimit.kind, SeatLimit.subject, SeatLimit.seats).where(
        SeatLimit.conference_id == bindparam("conference")
    ),
    select(literal("people"), Registration.status, Registration.attendance, func.count())
    .where(Registration.conference_id == bindparam("conference"), Registration.status != "cancelled")
    .group_by(Registration.status, Registration.attendance),
    select(literal("invitations"), literal(""), literal(""), func.count()).select_from(Invitation).where(*OPEN),
)


def count(conference: Conference) -> Ledger:
    """The ledger of ``conference``: one query, one more for each kind of limit in use, and one for invitations."""
    limits: dict[Key, int] = {PLACE: conference.seats} if conference.seats is not None else {}
    taken: Counter[Key] = Counter()
    waiting: Counter[str] = Counter()
    has_invitations = False
    for what, first, second, number in db.session.execute(SUMS, {"conference": conference.id, "today": today()}):
        if what == "limit":
            limits[first, second] = number
        elif what == "invitations":
            has_invitations = number > 0
        elif first == "waiting":
            waiting[second] += number
        else:
            taken[DIGITAL if second == "digital" else PLACE] += number
    kinds = {kind for kind, _subject in limits}
    if "day" in kinds:
        taken.update(_by_day(conference))
    if "organisation" in kinds:
        taken.update(_by_organisation(conference))
    if "type" in kinds:
        taken.update(_by_type(conference))
    holds = _holds(conference, kinds) if has_invitations else {}
    for hold in holds.values():
        taken.update(hold.held)
    return Ledger(limits, taken, waiting, holds)


def _by_day(conference: Conference) -> dict[Key, int]:
    rows = db.session.execute(
        select(RegistrationDay.date, func.count())
        .join(Registration)
        .where(*_in_person(conference))
        .group_by(RegistrationDay.date)
    )
    return {("day", row[0].isoformat()): row[1] for row in rows}


def _by_organisation(conference: Conference) -> dict[Key, int]:
    rows = db.session.execute(
        select(Organisation.key, func.count())
        .join(Registration, Registration.organisation_id == Organisation.id)
        .where(*_in_person(conference))
        .group_by(Organisation.key)
    )
    return {("organisation", row[0]): row[1] for row in rows}


def _by_type(conference: Conference) -> dict[Key, int]:
    rows = db.session.execute(
        select(Registration.organisation_type, func.count())
        .where(*_in_person(conference))
        .group_by(Registration.organisation_type)
    )
    return {("type", row[0]): row[1] for row in rows}


def _in_person(conference: Conference) -> tuple[ColumnElement[bool], ...]:
    return (
        Registration.conference_id == conference.id,
        Registration.attendance == "physical",
        Registration.status.in_(SEATED),
    )


def _holds(conference: Conference, kinds: set[str]) -> dict[int, Hold]:
    """The live invitations with what is left to fill of each."""
    rows = db.session.execute(INVITATIONS, {"conference": conference.id, "today": today()}).all()
    by_day = _filled_by_day(conference) if "day" in kinds else {}
    holds = {}
    for number, seats, type_, organisation, people in rows:
        keys = (PLACE, ("type", type_), ("organisation", organisation or ""))
        held = Counter(dict.fromkeys(keys, seats - people))
        if "day" in kinds:
            held.update({("day", day.isoformat()): seats - by_day.get((number, day), 0) for day in conference.dates})
        if held := +held:
            holds[number] = Hold(held)
    return holds


def _filled_by_day(conference: Conference) -> dict[tuple[int | None, date], int]:
    rows = db.session.execute(
        select(Registration.invitation_id, RegistrationDay.date, func.count())
        .join(RegistrationDay, RegistrationDay.registration_id == Registration.id)
        .where(*_in_person(conference), Registration.invitation_id.is_not(None))
        .group_by(Registration.invitation_id, RegistrationDay.date)
    )
    return {(row[0], row[1]): row[2] for row in rows}
