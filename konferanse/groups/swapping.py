"""Better tables by letting people change places. Pure, and the same for the same seed: a fixed budget of work, no clock.

The cost is a sum over tables, so what a swap gains depends on its two tables only: in each turn the best swap between
every pair of tables that has one is made at once, as long as no table takes part twice.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt

from konferanse.groups.mix import Ints, Seats

PATIENCE = 300  # turns without a better plan before it gives up
SHAKEN = 12  # people who change places for nothing when no swap gains


def start(seats: Seats, seed: int, fixed: Ints) -> Ints:
    """Deal everybody like cards: those who sit together first, then by family, each to the smallest table where they cost
    least. ``fixed`` is a table where somebody must sit, -1 elsewhere."""
    seat = np.full(seats.all, -1, dtype=np.int64)
    counts = [np.zeros((len(f.least), seats.tables), dtype=np.int64) for f in seats.families]
    size = np.zeros(seats.tables, dtype=np.int64)
    rng = np.random.default_rng(seed)
    units: dict[int, list[int]] = {}
    for person in range(seats.people):
        units.setdefault(int(seats.unit[person]), []).append(person)
    keys = [f.group for f in seats.families]
    shuffled = rng.permutation(seats.people)
    late = _of_no_kind(seats)
    first = sorted(
        units.values(),
        key=lambda m: (fixed[m].max() < 0, -len(m), late[m[0]], *(int(k[m[0]]) for k in keys), shuffled[m[0]]),
    )
    for members in [*first, *([chair] for chair in range(seats.people, seats.all))]:
        where = int(fixed[members].max())
        if where < 0:
            where = _cheapest(seats, members, counts, size)
        for person in members:
            seat[person] = where
            size[where] += 1
            for family, count in zip(seats.families, counts, strict=True):
                if family.group[person] >= 0:
                    count[family.group[person], where] += 1
    return seat


def _of_no_kind(seats: Seats) -> npt.NDArray[np.bool_]:
    """Those who in a composed round take the chairs that others leave: they are of no kind, and lead no table."""
    if seats.families[0].own is None:
        return np.zeros(seats.all, dtype=bool)
    leads = next(family.group >= 0 for family in seats.families if family.name == "facilitators")
    return np.asarray((seats.families[0].group < 0) & ~leads)


def _cheapest(seats: Seats, members: Sequence[int], counts: Sequence[Ints], size: Ints) -> int:
    price = np.zeros(seats.tables, dtype=np.int64)
    for person in members:
        price += np.where(seats.allowed[person], 0, 10**6)
        for family, count in zip(seats.families, counts, strict=True):
            group = family.group[person]
            if group >= 0:
                price += family.entrance(group, count[group])
    price += np.where(size + len(members) > seats.chairs, 10**9, 0)
    if seats.families[0].own is not None:  # first to a table of one's own kind, however large
        return int(np.lexsort((np.arange(seats.tables), size, price))[0])
    return int(np.lexsort((np.arange(seats.tables), price, size + 1000 * (price >= 10**4)))[0])


def improve(seats: Seats, seat: Ints, seed: int, fixed: Ints, goal: int, is_late: Callable[[], bool] = lambda: False) -> Ints:
    """The best plan found from ``seat`` on, never a worse one. It ends at the cost ``goal``, when ``PATIENCE`` is used up,
    or when ``is_late``. Those with a ``fixed`` table and those who sit together with somebody stay."""
    rng = np.random.default_rng(seed)
    together = np.bincount(seats.unit)[seats.unit] > 1
    movable = (fixed < 0) & ~together
    best, lowest, now, idle = seat.copy(), seats.cost(seat), seat.copy(), 0
    if movable.sum() < 2:
        return best
    while lowest > goal and idle < PATIENCE and not is_late():
        gains = _swap_all(seats, now, movable)
        if not gains:
            _shake(seats, now, movable, rng)
        cost = seats.cost(now)
        idle = 0 if cost < lowest else idle + 1
        if cost < lowest:
            best, lowest = now.copy(), cost
    return best


def _prices(seats: Seats, seat: Ints) -> tuple[list[Ints], list[Ints]]:
    """For each family: what each person costs less by leaving (people), and more by coming (people × tables)."""
    leaving, coming = [], []
    for family in seats.families:
        counts = seats.counts(family, seat)
        now = family.cost(counts)
        there = family.group >= 0
        less = np.zeros(seats.all, dtype=np.int64)
        less[there] = (family.cost(counts - 1) - now)[family.group[there], seat[there]]
        more = np.zeros((len(family.least) + 1, seats.tables), dtype=np.int64)  # the last row is for no group
        more[:-1] = family.cost(counts + 1) - now
        leaving.append(less)
        coming.append(more)
    return leaving, coming


def _swap_all(seats: Seats, seat: Ints, movable: npt.NDArray[np.bool_]) -> bool:
    """Make the best gaining swaps, each table in one at most; whether there was any."""
    leaving, coming = _prices(seats, seat)
    everyone = np.arange(seats.all)
    misplaced = ~seats.allowed[everyone, seat]
    rows = np.flatnonzero(movable & ((sum(leaving) < 0) | misplaced))
    others = np.flatnonzero(movable)
    if not len(rows):
        rows = others
    gain = _gains(seats, seat, rows, others, leaving, coming)
    partner = gain.argmin(axis=1)
    value = gain[np.arange(len(rows)), partner]
    used: set[int] = set()
    for row in np.argsort(value, kind="stable"):
        if value[row] >= 0:
            break
        one, other = int(rows[row]), int(others[partner[row]])
        a, b = int(seat[one]), int(seat[other])
        if a in used or b in used:
            continue
        used |= {a, b}
        seat[one], seat[other] = b, a
    return bool(used)


def _gains(seats: Seats, seat: Ints, rows: Ints, others: Ints, leaving: list[Ints], coming: list[Ints]) -> Ints:
    """What the cost changes by when each of ``rows`` changes places with each of ``others`` (rows × others)."""
    total = np.zeros((len(rows), len(others)), dtype=np.int64)
    for family, less, more in zip(seats.families, leaving, coming, strict=True):
        mine, theirs = family.group[rows], family.group[others]
        change = less[rows][:, None] + more[mine][:, seat[others]] + less[others][None, :] + more[theirs][:, seat[rows]].T
        change[(mine[:, None] == theirs[None, :]) & (mine >= 0)[:, None]] = 0  # one for another of the same group
        total += change
    no = np.where(seats.allowed, 0, 10**6)
    total += no[rows][:, seat[others]] + no[others][:, seat[rows]].T
    total -= no[rows, seat[rows]][:, None] + no[others, seat[others]][None, :]
    total[seat[rows][:, None] == seat[others][None, :]] = 10**9
    return total


def _shake(seats: Seats, seat: Ints, movable: npt.NDArray[np.bool_], rng: np.random.Generator) -> None:
    """Let some of those who sit badly change places for nothing, so that other swaps become possible."""
    leaving, coming = _prices(seats, seat)
    bad = np.flatnonzero(movable & (sum(leaving) < 0))
    others = np.flatnonzero(movable)
    if not len(bad):
        bad = others
    rows = rng.choice(bad, size=min(SHAKEN, len(bad)), replace=False)
    gain = _gains(seats, seat, rows, others, leaving, coming)
    used: set[int] = set()
    for row, one in enumerate(rows):
        free = np.flatnonzero(gain[row] <= 0)
        if not len(free):
            continue
        other = int(others[rng.choice(free)])
        a, b = int(seat[one]), int(seat[other])
        if a not in used and b not in used:
            used |= {a, b}
            seat[one], seat[other] = b, a
