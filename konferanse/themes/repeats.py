"""Answers that say the same in (nearly) the same words, so that they are read once and counted by table."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from konferanse.themes.lexical import piece_rows
from konferanse.themes.wording import words

_ALIKE = 0.9
_WORTH_A_LOOK = 0.6


def repeat_groups(views: Sequence[str]) -> list[int]:
    """For each text (as bokmål) the index of the first text that it repeats, its own where it repeats none.

    Word order, case, punctuation and a typing error do not count; a number that differs does.
    """
    spelled = [" ".join(sorted(words(view))) for view in views]
    first: dict[str, int] = {}
    group = [first.setdefault(text, index) for index, text in enumerate(spelled)]
    distinct = sorted(first.values())
    if len(distinct) < 2:
        return group
    rows = piece_rows([spelled[index] for index in distinct])
    near = (rows @ rows.T).tocoo()
    leader = {index: index for index in distinct}
    pairs = sorted((distinct[i], distinct[j]) for i, j, v in zip(near.row, near.col, near.data, strict=True) if i < j and v >= _WORTH_A_LOOK)
    for one, other in pairs:
        if leader[one] == one and leader[other] == other and _alike(spelled[one], spelled[other]):
            leader[other] = one
    return [leader[index] for index in group]


def _alike(one: str, other: str) -> bool:
    if [w for w in one.split() if w.isdigit()] != [w for w in other.split() if w.isdigit()]:
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE


