"""Programme items for tests."""

from datetime import date, time
from typing import Any

from konferanse.conference.models import Conference
from konferanse.programme import editing
from konferanse.programme.models import ProgrammeItem


def add(conference: Conference, start: str, end: str, title: str, day: date | None = None, **more: Any) -> ProgrammeItem:
    """An item with clock times on ``day`` (the first when omitted). Begin a write first."""
    on = day or conference.first_date
    fields = {"kind": "plenary", "room": None, "speaker": "", "language": "nb", "description": ""} | more
    moments = [editing.moment(on, time.fromisoformat(clock)) for clock in (start, end)]
    return editing.add_item(conference, editing.ItemValues(moments[0], moments[1], title, **fields), "system")
