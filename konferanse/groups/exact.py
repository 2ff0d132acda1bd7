"""Some tables of a round put together as well as they can be, by OR-Tools CP-SAT (adr/0010). Pure.

One worker and a budget in CP-SAT's own measure of work: the same question has the same answer however busy the machine is;
``seconds`` only stops it.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from ortools.sat.python import cp_model

from konferanse.groups.mix import RULE, Family, Ints, Seats


class Solved(NamedTuple):
    """``seat`` of everybody (unchanged outside the tables asked for; None when none was found) and a proven lower bound
    of what those tables cost. ``impossible`` when it is proven that the rules cannot all hold."""

    seat: Ints | None
    bound: int
    impossible: bool = False


def solve(
    seats: Seats, seat: Ints, tables: Sequence[int], fixed: Ints, *, work: float, seconds: float, seed: int = 0
) -> Solved:
    """Seat those who are at ``tables`` now anew at the same tables, starting from how they sit. ``work`` is CP-SAT's
    deterministic time."""
    model = _Model(seats, seat, tables, fixed)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = seed
    solver.parameters.linearization_level = 2
    solver.parameters.max_deterministic_time = work
    solver.parameters.max_time_in_seconds = max(0.01, seconds)
    status = solver.solve(model.model)
    if status == cp_model.INFEASIBLE:
        return Solved(None, 0, impossible=True)
    bound = max(0, int(np.ceil(solver.best_objective_bound - 1e-6)))
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Solved(None, bound)
    return Solved(model.read(solver), bound)


def core(seats: Seats, fixed: Ints) -> list[int]:
    """People whose wishes cannot all be met, as few as could be found; empty when the wishes alone do not tell.

    Only those with a wish are looked at: everybody else fills what chairs are left.
    """
    apart = [_pairs(family) for family in seats.families if family.name == "apart"]
    wishes = [(pair, False) for pairs in apart for pair in pairs] + [(pair, True) for pair in _together(seats)]
    while wishes:
        needed = _needed(seats, fixed, wishes)
        if needed is None or len(needed) == len(wishes):
            break
        wishes = needed
    return sorted({person for pair, _is_together in wishes for person in pair})


def _pairs(family: Family) -> list[tuple[int, int]]:
    order = np.argsort(family.group, kind="stable")
    found = [int(person) for person in order if family.group[person] >= 0]
    return list(zip(found[::2], found[1::2], strict=True))


def _together(seats: Seats) -> list[tuple[int, int]]:
    first: dict[int, int] = {}
    found = []
    for person in range(seats.people):
        mate = first.setdefault(int(seats.unit[person]), person)
        if mate != person:
            found.append((mate, person))
    return found


Wish = tuple[tuple[int, int], bool]  # two people, and whether they are to sit together (else apart)


def _needed(seats: Seats, fixed: Ints, wishes: Sequence[Wish]) -> list[Wish] | None:
    """The wishes CP-SAT needs to show that ``wishes`` cannot all be met; None when it cannot show it."""
    model = cp_model.CpModel()
    people = sorted({person for pair, _is_together in wishes for person in pair})
    at = {p: [model.new_bool_var(f"{p}_{t}") for t in range(seats.tables)] for p in people}
    for person, here in at.items():
        model.add_exactly_one(here)
        for table, var in enumerate(here):
            if not seats.allowed[person, table] or (fixed[person] >= 0 and fixed[person] != table):
                model.add(var == 0)
    for table in range(seats.tables):
        model.add(sum(here[table] for here in at.values()) <= seats.chairs)
        for family in seats.families:
            if family.name == "facilitators" and len(family.most):
                model.add(sum(here[table] for p, here in at.items() if family.group[p] >= 0) <= int(family.most[0]))
    said = {}
    for (one, other), is_together in wishes:
        wish = model.new_bool_var("")
        said[wish.index] = ((one, other), is_together)
        for a, b in zip(at[one], at[other], strict=True):
            rule = model.add(a == b) if is_together else model.add(a + b <= 1)
            rule.only_enforce_if(wish)
        model.add_assumptions([wish])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.max_deterministic_time = 20
    solver.parameters.max_time_in_seconds = 20
    if solver.solve(model) != cp_model.INFEASIBLE:
        return None
    return [said[index] for index in solver.sufficient_assumptions_for_infeasibility() if index in said]


class _Model:
    """A variable for each unit (those who sit together, or one person) and table. Empty chairs are no variables: a table
    has all its chairs taken, or all but one."""

    def __init__(self, seats: Seats, seat: Ints, tables: Sequence[int], fixed: Ints) -> None:
        self.model = cp_model.CpModel()
        self.seats, self.seat, self.tables = seats, seat, list(tables)
        people = [int(p) for p in np.flatnonzero(np.isin(seat, self.tables)) if p < seats.people]
        self.units: dict[int, list[int]] = {}
        for person in people:
            self.units.setdefault(int(seats.unit[person]), []).append(person)
        self.at = {u: [self.model.new_bool_var(f"{u}_{t}") for t in self.tables] for u in self.units}
        for unit, members in self.units.items():
            self.model.add_exactly_one(self.at[unit])
            for place, table in enumerate(self.tables):
                settled = int(fixed[members].max())
                if not seats.allowed[members, table].all() or (settled >= 0 and settled != table):
                    self.model.add(self.at[unit][place] == 0)
                self.model.add_hint(self.at[unit][place], bool(seat[members[0]] == table))
        least = seats.chairs - 1 if len(people) < len(self.tables) * seats.chairs else seats.chairs
        for place in range(len(self.tables)):
            chairs = sum(len(m) * self.at[u][place] for u, m in self.units.items())
            self.model.add_linear_constraint(chairs, least, seats.chairs)
        self.penalties: list[cp_model.LinearExprT] = []
        self.unavoidable = 0
        for family in seats.families:
            if family.own is not None:
                self._gather(family, family.own)
            elif family.name not in ("chairs", "sizes"):  # said by the chairs taken above
                self._spread(family)
        self.model.minimize(sum(self.penalties) + self.unavoidable)

    def _gather(self, family: Family, own: Ints) -> None:
        for unit, members in self.units.items():
            for place, table in enumerate(self.tables):
                outside = sum(family.group[member] not in (-1, own[table]) for member in members)
                if outside:
                    self.penalties.append(family.price * outside * self.at[unit][place])

    def _spread(self, family: Family) -> None:
        inside: dict[int, dict[int, int]] = {}
        for unit, members in self.units.items():
            for person in members:
                if (group := int(family.group[person])) >= 0:
                    of_unit = inside.setdefault(group, {})
                    of_unit[unit] = of_unit.get(unit, 0) + 1
        for group, units in inside.items():
            least, most, size = int(family.least[group]), int(family.most[group]), sum(units.values())
            if size <= most and not least:
                continue
            for place in range(len(self.tables)):
                count = sum(n * self.at[u][place] for u, n in units.items())
                if family.price >= RULE:
                    self.model.add_linear_constraint(count, least if size >= least * len(self.tables) else 0, most)
                    continue
                self._charge(count, least, most, size, family.price)
        if family.price < RULE:  # groups that nobody here is of: what these tables lack of them cannot be helped
            absent = sum(int(n) for g, n in enumerate(family.least) if g not in inside)
            self.unavoidable += absent * len(self.tables) * family.price

    def _charge(self, count: cp_model.LinearExprT, least: int, most: int, size: int, price: int) -> None:
        beyond = self.model.new_int_var(0, size - most, "") if size > most else None
        if beyond is not None:
            self.model.add(beyond >= count - most)
            self.penalties.append(price * beyond)
        if least:
            lacking = self.model.new_int_var(0, least, "")
            self.model.add(lacking >= least - count)
            self.penalties.append(price * lacking)

    def read(self, solver: cp_model.CpSolver) -> Ints:
        """Everybody's table in what was found, the empty chairs dealt out anew."""
        seat = self.seat.copy()
        size = dict.fromkeys(self.tables, 0)
        for unit, members in self.units.items():
            table = next(t for t, var in zip(self.tables, self.at[unit], strict=True) if solver.boolean_value(var))
            seat[members] = table
            size[table] += len(members)
        empty = [p for p in range(self.seats.people, self.seats.all) if self.seat[p] in size]
        short = [t for t in self.tables for _chair in range(self.seats.chairs - size[t])]
        seat[empty] = short
        return seat
