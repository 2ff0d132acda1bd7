"""How long it takes to seat people, and how near the proven bound (docs/allocation.md)."""

import random
import time
from collections.abc import Callable

from konferanse.groups.allocation import Allocation, Guest, Wishes, solve
from konferanse.registration.models import COUNTIES, ORGANISATION_TYPES

WEIGHTS = (2, 20, 25, 8, 5, 4, 6, 4, 3, 5, 20, 6, 4)  # how many of each type such a conference has, about
Line = Callable[..., None]
CASES = (  # people, tables, rounds, pairs apart, pairs together, instances
    (200, 24, 3, 0, 0, 5),
    (200, 24, 3, 20, 15, 5),
    (200, 24, 6, 0, 0, 1),
    (60, 8, 3, 5, 5, 2),
    (2000, 250, 1, 0, 0, 2),
    (2000, 250, 1, 100, 60, 2),
)


def instance(count: int, tables: int, apart: int, together: int, seed: int) -> tuple[list[Guest], Wishes]:
    """People from organisations of a few each, a facilitator a table, and pairs with wishes that can be met."""
    r = random.Random(seed)
    people: list[Guest] = []
    while len(people) < count:
        kind, county, house = r.choices(ORGANISATION_TYPES, WEIGHTS)[0], r.choice(COUNTIES[:-1]), f"o{len(people)}"
        size = min(count - len(people), max(1, int(r.expovariate(1 / 3))))
        people += [Guest(len(people) + n, kind, house, county) for n in range(size)]
    for leader in r.sample(range(count), tables):
        people[leader] = people[leader]._replace(facilitator=True)
    free = [n for n in range(count) if not people[n].facilitator]
    chosen = r.sample(free, 2 * together)
    pairs = list(zip(chosen[::2], chosen[1::2], strict=True))
    kept = {frozenset(pair) for pair in pairs}
    foes = [(a, b) for a, b in (r.sample(range(count), 2) for _ in range(apart)) if frozenset((a, b)) not in kept]
    return people, Wishes(foes, pairs)


def places(line: Line) -> None:
    """Each case's instances: the slowest, and how far above the bound the worst is."""
    line("people × tables × rounds, apart, together", "s, slowest", "cost", "bound", "gap, most")
    for count, tables, rounds, apart, together, instances in CASES:
        found: list[tuple[float, Allocation]] = []
        for seed in range(instances):
            people, wishes = instance(count, tables, apart, together, seed)
            begun = time.perf_counter()
            allocation = solve(people, tables, rounds=rounds, seed=seed, wishes=wishes)
            found.append((time.perf_counter() - begun, allocation))
        costs = " ".join(str(allocation.cost) for _taken, allocation in found)
        bounds = " ".join(str(allocation.bound) for _taken, allocation in found)
        slowest, gap = max(taken for taken, _a in found), max(a.gap for _t, a in found)
        line(f"{count}×{tables}×{rounds}, {apart}, {together}", f"{slowest:.1f}", costs, bounds, f"{gap:.2f}")


if __name__ == "__main__":
    from tests.bench.__main__ import line as printed

    places(printed)
