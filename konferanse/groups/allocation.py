"""Who sits where, for one or more rounds: as even a mix at every table as can be, and as many new people to meet.

Pure, and the same for the same seed. A round is dealt like cards (``swapping.start``), improved by people changing places,
and then some tables at a time, or all of them, are solved to the end with CP-SAT (``exact``). docs/allocation.md defines
the cost; no wish is paid for with another: those that must hold hold, or ``CannotSeat`` names them.
"""

import time
from collections import Counter
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from konferanse.groups import composing, swapping
from konferanse.groups.mix import RULE, Family, Ints, Seats, even, least_possible, met, rules
from konferanse.groups.ways import COUNTY, MIXED

WHOLE = 9000  # people × tables that CP-SAT is given at once; more are solved some tables at a time
BLOCK = 10  # tables at a time
WORK = 12.0  # CP-SAT's deterministic time for a whole round, and 1/12 of it for a block
MOST_BLOCKS = 150
PARTS = ("types", "counties", "organisations", composing.OUTSIDE, "met")


class Guest(NamedTuple):
    """Somebody to seat. ``id`` is theirs in wishes and in the answer; an empty ``organisation`` or ``county`` is unknown.
    Rounds are composed by ``sector``, which is the ``type`` when it is empty."""

    id: Hashable
    type: str
    organisation: str
    county: str = ""
    facilitator: bool = False
    sector: str = ""


@dataclass(frozen=True)
class Wishes:
    """Pairs of ids that must sit ``apart`` in every round, or ``together``; ``only`` the tables (from 0) that somebody can
    sit at; ``fixed`` the table of somebody in a round: (round from 0, id) → table."""

    apart: Sequence[tuple[Hashable, Hashable]] = ()
    together: Sequence[tuple[Hashable, Hashable]] = ()
    only: Mapping[Hashable, frozenset[int]] = field(default_factory=dict)
    fixed: Mapping[tuple[int, Hashable], int] = field(default_factory=dict)


class CannotSeat(Exception):
    """The wishes of ``people`` cannot all be met. ``why``: "together and apart", "together, too many", "held, too many",
    "apart, too few tables", "no table" or "all of it", or "no time" when none was found and none disproved; ``room`` is the
    number of chairs or tables that was too small."""

    def __init__(self, why: str, people: Sequence[Hashable], room: int = 0) -> None:
        super().__init__(f"{why}: {', '.join(str(p) for p in people)}")
        self.why, self.people, self.room = why, list(people), room


class Allocation(NamedTuple):
    """``rounds`` are table numbers (from 0) by id; ``cost`` as defined in docs/allocation.md, never less than the proven
    ``bound``; ``parts`` the cost by what it is for."""

    rounds: list[dict[Hashable, int]]
    cost: int
    bound: int
    parts: dict[str, int]

    @property
    def gap(self) -> float:
        """How far above the bound, as a share of the bound (of 1 when it is 0)."""
        return (self.cost - self.bound) / max(1, self.bound)


def solve(
    people: Sequence[Guest],
    tables: int,
    *,
    rounds: int = 1,
    seconds: float = 60,
    seed: int = 0,
    wishes: Wishes | None = None,
    compose: Sequence[str] = (),
    told: Callable[[int, int], None] = lambda _done, _of: None,
) -> Allocation:
    """Seat ``people`` at ``tables`` tables in each round. ``compose`` is the way (``ways``) of each; those it does not name are
    mixed. ``seconds`` is the most time it may take; ``told`` hears how many rounds are done. Raises ``CannotSeat``, and
    ``ValueError`` without a table."""
    if tables < 1:
        raise ValueError("there must be a table")
    if not people:
        return Allocation([{} for _ in range(rounds)], 0, 0, {})
    wishes = wishes or Wishes()
    ends = time.monotonic() + seconds
    index = {guest.id: number for number, guest in enumerate(people)}
    chairs = -(-len(people) // tables)
    unit = _units(people, index, wishes, chairs, tables)
    _check_held(index, wishes, chairs)
    earlier: list[Ints] = []
    bound, first_bound = 0, 0
    ways = [*compose, *[MIXED] * rounds][:rounds]
    parts: Counter[str] = Counter()
    for number in range(rounds):
        seats = _seats(people, index, tables, unit, wishes, earlier, ways[number])
        fixed = _fixed(people, index, wishes, number, earlier, seats)
        left = max(0.05, (ends - time.monotonic()) / (rounds - number))
        counted = max(first_bound if ways[number] == ways[0] == MIXED else 0, least_possible(seats))
        try:
            seat, proven = _round(seats, fixed, seed + number, left, counted)
        except _Unmet as unmet:
            raise CannotSeat(unmet.why, [people[n].id for n in unmet.people], tables) from unmet
        told_as = composing.counted(seats, seat)
        if told_as is not seats:
            proven = least_possible(told_as)
        elif number:
            proven = counted  # what CP-SAT proves of a later round is true only after the rounds before it as they came out
        first_bound = first_bound if number else proven
        parts.update(told_as.parts(seat))
        bound += proven
        earlier.append(seat[: len(people)])
        told(number + 1, rounds)
    kept = {name: cost for name, cost in parts.items() if name in PARTS}
    placed = [{guest.id: int(seat[n]) for n, guest in enumerate(people)} for seat in earlier]
    return Allocation(placed, sum(kept.values()), bound, kept)


def _units(people: Sequence[Guest], index: Mapping[Hashable, int], wishes: Wishes, chairs: int, tables: int) -> Ints:
    """A number for everybody, the same for those who must sit together. What can be seen to be impossible is told here."""
    root = list(range(len(people)))

    def find(n: int) -> int:
        while root[n] != n:
            root[n] = root[root[n]]
            n = root[n]
        return n

    for one, other in wishes.together:
        low, high = sorted((find(index[one]), find(index[other])))
        root[high] = low
    unit = np.array([find(n) for n in range(len(people))], dtype=np.int64)
    for number in np.flatnonzero(np.bincount(unit) > chairs):
        raise CannotSeat("together, too many", _ids(people, unit == number), chairs)
    for one, other in wishes.apart:
        if unit[index[one]] == unit[index[other]]:
            raise CannotSeat("together and apart", _ids(people, unit == unit[index[one]]))
    _check_apart(people, index, wishes, unit, tables)
    for guest, only in wishes.only.items():
        mates = _ids(people, unit == unit[index[guest]])
        shared = frozenset.intersection(*(wishes.only.get(mate, frozenset(range(tables))) for mate in mates))
        if not (only and shared):
            raise CannotSeat("no table", mates)
    return unit


def _ids(people: Sequence[Guest], among: npt.NDArray[np.bool_]) -> list[Hashable]:
    return [people[int(n)].id for n in np.flatnonzero(among)]


def _check_apart(people: Sequence[Guest], index: Mapping[Hashable, int], wishes: Wishes, unit: Ints, tables: int) -> None:
    """Raise for people who all must sit apart and are more than the tables: grown from each, greedily."""
    foes: dict[int, set[int]] = {}
    for one, other in wishes.apart:
        a, b = int(unit[index[one]]), int(unit[index[other]])
        foes.setdefault(a, set()).add(b)
        foes.setdefault(b, set()).add(a)
    for begin in sorted(foes):
        circle = [begin]
        for other in sorted(foes[begin], key=lambda n: (-len(foes[n]), n)):
            if all(other in foes[member] for member in circle):
                circle.append(other)
            if len(circle) > tables:
                raise CannotSeat("apart, too few tables", [people[n].id for n in sorted(circle)], tables)


def _check_held(index: Mapping[Hashable, int], wishes: Wishes, chairs: int) -> None:
    """Raise when more people are held at a table than it has chairs."""
    held: dict[tuple[int, int], list[Hashable]] = {}
    for (number, guest_id), table in wishes.fixed.items():
        if guest_id in index:
            held.setdefault((number, table), []).append(guest_id)
    for people in held.values():
        if len(people) > chairs:
            raise CannotSeat("held, too many", people, chairs)


def _seats(
    people: Sequence[Guest],
    index: Mapping[Hashable, int],
    tables: int,
    unit: Ints,
    wishes: Wishes,
    earlier: Sequence[Ints],
    way: str,
) -> Seats:
    chairs = -(-len(people) // tables)
    empty = tables * chairs - len(people)
    nobody: list[None] = [None] * empty
    units = np.concatenate([unit, np.arange(len(people), tables * chairs)])
    before = [met(np.concatenate([seat, np.full(empty, -1)]), tables, units) for seat in earlier]
    kinds = _kinds(people, tables, nobody, way)
    families = [
        *(_mixture(people, tables, nobody) if kinds is None else _gathered(people, nobody, kinds)),
        even("facilitators", [*(guest.facilitator for guest in people), *nobody], tables, RULE),
        even("chairs", [*(False for _guest in people), *(True for _chair in nobody)], tables, RULE),
        even("sizes", [True] * (tables * chairs), tables, RULE),
        *rules("apart", _numbered(wishes.apart, index), tables * chairs),
        *(before if kinds is None else [composing.again(family, kinds) for family in before]),
    ]
    allowed = np.ones((tables * chairs, tables), dtype=bool)
    for guest, only in wishes.only.items():
        allowed[index[guest]] = [table in only for table in range(tables)]
    return Seats(tables, chairs, len(people), families, units, allowed)


def _mixture(people: Sequence[Guest], tables: int, nobody: Sequence[None]) -> list[Family]:
    return [
        even("types", [*(guest.type for guest in people), *nobody], tables),
        even("counties", [*(guest.county for guest in people), *nobody], tables),
        even("organisations", [*(guest.organisation for guest in people), *nobody], tables),
    ]


def _kinds(people: Sequence[Guest], tables: int, nobody: Sequence[None], way: str) -> Family | None:
    """What the round's tables are composed by; None in a mixed round. Facilitators are of no kind."""
    if way == MIXED:
        return None
    keys = [guest.county if way == COUNTY else guest.sector or guest.type for guest in people]
    led = [None if guest.facilitator else key for guest, key in zip(people, keys, strict=True)]
    return composing.kinds([*led, *nobody], len(people), tables, sum(guest.facilitator for guest in people))


def _gathered(people: Sequence[Guest], nobody: Sequence[None], kinds: Family) -> list[Family]:
    houses = [guest.organisation or None for guest in people]
    return [kinds, composing.within("organisations", [*houses, *nobody], kinds)]


def _numbered(pairs: Sequence[tuple[Hashable, Hashable]], index: Mapping[Hashable, int]) -> list[tuple[int, int]]:
    found = ((index[one], index[other]) for one, other in pairs)
    return sorted({(min(pair), max(pair)) for pair in found})


def _fixed(
    people: Sequence[Guest], index: Mapping[Hashable, int], wishes: Wishes, number: int, earlier: Sequence[Ints], seats: Seats
) -> Ints:
    """Where somebody must sit; facilitators keep their table from round to round."""
    fixed = np.full(seats.all, -1, dtype=np.int64)
    if earlier:
        for n, guest in enumerate(people):
            if guest.facilitator:
                fixed[n] = earlier[0][n]
    for (round_number, guest_id), table in wishes.fixed.items():
        if round_number == number and guest_id in index:
            fixed[seats.unit == seats.unit[index[guest_id]]] = table
    return fixed


def _round(seats: Seats, fixed: Ints, seed: int, seconds: float, bound: int) -> tuple[Ints, int]:
    """The best seating found, and a proven bound of the round's cost: ``bound``, or better."""
    from konferanse.groups import exact  # CP-SAT brings pandas: the web process does without

    ends = time.monotonic() + seconds
    seats = composing.fitted(seats, fixed)
    seat = swapping.start(seats, seed, fixed)
    # At most half the time, however slow the machine.
    seat = swapping.improve(seats, seat, seed, fixed, bound, lambda: time.monotonic() > ends - seconds / 2)
    whole = list(range(seats.tables))
    seats = composing.renamed(seats, seat)
    if seats.breaks(seat):
        seat = _within_rules(seats, seat, fixed, seed, ends)
        seat = swapping.improve(seats, seat, seed, fixed, bound, lambda: time.monotonic() > ends)
    seat = _block_by_block(seats, seat, fixed, seed, ends, bound)
    if seats.cost(seat) > bound and seats.people * seats.tables <= WHOLE:
        found = exact.solve(seats, seat, whole, fixed, work=WORK, seconds=ends - time.monotonic(), seed=seed)
        if (
            seats.families[0].own is None
        ):  # else it is proven for tables called as they are now, and they may be called otherwise
            bound = max(bound, found.bound)
        if found.seat is not None and seats.cost(found.seat) < seats.cost(seat):
            seat = found.seat
    return seat, bound


class _Unmet(Exception):
    """The people, by number, whose wishes cannot all be met, and ``CannotSeat``'s why."""

    def __init__(self, why: str, people: Sequence[int] = ()) -> None:
        super().__init__()
        self.why, self.people = why, people


def _within_rules(seats: Seats, seat: Ints, fixed: Ints, seed: int, ends: float) -> Ints:
    """A seating that keeps the rules, whatever else it costs. Raises ``_Unmet`` when there is none."""
    from konferanse.groups import exact  # CP-SAT brings pandas: the web process does without

    only_rules = seats._replace(families=[f for f in seats.families if f.price >= RULE])
    left = max(10.0, ends - time.monotonic())  # a plan that breaks a rule is no plan
    found = exact.solve(only_rules, seat, list(range(seats.tables)), fixed, work=60, seconds=left, seed=seed)
    if found.impossible:
        raise _Unmet("all of it", exact.core(only_rules, fixed))
    if found.seat is None:
        raise _Unmet("no time")
    return found.seat


def _block_by_block(seats: Seats, seat: Ints, fixed: Ints, seed: int, ends: float, bound: int) -> Ints:
    """Solve some tables at a time, those that cost most with others by chance, until the bound, the budget or the time."""
    from konferanse.groups import exact  # CP-SAT brings pandas: the web process does without

    rng = np.random.default_rng(seed)
    cost = seats.cost(seat)
    for _block in range(min(seats.tables, MOST_BLOCKS)):
        if cost <= bound or time.monotonic() > ends or seats.tables <= BLOCK:
            break
        price = sum(f.cost(seats.counts(f, seat)).sum(axis=0) for f in seats.families)
        worst = rng.permutation(np.flatnonzero(price > 0))[: BLOCK // 2]
        rest = rng.permutation(np.setdiff1d(np.arange(seats.tables), worst))[: BLOCK - len(worst)]
        block = sorted(int(t) for t in (*worst, *rest))
        found = exact.solve(seats, seat, block, fixed, work=WORK / 12, seconds=ends - time.monotonic(), seed=seed)
        if found.seat is not None and (now := seats.cost(found.seat)) <= cost:
            seat, cost = found.seat, now
    return seat
