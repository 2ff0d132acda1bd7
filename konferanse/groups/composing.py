"""Rounds in which a table is of one kind: people from one sector, or from one county. Pure.

Each table is called after a kind, and whoever is of another sits *outside*. How many tables each kind gets is solved to the end
first, by size alone (``least_outside``): that is the bound, and the plan that the people are dealt by. In the end a table is
called after most of those who sit there. Facilitators lead tables and are of no kind, nor are those whose kind is unknown.
"""

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np

from konferanse.groups.mix import Family, Ints, Seats

OUTSIDE = "outside"
FIRST = 100  # nobody sits outside so that somebody else meets one person fewer


class Shares(NamedTuple):
    """How many tables each group gets, and how many people must sit outside even so."""

    tables: list[int]
    outside: int


def least_outside(groups: Sequence[int], people: int, tables: int, leaders: int) -> Shares:
    """``people`` in all, ``leaders`` of them facilitators, are to sit at even tables with even numbers of facilitators;
    ``groups`` are the sizes of the kinds. Solved to the end."""
    from ortools.sat.python import cp_model  # it brings pandas: the web process does without

    chairs, led = -(-people // tables), leaders // tables
    full, more = people - tables * (chairs - 1), leaders % tables  # tables with all chairs taken, and with one more leader
    model = cp_model.CpModel()
    kinds = [(size, lead) for size in (chairs, chairs - 1) for lead in (led, led + 1)]
    counts = [model.new_int_var(0, tables, "") for _kind in kinds]
    model.add(counts[0] + counts[1] == full)
    model.add(counts[2] + counts[3] == tables - full)
    model.add(counts[1] + counts[3] == more)
    given = [[model.new_int_var(0, tables, "") for _kind in kinds] for _group in groups]
    for n, count in enumerate(counts):
        model.add(sum(own[n] for own in given) == count)
    inside = []
    for size, own in zip(groups, given, strict=True):
        inside.append(model.new_int_var(0, size, ""))
        model.add(inside[-1] <= sum(max(0, kind[0] - kind[1]) * n for kind, n in zip(kinds, own, strict=True)))
    model.maximize(sum(inside))
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 5
    status = solver.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Shares([tables, *[0] * (len(groups) - 1)], 0)
    shares = [sum(solver.value(n) for n in own) for own in given]
    return Shares(shares, sum(groups) - int(np.floor(solver.best_objective_bound + 1e-6)))


def kinds(keys: Sequence[Hashable | None], people: int, tables: int, leaders: int) -> Family | None:
    """The kinds of a composed round, by the ``keys`` of people and empty chairs; None when nobody is of a kind."""
    group, sizes = _numbered(keys)
    if not sizes:
        return None
    shares = least_outside(sizes, people, tables, leaders)
    none = np.zeros(len(sizes), dtype=np.int64)
    return Family(OUTSIDE, group, none, none, FIRST, np.repeat(np.arange(len(sizes)), shares.tables), shares.outside)


def within(name: str, keys: Sequence[Hashable | None], kinds: Family) -> Family:
    """People of one key and one kind, spread over the tables that their kind gets; those without either are not counted."""
    both = [
        (key, kind) if key is not None and kind >= 0 else None for key, kind in zip(keys, kinds.group.tolist(), strict=True)
    ]
    group, sizes = _numbered(both)
    gets = Counter([] if kinds.own is None else kinds.own.tolist())
    most = [-(-size // max(1, gets[kind])) for size, (_key, kind) in zip(sizes, filter(None, dict.fromkeys(both)), strict=True)]
    return Family(name, group, np.zeros(len(sizes), dtype=np.int64), np.array(most, dtype=np.int64))


def again(before: Family, kinds: Family) -> Family:
    """Those who sat together in an earlier round (``mix.met``), as far as their being of one kind does not make them meet."""
    return within(before.name, [table if table >= 0 else None for table in before.group.tolist()], kinds)


def fitted(seats: Seats, fixed: Ints) -> Seats:
    """``seats`` with the kinds given to the tables where those who cannot sit anywhere else are of them."""
    family = seats.families[0]
    if family.own is None:
        return seats
    may = seats.allowed.copy()
    may[fixed >= 0] = False
    may[fixed >= 0, fixed[fixed >= 0]] = True
    pull = np.zeros((len(family.least), seats.tables))
    for person in np.flatnonzero((family.group >= 0) & ~may.all(axis=1)):
        pull[family.group[person]] += may[person] / may[person].sum()
    left = Counter(family.own.tolist())
    own = np.full(seats.tables, -1, dtype=np.int64)
    for place in np.argsort(-pull, axis=None, kind="stable"):
        group, table = divmod(int(place), seats.tables)
        if left[group] and own[table] < 0:
            own[table] = group
            left[group] -= 1
    return _called(seats, own)


def renamed(seats: Seats, seat: Ints) -> Seats:
    """``seats`` with each table called after most of those who sit there."""
    family = seats.families[0]
    if family.own is None:
        return seats
    counts = seats.counts(family, seat)
    keeps = counts[family.own, np.arange(seats.tables)] == counts.max(axis=0)
    return _called(seats, np.where(keeps, family.own, counts.argmax(axis=0)))


def counted(seats: Seats, seat: Ints) -> Seats:
    """``seats`` as its cost is told: a person outside is one, and tables are called after most of those who sit there."""
    called = renamed(seats, seat)
    if called.families[0].own is None:
        return called
    return called._replace(families=[called.families[0]._replace(price=1), *called.families[1:]])


def _called(seats: Seats, own: Ints) -> Seats:
    return seats._replace(families=[seats.families[0]._replace(own=own), *seats.families[1:]])


def _numbered(keys: Sequence[Hashable | None]) -> tuple[Ints, list[int]]:
    """A number for each key (-1 for none), and how many there are of each."""
    found: dict[Hashable, int] = {}
    group = np.array([found.setdefault(key, len(found)) if key else -1 for key in keys], dtype=np.int64)
    return group, np.bincount(group[group >= 0], minlength=len(found)).tolist()
