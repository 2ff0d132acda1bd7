"""The engine's memory, kept in the database, so that a second run only computes what is new."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from sqlalchemy import select

from konferanse.extensions import db
from konferanse.themes.embedding import Vectors
from konferanse.themes.models import TextVector

VECTOR, TRANSLATION = "vector", "translation"
_AT_ONCE = 500  # SQLite's limit on variables is far above this


class DatabaseStore:
    """A ``VectorStore`` over ``TextVector``. ``keep`` stores a batch of rows at once, in a transaction of its own, so that
    a run that dies goes on where it was."""

    def __init__(self, keep: Callable[[list[TextVector]], None]) -> None:
        self._keep = keep

    def vectors(self, keys: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors it has for these keys."""
        return {key: np.frombuffer(raw, dtype="<f4") for key, raw in self._found(VECTOR, keys).items()}

    def keep_vectors(self, vectors: Mapping[str, Vectors]) -> None:
        """Remember vectors."""
        self._keep_new(VECTOR, {key: np.asarray(v, dtype="<f4").tobytes() for key, v in vectors.items()})

    def translations(self, keys: Sequence[str]) -> Mapping[str, str]:
        """The translated texts it has for these keys."""
        return {key: raw.decode() for key, raw in self._found(TRANSLATION, keys).items()}

    def keep_translations(self, texts: Mapping[str, str]) -> None:
        """Remember translated texts."""
        self._keep_new(TRANSLATION, {key: text.encode() for key, text in texts.items()})

    def _found(self, model: str, keys: Sequence[str]) -> dict[str, bytes]:
        found: dict[str, bytes] = {}
        wanted = sorted(set(keys))
        for first in range(0, len(wanted), _AT_ONCE):
            query = select(TextVector.digest, TextVector.vector).where(
                TextVector.model == model, TextVector.digest.in_(wanted[first : first + _AT_ONCE])
            )
            found.update(db.session.execute(query).tuples().all())
        return found

    def _keep_new(self, model: str, rows: Mapping[str, bytes]) -> None:
        known = self._found(model, list(rows))
        new = [TextVector(model=model, digest=key, vector=raw) for key, raw in rows.items() if key not in known]
        if new:
            self._keep(new)
