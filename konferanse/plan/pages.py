"""What the plan's pages show, prepared from its content: chapters, pictures, file names."""

from itertools import groupby
from typing import Any, NamedTuple

from konferanse.plan.content import Content
from konferanse.plan.models import CHAPTERS
from konferanse.plan.wording import CHAPTER_LABELS, STATUS_LABELS, TYPE_LABELS, chapter_number, reason_words, support_words

METER_WIDTH = 1000
_PICTURED = 15


class Bar(NamedTuple):
    """One bar of a picture: ``x`` and ``width`` in the picture's own units."""

    label: str
    key: str
    size: int
    x: float
    width: float


def meter(totals: dict[str, int]) -> list[Bar]:
    """The parts of all answers, as wide as they are many; parts of nothing are left out."""
    whole, x, bars = max(totals["answers"], 1), 0.0, []
    for key, label in STATUS_LABELS.items():
        if size := totals.get(key, 0):
            width = METER_WIDTH * size / whole
            bars.append(Bar(str(label), key, size, round(x, 1), round(width, 1)))
            x += width
    return bars


def theme_bars(content: Content) -> list[Bar]:
    """The themes most tables stand behind, most first."""
    most = max((theme["tables"] for theme in content["themes"]), default=1)
    return [
        Bar(theme["theme"], str(number), theme["tables"], 0, round(500 * theme["tables"] / most, 1))
        for number, theme in enumerate(content["themes"][:_PICTURED])
    ]


def chapters(content: Content) -> list[dict[str, Any]]:
    """[{"key", "number", "label", "themes": [{"name", "lines"}]}] of the chapters that have lines, in order."""
    found = []
    for key in CHAPTERS:
        own = [line for line in content["lines"] if line["chapter"] == key]
        if own:
            themes = [{"name": name, "lines": list(lines)} for name, lines in groupby(own, lambda line: line["theme"])]
            found.append({"key": key, "number": chapter_number(key), "label": CHAPTER_LABELS[key], "themes": themes})
    return found


def parked_by_reason(content: Content) -> list[tuple[str, list[Content]]]:
    """What was not taken in, by reason in words, the most usual first."""
    by_reason: dict[str, list[Content]] = {}
    for row in content["parked"]:
        by_reason.setdefault(reason_words(row["reason"]), []).append(row)
    return sorted(by_reason.items(), key=lambda pair: (-len(pair[1]), pair[0]))


def document(content: Content) -> dict[str, Any]:
    """Everything a template needs to show ``content``."""
    return {
        "plan": content,
        "chapters": chapters(content),
        "meter": meter(content["totals"]),
        "theme_bars": theme_bars(content),
        "parked": parked_by_reason(content),
        "support_words": support_words,
        "type_labels": TYPE_LABELS,
        "anchors": anchors(content),
    }


def anchors(content: Content) -> dict[str, list[str]]:
    """The permanent ids of merged lines, by the line they now are part of, so that old links still arrive."""
    found: dict[str, list[str]] = {}
    for child, root in content["merged_lines"].items():
        found.setdefault(root, []).append(child)
    return found
