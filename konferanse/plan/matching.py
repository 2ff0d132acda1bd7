"""Which line of the plan a newly found point belongs to, by the evidence they share. Plain values, no database."""

from collections.abc import Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of a stored answer version, in code points."""

    answer_id: int
    version_id: int
    start: int
    end: int

    def meets(self, other: "Span") -> bool:
        """Whether the two say something in common: they overlap, or come from two versions of one answer."""
        if self.answer_id != other.answer_id:
            return False
        return self.version_id != other.version_id or (self.start < other.end and other.start < self.end)


class Held(NamedTuple):
    """A line that a person has decided on: its spans stay with it. ``joins`` says whether more of the same may join them."""

    line: int
    spans: Sequence[Span]
    joins: bool


class Loose(NamedTuple):
    """A line nobody has touched; it follows the point that shares most with it."""

    line: int
    spans: Sequence[Span]


class Match(NamedTuple):
    """Where a point goes: ``line`` is a line's key, or None for a new one; ``spans`` are those it brings along.

    ``held`` says that the line is a person's, so that the point's words are only proposed.
    """

    point: int
    line: int | None
    spans: list[Span]
    held: bool


def matches(points: Sequence[Sequence[Span]], held: Sequence[Held], loose: Sequence[Loose]) -> list[Match]:
    """Where each point (its spans) goes, in the points' order. A point that brings nothing new has no match.

    A span that a person's line holds stays there (decisions bind to answer spans). When that takes at least half of a
    point, the rest joins the same line, unless the line was removed: then what others said is not parked with it.
    """
    holders = _Index([(h.line, h.spans) for h in held])
    joins = {h.line for h in held if h.joins}
    found: dict[int, Match] = {}
    free: dict[int, list[Span]] = {}
    for number, spans in enumerate(points):
        taken = [holders.meeting(span) for span in spans]
        rest = [span for span, lines in zip(spans, taken, strict=True) if not lines]
        counts = {line: sum(line in lines for lines in taken) for line in {x for lines in taken for x in lines} & joins}
        best = max(sorted(counts), key=lambda line: counts[line], default=None)
        if best is not None and counts[best] * 2 >= len(spans):
            found[number] = Match(number, best, rest, held=True)
        elif rest:
            free[number] = rest
    found |= _assigned(free, loose)
    return [found[number] for number in sorted(found)]


def _assigned(free: dict[int, list[Span]], loose: Sequence[Loose]) -> dict[int, Match]:
    """One line for one point, most shared evidence first; what finds no line becomes a new one."""
    index = _Index([(line.line, line.spans) for line in loose])
    order = {line.line: place for place, line in enumerate(loose)}
    pairs: list[tuple[int, int, int]] = []
    for number, spans in free.items():
        shared: dict[int, int] = {}
        for span in spans:
            for line in index.meeting(span):
                shared[line] = shared.get(line, 0) + 1
        pairs += [(-count, number, order[line]) for line, count in shared.items()]
    lines = [line.line for line in loose]
    found: dict[int, Match] = {}
    taken: set[int] = set()
    for _, number, place in sorted(pairs):
        if number not in found and place not in taken:
            found[number] = Match(number, lines[place], free[number], held=False)
            taken.add(place)
    return found | {n: Match(n, None, spans, held=False) for n, spans in free.items() if n not in found}


class _Index:
    """Which lines hold something that a span meets."""

    def __init__(self, lines: Sequence[tuple[int, Sequence[Span]]]) -> None:
        self._by_answer: dict[int, list[tuple[int, Span]]] = {}
        for line, spans in lines:
            for span in spans:
                self._by_answer.setdefault(span.answer_id, []).append((line, span))

    def meeting(self, span: Span) -> list[int]:
        """The lines, each once, in the order given."""
        return list(dict.fromkeys(line for line, own in self._by_answer.get(span.answer_id, []) if own.meets(span)))


class Place(NamedTuple):
    """A line's theme, and where it stood in the chapter: theme number and number within the theme, both from 0."""

    line: int
    theme: str
    theme_place: int
    place: int


def ordered(fresh: Sequence[tuple[int, str]], kept: Sequence[Place]) -> list[int]:
    """The lines of a chapter in order: ``fresh`` lines (line, theme) by rank, ``kept`` ones where a person has them.

    Lines of one theme stand together. A kept line keeps its place within its theme, and a theme of only kept lines its place.
    """
    themes: dict[str, list[int]] = {}
    for line, theme in fresh:
        themes.setdefault(theme, []).append(line)
    order = list(themes)
    for own in sorted(kept, key=lambda p: (p.theme_place, p.place)):
        if own.theme not in themes:
            themes[own.theme] = []
            order.insert(min(own.theme_place, len(order)), own.theme)
        themes[own.theme].insert(min(own.place, len(themes[own.theme])), own.line)
    return [line for theme in order for line in themes[theme]]
