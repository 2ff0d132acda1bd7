"""Redaction as a mask over a version: checks run unmasked, what leaves the house is masked."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

MASK = "[…]"


def masked(text: str, start: int, end: int, sensitive: Iterable[Mapping[str, Any]]) -> str:
    """``text[start:end]`` with every sensitive stretch ({"start", "end"}, code points into ``text``) replaced by «[…]»."""
    parts, at = [], start
    for low, high in _merged(sensitive, start, end):
        parts += [text[at:low], MASK]
        at = high
    return "".join([*parts, text[at:end]])


def _merged(sensitive: Iterable[Mapping[str, Any]], start: int, end: int) -> list[tuple[int, int]]:
    """The stretches inside ``start``..``end``, in order, those that touch made one."""
    found: list[tuple[int, int]] = []
    for low, high in sorted((max(start, s["start"]), min(end, s["end"])) for s in sensitive):
        if low >= high:
            continue
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return found


def secrets_of(text: str, sensitive: Iterable[Mapping[str, Any]]) -> list[str]:
    """The words behind each mask."""
    return [words for s in sensitive if (words := text[s["start"] : s["end"]].strip())]


def reveals(statement: str, secrets: Iterable[str]) -> bool:
    """Whether ``statement`` contains something masked, in whatever case, as words of its own."""
    return any(_told(secret).search(statement) for secret in secrets if says_something(secret))


def hushed(statement: str, secrets: Iterable[str]) -> str:
    """``statement`` with every place where something masked stands as words of its own replaced by «[…]»."""
    # The longest first, so that a stretch that holds another goes whole.
    for secret in sorted(set(secrets), key=len, reverse=True):
        statement = _told(secret).sub(MASK, statement)
    return statement


def places_of(text: str, secrets: Iterable[str]) -> list[tuple[int, int]]:
    """Where in ``text`` something masked elsewhere stands as words of its own: (start, end) in code points."""
    return [hit.span() for secret in secrets for hit in _told(secret).finditer(text)]


def _told(secret: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(secret)}(?!\w)", re.IGNORECASE)


def says_something(secret: str) -> bool:
    """Whether words that were covered tell anything alone: not when only small words were, as "hun", which stand everywhere."""
    return any(len(word) > 3 or word[0].isupper() for word in re.findall(r"\w+", secret))
