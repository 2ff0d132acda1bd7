"""Redaction as a mask over a version: checks run unmasked, what leaves the house is masked."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from konferanse.answers.models import AnswerVersion
from konferanse.themes.sensitive import sensitive

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


def masked_own(value: str) -> str:
    """A field of its own as it may leave the house. The engine reads texts only, so it is read here."""
    return masked(value, 0, len(value), [asdict(span) for span in sensitive(value)]) if value else ""


def secrets_in(version: AnswerVersion, hidden: Iterable[Mapping[str, Any]]) -> list[str]:
    """The words behind each mask in a version: in its text, of which ``hidden`` are masked, and in its fields of their own."""
    found = secrets_of(version.text, hidden)
    for value in (version.owner, version.deadline):
        found += secrets_of(value, [asdict(span) for span in sensitive(value)]) if value else []
    return found


def secrets_of(text: str, sensitive: Iterable[Mapping[str, Any]]) -> list[str]:
    """The words behind each mask."""
    return [words for s in sensitive if (words := text[s["start"] : s["end"]].strip())]


def reveals(statement: str, secrets: Iterable[str]) -> bool:
    """Whether ``statement`` contains something masked, in whatever case."""
    folded = statement.casefold()
    return any(secret.casefold() in folded for secret in secrets)
