"""Themes: groups of points that are about the same, over all tasks."""

from collections.abc import Sequence

from konferanse.themes.clustering import clusters
from konferanse.themes.similarity import Features

DISTANCE = 0.93
"""Mean distance (1 - similarity) up to which two groups of points are about the same."""


def themed(rows: Features, points: Sequence[Sequence[int]]) -> list[list[int]]:
    """Indexes into ``points`` (each a list of row numbers) that make a theme together."""
    return clusters(rows.between(points), DISTANCE) if points else []
