"""Calendars of a part of the programme: a day, a room, what somebody chose."""

from datetime import timedelta

import pytest
from flask import Flask
from icalendar import Calendar

from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import editing, feed
from tests.conftest import StrictClient
from tests.programme.exchange.making import numbered, publish, rich


@pytest.fixture
def autumn(app: Flask) -> Conference:
    row = rich(app)
    publish(row)
    return row


def calendar(client: StrictClient, query: str = "") -> Calendar:
    return Calendar.from_ical(client.get(f"/k/host-2026/program.ics{query}").get_data())


def titles(client: StrictClient, query: str) -> set[str]:
    return {str(event["summary"]) for event in calendar(client, query).walk("VEVENT")}


def test_a_day(client: StrictClient, autumn: Conference) -> None:
    assert titles(client, "?dag=2026-10-26") == {"=HYPERLINK(1)", "Fest"}
    assert str(calendar(client, "?dag=2026-10-26")["name"]) == "Høst <&> 2026 – mandag 26. oktober"


def test_a_room_also_after_it_was_renamed(client: StrictClient, autumn: Conference) -> None:
    small = next(room for room in editing.rooms(autumn) if room.name == "<Lille>")
    begin_write()
    small.name = "Storsalen"
    db.session.commit()
    assert titles(client, f"?rom={small.uid}") == {"Avlyst økt", "Fest"}
    assert str(calendar(client, f"?rom={small.uid}")["name"]) == "Høst <&> 2026 – <Lille>"


def test_what_somebody_chose_in_either_way_of_writing_it(client: StrictClient, autumn: Conference) -> None:
    a, b = (str(numbered(autumn)[title].uid)[:8] for title in ("Pause", "Lenker"))
    assert titles(client, f"?post={a}&post={b}") == titles(client, f"?post={a},{b.upper()}") == {"Pause", "Lenker"}
    assert titles(client, f"?post={a},{b}&dag=2026-10-26") == set()


def test_what_is_cancelled_or_removed_stays_as_cancelled(client: StrictClient, autumn: Conference) -> None:
    begin_write()
    editing.remove_item(numbered(autumn)["Fest"], "system", autumn.slug)
    db.session.commit()
    publish(autumn)
    found = {str(e["summary"]): (str(e["status"]), e["sequence"]) for e in calendar(client).walk("VEVENT")}
    assert found["Avlyst økt"] == ("CANCELLED", 0)
    assert found["Fest"] == ("CANCELLED", 1)
    assert found["Åpning"] == ("CONFIRMED", 0)
    assert "Fest" in titles(client, "?dag=2026-10-26")


def test_each_selection_is_a_calendar_of_its_own(client: StrictClient, autumn: Conference) -> None:
    post = str(numbered(autumn)["Pause"].uid)[:8]
    queries = ["", "?dag=2026-10-24", "?dag=2026-10-25", f"?post={post}"]
    uids = [str(calendar(client, query)["uid"]) for query in queries]
    assert len(set(uids)) == 4
    assert uids[0] == str(autumn.uid)
    assert uids == [str(calendar(client, query)["uid"]) for query in queries]
    assert str(calendar(client, queries[1])["source"]) == "http://localhost/k/host-2026/program.ics?dag=2026-10-24"


@pytest.mark.parametrize("query", ["?dag=i-morgen", "?rom=storsalen", "?post=zzzzzzzz", "?post=abc", "?dag=2026-13-01"])
def test_an_address_that_means_nothing_is_not_found(client: StrictClient, autumn: Conference, query: str) -> None:
    assert client.get(f"/k/host-2026/program.ics{query}").status_code == 404


def test_times_to_live_are_durations(client: StrictClient, autumn: Conference) -> None:
    assert b"\r\nX-PUBLISHED-TTL:PT1H\r\n" in client.get("/k/host-2026/program.ics").data
    assert calendar(client)["refresh-interval"].dt == timedelta(hours=1)


def test_cancelling_the_conference_makes_every_event_newer(client: StrictClient, autumn: Conference) -> None:
    before = {str(e["uid"]): e["last-modified"].dt for e in calendar(client).walk("VEVENT")}
    begin_write()
    lifecycle.change_status(autumn, "cancelled", "system")
    autumn.updated += timedelta(minutes=5)
    db.session.commit()
    after = {str(e["uid"]): e["last-modified"].dt for e in calendar(client).walk("VEVENT")}
    assert all(after[uid] > moment for uid, moment in before.items())


def test_an_address_to_subscribe_to() -> None:
    assert (
        feed.webcal("https://example.org/k/x/program.ics?dag=2026-10-26")
        == "webcal://example.org/k/x/program.ics?dag=2026-10-26"
    )
