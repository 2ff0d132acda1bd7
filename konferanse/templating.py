"""What every template may use: hashed static addresses, dates and numbers in the page's language, who is signed in."""

import hashlib
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, request

from konferanse.access.requires import current_staff
from konferanse.common import language as lang
from konferanse.common.clock import now
from konferanse.config import ROOT


def init_app(app: Flask) -> None:
    """Register filters and globals."""
    app.jinja_env.filters.update(
        date_words=lang.date_words,
        local_date=lang.local_date,
        weekday_date=lang.weekday_date,
        weekday_heading=lang.weekday_heading,
        day_of_month=lang.day_of_month,
        clock_time=lang.clock_time,
        moment_words=lang.moment_words,
        number=lang.number,
        listed=lang.listed,
        file_size=lang.file_size,
    )
    app.jinja_env.globals.update(
        asset=asset,
        date_range=lang.date_range,
        time_range=lang.time_range,
        current_staff=current_staff,
        language=lang.language,
        in_language=in_language,
        languages=lang.LANGUAGES,
        now=now,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_defaults(_keep_language)


def asset(name: str) -> str:
    """``/static/<name>?v=<hash>``."""
    return f"/static/{name}?v={_digest(ROOT / 'static' / name)}"


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def in_language(code: str) -> str:
    """This page's address in another language. Not by ``url_for``: a visitor's ``?_method=`` or ``?_external=`` is a setting
    to it."""
    if not request.endpoint:
        return f"/?lang={code}"
    kept = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{quote(request.path)}?{urlencode([*kept, ('lang', code)])}"


def _keep_language(endpoint: str, values: dict[str, Any]) -> None:
    """A language chosen in the address follows along, since there is no cookie to keep it."""
    chosen = request.args.get("lang") if request else None
    if chosen in lang.LANGUAGES and endpoint != "static":
        values.setdefault("lang", chosen)
