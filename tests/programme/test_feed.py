"""The calendar is read again by a calendar library, and its zone is held against the tz database."""

from datetime import date, datetime, timedelta

import pytest
from flask import Flask
from icalendar import Calendar, Timezone

from konferanse.common.clock import OSLO
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import feed, releases
from tests.conftest import StrictClient
from tests.programme.making import add

NASTY = 'Æøå; komma, "sitat" og\nEND:VEVENT\r\nBEGIN:VALARM ' + "lang tekst med ø " * 30


@pytest.fixture
def autumn(app: Flask) -> Conference:
    """A conference over the October change of 2026 and one July day's worth of summer."""
    begin_write()
    row = lifecycle.create("host", "Høstkonferansen", "dialogkonferanse", date(2026, 10, 24), date(2026, 10, 26))
    row.place = "Bodø"
    lifecycle.change_status(row, "published", "system")
    for day in row.dates:
        add(row, "09:00", "10:15", f"Åpning {day}", day=day, description=NASTY, speaker="Direktøren", language="nn")
    db.session.commit()
    return row


def publish(conference: Conference) -> None:
    begin_write()
    releases.publish(conference, "Utgave", "system")
    db.session.commit()


def read(client: StrictClient, slug: str = "host") -> Calendar:
    response = client.get(f"/k/{slug}/program.ics")
    assert response.content_type.startswith("text/calendar")
    return Calendar.from_ical(response.get_data())


def test_times_stay_nine_o_clock_across_the_october_change(client: StrictClient, autumn: Conference) -> None:
    publish(autumn)
    starts = [event.decoded("dtstart") for event in read(client).walk("VEVENT")]
    assert [s.strftime("%H:%M") for s in starts] == ["09:00"] * 3
    assert [s.utcoffset() for s in starts] == [timedelta(hours=h) for h in (2, 1, 1)]
    assert b"DTSTART;TZID=Europe/Oslo:20261026T090000" in client.get("/k/host/program.ics").data


def test_times_are_right_in_july(client: StrictClient, app: Flask) -> None:
    begin_write()
    row = lifecycle.create("sommer", "Sommer", "dialogkonferanse", date(2026, 7, 1), date(2026, 7, 1))
    lifecycle.change_status(row, "published", "system")
    add(row, "09:00", "10:00", "Åpning")
    db.session.commit()
    publish(row)
    [event] = read(client, "sommer").walk("VEVENT")
    assert event.decoded("dtstart") == datetime(2026, 7, 1, 9, tzinfo=OSLO)
    assert event.decoded("dtstart").utcoffset() == timedelta(hours=2)


def test_the_zone_agrees_with_the_tz_database() -> None:
    zone = Timezone.from_ical(feed.OSLO_RULES).to_tz()
    for day in range(366 * 4):
        moment = datetime(2019, 1, 1, 12) + timedelta(days=day)  # noqa: DTZ001 - a wall clock time
        assert moment.replace(tzinfo=zone).utcoffset() == moment.replace(tzinfo=OSLO).utcoffset()


def test_it_says_what_calendar_programs_ask_for(client: StrictClient, autumn: Conference) -> None:
    publish(autumn)
    calendar = read(client)
    assert calendar["prodid"] == feed.PRODID
    assert calendar["name"] == "Høstkonferansen"
    assert calendar["refresh-interval"].dt == timedelta(hours=1)
    assert [str(z["tzid"]) for z in calendar.walk("VTIMEZONE")] == ["Europe/Oslo"]
    event = calendar.walk("VEVENT")[0]
    assert event["location"] == "Bodø"
    assert event["sequence"] == 0
    assert event["dtstamp"].dt == event["last-modified"].dt
    assert event["summary"].params["LANGUAGE"] == "nn"


def test_uids_stay_and_only_the_changed_sequence_rises(client: StrictClient, autumn: Conference) -> None:
    publish(autumn)
    before = {str(e["uid"]): e["sequence"] for e in read(client).walk("VEVENT")}
    begin_write()
    add(autumn, "11:00", "12:00", "Nytt")
    row = db.session.get_one(releases.ProgrammeItem, 1)
    row.title = "Ny tittel"
    db.session.commit()
    publish(autumn)
    after = {str(e["uid"]): e["sequence"] for e in read(client).walk("VEVENT")}
    assert set(before) < set(after)
    assert sorted(after.values()) == [0, 0, 0, 1]
    assert after[str(row.uid)] == 1


def test_the_same_release_is_the_same_bytes(client: StrictClient, autumn: Conference) -> None:
    publish(autumn)
    release = releases.published(autumn)
    assert release is not None
    one, two = (feed.calendar(autumn, release.content, "http://localhost/k/host/program") for _ in range(2))
    assert one == two


def test_lines_are_folded_and_no_text_breaks_out(client: StrictClient, autumn: Conference) -> None:
    publish(autumn)
    raw = client.get("/k/host/program.ics").get_data()
    lines = raw.split(b"\r\n")
    assert all(len(line) <= 75 for line in lines)
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert not Calendar.from_ical(raw).walk("VALARM")
    event = Calendar.from_ical(raw).walk("VEVENT")[0]
    assert str(event["description"]) == "Direktøren\n\n" + NASTY.replace("\r\n", "\n")


def test_before_the_first_release_the_calendar_is_valid_and_empty(client: StrictClient, autumn: Conference) -> None:
    calendar = read(client)
    assert calendar.walk("VEVENT") == []
    assert len(calendar.walk("VTIMEZONE")) == 1


def test_a_cancelled_conference_cancels_its_events(client: StrictClient, autumn: Conference) -> None:
    publish(autumn)
    begin_write()
    lifecycle.change_status(autumn, "cancelled", "system")
    db.session.commit()
    assert {str(e["status"]) for e in read(client).walk("VEVENT")} == {"CANCELLED"}


def test_the_calendar_of_a_draft_does_not_exist(client: StrictClient, app: Flask) -> None:
    begin_write()
    lifecycle.create("kladd", "Kladd", "dialogkonferanse", date(2026, 7, 1), date(2026, 7, 1))
    db.session.commit()
    assert client.get("/k/kladd/program.ics").status_code == 404
    assert client.get("/k/kladd/program").status_code == 404


def test_the_sheet_defuses_formulas_and_keeps_clock_times(app: Flask, autumn: Conference) -> None:
    begin_write()
    add(autumn, "12:00", "12:30", "=HYPERLINK(1)", day=autumn.last_date)
    db.session.commit()
    publish(autumn)
    out = app.test_cli_runner().invoke(args=["programme", "export", "host", "--format", "csv"])
    assert out.exit_code == 0
    text = out.stdout_bytes.decode("utf-8-sig")
    assert text.splitlines()[0] == "date,start,end,title,kind,room,speaker,language,description"
    assert "2026-10-26,12:00,12:30,'=HYPERLINK(1),plenary" in text


def test_the_command_publishes_and_exports(app: Flask, autumn: Conference) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["programme", "publish", "host", "--name", "Utgave A"]).exit_code == 0
    out = runner.invoke(args=["programme", "export", "host", "--format", "ics"])
    assert len(Calendar.from_ical(out.stdout_bytes).walk("VEVENT")) == 3
    refused = runner.invoke(args=["programme", "publish", "finnes-ikke", "--name", "x"])
    assert refused.exit_code == 1
    assert "finnes-ikke" in refused.stderr
    assert runner.invoke(args=["programme", "export", "host", "--format", "doc"]).exit_code == 2
