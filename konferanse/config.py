"""Configuration from the environment; README lists every ``KONFERANSE_*``.

Production (``KONFERANSE_ENV=production``) refuses to start with a setting that would be unsafe in front of the public.
"""

import secrets
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

ROOT = Path(__file__).parent.parent


class UnsafeConfiguration(Exception):
    """A setting is missing or unsafe; the message says which one and how to mend it."""


def from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    """Flask configuration for ``environ``. Raises ``UnsafeConfiguration``."""
    instance = Path(environ.get("KONFERANSE_INSTANCE") or ROOT / "instance").resolve()
    instance.mkdir(parents=True, exist_ok=True)
    production = environ.get("KONFERANSE_ENV") == "production"
    base_url = (environ.get("KONFERANSE_BASE_URL") or "http://127.0.0.1:8000").rstrip("/")
    _check_clock(environ.get("KONFERANSE_NOW"), production)
    if production:
        _refuse_unsafe(environ, base_url)
    values: dict[str, Any] = {
        "ROOT": ROOT,
        "PRODUCTION": production,
        "INSTANCE": instance,
        "BASE_URL": base_url,
        "MAIL_FROM": environ.get("KONFERANSE_MAIL_FROM") or f"konferanse@{urlsplit(base_url).hostname}",
        "RATE_LIMITS": environ.get("KONFERANSE_RATE_LIMITS", "on") != "off",
        "TRUSTED_PROXIES": int(environ.get("KONFERANSE_TRUSTED_PROXIES", "0")),
        "SECRET_KEY": environ.get("KONFERANSE_SECRET_KEY") or _stored_key(instance / "secret_key"),
        "SECRET_KEY_FALLBACKS": (environ.get("KONFERANSE_SECRET_KEY_FALLBACKS") or "").split(),
        # Without this an external link repeats whatever Host a request claims.
        "TRUSTED_HOSTS": [urlsplit(base_url).hostname or "", "localhost", "127.0.0.1"],
        "MAX_CONTENT_LENGTH": 2 * 1024 * 1024,  # uploads raise it for their own route
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "SQLALCHEMY_DATABASE_URI": environ.get("KONFERANSE_DATABASE_URL") or f"sqlite:///{instance / 'konferanse.db'}",
        "SESSION_COOKIE_NAME": "__Host-konferanse" if production else "konferanse",
        "SESSION_COOKIE_SECURE": production,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "WTF_CSRF_TIME_LIMIT": None,  # an hour is shorter than a group session; the token ends with the browser session
        "WTF_I18N_ENABLED": False,
        "BABEL_DEFAULT_LOCALE": "nb",
        "BABEL_DEFAULT_TIMEZONE": "Europe/Oslo",
        "BABEL_TRANSLATION_DIRECTORIES": str(ROOT / "translations"),
        "RATELIMIT_ENABLED": environ.get("KONFERANSE_RATE_LIMITS", "on") != "off",
        "RATELIMIT_STORAGE_URI": f"counters://{quote(str(instance / 'limits.db'))}",
        "RATELIMIT_HEADERS_ENABLED": True,
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,
    }
    values["RATELIMIT_STORAGE_OPTIONS"] = {"secret": values["SECRET_KEY"]}
    return values | _mail_settings(environ.get("KONFERANSE_MAIL_URL"))


def _refuse_unsafe(environ: Mapping[str, str], base_url: str) -> None:
    if len(environ.get("KONFERANSE_SECRET_KEY", "")) < 32:
        raise UnsafeConfiguration("KONFERANSE_SECRET_KEY must be at least 32 random characters in production")
    if not base_url.startswith("https://"):
        raise UnsafeConfiguration("KONFERANSE_BASE_URL must start with https:// in production")
    if not environ.get("KONFERANSE_MAIL_URL"):
        raise UnsafeConfiguration("KONFERANSE_MAIL_URL must be set in production, or nobody gets a confirmation")
    if environ.get("KONFERANSE_RATE_LIMITS") == "off":
        raise UnsafeConfiguration("KONFERANSE_RATE_LIMITS=off is for load tests, not for production")


def _check_clock(value: str | None, production: bool) -> None:
    if not value:
        return
    if production:
        raise UnsafeConfiguration("KONFERANSE_NOW moves the clock and is refused in production")
    try:
        datetime.fromisoformat(value)
    except ValueError as error:
        raise UnsafeConfiguration(f"KONFERANSE_NOW must be an ISO time, not {value!r}") from error


def _stored_key(path: Path) -> str:
    """The key kept beside the database, made the first time; production names its own."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32))
    return path.read_text().strip()


def _mail_settings(url: str | None) -> dict[str, Any]:
    """``smtp://user:password@host:port`` (STARTTLS on 587) or ``smtps://…``; none leaves mail in the outbox."""
    if not url:
        return {"MAIL_DELIVERY": False}
    parts = urlsplit(url)
    return {
        "MAIL_DELIVERY": True,
        "MAIL_SERVER": parts.hostname,
        "MAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 25),
        "MAIL_USERNAME": parts.username,
        "MAIL_PASSWORD": parts.password,
        "MAIL_USE_SSL": parts.scheme == "smtps",
        "MAIL_USE_TLS": parts.port == 587,
    }
