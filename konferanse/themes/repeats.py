"""Answers that say the same in (nearly) the same words, so that they are read once and counted by table."""

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from scipy import sparse

from konferanse.themes.lexical import piece_rows
from konferanse.themes.wording import words

_ALIKE = 0.9
_WORTH_A_LOOK = 0.6
_BLOCK = 1_000
_NEGATIONS = frozenset(
    ("ikke", "ikkje", "ingen", "aldri", "uten", "utan", "mot", "imot", "nei", "not", "no", "never", "against")
)


def repeat_groups(views: Sequence[str]) -> list[int]:
    """For each text (as bokmål) the index of the first text that it repeats, its own where it repeats none.

    Word order, case, punctuation and a typing error do not count; a number or a "not" that differs does.
    """
    spelled = [" ".join(sorted(words(view))) for view in views]
    first: dict[str, int] = {}
    group = [first.setdefault(text, index) for index, text in enumerate(spelled)]
    distinct = sorted(first.values())
    if len(distinct) < 2:
        return group
    rows = piece_rows([spelled[index] for index in distinct])
    leader = {index: index for index in distinct}
    for i, j in _worth_a_look(rows):
        one, other = distinct[i], distinct[j]
        if leader[one] == one and leader[other] == other and _alike(spelled[one], spelled[other]):
            leader[other] = one
    return [leader[index] for index in group]


def _worth_a_look(rows: sparse.csr_matrix) -> Iterator[tuple[int, int]]:
    """Pairs of rows with much in common, lower first, in order; a block at a time, so that many texts fit."""
    for first in range(0, rows.shape[0], _BLOCK):
        near = (rows[first : first + _BLOCK] @ rows.T).tocoo()
        close = near.data >= _WORTH_A_LOOK
        yield from sorted(
            (i + first, j) for i, j in zip(near.row[close].tolist(), near.col[close].tolist(), strict=True) if i + first < j
        )


def _decisive(spelled: str) -> list[str]:
    return [word for word in spelled.split() if word in _NEGATIONS or any(letter.isdigit() for letter in word)]


def _alike(one: str, other: str) -> bool:
    if _decisive(one) != _decisive(other):
        return False
    return SequenceMatcher(None, one, other, autojunk=False).ratio() >= _ALIKE
