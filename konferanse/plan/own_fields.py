"""What is hidden in the fields of their own for owner and deadline. The engine reads texts only, so they are read here."""

from collections.abc import Iterable, Mapping
from typing import Any

from konferanse.answers.masking import masked, secrets_of
from konferanse.answers.models import AnswerVersion
from konferanse.themes.sensitive import spans_of


def masked_own(value: str) -> str:
    """A field of its own as it may leave the house."""
    return masked(value, 0, len(value), spans_of(value)) if value else ""


def secrets_in(version: AnswerVersion, hidden: Iterable[Mapping[str, Any]]) -> list[str]:
    """The words behind each mask in a version: in its text, of which ``hidden`` are masked, and in its fields of their own."""
    found = secrets_of(version.text, hidden)
    for value in (version.owner, version.deadline):
        found += secrets_of(value, spans_of(value)) if value else []
    return found
