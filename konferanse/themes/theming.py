"""Themes: groups of points that are about the same, over all tasks."""

from collections.abc import Sequence

import numpy as np

from konferanse.themes.clustering import clusters
from konferanse.themes.lexical import Matrix

DISTANCE = 0.93
"""Mean distance (1 - similarity) up to which two groups of points are about the same."""


def themed(similarity: Matrix, points: Sequence[Sequence[int]]) -> list[list[int]]:
    """Indexes into ``points`` (each a list of rows of ``similarity``) that make a theme together."""
    belongs = np.zeros((len(similarity), len(points)))
    for column, rows in enumerate(points):
        belongs[list(rows), column] = 1.0 / len(rows)
    between = np.round(belongs.T @ similarity @ belongs, 6)
    return clusters(between, DISTANCE)
