"""Points: what was said by one or more tables in one task, each with its most central words as statement."""

import hashlib
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np

from konferanse.themes.clustering import centre, clusters
from konferanse.themes.lexical import Matrix
from konferanse.themes.units import Unit

DISTANCE = 0.85
"""Mean distance (1 - similarity) up to which two groups of answers say the same."""

_ALONE = 0.3  # how close an answer that nobody else gave counts as being to itself


@dataclass(frozen=True, slots=True)
class Group:
    """One point before it has a theme: its statement, the units (row numbers) that say it and how sure each is."""

    id: str
    statement: str
    rows: tuple[int, ...]
    sureness: tuple[float, ...]


def point_id(task: str, statement: str) -> str:
    """An id that follows from what the point says and nothing else."""
    return "p-" + hashlib.sha256(f"{task}\0{statement}".encode()).hexdigest()[:10]


def grouped(units: Sequence[Unit], rows: Sequence[int], similarity: Matrix, wary: Collection[int]) -> list[Group]:
    """The points of one task.

    ``similarity``: square over ``rows``. A unit in ``wary`` is the statement only of a point that has no other.
    """
    members = clusters(similarity, DISTANCE)
    sureness = _sureness(similarity, members)
    found = []
    for own in members:
        fit = [index for index in own if rows[index] not in wary] or own
        head = units[rows[centre(similarity, fit, [len(units[rows[index]].tables) for index in fit])]]
        found.append(
            Group(
                id=point_id(head.task, head.text),
                statement=head.text,
                rows=tuple(rows[index] for index in own),
                sureness=tuple(float(sureness[index]) for index in own),
            )
        )
    return found


def _sureness(similarity: Matrix, members: list[list[int]]) -> Matrix:
    """How much closer each row is to its own group than to the next best, 0..1."""
    belongs = np.zeros((len(similarity), len(members)))
    for column, own in enumerate(members):
        belongs[own, column] = 1.0
    mean = similarity @ belongs / belongs.sum(axis=0)
    row, column = np.arange(len(similarity)), belongs.argmax(axis=1)
    size = belongs.sum(axis=0)[column]
    mine = np.where(size > 1, (mean[row, column] * size - 1.0) / np.maximum(size - 1.0, 1.0), _ALONE)
    mean[row, column] = 0.0
    return np.asarray(np.round(np.clip(0.5 + 1.5 * (mine - mean.max(axis=1)), 0.0, 1.0), 3), dtype=np.float64)
