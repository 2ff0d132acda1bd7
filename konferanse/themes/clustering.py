"""Average-link clustering: texts belong together when their mean distance is small. No seed, no order, no threads."""

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform

from konferanse.themes.lexical import Matrix


def clusters(similarity: Matrix, distance: float) -> list[list[int]]:
    """Groups of row indexes, each in order, in the order of their first; two groups are joined while their mean
    distance (1 - similarity) is at most ``distance``."""
    size = len(similarity)
    if size < 2:
        return [[index] for index in range(size)]
    apart = np.clip(1.0 - similarity, 0.0, 2.0)
    np.fill_diagonal(apart, 0.0)
    labels = fcluster(linkage(squareform(apart, checks=False), "average"), distance, "distance")
    groups: dict[int, list[int]] = {}
    for index, label in enumerate(labels):
        groups.setdefault(int(label), []).append(index)
    return list(groups.values())


def centre(similarity: Matrix, members: list[int], weight: list[int]) -> int:
    """The member most like the others, each counted ``weight`` times; the first of equals."""
    inner = similarity[np.ix_(members, members)] @ np.asarray(weight, dtype=np.float64)
    return members[int(np.argmax(np.round(inner, 6)))]
