"""The words of texts as rows of numbers: stems, and pieces of words (which bear typing errors and long compounds)."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from konferanse.themes.wording import plain, stems

Matrix = npt.NDArray[np.float64]


def stem_rows(texts: Sequence[str]) -> sparse.csr_matrix:
    """A unit row per text over stems."""
    return _rows(texts, TfidfVectorizer(analyzer=stems, sublinear_tf=True))


def piece_rows(texts: Sequence[str]) -> sparse.csr_matrix:
    """A unit row per text over letter sequences within words."""
    vectorizer = TfidfVectorizer(analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, preprocessor=plain)
    return _rows(texts, vectorizer)


def _rows(texts: Sequence[str], vectorizer: TfidfVectorizer) -> sparse.csr_matrix:
    try:
        return sparse.csr_matrix(vectorizer.fit_transform(texts))
    except ValueError:  # not one word in all the texts
        return sparse.csr_matrix((len(texts), 1))
