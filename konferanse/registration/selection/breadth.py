"""Breadth among those who come: what a choice comes to, and a suggestion that spreads seats over types and counties.

Everything here is a pure function of plain values.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

# Told only of so many, as everywhere else (``listing.FEWEST_SHOWN``); and never of a type that tells of union membership
# where a single tick would show whose it is.
FEWEST = 5
NEVER_ALONE = frozenset({"tillitsvalgt"})
OTHERS = "andre"


class Applicant(NamedTuple):
    """Somebody who wants to come. Those with one ``party`` come together."""

    uid: UUID
    type: str
    county: str
    is_first_time: bool = False
    party: UUID | None = None


class Tally(NamedTuple):
    """How many of one kind are chosen, and how many applied. ``kind``: type, county or first."""

    kind: str
    code: str
    chosen: int
    applied: int


def folded(applicants: Iterable[Applicant]) -> dict[str, str]:
    """What each type is called where it is counted: its code, or ``OTHERS``.

    While those never alone are alone among ``OTHERS``, or with so few that it tells of them, the smallest type told joins.
    """
    counts = Counter(one.type for one in applicants)
    others = {code for code, n in counts.items() if n < FEWEST or code in NEVER_ALONE}
    told = sorted(counts.keys() - others, key=lambda code: (-counts[code], code))
    while told and others & NEVER_ALONE and (others <= NEVER_ALONE or sum(counts[code] for code in others) < FEWEST):
        others.add(told.pop())
    return {code: OTHERS if code in others else code for code in counts}


def tallies(everybody: Sequence[Applicant], chosen: Iterable[UUID]) -> list[Tally]:
    """The breadth of ``chosen`` beside that of ``everybody``: types, counties, and those who come for the first time."""
    names, picked = folded(everybody), set(chosen)
    applied: Counter[tuple[str, str]] = Counter()
    taken: Counter[tuple[str, str]] = Counter()
    for one in everybody:
        keys = [("type", names[one.type]), ("county", one.county), *([("first", "first")] if one.is_first_time else [])]
        applied.update(keys)
        if one.uid in picked:
            taken.update(keys)
    order = ("type", "county", "first")
    rows = [Tally(kind, code, taken[kind, code], n) for (kind, code), n in applied.items()]
    return sorted(rows, key=lambda row: (order.index(row.kind), row.code == OTHERS, -row.applied, row.code))


def suggest(waiting: Sequence[Applicant], seated: Iterable[Applicant], places: int | None) -> list[UUID]:
    """Whom to give ``places`` seats (None: no limit), of those ``waiting`` in the order they came.

    The type with fewest gets the next seat, and within it the county with fewest of that type, then of all; the earliest
    first. A party comes whole or not at all, and is counted where its first person is.
    """
    parties: dict[object, list[Applicant]] = {}
    for one in waiting:
        parties.setdefault(one.party or one.uid, []).append(one)
    left = list(parties.values())
    types: Counter[str] = Counter()
    counties: Counter[str] = Counter()
    both: Counter[tuple[str, str]] = Counter()

    def count(people: Iterable[Applicant]) -> None:
        for one in people:
            types[one.type] += 1
            counties[one.county] += 1
            both[one.type, one.county] += 1

    count(seated)
    room = len(waiting) if places is None else places
    chosen: list[UUID] = []
    while fitting := [party for party in left if len(party) <= room]:
        # min() keeps the first of equals, so the earliest wins and the answer is the same each time.
        best = min(fitting, key=lambda p: (types[p[0].type], both[p[0].type, p[0].county], counties[p[0].county]))
        left.remove(best)
        count(best)
        room -= len(best)
        chosen += [one.uid for one in best]
    return chosen
