"""Who sits where: what must hold for any people and wishes, and what a good round is worth."""

import random
from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from konferanse.groups import allocation, exact, mix, swapping
from konferanse.groups.allocation import CannotSeat, Guest, Wishes, solve

TYPES, COUNTIES = ("nav", "kommune", "helseforetak", "bruker"), ("oslo", "agder", "vestland", "")


def people(count: int, *, facilitators: int = 0, organisations: int = 9, seed: int = 0) -> list[Guest]:
    """``count`` guests of mixed kinds."""
    r = random.Random(seed)
    return [
        Guest(n, r.choice(TYPES), f"o{r.randrange(organisations)}", r.choice(COUNTIES), n < facilitators) for n in range(count)
    ]


def at_tables(seat: dict[Hashable, int], tables: int) -> list[list[Hashable]]:
    """Who sits at each."""
    return [[who for who, table in seat.items() if table == number] for number in range(tables)]


def within_one(counts: Sequence[int]) -> bool:
    """Whether the largest is at most one larger than the smallest."""
    return max(counts) - min(counts) <= 1


@settings(max_examples=25, deadline=None)
@given(count=st.integers(1, 40), tables=st.integers(1, 7), rounds=st.integers(1, 3), facilitators=st.integers(0, 8))
def test_everybody_sits_once_a_round_at_even_tables_with_facilitators_spread(
    count: int, tables: int, rounds: int, facilitators: int
) -> None:
    guests = people(count, facilitators=facilitators)
    found = solve(guests, tables, rounds=rounds, seconds=3)
    leaders = {guest.id for guest in guests if guest.facilitator}
    for seat in found.rounds:
        assert sorted(seat) == list(range(count))
        there = at_tables(seat, tables)
        assert within_one([len(members) for members in there])
        assert within_one([len(leaders.intersection(members)) for members in there])
    assert found.cost >= found.bound >= 0
    assert found.cost == sum(found.parts.values())


@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_wishes_hold_in_every_round_or_are_refused_by_name(data: st.DataObject) -> None:
    count, tables = data.draw(st.integers(4, 24)), data.draw(st.integers(2, 5))
    pair = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)).filter(lambda p: p[0] != p[1])
    apart, together = data.draw(st.lists(pair, max_size=6)), data.draw(st.lists(pair, max_size=4))
    refused: CannotSeat | None = None
    try:
        rounds = solve(people(count), tables, rounds=2, seconds=3, wishes=Wishes(apart, together)).rounds
    except CannotSeat as error:
        refused, rounds = error, []
    assert refused is None or set(refused.people) <= {person for wish in (*apart, *together) for person in wish}
    for seat in rounds:
        assert within_one([len(members) for members in at_tables(seat, tables)])
        assert all(seat[one] != seat[other] for one, other in apart)
        assert all(seat[one] == seat[other] for one, other in together)


def test_the_same_seed_gives_the_same_tables() -> None:
    guests = people(45, facilitators=6, organisations=12)
    wishes = Wishes(apart=[(1, 2), (7, 30)], together=[(3, 9)])
    one, again = (solve(guests, 7, rounds=2, seed=4, wishes=wishes) for _ in range(2))
    assert one == again
    assert solve(guests, 7, rounds=2, seed=5, wishes=wishes).rounds != one.rounds


def test_types_counties_and_organisations_are_spread_as_evenly_as_they_can_be() -> None:
    guests = [Guest(n, f"t{n % 4}", f"o{n // 2}", f"c{n % 5}") for n in range(40)]
    found = solve(guests, 8)
    assert (found.cost, found.bound) == (0, 0)
    for members in at_tables(found.rounds[0], 8):
        of = [guests[int(str(who))] for who in members]
        assert Counter(guest.county for guest in of) == dict.fromkeys([f"c{n}" for n in range(5)], 1)
        assert max(Counter(guest.organisation for guest in of).values()) == 1
        assert {Counter(guest.type for guest in of)[f"t{n}"] for n in range(4)} <= {1, 2}


def test_nobody_meets_anybody_twice_when_there_are_tables_enough() -> None:
    guests = [Guest(n, "nav", f"o{n}") for n in range(49)]
    found = solve(guests, 7, rounds=3, seconds=20)
    met = Counter(
        (one, other)
        for seat in found.rounds
        for members in at_tables(seat, 7)
        for one in members
        for other in members
        if str(one) < str(other)
    )
    assert found.parts["met"] == 0
    assert max(met.values()) == 1


def test_facilitators_keep_their_table_from_round_to_round() -> None:
    found = solve(people(36, facilitators=6), 6, rounds=3, seconds=10)
    for leader in range(6):
        assert len({seat[leader] for seat in found.rounds}) == 1


def test_somebody_sits_only_where_they_can_and_where_they_are_held() -> None:
    wishes = Wishes(only={5: frozenset({2}), 6: frozenset({0, 2})}, fixed={(0, 7): 3, (1, 7): 1})
    first, second = solve(people(24), 4, rounds=2, seconds=5, wishes=wishes).rounds
    assert first[5] == second[5] == 2
    assert {first[6], second[6]} <= {0, 2}
    assert (first[7], second[7]) == (3, 1)


@pytest.mark.parametrize(
    ("wishes", "why", "who"),
    [
        (Wishes(together=[(0, 1), (1, 2), (2, 3)]), "together, too many", {0, 1, 2, 3}),
        (Wishes(together=[(0, 1)], apart=[(1, 0)]), "together and apart", {0, 1}),
        (Wishes(apart=[(a, b) for a in range(5) for b in range(a)]), "apart, too few tables", {0, 1, 2, 3, 4}),
        (Wishes(only={4: frozenset()}), "no table", {4}),
        (Wishes(together=[(0, 1)], apart=[(1, 2), *((a, b) for a in (0, 2, 4, 6, 7) for b in (2, 4, 6, 7) if a < b)]),
         "apart, too few tables", {0, 2, 4, 6, 7}),
    ],
)  # fmt: skip
def test_wishes_that_cannot_all_be_met_are_named(wishes: Wishes, why: str, who: set[int]) -> None:
    with pytest.raises(CannotSeat) as refused:
        solve(people(12), 4, wishes=wishes)
    assert (refused.value.why, set(refused.value.people)) == (why, who)


def test_a_knot_that_no_single_rule_shows_is_named_without_those_outside_it() -> None:
    # A ring of five apart at two tables: an odd ring cannot be divided in two.
    ring = [(0, 1), (1, 2), (2, 3), (3, 4), (4, 0)]
    with pytest.raises(CannotSeat) as refused:
        solve(people(12), 2, wishes=Wishes(apart=[*ring, (8, 9)], together=[(10, 11)]))
    assert (refused.value.why, set(refused.value.people)) == ("all of it", {0, 1, 2, 3, 4})


def test_groups_that_fit_no_even_tables_are_named_and_not_squeezed_in() -> None:
    # Three and three, two, two and two: twelve people, but four chairs a table cannot hold them whole.
    groups = [(0, 1), (1, 2), (3, 4), (4, 5), (6, 7), (8, 9), (10, 11)]
    with pytest.raises(CannotSeat) as refused:
        solve(people(12), 3, wishes=Wishes(together=groups))
    assert refused.value.why == "all of it"
    assert set(refused.value.people) <= set(range(12))


def test_more_people_held_at_a_table_than_it_has_chairs_are_named() -> None:
    with pytest.raises(CannotSeat) as refused:
        solve(people(12), 4, wishes=Wishes(fixed={(0, n): 2 for n in range(4)}))
    assert (refused.value.why, refused.value.people, refused.value.room) == ("held, too many", [0, 1, 2, 3], 3)


def test_a_plan_is_never_worse_than_the_cards_it_was_dealt_from() -> None:
    for seed in range(4):
        guests = people(30, organisations=4, seed=seed)
        seats = mix.Seats(5, 6, 30, [mix.even("types", [g.type for g in guests], 5),
                                     mix.even("organisations", [g.organisation for g in guests], 5)],
                          np.arange(30), np.ones((30, 5), dtype=bool))  # fmt: skip
        dealt = swapping.start(seats, seed, np.full(30, -1))
        assert solve(guests, 5, seed=seed).parts["organisations"] <= seats.cost(dealt)
        better = swapping.improve(seats, dealt, seed, np.full(30, -1), 0)
        assert seats.cost(better) <= seats.cost(dealt)


@settings(max_examples=15, deadline=None)
@given(count=st.integers(4, 12), tables=st.integers(2, 4), seed=st.integers(0, 99))
def test_the_bound_is_never_above_what_is_possible(count: int, tables: int, seed: int) -> None:
    guests = people(count, organisations=3, seed=seed)
    unit = np.array([n if n % 4 else max(0, n - 1) for n in range(count)])
    chairs = -(-count // tables)
    empty = [None] * (tables * chairs - count)
    families = [
        mix.even("types", [*(g.type for g in guests), *empty], tables),
        mix.even("organisations", [*(g.organisation for g in guests), *empty], tables),
        mix.even("chairs", [*(False for _ in guests), *(True for _ in empty)], tables, mix.RULE),
    ]
    units = np.concatenate([unit, np.arange(count, tables * chairs)])
    seats = mix.Seats(tables, chairs, count, families, units, np.ones((tables * chairs, tables), dtype=bool))
    free = np.full(tables * chairs, -1)
    start = swapping.start(seats, 0, free)
    best = exact.solve(seats, start, range(tables), free, work=20, seconds=20)
    assert best.seat is not None
    assert best.bound == seats.cost(best.seat)  # CP-SAT has proven it
    assert mix.least_possible(seats) <= best.bound


def test_no_people_is_no_cost_and_no_table_is_an_error() -> None:
    assert solve([], 3, rounds=2) == allocation.Allocation([{}, {}], 0, 0, {})
    with pytest.raises(ValueError, match="table"):
        solve(people(3), 0)
