"""Rounds in which people of one sector, or of one county, sit together: who sits outside, and how few that can be."""

import json
from collections import Counter
from collections.abc import Callable, Hashable, Sequence
from itertools import product
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import arranging, composing, seating, seating_tasks
from konferanse.groups.allocation import Allocation, CannotSeat, Guest, Wishes, solve
from konferanse.groups.ways import WAYS
from tests.conftest import StrictClient
from tests.groups.room import guest, with_tables
from tests.groups.test_allocation import at_tables, people, within_one
from tests.groups.test_pages import BORD, page

SignIn = Callable[..., StrictClient]
Seat = dict[Hashable, int]


def kind(one: Guest, way: str) -> str:
    """What somebody is of, empty when they are not counted."""
    return "" if one.facilitator else one.county if way == "county" else one.sector or one.type


def outside(guests: Sequence[Guest], seat: Seat, tables: int, way: str) -> int:
    """People who are of another kind than most at their table, counted apart from the code that does it."""
    found = 0
    for members in at_tables(seat, tables):
        kinds = Counter(kind(guests[int(str(who))], way) for who in members)
        kinds.pop("", None)
        found += kinds.total() - max(kinds.values(), default=0)
    return found


def figures(found: Allocation) -> tuple[int, int]:
    return found.cost, found.bound


@settings(max_examples=25, deadline=None)
@given(
    count=st.integers(1, 40),
    tables=st.integers(1, 7),
    ways=st.lists(st.sampled_from(WAYS), min_size=1, max_size=3),
    facilitators=st.integers(0, 8),
)
def test_everybody_sits_once_a_round_at_even_tables_and_the_cost_is_what_can_be_counted(
    count: int, tables: int, ways: list[str], facilitators: int
) -> None:
    guests = people(count, facilitators=facilitators)
    found = solve(guests, tables, rounds=len(ways), compose=ways, seconds=3)
    leaders = {one.id for one in guests if one.facilitator}
    for seat in found.rounds:
        assert sorted(seat) == list(range(count))
        there = at_tables(seat, tables)
        assert within_one([len(members) for members in there])
        assert within_one([len(leaders.intersection(members)) for members in there])
    told = sum(outside(guests, seat, tables, way) for seat, way in zip(found.rounds, ways, strict=True) if way != "mixed")
    assert found.parts.get("outside", 0) == told
    assert found.cost == sum(found.parts.values()) >= found.bound >= 0


@pytest.mark.parametrize(
    ("sizes", "tables", "must"),
    [
        ([8, 8, 8], 3, 0),
        ([12, 12], 3, 4),  # three tables of eight: one of them is half and half
        ([24], 3, 0),
        ([1, 1, 1, 1, 1, 1], 2, 4),
        ([4, 6], 2, 1),  # two tables of five
        ([6, 8], 4, 0),  # two of four and two of three: three of one and three of the other would not do
    ],
)
def test_as_few_as_can_be_sit_outside(sizes: list[int], tables: int, must: int) -> None:
    guests = [Guest(n, f"t{t}", f"o{n}") for n, t in enumerate(t for t, size in enumerate(sizes) for _ in range(size))]
    found = solve(guests, tables, compose=["sector"])
    assert (found.parts["outside"], found.bound) == (must, must)


@settings(max_examples=30, deadline=None)
@given(
    sizes=st.lists(st.integers(1, 4), min_size=1, max_size=3),
    tables=st.integers(1, 3),
    leaders=st.integers(0, 2),
    unknown=st.integers(0, 2),
)
def test_the_bound_is_what_every_way_to_seat_them_costs_at_least(
    sizes: list[int], tables: int, leaders: int, unknown: int
) -> None:
    kinds = [*(str(t) for t, size in enumerate(sizes) for _ in range(size)), *[""] * unknown, *[""] * leaders]
    leads = [False] * (len(kinds) - leaders) + [True] * leaders
    if len(kinds) > 8:
        return  # every way is tried
    least = min(
        sum(c.total() - max(c.values(), default=0) for c in by_table)
        for seat in product(range(tables), repeat=len(kinds))
        if within_one([seat.count(table) for table in range(tables)])
        and within_one([sum(lead and at == table for lead, at in zip(leads, seat, strict=True)) for table in range(tables)])
        for by_table in [[Counter(k for k, at in zip(kinds, seat, strict=True) if k and at == t) for t in range(tables)]]
    )
    assert composing.least_outside(sizes, len(kinds), tables, leaders).outside == least


def test_the_same_seed_gives_the_same_tables_in_composed_rounds() -> None:
    guests = people(45, facilitators=6, organisations=12)
    wishes = Wishes(apart=[(10, 12), (7, 30)], together=[(13, 19)])
    one, again = (solve(guests, 7, rounds=3, seed=4, wishes=wishes, compose=["sector", "mixed", "county"]) for _ in range(2))
    assert one == again


def test_rounds_that_are_all_mixed_are_as_if_nothing_was_said() -> None:
    guests = people(30, facilitators=4)
    assert solve(guests, 5, rounds=2, compose=["mixed", "mixed"]) == solve(guests, 5, rounds=2)


def test_wishes_hold_in_composed_rounds() -> None:
    guests = people(36, facilitators=6)
    wishes = Wishes(
        apart=[(7, 8), (9, 10), (11, 12)],
        together=[(13, 14), (15, 16)],
        only={20: frozenset({2}), 21: frozenset({2})},
        fixed={(0, 22): 4, (1, 22): 5},
    )
    found = solve(guests, 6, rounds=2, wishes=wishes, compose=["sector", "county"])
    for seat in found.rounds:
        assert all(seat[one] != seat[other] for one, other in wishes.apart)
        assert all(seat[one] == seat[other] for one, other in wishes.together)
        assert seat[20] == seat[21] == 2
        assert within_one([len(members) for members in at_tables(seat, 6)])
    assert [seat[22] for seat in found.rounds] == [4, 5]
    assert all(len({seat[leader] for seat in found.rounds}) == 1 for leader in range(6))
    with pytest.raises(CannotSeat):
        solve(guests, 6, wishes=Wishes(together=[(7, 8)], apart=[(8, 7)]), compose=["sector"])


def test_those_who_must_sit_together_and_are_of_two_kinds_are_in_the_bound() -> None:
    guests = [Guest(n, f"t{n % 2}", f"o{n}") for n in range(16)]
    found = solve(guests, 4, wishes=Wishes(together=[(0, 1), (2, 3)]), compose=["sector"])
    assert found.bound == 2
    assert found.parts["outside"] >= 2


def test_who_is_held_at_a_table_draws_others_of_the_kind_to_it() -> None:
    guests = [Guest(n, f"t{n // 6}", f"o{n}") for n in range(24)]
    held = {(0, 0): 3, (0, 1): 3, (0, 6): 0, (0, 12): 1, (0, 18): 2}
    found = solve(guests, 4, wishes=Wishes(fixed=held), compose=["sector"])
    assert figures(found) == (0, 0)
    assert [found.rounds[0][n] for n in (5, 11, 17, 23)] == [3, 0, 1, 2]


def test_people_of_one_kind_meet_others_of_it_in_the_next_round() -> None:
    guests = [Guest(n, f"t{n // 16}", f"o{n}") for n in range(32)]
    found = solve(guests, 8, rounds=2, compose=["sector", "sector"])
    assert figures(found) == (0, 0)  # of four who sat together, one at each of the kind's four tables


def test_nobody_sits_outside_only_to_meet_somebody_new() -> None:
    guests = [Guest(n, f"t{n // 6}", f"o{n}") for n in range(24)]
    found = solve(guests, 4, rounds=3, compose=["sector"] * 3)
    assert found.parts["outside"] == 0
    assert figures(found) == (0, 0)  # they must meet again, and what must be is not counted


def test_organisations_are_spread_over_the_tables_of_their_kind() -> None:
    guests = [Guest(n, f"t{n // 16}", f"o{n // 4}") for n in range(32)]
    found = solve(guests, 8, compose=["sector"])
    assert figures(found) == (0, 0)
    for members in at_tables(found.rounds[0], 8):
        assert max(Counter(guests[int(str(who))].organisation for who in members).values()) == 1


def test_when_no_county_is_known_the_round_is_mixed_and_nothing_fails() -> None:
    guests = [Guest(n, "nav", f"o{n}") for n in range(9)]
    found = solve(guests, 3, compose=["county"])
    assert "outside" not in found.parts
    assert within_one([len(members) for members in at_tables(found.rounds[0], 3)])


# --- By command and on the page -------------------------------------------------------------------------------------


def test_the_command_composes_each_round(app: Flask, tmp_path: Path) -> None:
    heading = "id,organisation,organisation_type,county"
    lines = [f"p{n},o{n},{'nav' if n < 6 else 'kommune'},{'oslo' if n % 2 else 'agder'}" for n in range(12)]
    file, out = tmp_path / "folk.csv", tmp_path / "bord.csv"
    file.write_text("\n".join([heading, *lines]), encoding="utf-8")
    line = f"groups solve {file} --tables 2 --rounds 3 --compose sector,mixed,county --out {out}"
    told = app.test_cli_runner().invoke(args=line.split())
    assert told.exit_code == 0
    assert json.loads(told.stdout)["parts"]["outside"] == 0
    seat = {(row[0], row[1]): row[2] for row in (text.split(",") for text in out.read_text().splitlines()[1:])}
    assert len({seat[f"p{n}", "1"] for n in range(6)}) == 1
    assert len({seat[f"p{n}", "2"] for n in range(6)}) == 2
    assert len({seat[f"p{n}", "3"] for n in range(0, 12, 2)}) == 1


@pytest.mark.parametrize(
    ("rounds", "compose"), [("1", "sector,sector"), ("2", "sector"), ("2", "sector,bord"), ("2", "sector,"), ("1", "")]
)
def test_a_way_that_is_unknown_or_missing_is_wrong_usage(app: Flask, tmp_path: Path, rounds: str, compose: str) -> None:
    file = tmp_path / "folk.csv"
    file.write_text("id,organisation,organisation_type\n1,a,nav", encoding="utf-8")
    line = ["groups", "solve", str(file), "--tables", "1", "--rounds", rounds, "--compose", compose]
    assert app.test_cli_runner().invoke(args=line).exit_code == 2


@pytest.fixture
def moderator(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("moderation", conference=conference)


@pytest.fixture
def hall(conference: Conference) -> Conference:
    """Four tables, and sixteen people of two sectors and two counties, with union representatives among them."""
    with_tables(conference, 4)
    begin_write()
    for n in range(16):
        kind = "nav" if n < 8 else "tillitsvalgt" if n < 11 else "arbeidsgiverorganisasjon"
        guest(conference, f"Person {n:03d}", organisation_type=kind, county=("nordland", "oslo")[n // 2 % 2])
    db.session.commit()
    return conference


@pytest.mark.postgres
def test_rounds_are_composed_from_the_page_and_the_picture_says_so(moderator: StrictClient, hall: Conference) -> None:
    form = {"rounds": "3", "ways-0": "sector", "ways-1": "mixed", "ways-2": "county", "ways-3": "county"}
    assert moderator.submit(f"{BORD}/fordel", form, page=BORD).status_code == 303
    seating_tasks.place_waiting()
    run = arranging.run_of(hall)
    assert run is not None
    assert (run.status, run.composed, run.cost, run.bound) == ("done", ["sector", "mixed", "county"], run.bound, run.bound)
    assert run.parts["outside"] == 0
    for table in seating.room(hall, 1).tables:
        assert len({seating.SECTOR_OF[person.organisation_type] for person in table.people}) == 1
    for table in seating.room(hall, 3).tables:
        assert len({person.county for person in table.people}) == 1
    first, second, third = (page(moderator, f"{BORD}?runde={n}") for n in (1, 2, 3))
    assert "bordene satt sammen etter sektor" in first
    assert first.count('data-color="info">NAV</span>') == 2
    assert "tillitsvalgt" not in first.casefold()
    assert "bordene satt sammen" not in second
    assert third.count('data-color="info">Nordland</span>') == 2
    assert "Runde 3 (etter fylke)" in third
    assert "Utenfor sektoren eller fylket til bordet" in third
    assert (
        'value="county" selected' in third.replace("selected value", "value").replace('selected="" ', "") or "selected" in third
    )


def test_a_way_that_does_not_exist_is_refused(moderator: StrictClient, hall: Conference) -> None:
    assert moderator.submit(f"{BORD}/fordel", {"rounds": "1", "ways-0": "tull"}, page=BORD).status_code == 422
    assert arranging.run_of(hall) is None


def test_mixed_rounds_say_nothing_of_sectors_or_counties(moderator: StrictClient, hall: Conference) -> None:
    moderator.submit(f"{BORD}/fordel", {"rounds": "1"}, page=BORD)
    seating_tasks.place_waiting()
    shown = page(moderator, BORD)
    assert "bordene satt sammen" not in shown
    assert "Utenfor sektoren" not in shown
    assert "Blandingen er" in shown
