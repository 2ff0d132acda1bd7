"""Several limits at once: none is ever passed, and nobody passes somebody who waits and would have fitted."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import line, seats
from konferanse.registration.ledger import DIGITAL, EACH, PLACE, Key, count
from konferanse.registration.models import SEATED, Invitation, Registration
from konferanse.registration.organisations import organisation_of
from konferanse.registration.personal import substitution

TYPES = ("nav", "kommune")
ORGANISATIONS = ("Bodø kommune", "NAV Bodø", "Rana kommune")


@contextmanager
def attempt() -> Iterator[None]:
    """What is refused is undone, as a route undoes it."""
    try:
        with db.session.begin_nested():
            yield
    except Refused:
        pass
    finally:
        db.session.info["write"] = True  # the end of the savepoint is not the end of the transaction


class Wanted(NamedTuple):
    """What somebody or a party does in the property test: small numbers that ``World`` reads."""

    act: str
    number: int
    people: int
    days: int
    organisation: int
    digital: bool
    invited: bool


acts = st.sampled_from(
    ("register",) * 6 + ("cancel",) * 3 + ("change",) * 3 + ("give", "settle", "later", "accept", "hand over", "seats")
)
wanted = st.builds(
    Wanted,
    act=acts,
    number=st.integers(0, 30),
    people=st.sampled_from((1, 1, 1, 2, 3)),
    days=st.integers(1, 3),
    organisation=st.integers(0, 2),
    digital=st.sampled_from((False, False, False, True)),
    invited=st.sampled_from((False, False, True)),
)
small = st.sampled_from((None, None, 0, 1, 2, 3))
limited = st.fixed_dictionaries(
    {
        "place": st.integers(1, 5),
        "first": small,
        "second": small,
        "digital": small,
        "each": small,
        "own": small,
        "type": small,
        "held": st.sampled_from((0, 1, 2, 2)),
        "hours": st.sampled_from((None, None, 24)),
        "moderated": st.sampled_from((False, False, False, True)),
    }
)


class World:
    """A conference in a transaction that is rolled back, and a naive judge of what happens in it."""

    def __init__(self, conference: Conference, limits: dict[str, Any], pass_time: Callable[[timedelta], None]) -> None:
        self.conference, self.pass_time, self.invitation = conference, pass_time, None
        first, second = conference.dates
        self.conference.offer_hours = limits["hours"]
        self.conference.signup_mode = "moderated" if limits["moderated"] else "open"
        named: dict[Key, int | None] = {
            PLACE: limits["place"],
            ("day", first.isoformat()): limits["first"],
            ("day", second.isoformat()): limits["second"],
            DIGITAL: limits["digital"],
            EACH: limits["each"],
            ("organisation", "bodø kommune"): limits["own"],
            ("type", "nav"): limits["type"],
        }
        seats.set_limits(conference, {key: n for key, n in named.items() if n is not None})
        if limits["held"]:
            self.hold(limits["held"])

    def hold(self, number: int) -> None:
        organisation = organisation_of(ORGANISATIONS[0])
        row = Invitation(
            conference_id=self.conference.id,
            organisation_id=organisation.id,
            organisation_name=organisation.name,
            organisation_type=TYPES[1],
            contact_email="post@bodo.example.org",
            seats=0,
        )
        db.session.add(row)
        with attempt():
            seats.hold(self.conference, row, number, None)
            self.invitation = row

    def everybody(self, *statuses: str) -> Sequence[Registration]:
        query = select(Registration).where(Registration.conference_id == self.conference.id)
        return db.session.scalars(
            query.where(Registration.status.in_(statuses)).order_by(Registration.queued, Registration.id)
        ).all()

    def do(self, wanted: Wanted) -> set[int]:
        """Do it; returns the ids of those whom the organiser or an invitation lets past the line."""
        live = self.everybody("confirmed", "offered", "waiting")
        row = live[wanted.number % len(live)] if live else None
        if wanted.act == "register" or row is None:
            return self.register(wanted)
        if wanted.act == "give":
            return {r.id for r in seats.give(self.conference, [r for r in live if r.status == "waiting"][: wanted.people])}
        if wanted.act == "hand over":
            other = substitution.Substitute("Vikar", live[-1].email if wanted.invited else f"{uuid4()}@example.org")
            substitution.hand_over(row, other)
            return {live[-1].id}
        if wanted.act == "change":
            days = [day for n, day in enumerate(self.conference.dates) if wanted.days >> n & 1]
            seats.change(row, days, "digital" if wanted.digital else "physical", may_wait=wanted.invited)
            return {row.id} if row.invitation_id else set()
        acts: dict[str, Callable[[], object]] = {
            "cancel": lambda: seats.cancel(row),
            "accept": lambda: seats.accept(row),
            "settle": lambda: seats.settle(self.conference),
            "later": lambda: self.pass_time(timedelta(hours=13)),
            "seats": lambda: seats.set_seats(self.conference, wanted.number % 8),
        }
        acts[wanted.act]()
        return set()

    def wishes(self, wanted: Wanted) -> list[seats.SignUp]:
        days = tuple(day for n, day in enumerate(self.conference.dates) if wanted.days >> n & 1)
        attendance = "digital" if wanted.digital else "physical"
        name = ORGANISATIONS[wanted.organisation]
        about = {"organisation": name, "organisation_type": TYPES["kommune" in name], "attendance": attendance, "days": days}
        return [seats.SignUp(name="N", email=f"{uuid4()}@example.org", **about) for _ in range(wanted.people)]  # type: ignore[arg-type]

    def register(self, wanted: Wanted) -> set[int]:
        wishes, invitation = self.wishes(wanted), None
        hold = count(self.conference).holds.get(self.invitation.id) if self.invitation else None
        if wanted.invited and hold and hold.unfilled >= len(wishes):
            invitation = self.invitation
            kind = {"organisation": ORGANISATIONS[0], "organisation_type": TYPES[1]}
            wishes = [replace(wish, **kind) for wish in wishes]
        outcomes = seats.register_all(self.conference, wishes, uuid4(), any_time=True, invitation=invitation)
        assert len({outcome.status for outcome in outcomes}) == 1, "a party gets seats together or waits together"
        db.session.flush()
        return {o.registration.id for o in outcomes if o.registration} if invitation else set()

    def needs(self, row: Registration) -> set[Key]:
        """The limits somebody takes a place of, by a way of its own."""
        if row.attendance == "digital":
            return {DIGITAL}
        organisation = ("organisation", row.organisation.key if row.organisation else "")
        return {PLACE, ("type", row.organisation_type), organisation, *(("day", d.isoformat()) for d in row.dates)}

    def room(self, without: set[int] = frozenset()) -> Callable[[Key], float]:  # type: ignore[assignment]
        """How many more each limit has room for, were those ``without`` not there."""
        ledger = count(self.conference)
        seated = list(self.everybody(*SEATED))
        taken = Counter(key for row in seated if row.id not in without for key in self.needs(row))
        if self.invitation:
            mine = [row for row in seated if row.invitation_id == self.invitation.id and row.attendance == "physical"]
            keys = {PLACE, ("type", TYPES[1]), ("organisation", "bodø kommune")}
            keys |= {("day", day.isoformat()) for day in self.conference.dates}
            used = Counter(key for row in mine for key in self.needs(row))
            taken.update({key: max(0, self.invitation.seats - used[key]) for key in keys})
        return lambda key: float("inf") if (limit := ledger.limit(key)) is None else limit - taken[key]

    def check(self, before: dict[int, str], let_past: set[int]) -> None:
        """No limit is passed, and nobody got a seat that somebody ahead of them waits for and would have fitted in."""
        now_seated = {row.id: row for row in self.everybody(*SEATED)}
        room = self.room()
        passed = {key for row in now_seated.values() for key in self.needs(row) if room(key) < 0}
        assert not passed, f"more than there is room for: {passed}"
        if line.is_selected(self.conference):
            new = {n for n in now_seated if before.get(n) not in SEATED and now_seated[n].attendance == "physical"}
            assert new <= let_past, "only the organiser gives seats"
            return
        ahead: set[Key] = set()  # what those ahead wait for
        for party in self.parties():
            behind = {
                n for n, row in now_seated.items()
                if before.get(n) not in SEATED and n not in let_past and (row.queued, n) > (party[0].queued, party[0].id)
            }  # fmt: skip
            need, left = Counter(key for row in party for key in self.needs(row)), self.room(behind)
            if any(n > self.limit(key) for key, n in need.items()):
                continue  # larger than all the seats: it holds up nobody
            lacks = {key for key, n in need.items() if n > left(key)}
            assert lacks or ahead & need.keys(), f"{[row.id for row in party]} fits and waits"
            passing = {n for n in behind if lacks & self.needs(now_seated[n])}
            assert not passing, f"{passing} passed {[row.id for row in party]}, who waits for {lacks}"
            ahead |= lacks

    def limit(self, key: Key) -> float:
        limit = count(self.conference).limit(key)
        return float("inf") if limit is None else limit

    def parties(self) -> list[list[Registration]]:
        groups: dict[object, list[Registration]] = {}
        for row in self.everybody("waiting"):
            groups.setdefault((row.party, row.attendance) if row.party else row.id, []).append(row)
        return list(groups.values())


@settings(
    max_examples=60,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(limits=limited, acts=st.lists(wanted, min_size=5, max_size=25))
def test_whatever_happens_no_limit_is_passed_and_nobody_is_passed(
    conference: Conference, monkeypatch: pytest.MonkeyPatch, limits: dict[str, Any], acts: list[Wanted]
) -> None:
    monkeypatch.setattr(line, "AT_A_TIME", 2)  # so that the line is read in several goes
    start = now().replace(microsecond=0)

    def pass_time(much: timedelta) -> None:
        monkeypatch.setenv("KONFERANSE_NOW", (now() + much).isoformat())

    monkeypatch.setenv("KONFERANSE_NOW", start.isoformat())
    begin_write()
    try:
        world = World(conference, limits, pass_time)
        for wanted in acts:
            pass_time(timedelta(seconds=1))
            before = {row.id: row.status for row in world.everybody("confirmed", "offered", "waiting")}
            let_past: set[int] = set()
            with attempt():
                let_past = world.do(wanted)
            world.check(before, let_past)
    finally:
        db.session.rollback()
        monkeypatch.delenv("KONFERANSE_NOW")
