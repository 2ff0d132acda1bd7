"""A receipt is a signed token that holds what the screen tells, and nothing about the person.

No row stands behind it: the receipt of somebody who was signed up before cannot be told from a newcomer's.
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer


class Receipt(NamedTuple):
    """What a sign-up came to. ``place`` is the place in line, 0 for a seat; ``key`` is the form's, in hex."""

    conference_id: int
    status: str
    place: int
    attendance: str
    days: list[date]
    key: str


def receipt_token(conference_id: int, status: str, place: int, attendance: str, days: Sequence[date], key: UUID) -> str:
    """The token of a receipt."""
    return str(_serializer().dumps([conference_id, status, place, attendance, [day.isoformat() for day in days], key.hex]))


def read_receipt(token: str) -> Receipt | None:
    """What a token tells; None when we did not write it."""
    try:
        conference_id, status, place, attendance, days, key = _serializer().loads(token)
    except BadSignature:
        return None
    return Receipt(conference_id, status, place, attendance, [date.fromisoformat(day) for day in days], key)


def _serializer() -> URLSafeSerializer:
    keys = [*reversed(current_app.config["SECRET_KEY_FALLBACKS"]), current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt="registration-receipt")
