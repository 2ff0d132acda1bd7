"""A programme with everything in it that has gone wrong in somebody's export."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask

from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import editing, releases
from konferanse.programme.models import ProgrammeItem
from tests.programme.making import add

NASTY = 'Æøå; "sitat", <b>&amp;</b> ]]> \\n \\, 🎉\nBEGIN:VEVENT\n\n  lang ' + "tekst med ø, " * 30 + "slutt"


def publish(conference: Conference, name: str = "Utgave") -> dict[str, Any]:
    begin_write()
    content: dict[str, Any] = releases.publish(conference, name, "system").content
    db.session.commit()
    return content


def rich(_app: Flask, slug: str = "host-2026") -> Conference:
    """Three days over the October change: rooms and none, a break, group work, two speakers, one item cancelled, one past
    midnight."""
    begin_write()
    row = lifecycle.create(slug, "Høst <&> 2026", "dialogkonferanse", date(2026, 10, 24), date(2026, 10, 26))
    row.place = "Bodø"
    lifecycle.change_status(row, "published", "system")
    hall, small = (editing.save_room(row, None, name, size) for name, size in [("Store; sal, øst", 200), ("<Lille>", None)])
    add(row, "09:00", "10:15", "Åpning", room=hall, speaker="Direktøren\nKari Nordmann, rådgiver, NAV", description=NASTY)
    add(row, "10:15", "10:30", "Pause", kind="break")
    add(row, "10:30", "12:00", "Gruppearbeid & mer", kind="group_work", audience="Ledere, <alle>", expected=60)
    add(row, "10:30", "12:00", "Avlyst økt", kind="parallel", room=small, status="cancelled", language="se")
    add(row, "13:00", "13:45", "Lenker", kind="digital", links="https://example.org/?a=1&b=2\nhttps://example.org/å")
    add(row, "01:30", "04:00", "Nattevandring", day=date(2026, 10, 25), kind="social")
    add(row, "09:00", "09:20", "=HYPERLINK(1)", day=date(2026, 10, 26), room=hall, language="en", speaker="Direktøren")
    late = add(row, "20:00", "23:00", "Fest", day=date(2026, 10, 26), kind="social", room=small)
    late.end = datetime(2026, 10, 27, 1, 30, tzinfo=UTC) - timedelta(hours=1)
    db.session.commit()
    return row


def told(conference: Conference) -> list[dict[str, Any]]:
    """The working copy as a reader is told of it: without ids, numbers and counters."""
    left_out = ("uid", "number", "sequence", "modified", "room_uid")
    items = [{k: v for k, v in item.items() if k not in left_out} for item in releases.working_copy(conference)["items"]]
    for item in items:
        item["speakers"] = [who["name"] for who in item["speakers"]]
    return sorted(items, key=lambda item: (item["start"], item["title"]))


def numbered(conference: Conference) -> dict[str, ProgrammeItem]:
    """Items by title."""
    return {item.title: item for item in editing.items(conference)}
