"""Which language a page is in, and how dates, times and numbers are written in it.

Norwegian forms follow Språkrådet: 26. juni 2019, 26.–27. juni, kl. 09.00–10.15, 10 000.
"""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache

from babel.dates import format_date as babel_date
from babel.lists import format_list
from flask import has_request_context, request
from flask_babel import get_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from konferanse.common.clock import local

LANGUAGES = {"nb": "Bokmål", "nn": "Nynorsk", "en": "English"}


def select_language() -> str:
    """The language of the running request, or bokmål outside one."""
    if not has_request_context():
        return "nb"
    return choose_language(request.args.get("lang", ""), request.headers.get("Accept-Language", ""))


@lru_cache(1024)
def choose_language(asked: str, accepted: str) -> str:
    """``?lang=``, else the ``Accept-Language`` header, else bokmål."""
    if asked in LANGUAGES:
        return asked
    for tag, _quality in parse_accept_header(accepted[:200], LanguageAccept):
        primary = tag.lower().split("-")[0]
        if primary == "no":
            return "nb"
        if primary in LANGUAGES:
            return primary
    return "nb"


def language() -> str:
    """The language in force, in a request or under ``force_locale``."""
    locale = get_locale()
    return locale.language if locale else "nb"


def date_words(day: date) -> str:
    """26. juni 2019 · 26 June 2019."""
    code = language()
    return babel_date(day, "d MMMM y" if code == "en" else "d. MMMM y", locale=_babel(code))


def weekday_date(day: date) -> str:
    """onsdag 26. juni · Wednesday 26 June."""
    code = language()
    return babel_date(day, "EEEE d MMMM" if code == "en" else "EEEE d. MMMM", locale=_babel(code))


def weekday_heading(day: date) -> str:
    """Onsdag 26. juni · Wednesday 26 June: as ``weekday_date``, beginning a line."""
    words = weekday_date(day)
    return words[:1].upper() + words[1:]


def day_of_month(day: date) -> str:
    """``26.`` in Norwegian, ``26`` in English."""
    return str(day.day) if language() == "en" else f"{day.day}."


def local_date(moment: datetime) -> str:
    """The Norwegian date of a moment, as ``date_words``."""
    return date_words(local(moment).date())


def date_range(first: date, last: date) -> str:
    """26.–27. juni 2019 · 30. juni–1. juli 2019 · 31. desember 2019–1. januar 2020."""
    if first == last:
        return date_words(first)
    code = language()
    dot = "" if code == "en" else "."
    if first.year != last.year:
        return f"{date_words(first)}–{date_words(last)}"
    if first.month != last.month:
        return f"{babel_date(first, f'd{dot} MMMM', locale=_babel(code))}–{date_words(last)}"
    return f"{first.day}{dot}–{date_words(last)}"


def clock_time(moment: datetime) -> str:
    """09.00 in Norwegian, 09:00 in English; Norwegian time."""
    return local(moment).strftime("%H:%M" if language() == "en" else "%H.%M")


def time_range(start: datetime, end: datetime) -> str:
    """kl. 09.00–10.15 · 09:00–10:15."""
    times = f"{clock_time(start)}–{clock_time(end)}"
    return times if language() == "en" else f"kl. {times}"


def moment_words(moment: datetime) -> str:
    """26. juni 2019 kl. 09.00 · 26 June 2019, 09:00."""
    joiner = ", " if language() == "en" else " kl. "
    return f"{date_words(local(moment).date())}{joiner}{clock_time(moment)}"


def number(value: int) -> str:
    """10 000, with a no-break space; 10,000 in English."""
    return f"{value:,}".replace(",", "," if language() == "en" else "\u00a0")


def listed(texts: Sequence[str]) -> str:
    """«a», «b» og «c»: things that people have named."""
    marked = [f"“{text}”" if language() == "en" else f"«{text}»" for text in texts]
    return str(format_list(marked, locale=_babel(language())))


def file_size(size: int) -> str:
    """Bytes as 1,2 MB or 45 kB."""
    if size >= 1_000_000:
        text = f"{size / 1_000_000:.1f} MB"
        return text if language() == "en" else text.replace(".", ",")
    return f"{max(1, round(size / 1000))} kB"


def _babel(code: str) -> str:
    return {"nb": "nb_NO", "nn": "nn_NO"}.get(code, "en_GB")
