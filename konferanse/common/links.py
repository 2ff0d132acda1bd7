"""Personal links: 22 characters of id and 22 of HMAC, never stored.

The HMAC (SHA-256, 128 bits kept) covers purpose, id and generation. Raising the row's generation revokes a link; a new
server key with the old one among ``SECRET_KEY_FALLBACKS`` lets old links live on.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any
from uuid import UUID

from flask import current_app
from itsdangerous import BadSignature, URLSafeSerializer

PATHS = {"min": "min", "bord": "bord", "innleder": "innleder", "inn": "inn", "invitasjon": "invitasjon", "vegg": "vegg"}
PLACEHOLDER = re.compile(r"\[\[(min|bord|innleder|invitasjon|inn):([0-9a-f-]{36}):(\d+)\]\]")


def token(purpose: str, uid: UUID, generation: int = 0) -> str:
    """The token of ``/<purpose>/<token>``."""
    return _encode(uid.bytes) + _mac(current_app.config["SECRET_KEY"], purpose, uid, generation)


def uid_of(value: str) -> UUID | None:
    """The id a token claims; its HMAC is not looked at yet."""
    try:
        return UUID(bytes=urlsafe_b64decode(value[:22] + "==")) if len(value) == 44 else None
    except ValueError:
        return None


def genuine(value: str, purpose: str, uid: UUID, generation: int) -> bool:
    """Whether ``value`` is the token of this row and generation, under this key or an earlier one."""
    keys = [current_app.config["SECRET_KEY"], *current_app.config["SECRET_KEY_FALLBACKS"]]
    tokens = [_encode(uid.bytes) + _mac(key, purpose, uid, generation) for key in keys]
    return any(hmac.compare_digest(value.encode(), t.encode()) for t in tokens)


def stopped(value: str, purpose: str, uid: UUID, generation: int) -> int | None:
    """The earlier generation that ``value`` was the token of; None when it never was one."""
    return next((old for old in range(generation) if genuine(value, purpose, uid, old)), None)


def url(purpose: str, uid: UUID, generation: int = 0) -> str:
    """The whole address, always on the configured base URL."""
    return f"{current_app.config['BASE_URL']}/{PATHS[purpose]}/{token(purpose, uid, generation)}"


def disarm(text: str) -> str:
    """``text`` with no two brackets together, so that nobody can write a placeholder and be mailed somebody's link."""
    return re.sub(r"\[(?=\[)", "[ ", text)


def page(path: str) -> str:
    """The whole address of a page of ours, always on the configured base URL. ``path`` begins with a slash."""
    return f"{current_app.config['BASE_URL']}{path}"


def sender() -> str:
    """The address our mail comes from."""
    address: str = current_app.config["MAIL_FROM"]
    return address


def sealed(purpose: str, values: list[Any]) -> str:
    """A token that carries ``values`` (JSON) for everybody to read and nobody to change."""
    return str(_seal(purpose).dumps(values))


def unsealed(purpose: str, token: str) -> list[Any] | None:
    """What ``sealed`` put in ``token``; None when it was not us."""
    try:
        values: list[Any] = _seal(purpose).loads(token)
    except BadSignature:
        return None
    return values


def fill_in(body: str) -> str:
    """``body`` with its link placeholders replaced by addresses."""
    return PLACEHOLDER.sub(lambda m: url(m[1], UUID(m[2]), int(m[3])), body)


def hide(body: str, words: str) -> str:
    """``body`` as somebody other than its recipient may read it: ``words`` where a personal link will stand."""
    return PLACEHOLDER.sub(lambda _link: words, body)


def _mac(key: str, purpose: str, uid: UUID, generation: int) -> str:
    message = f"{purpose}:{uid}:{generation}".encode()
    return _encode(hmac.digest(key.encode(), message, "sha256")[:16])


def _seal(purpose: str) -> URLSafeSerializer:
    keys = [*reversed(current_app.config["SECRET_KEY_FALLBACKS"]), current_app.config["SECRET_KEY"]]
    return URLSafeSerializer(keys, salt=f"sealed-{purpose}")


def _encode(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")
