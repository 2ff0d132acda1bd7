"""A table for those who come late, by the smallest change: nobody else moves. Pure."""

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
