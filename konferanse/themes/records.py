"""What goes into the engine and what comes out of it, as frozen plain values."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

KINDS = ("hindring", "tiltak", "arbeidsform", "rutine", "samarbeid", "annet")


@dataclass(frozen=True, slots=True)
class TextAnswer:
    """One answer as it was handed in. ``text`` is never normalised: every offset counts code points into it."""

    id: str
    task: str
    table: str
    text: str


@dataclass(frozen=True, slots=True)
class NamedPoint:
    """A point a person has named. An empty statement means: let the answers decided for it speak."""

    id: str
    statement: str = ""


@dataclass(frozen=True, slots=True)
class Decision:
    """A person's word on whether ``answer`` says ``point``."""

    answer: str
    point: str
    yes: bool


@dataclass(frozen=True, slots=True)
class Quote:
    """``text`` is ``answer``'s text from ``start`` to ``end`` (code points, end exclusive)."""

    answer: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class SensitiveSpan:
    """A stretch of an answer that should be looked at before it is shown, and why (in Norwegian)."""

    start: int
    end: int
    why: str


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one answer. ``reason`` is set when parked, ``merged_into`` (an answer id) when merged."""

    id: str
    status: str
    reason: str
    merged_into: str
    points: tuple[str, ...]
    confidence: float
    kind: str
    owner: str
    deadline: str
    indicator: str
    sensitive: tuple[SensitiveSpan, ...]
    lang: str


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that was said, by one or more tables. ``tables`` and ``answers`` are counts."""

    id: str
    theme: str
    statement: str
    kind: str
    tables: int
    answers: int
    opposed_to: tuple[str, ...]
    quotes: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Theme:
    """A group of points with a name from their own words. ``tables`` and ``answers`` are counts."""

    id: str
    name: str
    points: tuple[str, ...]
    tables: int
    answers: int


@dataclass(frozen=True, slots=True)
class Result:
    """A whole run, in the order it is to be shown; ``engine`` is the fingerprint that makes it repeatable."""

    answers: tuple[Fate, ...]
    points: tuple[Point, ...]
    themes: tuple[Theme, ...]
    totals: Mapping[str, int]
    engine: Mapping[str, Any]

    def to_json(self) -> str:
        """The run as RESULT.json of the contract, ending in a line break. Equal runs give equal bytes."""
        whole = {
            "answers": [asdict(fate) for fate in self.answers],
            "points": [asdict(point) for point in self.points],
            "themes": [asdict(theme) for theme in self.themes],
            "totals": dict(self.totals),
            "engine": dict(self.engine),
        }
        return json.dumps(whole, ensure_ascii=False, indent=1) + "\n"


class DuplicateAnswers(ValueError):
    """Two answers carry the same id, so that no fate could be told for either."""

    def __init__(self, ids: Sequence[str]) -> None:
        super().__init__(f"Samme id er brukt på flere svar: {', '.join(ids[:5])}")
        self.ids = tuple(ids)
