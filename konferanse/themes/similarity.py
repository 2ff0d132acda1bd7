"""How alike answers are: meaning and words blended. With no model the words do it alone."""

from collections.abc import Sequence

import numpy as np

from konferanse.themes.embedding import Vectors
from konferanse.themes.lexical import Matrix, lexical_similarity

MEANING = 0.5
"""Share of the vectors in the blend; the rest is words."""
_DECIMALS = 6  # what threads may add in another order lies far below this, so that ties stay ties


def similarity(views: Sequence[str], vectors: Vectors | None) -> Matrix:
    """Square symmetric matrix of texts (as bokmål) that belong together; 1 on the diagonal, about 0 for unrelated."""
    words = lexical_similarity(views)
    blend = words if vectors is None else MEANING * meaning_similarity(vectors) + (1 - MEANING) * words
    blend = np.round((blend + blend.T) / 2, _DECIMALS)
    np.fill_diagonal(blend, 1.0)
    return blend


def meaning_similarity(vectors: Vectors) -> Matrix:
    """Cosines of vectors seen from their common middle, so that what all the texts are about does not count."""
    centred = vectors.astype(np.float64) - vectors.astype(np.float64).mean(axis=0)
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    unit = np.divide(centred, lengths, out=np.zeros_like(centred), where=lengths > 1e-9)
    return np.asarray(unit @ unit.T, dtype=np.float64)
