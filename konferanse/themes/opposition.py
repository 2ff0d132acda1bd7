"""Views against each other: what an answer turns down, and who else speaks for it. They stay two points."""

import re
from collections.abc import Sequence

from konferanse.themes.wording import content_stems

_NOUN = r"(?P<what>[^\W\d_]{4,}(?:\s+[^\W\d_]{4,})?)"
_AGAINST = [
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:\A|[.!?:;]\s+)\W*(?:ikke|ikkje|ingen|no)\s+(?:mer\s+|meir\s+|flere\s+|fleire\s+|more\s+)?{_NOUN}",
        rf"\b(?:imot|er\s+mot|stemmer\s+mot|nei\s+til|takk\s+nei\s+til|dropp|stopp|slutt\s+med"
        rf"|unngå|skrot|against|no\s+to|stop)\s+(?:alle\s+|all\s+)?{_NOUN}",
        rf"\b(?:tror|trur|mener|meiner|vil|ønsker|ynskjer|støtter|liker|likar)\s+(?:ikke"
        rf"|ikkje)\s+(?:på\s+|ha\s+|noe\s+|at\s+)*{_NOUN}",
        rf"{_NOUN}\s+(?:er\s+feil|er\s+ikke\s+veien|er\s+ikkje\s+vegen|hjelper\s+ikke"
        rf"|hjelper\s+ikkje|virker\s+ikke|verkar\s+ikkje|fungerer\s+ikke"
        r"|fungerer\s+ikkje|er\s+unødvendig|er\s+unødvendige|is\s+wrong|does\s+not\s+help|do\s+not\s+help)\b",
    )
]
_ROOT, _SHORTEST = 5, 4
_MOSTLY = 0.5


def turned_down(text: str) -> list[frozenset[str]]:
    """The things a text says no to, each as the roots of its words; empty for nearly every text."""
    found = [
        {stem[:_ROOT] for stem in content_stems(match["what"])} for pattern in _AGAINST for match in pattern.finditer(text)
    ]
    return [frozenset(roots) for roots in found if roots and all(len(root) >= _SHORTEST for root in roots)]


def opposed_pairs(views: Sequence[str]) -> list[tuple[int, int]]:
    """Pairs (one that says no, one that speaks of the same and does not), as indexes into the views of proposals."""
    down = [turned_down(view) for view in views]
    said = [frozenset(content_stems(view)) for view in views]
    return [
        (one, other)
        for one, things in enumerate(down)
        for other in range(len(views) if things else 0)
        if not down[other] and any(all(_speaks_of(said[other], root) for root in thing) for thing in things)
    ]


def _speaks_of(stems: frozenset[str], root: str) -> bool:
    return any(stem.startswith(root) for stem in stems)


def opposed_groups(pairs: Sequence[tuple[int, int]], groups: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Pairs of groups (indexes, lower first) where most of the one say no to what most of the other say."""
    home = {row: index for index, rows in enumerate(groups) for row in rows}
    meeting: dict[tuple[int, int], tuple[set[int], set[int]]] = {}
    for one, other in pairs:
        if one in home and other in home and home[one] != home[other]:
            against, for_it = meeting.setdefault((home[one], home[other]), (set(), set()))
            against.add(one)
            for_it.add(other)
    found = {
        (min(key), max(key))
        for key, (against, for_it) in meeting.items()
        if len(against) >= _MOSTLY * len(groups[key[0]]) and len(for_it) >= _MOSTLY * len(groups[key[1]])
    }
    return sorted(found)
