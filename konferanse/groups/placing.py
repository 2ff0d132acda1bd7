"""Dealing people to tables like cards. Pure: plain values in and out, the same seed gives the same tables."""

import random
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple


class Person(NamedTuple):
    """Somebody to seat. ``kind`` is the organisation type, ``organisation`` the organisation's name as compared."""

    id: Hashable
    kind: str
    organisation: str
    facilitator: bool = False


class Taken(NamedTuple):
    """A table as it is: its number, and who sits there."""

    number: int
    people: Sequence[Person]


def deal(people: Iterable[Person], tables: int, *, rounds: int = 1, seed: int = 0) -> list[list[list[Person]]]:
    """``rounds`` × ``tables`` lists of people.

    Sorted by type and organisation and dealt one to each table in turn, so each type is spread as evenly as it can be and
    sizes differ by one at most. Facilitators are dealt first, one a table; when there are more, the rest sit as
    participants. In a later round the k-th at a table moves k tables on: neighbours part, facilitators stay.
    """
    if tables < 1:
        raise ValueError("there must be a table")
    pack = list(people)
    random.Random(seed).shuffle(pack)  # noqa: S311 - breaks ties between equals; no secret
    leaders = [p for p in pack if p.facilitator][:tables]
    led = {p.id for p in leaders}
    rest = sorted((p for p in pack if p.id not in led), key=lambda p: (p.kind, p.organisation))
    plan: list[list[list[Person]]] = []
    for turn in range(rounds):
        tables_now: list[list[Person]] = [[] for _ in range(tables)]
        for card, person in enumerate([*leaders, *rest]):
            row, place = divmod(card, tables)
            tables_now[(place + turn * row) % tables].append(person)
        plan.append(tables_now)
    return plan


def place_late(newcomers: Iterable[Person], tables: Sequence[Taken]) -> dict[Hashable, int]:
    """The table number of each newcomer, moving nobody.

    The smallest tables fill first; among equals the one with fewest of the newcomer's type, then of the organisation. A
    facilitator goes to a table without one when there is any.
    """
    seated = {t.number: list(t.people) for t in tables}
    placed: dict[Hashable, int] = {}
    for person in sorted(newcomers, key=lambda p: (not p.facilitator, p.kind, p.organisation, str(p.id))):

        def price(number: int, person: Person = person) -> tuple[int, int, int, int, int]:
            there = seated[number]
            led = person.facilitator and any(p.facilitator for p in there)
            kin = sum(p.kind == person.kind for p in there)
            house = sum(p.organisation == person.organisation for p in there)
            return (int(led), len(there), kin, house, number)

        best = min(seated, key=price)
        seated[best].append(person)
        placed[person.id] = best
    return placed
