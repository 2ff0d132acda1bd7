"""How alike texts are: meaning and words blended. With no model the words do it alone."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from konferanse.themes.embedding import Vectors
from konferanse.themes.lexical import Matrix, piece_rows, stem_rows

MEANING = 0.5
"""Share of the vectors in the blend; the rest is words."""
STEMS = 0.3
"""Share of whole stems in the words; the rest is pieces of words."""
COMPANY = 0.4
"""Share of the second look: two texts are alike when they are like the same others."""
_EVENED = 0.1  # how far the strong directions of the vectors are held down, as a share of the strongest
_FEW = 5
_TINY = 1e-6
_DECIMALS = 6  # what threads may add in another order lies far below this, so that ties stay ties


@dataclass(frozen=True, slots=True)
class Features:
    """A row per text such that the dot product of two rows is how alike their texts are, 1 for a text and itself.

    Two parts, to be added: ``meaning`` (dense, no columns without a model) and ``words`` (sparse).
    """

    meaning: Matrix
    words: sparse.csr_matrix

    def blend(self, rows: Sequence[int]) -> Matrix:
        """Square matrix over some of the texts: about 0 for unrelated."""
        near, said = self.meaning[list(rows)], self.words[list(rows)]
        return _settled(np.asarray(near @ near.T) + (said @ said.T).toarray())

    def between(self, groups: Sequence[Sequence[int]]) -> Matrix:
        """Mean similarity of each group of rows to each other group, and to itself."""
        share = sparse.csr_matrix(
            (
                np.concatenate([np.full(len(rows), 1 / len(rows)) for rows in groups]),
                (np.repeat(np.arange(len(groups)), [len(rows) for rows in groups]), np.concatenate(groups)),
            ),
            shape=(len(groups), len(self.meaning)),
        )
        near, said = share @ self.meaning, share @ self.words
        return np.asarray(np.round(near @ near.T + (said @ said.T).toarray(), _DECIMALS), dtype=np.float64)


def features(views: Sequence[str], vectors: Vectors | None) -> Features:
    """Rows for texts (as bokmål), seen against each other: what they all say counts little."""
    share = 0.0 if vectors is None else MEANING
    meaning = np.zeros((len(views), 0)) if vectors is None else evened(vectors) * np.sqrt(share)
    words = sparse.hstack(
        [stem_rows(views) * np.sqrt((1 - share) * STEMS), piece_rows(views) * np.sqrt((1 - share) * (1 - STEMS))]
    )
    return Features(meaning, sparse.csr_matrix(words))


def evened(vectors: Vectors) -> Matrix:
    """Unit vectors seen from their common middle, with the directions that all of them vary in held down."""
    rows = vectors.astype(np.float64)
    return _held_down(rows - rows.mean(axis=0)) if len(rows) else rows


def evened_sides(one: Vectors, other: Vectors) -> tuple[Matrix, Matrix]:
    """As ``evened`` for two kinds of text (answers, statements), each seen from its own middle.

    How statements differ from answers as a kind of text is thereby left out. A side of few texts has no middle of
    its own to speak of and leans on the common one.
    """
    sides = (one.astype(np.float64), other.astype(np.float64))
    common = np.vstack(sides).mean(axis=0)
    seen = []
    for side in sides:
        weight = len(side) / (len(side) + _FEW)
        seen.append(side - (weight * side.mean(axis=0) + (1 - weight) * common))
    rows = _held_down(np.vstack(seen))
    return rows[: len(one)], rows[len(one) :]


def _held_down(centred: Matrix) -> Matrix:
    values, directions = np.linalg.eigh(centred.T @ centred)
    strength = np.sqrt(np.clip(values, 0.0, None))
    if strength.max(initial=0.0) > _TINY:
        centred = (centred @ directions) / np.sqrt(strength + _EVENED * strength.max())
    return _unit(centred)


def with_company(blend: Matrix) -> Matrix:
    """A blend where two texts that are like the same others count as more alike."""
    if len(blend) < 3:
        return blend
    rows = _unit(blend - blend.mean(axis=0))
    return _settled((1 - COMPANY) * blend + COMPANY * np.asarray(rows @ rows.T))


def _unit(rows: Matrix) -> Matrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(np.divide(rows, lengths, out=np.zeros_like(rows), where=lengths > _TINY), dtype=np.float64)


def _settled(matrix: Matrix) -> Matrix:
    settled = np.round((matrix + matrix.T) / 2, _DECIMALS)
    np.fill_diagonal(settled, 1.0)
    return settled
