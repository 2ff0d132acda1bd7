"""Which named points an answer says: like the statement, like other answers that say it, and as people decided."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import sparse

from konferanse.themes.embedding import Vectors
from konferanse.themes.lexical import Matrix, piece_rows, stem_rows
from konferanse.themes.similarity import STEMS, evened_sides

MEANING = 0.4
"""Share of the vectors in how like a statement an answer is; the rest is words."""
KIND = 0.05
"""How much it counts that text and statement are of one kind: an obstacle is not the measure against it."""
NEIGHBOURS = 6
"""How many answers an answer learns from, and by LEARNING how much, ROUNDS times over."""
LEARNING = 0.5
ROUNDS = 3
LEAD = 0.9
"""How much the best rival point counts against a point."""
_DECIDED = 1.0
_REFUSED = -1.0
_BLOCK = 1_000
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Matches:
    """``scores``: a row per text, a column per point, higher is better, comparable over the whole matrix.

    ``neighbours``: for each text the rows it learnt from.
    """

    scores: Matrix
    neighbours: npt.NDArray[np.int64]

    def lead(self) -> Matrix:
        """Each score less what the text's best other point scores: what tells a sure match from an unsure one."""
        if self.scores.shape[1] < 2:
            return self.scores
        order = np.sort(self.scores, axis=1)
        best, second = order[:, -1:], order[:, -2:-1]
        rival = np.where(self.scores >= best, second, best)
        return np.asarray(np.round(self.scores - LEAD * rival, _DECIMALS), dtype=np.float64)


def matches(
    texts: Sequence[str],
    statements: Sequence[str],
    vectors: tuple[Vectors, Vectors] | None,
    decided: Mapping[tuple[int, int], bool] | None = None,
    agreement: Matrix | None = None,
) -> Matches:
    """How well each text says each statement (both as bokmål).

    ``decided``: (text, point) → what a person said; it stands for that text, and the texts near it learn from it.
    ``agreement``: 0..1 for each text and point, how alike they are in kind.
    """
    count, rulings = len(texts), decided or {}
    if not count or not statements:
        return Matches(np.zeros((count, len(statements))), np.zeros((count, 0), dtype=np.int64))
    words = sparse.hstack(
        [stem_rows([*texts, *statements]) * STEMS**0.5, piece_rows([*texts, *statements]) * (1 - STEMS) ** 0.5]
    ).tocsr()
    said, stated = words[:count], words[count:]
    near, meant = np.zeros((count, 0)), np.zeros((len(statements), 0))
    share = 0.0
    if vectors is not None:
        share = MEANING
        near, meant = evened_sides(*vectors)
    alike = np.round(share * (near @ meant.T) + (1 - share) * (said @ stated.T).toarray(), _DECIMALS)
    if agreement is not None:
        alike = alike + KIND * agreement
    neighbours, weights = _nearest(near, said, 0.0 if vectors is None else 0.5)
    scores = _ruled(alike, rulings)
    for _ in range(ROUNDS if count > 1 else 0):
        learnt = np.einsum("nk,nkp->np", weights, scores[neighbours])
        scores = _ruled((1 - LEARNING) * alike + LEARNING * learnt, rulings)
    return Matches(np.round(scores, _DECIMALS), neighbours)


def _ruled(scores: Matrix, rulings: Mapping[tuple[int, int], bool]) -> Matrix:
    ruled = scores.copy()
    for text in {text for (text, _), yes in rulings.items() if yes}:
        ruled[text] = np.minimum(ruled[text], 0.0)  # what it was said to say, it says instead of the rest
    for (text, point), yes in rulings.items():
        ruled[text, point] = _DECIDED if yes else _REFUSED
    return ruled


def _nearest(near: Matrix, said: sparse.csr_matrix, share: float) -> tuple[npt.NDArray[np.int64], Matrix]:
    """For each text its nearest others, and how much each of them counts (rows sum to 1, or to 0 without any)."""
    count = len(near)
    kept = min(NEIGHBOURS, count - 1)
    rows, weights = np.zeros((count, kept), dtype=np.int64), np.zeros((count, kept))
    for first in range(0, count, _BLOCK):
        block = slice(first, min(first + _BLOCK, count))
        alike = share * (near[block] @ near.T) + (1 - share) * (said[block] @ said.T).toarray()
        alike = np.round(alike, _DECIMALS)
        alike[np.arange(len(alike)), np.arange(block.start, block.stop)] = -np.inf
        rows[block] = np.argsort(-alike, axis=1, kind="stable")[:, :kept]
        weights[block] = np.clip(np.take_along_axis(alike, rows[block], axis=1), 0.0, None)
    total = weights.sum(axis=1, keepdims=True)
    return rows, np.divide(weights, total, out=np.zeros_like(weights), where=total > 0)
