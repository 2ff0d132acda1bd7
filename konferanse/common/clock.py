"""The one clock. ``KONFERANSE_NOW`` moves it, so that June 2019 can be lived through; production refuses that."""

import os
from datetime import UTC, date, datetime, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

OSLO: tzinfo = ZoneInfo("Europe/Oslo")


@cache
def _moved(value: str) -> datetime:
    moment = datetime.fromisoformat(value)
    return (moment.replace(tzinfo=OSLO) if moment.tzinfo is None else moment).astimezone(UTC)


def now() -> datetime:
    """This moment in UTC."""
    value = os.environ.get("KONFERANSE_NOW")
    return _moved(value) if value else datetime.now(UTC)


def today() -> date:
    """The date in Norway."""
    return now().astimezone(OSLO).date()


def local(moment: datetime) -> datetime:
    """``moment`` in Norwegian time."""
    return moment.astimezone(OSLO)
