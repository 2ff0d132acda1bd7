"""The engine with its memory in the database. Imports the engine, so only the worker and commands import this."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from sqlalchemy import select

from konferanse.extensions import db
from konferanse.themes import engine
from konferanse.themes.embedding import Vectors
from konferanse.themes.material import Material
from konferanse.themes.models import TextVector
from konferanse.themes.records import Result, TextAnswer

VECTOR, TRANSLATION = "vector", "translation"
Keep = Callable[[list[TextVector]], None]
_AT_ONCE = 500  # SQLite's limit on variables is far above this


def compute(answers: Sequence[Material], keep: Keep, report: Callable[[str, int, int], None]) -> dict[str, Result]:
    """The engine's result for each channel (table, web): what people wrote at home is never added to what tables said.

    ``keep`` stores what was slow to compute, ``report`` hears (stage, done, of).
    """
    store = DatabaseStore(keep)
    return {
        channel: engine.aggregate(
            [TextAnswer(a.name, a.task, a.table, a.text) for a in answers if a.channel == channel],
            on_topic={a.name for a in answers if a.marks.is_read},
            vectors=store,
            progress=report,
        )
        for channel in ("table", "web")
        if channel == "table" or any(a.channel == channel for a in answers)
    }


class DatabaseStore:
    """A ``VectorStore`` over ``TextVector``. ``keep`` stores a batch of rows at once, in a transaction of its own, so that
    a run that dies goes on where it was."""

    def __init__(self, keep: Keep) -> None:
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
            found.update(db.session.execute(query).all())
        return found

    def _keep_new(self, model: str, rows: Mapping[str, bytes]) -> None:
        known = self._found(model, list(rows))
        new = [TextVector(model=model, digest=key, vector=raw) for key, raw in rows.items() if key not in known]
        if new:
            self._keep(new)
