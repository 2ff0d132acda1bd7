"""What a good mix is, in numbers. Pure: plain values, one round at a time.

A *family* is one way of telling people apart: by type of organisation, by county, by organisation, by whom they sat with
before. Each group of a family has an even share of the tables: of n people in T tables, n // T or one more at each. What a
table has beyond its share, or lacks of it, costs one for each person. Rules that must hold are families too, with so high a
price that no other gain pays for it.

Tables are numbered from 0 and all have ``chairs`` chairs. When the people do not fill them, empty chairs make up the rest,
one at a table at most: that is what "even within one" means.
"""

from collections.abc import Hashable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

RULE = 10_000  # the price of breaking a rule
Ints = npt.NDArray[np.int64]


class Family(NamedTuple):
    """``group`` of each person (-1 for none); the least and most of each group at a table, and the price of a person
    beyond that. With ``own``, the group that each table is for, a person costs at the tables of others instead, and ``bound``
    is how many must do so."""

    name: str
    group: Ints
    least: Ints
    most: Ints
    price: int = 1
    own: Ints | None = None
    bound: int = 0

    def cost(self, counts: Ints) -> Ints:
        """What ``counts`` (groups × tables) cost, each."""
        if self.own is not None:
            outside = self.price * counts
            outside[self.own, np.arange(counts.shape[1])] = 0
            return np.asarray(outside)
        over = np.maximum(0, counts - self.most[:, None])
        under = np.maximum(0, self.least[:, None] - counts)
        return np.asarray(self.price * (over + under))

    def entrance(self, group: int, counts: Ints) -> Ints:
        """What one more of ``group`` costs at each table, where ``counts`` of it are."""
        if self.own is not None:
            return np.asarray(self.price * (self.own != group))
        return np.asarray(self.price * (counts >= self.most[group]))


def even(name: str, keys: Sequence[Hashable | None], tables: int, price: int = 1) -> Family:
    """Each group spread evenly over ``tables``; people whose key is None or empty belong to no group."""
    found: dict[Hashable, int] = {}
    group = np.array([found.setdefault(key, len(found)) if key else -1 for key in keys], dtype=np.int64)
    sizes = np.bincount(group[group >= 0], minlength=len(found)).astype(np.int64)
    return Family(name, group, sizes // tables, np.maximum(1, -(-sizes // tables)), price)


def met(seat: Ints, tables: int, unit: Ints) -> Family:
    """Those who sat together in an earlier round: at most one of them at a table now. Those of one ``unit`` meet again because
    they must, and count as one."""
    first = np.zeros(len(unit), dtype=bool)
    first[np.unique(unit, return_index=True)[1]] = True
    return Family("met", np.where(first, seat, -1), np.zeros(tables, dtype=np.int64), np.ones(tables, dtype=np.int64))


def rules(name: str, pairs: Sequence[tuple[int, int]], people: int) -> list[Family]:
    """Pairs of people who must not share a table, as families of pairs in which each person is once at most."""
    layers: list[Ints] = []
    sizes: list[int] = []
    for one, other in pairs:
        number = next((n for n, layer in enumerate(layers) if layer[one] < 0 and layer[other] < 0), len(layers))
        if number == len(layers):
            layers.append(np.full(people, -1, dtype=np.int64))
            sizes.append(0)
        layers[number][[one, other]] = sizes[number]
        sizes[number] += 1
    return [
        Family(name, layer, np.zeros(size, dtype=np.int64), np.ones(size, dtype=np.int64), RULE)
        for layer, size in zip(layers, sizes, strict=True)
    ]


class Seats(NamedTuple):
    """A round to fill. ``families`` cover the people and, after them, the empty chairs; ``unit`` numbers those who must sit
    together (alone when nobody else has the number); ``allowed`` (people × tables) is False where somebody cannot sit."""

    tables: int
    chairs: int
    people: int
    families: Sequence[Family]
    unit: Ints
    allowed: npt.NDArray[np.bool_]

    @property
    def all(self) -> int:
        """People and empty chairs."""
        return self.tables * self.chairs

    def counts(self, family: Family, seat: Ints) -> Ints:
        """How many of each group sit at each table (groups × tables)."""
        found = np.zeros((len(family.least), self.tables), dtype=np.int64)
        there = family.group >= 0
        np.add.at(found, (family.group[there], seat[there]), 1)
        return found

    def parts(self, seat: Ints) -> Mapping[str, int]:
        """The cost by name of family. Somebody where they cannot sit breaks a rule."""
        told: dict[str, int] = {}
        for family in self.families:
            told[family.name] = told.get(family.name, 0) + int(family.cost(self.counts(family, seat)).sum())
        told["allowed"] = RULE * int((~self.allowed[np.arange(self.all), seat]).sum())
        return told

    def breaks(self, seat: Ints) -> bool:
        """Whether a rule is broken."""
        rules = (family for family in self.families if family.price >= RULE)
        misplaced = ~self.allowed[np.arange(self.all), seat]
        return bool(misplaced.any()) or any(family.cost(self.counts(family, seat)).any() for family in rules)

    def cost(self, seat: Ints) -> int:
        """The whole cost."""
        return sum(self.parts(seat).values())


def least_possible(seats: Seats) -> int:
    """A proven lower bound of the cost of ``seats``, rules aside, by counting: people who must sit together and are of one
    group pass its share whatever table they get, and what one table has too many of, others must lack."""
    return sum(_least_of(seats, family) for family in seats.families if family.price < RULE)


def _least_of(seats: Seats, family: Family) -> int:
    if family.own is not None:
        return family.price * max(family.bound, _kept_from_their_own(seats, family))
    people = slice(0, seats.people)
    group, unit = family.group[people], seats.unit[people]
    total = 0
    for number in range(len(family.least)):
        there = group == number
        size = int(there.sum())
        together = np.unique(unit[there], return_counts=True)[1]
        most, least = int(family.most[number]), int(family.least[number])
        beyond = together[together > most] - most
        over = int(beyond.sum())
        # The tables that are not too full hold at most ``most`` each: what cannot be there is too much somewhere.
        over = max(over, size - most * seats.tables)
        room = size - over - most * len(beyond)  # left for the other tables, which want ``least`` each
        total += over + max(0, least * (seats.tables - len(beyond)) - room)
    return total


def _kept_from_their_own(seats: Seats, family: Family) -> int:
    """How many must sit at others' tables because those they must sit together with are of more than one group."""
    pairs = np.stack([seats.unit, family.group], axis=1)[family.group >= 0]
    (units, _groups), counts = (found.T for found in np.unique(pairs, axis=0, return_counts=True))
    most = np.zeros(seats.all, dtype=np.int64)
    np.maximum.at(most, units, counts)
    return int(counts.sum() - most.sum())
