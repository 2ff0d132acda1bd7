"""Themes: groups of points that are about the same, over all tasks."""

from collections.abc import Sequence

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from konferanse.themes.similarity import Features, with_company

_PER_ROOT = 2.0
"""Themes for each square root of points: 139 points make 24, which a page can show and a person can hold."""


def themed(rows: Features, points: Sequence[Sequence[int]]) -> list[list[int]]:
    """Indexes into ``points`` (each a list of row numbers) that make a theme together, by Ward's method."""
    if len(points) < 3:
        return [[index] for index in range(len(points))]
    between = rows.between(points)
    scale = np.sqrt(np.clip(np.diag(between), 1e-9, None))
    alike = with_company(between / np.outer(scale, scale))
    apart = np.sqrt(2.0 * np.clip(1.0 - alike, 0.0, None))
    np.fill_diagonal(apart, 0.0)
    labels = fcluster(linkage(squareform(apart, checks=False), "ward"), round(_PER_ROOT * len(points) ** 0.5), "maxclust")
    groups: dict[int, list[int]] = {}
    for index, label in enumerate(labels):
        groups.setdefault(int(label), []).append(index)
    return list(groups.values())
