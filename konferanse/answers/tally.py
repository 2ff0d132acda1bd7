"""What the votes come to: sums only, and ties said as ties."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import or_, select

from konferanse.answers.models import Ballot, Prioritising
from konferanse.answers.priorities import electorate
from konferanse.extensions import db
from konferanse.groups.models import Table
from konferanse.registration.models import Registration


class Placed(NamedTuple):
    """A choice with its dots. ``place`` from 1, the same for those that tie; 0 for one without dots."""

    choice: str
    dots: int
    place: int
    is_tied: bool


class Result(NamedTuple):
    """``rows`` with most dots first, then as they were written; ``voted`` of ``electorate`` have voted."""

    rows: Sequence[Placed]
    voted: int
    electorate: int

    @property
    def first(self) -> list[str]:
        """The choice with most dots; several that tie; none before there are dots."""
        return [row.choice for row in self.rows if row.place == 1]

    @property
    def most(self) -> int:
        """The dots of the first."""
        return self.rows[0].dots


def result(row: Prioritising) -> Result:
    """What stands now, or stood when it closed. While it is open, only votes of those who could vote now count."""
    return results([row])[0]


def results(rows: Sequence[Prioritising]) -> list[Result]:
    """The result of each, in one query but for the number who can vote in those that are open."""
    own_table = (Prioritising.voters == "tables") & Table.joined_to_id.is_(None)
    counts = or_(Prioritising.closed.is_not(None), own_table, Registration.status == "confirmed")
    query = select(Ballot.prioritising_id, Ballot.dots).join(Prioritising).outerjoin(Registration).outerjoin(Table)
    query = query.where(Ballot.prioritising_id.in_([row.id for row in rows]), counts)
    ballots: dict[int, list[Sequence[int]]] = {row.id: [] for row in rows}
    for row_id, dots in db.session.execute(query):
        ballots[row_id].append(dots)
    return [
        Result(
            ranked(row.choices, ballots[row.id]),
            len(ballots[row.id]),
            electorate(row) if row.electorate is None else row.electorate,
        )
        for row in rows
    ]


def ranked(choices: Sequence[str], ballots: Sequence[Sequence[int]]) -> list[Placed]:
    """``choices`` with the sums of ``ballots`` (dots for each choice, in their order), in order of place.

    >>> [(row.choice, row.place, row.is_tied) for row in ranked(["a", "b", "c"], [[0, 2, 0], [1, 0, 1]])]
    [('b', 1, False), ('a', 2, True), ('c', 2, True)]
    """
    sums = [sum(column) for column in zip(*ballots, strict=True)] or [0] * len(choices)
    rows = []
    for choice, dots in sorted(zip(choices, sums, strict=True), key=lambda pair: -pair[1]):
        place = 1 + sum(other > dots for other in sums) if dots else 0
        rows.append(Placed(choice, dots, place, dots > 0 and sums.count(dots) > 1))
    return rows
