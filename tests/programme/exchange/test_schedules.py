"""frab XML and c3voc JSON. The schemas themselves are not ours to keep here; what they ask for is written out below."""

import json
import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from lxml import etree
from sqlalchemy import select

from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import editing, releases
from konferanse.programme.exchange import schedule
from konferanse.programme.models import Room
from tests.conftest import StrictClient
from tests.programme.exchange.making import NASTY, numbered, publish, rich

GUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+0[12]:00"
SCHEDULE_ORDER = ["generator", "url", "version", "conference", *["day"] * 3]
EVENT = {"date", "start", "duration", "room", "title", "subtitle", "track", "type", "language", "abstract", "description"}


@pytest.fixture
def autumn(app: Flask) -> Conference:
    row = rich(app)
    publish(row)
    return row


def xml(client: StrictClient, slug: str = "host-2026") -> Any:
    response = client.get(f"/k/{slug}/schedule.xml")
    assert (response.status_code, response.mimetype) == (200, "application/xml")
    return etree.fromstring(response.data)


def events(client: StrictClient) -> dict[str, dict[str, Any]]:
    """The JSON's events by title."""
    response = client.get("/k/host-2026/schedule.json")
    assert (response.status_code, response.mimetype) == (200, "application/json")
    days = response.get_json()["schedule"]["conference"]["days"]
    return {event["title"]: event for day in days for room in day["rooms"].values() for event in room}


def test_the_xml_is_what_the_schema_asks_for(client: StrictClient, autumn: Conference) -> None:
    root = xml(client)
    assert [element.tag for element in root] == SCHEDULE_ORDER
    assert re.fullmatch("[a-z0-9_-]{4,}", root.findtext("conference/acronym"))
    assert [day.get("index") for day in root.findall("day")] == ["1", "2", "3"]
    for day in root.findall("day"):
        assert re.fullmatch(MOMENT, day.get("start"))
        assert re.fullmatch(MOMENT, day.get("end"))
    found = root.findall("day/room/event")
    assert len({event.get("guid") for event in found}) == len({event.get("id") for event in found}) == len(found) == 8
    for event in found:
        assert re.fullmatch(GUID, event.get("guid"))
        assert int(event.get("id")) > 0
        assert {child.tag for child in event} == EVENT | {"url", "persons", "links", "attachments"}
        assert re.fullmatch(MOMENT, event.findtext("date"))
        assert re.fullmatch("[0-2][0-9]:[0-5][0-9]", event.findtext("start"))
        assert re.fullmatch("[0-9]{1,2}:[0-9]{2}", event.findtext("duration"))
        assert event.findtext("url").startswith("http://localhost/k/host-2026/program#post-")
        assert event.findtext("room") == event.getparent().get("name")
        for person in event.findall("persons/person"):
            assert re.fullmatch(GUID, person.get("guid"))
            assert 0 < int(person.get("id")) < 2**31


def test_the_json_is_what_the_schema_asks_for(client: StrictClient, autumn: Conference) -> None:
    content = client.get("/k/host-2026/schedule.json").get_json()
    conference = content["schedule"]["conference"]
    assert set(content) == {"$schema", "generator", "schedule"}
    assert re.fullmatch("[a-z0-9_-][a-z0-9_]{3,}(-2[0-9]{3}-[a-z]+)?", conference["acronym"])
    assert conference["daysCount"] == len(conference["days"]) == 3
    assert {"name", "guid"} == set(conference["rooms"][0])
    for event in events(client).values():
        assert set(event) == EVENT | {"guid", "id", "end", "slug", "url", "persons", "links", "attachments"}
        assert re.fullmatch("(0[0-9]|1[0-9]|2[0-3]):[0-5][0-9]", event["start"])
        assert re.fullmatch("[0-9]+:[0-9]{2}", event["duration"])
        assert re.fullmatch("[a-z0-9_-]+[a-z0-9]", event["slug"])
        assert all({"id", "public_name"} <= set(who) and "name" not in who for who in event["persons"])


def test_both_tell_the_same_of_every_item(client: StrictClient, autumn: Conference) -> None:
    root, read = xml(client), events(client)
    assert {event.findtext("title") for event in root.iter("event")} == set(read) == set(numbered(autumn))
    for event in root.iter("event"):
        other = read[event.findtext("title")]
        assert (event.get("guid"), int(event.get("id"))) == (other["guid"], other["id"])
        assert {name: event.findtext(name) or "" for name in EVENT} == {name: other[name] for name in EVENT}
        assert [p.text for p in event.findall("persons/person")] == [p["public_name"] for p in other["persons"]]
        assert [link.get("href") for link in event.findall("links/link")] == [link["url"] for link in other["links"]]
    assert read["Åpning"]["description"] == NASTY
    assert [who["public_name"] for who in read["Åpning"]["persons"]] == ["Direktøren", "Kari Nordmann, rådgiver, NAV"]
    assert (read["Pause"]["type"], read["Gruppearbeid & mer"]["type"]) == ("break", "group_work")


def test_times_have_the_offset_of_their_day_and_lengths_are_as_lived(client: StrictClient, autumn: Conference) -> None:
    read = events(client)
    assert read["Åpning"]["date"] == "2026-10-24T09:00:00+02:00"
    assert read["=HYPERLINK(1)"]["date"] == "2026-10-26T09:00:00+01:00"
    # From 01.30 to 04.00 on the night the clock is put back is three and a half hours.
    assert (read["Nattevandring"]["date"], read["Nattevandring"]["duration"]) == ("2026-10-25T01:30:00+02:00", "03:30")
    assert (read["Fest"]["start"], read["Fest"]["end"]) == ("20:00", "2026-10-27T01:30:00+01:00")
    days = [(day.get("start"), day.get("end")) for day in xml(client).findall("day")]
    assert days[1] == ("2026-10-25T00:00:00+02:00", "2026-10-26T00:00:00+01:00")


def test_what_is_cancelled_says_so_and_what_has_no_room_has_a_named_one(client: StrictClient, autumn: Conference) -> None:
    read = events(client)
    assert (read["Avlyst økt"]["subtitle"], read["Åpning"]["subtitle"]) == ("Avlyst", "")
    assert read["Pause"]["room"] == "Uten fast rom"
    begin_write()
    editing.save_room(autumn, None, "Uten fast rom", None)
    numbered(autumn)["Åpning"].room = db.session.scalars(select(Room).where(Room.name == "Uten fast rom")).one()
    db.session.commit()
    publish(autumn)
    read = events(client)
    assert (read["Åpning"]["room"], read["Pause"]["room"]) == ("Uten fast rom", "Uten fast rom 2")


def test_ids_stay_when_everything_else_changes(client: StrictClient, autumn: Conference) -> None:
    before = {e["guid"]: (e["id"], e["slug"], [p["id"] for p in e["persons"]]) for e in events(client).values()}
    guids = {room.get("guid") for room in xml(client).iter("room") if room.get("guid")}
    begin_write()
    for n, item in enumerate(editing.items(autumn)):
        item.title, item.end = f"Nytt navn {n}", item.end.replace(minute=55)
    for room in editing.rooms(autumn):
        room.name = f"Nytt {room.name}"
    db.session.commit()
    publish(autumn)
    after = {e["guid"]: (e["id"], e["slug"], [p["id"] for p in e["persons"]]) for e in events(client).values()}
    assert after == before
    assert {room.get("guid") for room in xml(client).iter("room") if room.get("guid")} == guids


def test_what_was_removed_is_gone_from_both(client: StrictClient, autumn: Conference) -> None:
    begin_write()
    editing.remove_item(numbered(autumn)["Pause"], "system", autumn.slug)
    db.session.commit()
    publish(autumn)
    assert "Pause" not in events(client)
    assert len(list(xml(client).iter("event"))) == 7


def test_an_old_release_without_ids_of_people_and_with_odd_characters_is_still_valid(app: Flask, autumn: Conference) -> None:
    content = releases.working_copy(autumn)
    item = {k: v for k, v in content["items"][0].items() if k not in ("speakers", "audience", "links", "status", "room_uid")}
    old = {"days": content["days"], "items": [item | {"title": "Før\x01\ud800\ufffe", "speaker": "Direktøren; Kari, NAV"}]}
    made = schedule.schedule(autumn, old, "1", "http://localhost/k/x/program", lambda uid: uid)
    [event] = [e for day in made.days for room in day.rooms.values() for e in room]
    assert event.title == "Før"
    assert [who.credit for who in event.persons] == ["Direktøren", "Kari, NAV"]
    assert {type(uid) for uid in made.rooms.values()} == {UUID}


def test_before_the_first_release_there_are_days_and_nothing_in_them(client: StrictClient, app: Flask) -> None:
    rich(app)
    assert [len(day) for day in xml(client).findall("day")] == [0, 0, 0]
    assert events(client) == {}


def test_a_draft_has_neither(client: StrictClient, app: Flask) -> None:
    row = rich(app, "kladd")
    begin_write()
    row.status = "draft"
    db.session.commit()
    for name in ("schedule.xml", "schedule.json"):
        assert client.get(f"/k/kladd/{name}").status_code == 404
        assert client.get(f"/k/finnes-ikke/{name}").status_code == 404


def test_the_same_release_is_the_same_bytes_in_every_language(client: StrictClient, autumn: Conference) -> None:
    for name in ("schedule.xml", "schedule.json"):
        one = client.get(f"/k/host-2026/{name}").data
        assert client.get(f"/k/host-2026/{name}?lang=en").data == one


def test_the_command_writes_what_the_page_shows(app: Flask, client: StrictClient, autumn: Conference) -> None:
    runner = app.test_cli_runner()
    for form, name in [("frab-xml", "schedule.xml"), ("c3voc-json", "schedule.json")]:
        out = runner.invoke(args=["programme", "export", "host-2026", "--format", form])
        assert out.exit_code == 0
        assert out.stdout_bytes == client.get(f"/k/host-2026/{name}").data


def test_a_short_name_is_made_long_enough(app: Flask) -> None:
    begin_write()
    lifecycle.create("x", "X", "dialogkonferanse", *[editing.local(releases.now()).date()] * 2)
    assert [schedule.acronym(slug) for slug in ("x", "inkludering-2019")] == ["x___", "inkludering_2019"]


def test_json_has_no_text_that_is_no_text(client: StrictClient, autumn: Conference) -> None:
    json.loads(client.get("/k/host-2026/schedule.json").data.decode("utf-8", "strict"))
