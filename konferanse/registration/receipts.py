"""A receipt is a signed token that holds what the screen tells, and nothing about the person.

No row stands behind it: the receipt of somebody who was signed up before cannot be told from a newcomer's.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from konferanse.common import links


class Receipt(NamedTuple):
    """What a sign-up came to. ``place`` is the place in line, 0 for a seat; ``key`` is the form's, in hex; ``people`` how many
    were signed up together."""

    conference_id: int
    status: str
    place: int
    attendance: str
    days: list[date]
    key: str
    people: int = 1


def receipt_token(
    conference_id: int, status: str, place: int, attendance: str, days: Sequence[date], key: UUID, people: int = 1
) -> str:
    """The token of a receipt."""
    dates = [day.isoformat() for day in days]
    return links.sealed("receipt", [conference_id, status, place, attendance, dates, key.hex, people])


def read_receipt(token: str) -> Receipt | None:
    """What a token tells; None when we did not write it."""
    values = links.unsealed("receipt", token)
    if values is None:
        return None
    conference_id, status, place, attendance, days, *rest = values
    return Receipt(conference_id, status, place, attendance, [date.fromisoformat(day) for day in days], *rest)
