"""The public programme by day, room and kind, one day of it, and what a search finds."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from lxml import html

from konferanse.common.clock import now
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import reading, releases
from konferanse.programme.models import ProgrammeItem, Room
from tests.conftest import StrictClient
from tests.programme.making import add

PAGE = "/k/prove/program"


@pytest.fixture
def programme(conference: Conference) -> list[ProgrammeItem]:
    """Two days, two rooms, one item called off, one in English."""
    begin_write()
    rooms = [Room(conference_id=conference.id, name=name) for name in ("Sal 10", "Sal 2")]
    db.session.add_all(rooms)
    more: dict[str, Any] = {"audience": "Ledere", "description": "Om faddere på avdelingen"}
    items = [
        add(conference, "09:00", "10:00", "Oppdraget", room=rooms[0], speaker="Åse Øverli, NAV", **more),
        add(conference, "10:00", "11:00", "Lunsj", kind="break"),
        add(conference, "11:00", "12:00", "What works", room=rooms[1], language="en"),
        add(conference, "09:00", "10:00", "Veien videre", day=conference.last_date, room=rooms[1], status="cancelled"),
    ]
    releases.publish(conference, "Endelig program", "system")
    db.session.commit()
    return items


def page(client: StrictClient, query: str = "") -> Any:
    return html.document_fromstring(client.get(PAGE + query).get_data(as_text=True))


def titles(document: Any) -> list[str]:
    """The items on the page, in order."""
    return [" ".join(link.text_content().split()) for link in document.xpath("//*[contains(@class, 'post-title')]/a")]


def headings(document: Any) -> list[str]:
    return [" ".join(h.text_content().split()) for h in document.find_class("day-heading")]


def test_by_day_by_room_and_by_kind(client: StrictClient, programme: list[ProgrammeItem]) -> None:
    assert titles(page(client)) == ["Oppdraget", "Lunsj", "What works", "Veien videre"]
    by_room = page(client, "?vis=rom")
    assert headings(by_room) == ["Sal 2", "Sal 10", "Uten rom"]
    assert titles(by_room) == ["What works", "Veien videre", "Oppdraget", "Lunsj"]
    by_kind = page(client, "?vis=type")
    assert headings(by_kind) == ["Plenum", "Pause"]
    assert titles(by_kind) == ["Oppdraget", "What works", "Veien videre", "Lunsj"]


def test_each_day_and_each_room_has_a_calendar_that_works(client: StrictClient, programme: list[ProgrammeItem]) -> None:
    for query, shown in (("", "dag="), ("?vis=rom", "rom=")):
        links = [link.get("href") for link in page(client, query).xpath("//*[contains(@class, 'day-calendar')]/a")]
        assert len(links) == 2
        for link in links:
            assert link.startswith("webcal://")
            assert shown in link
            calendar = client.get("/k/" + link.partition("/k/")[2]).get_data(as_text=True)
            assert 0 < calendar.count("BEGIN:VEVENT") < len(programme)


def test_one_day(client: StrictClient, conference: Conference, programme: list[ProgrammeItem]) -> None:
    assert titles(page(client, f"?dag={conference.last_date}")) == ["Veien videre"]
    assert titles(page(client, f"?vis=rom&dag={conference.first_date}")) == ["What works", "Oppdraget", "Lunsj"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("oppdraget", ["Oppdraget"]),
        ("ÅSE", ["Oppdraget"]),
        ("nav ledere", ["Oppdraget"]),
        ("faddere", ["Oppdraget"]),
        ("ledere lunsj", []),
        ("sal 2", ["What works", "Veien videre"]),
        ("%", []),
        ("<script>", []),
    ],
)
def test_a_search_finds_every_word_in_title_speaker_text_audience_or_room(
    client: StrictClient, programme: list[ProgrammeItem], words: str, found: list[str]
) -> None:
    answer = client.get(PAGE, query_string={"q": words})
    document = html.document_fromstring(answer.get_data(as_text=True))
    assert titles(document) == found
    assert document.xpath("//input[@name='q']")[0].get("value") == words
    assert ("hidden" in document.xpath("//*[@data-none]")[0].attrib) == bool(found)


@pytest.mark.parametrize("query", ["?vis=kaffe", "?dag=2001-01-01", "?dag=20270301", "?dag=i-morgen", "?dag=2027-W09-1"])
def test_an_address_that_says_nothing_sensible_does_not_exist(
    client: StrictClient, programme: list[ProgrammeItem], query: str
) -> None:
    assert client.get(PAGE + query).status_code == 404


def test_what_is_called_off_stays_struck_and_marked(client: StrictClient, programme: list[ProgrammeItem]) -> None:
    off = page(client).xpath("//article[@data-off]")
    assert [" ".join(o.find_class("post-title")[0].text_content().split()) for o in off] == ["Avlyst Veien videre"]
    assert [s.text_content() for s in off[0].xpath(".//s")] == ["Veien videre"]
    front = client.get("/k/prove").get_data(as_text=True)
    assert "<s>Veien videre</s>" in front
    assert "<s>Oppdraget</s>" not in front


def test_what_was_taken_out_is_gone(client: StrictClient, conference: Conference, programme: list[ProgrammeItem]) -> None:
    begin_write()
    db.session.delete(db.session.get(ProgrammeItem, programme[1].id))
    releases.publish(conference, "Uten lunsj", "system")
    db.session.commit()
    assert titles(page(client)) == ["Oppdraget", "What works", "Veien videre"]
    assert client.get(f"{PAGE}/{programme[1].uid}").status_code == 404


def test_the_newest_release_tells_what_is_new(client: StrictClient, conference: Conference, programme: Any) -> None:
    assert "Nytt i programmet" not in client.get(PAGE).get_data(as_text=True)
    for note in ("Lunsjen er flyttet.", "Sal 2 er stengt."):
        begin_write()
        releases.publish(conference, "Ny", "system", note=note)
        db.session.commit()
    news = page(client).find_class("programme-news")
    assert [" ".join(n.find_class("prose")[0].text_content().split()) for n in news] == ["Sal 2 er stengt."]


def test_each_item_says_when_it_is_on_the_norwegian_clock_across_the_change(client: StrictClient) -> None:
    """On 25 October 2026 the hour from two to three comes twice; morning is an hour nearer to UTC than the day before."""
    begin_write()
    autumn = lifecycle.create("host", "Høst", "regionsamling", date(2026, 10, 24), date(2026, 10, 25))
    lifecycle.change_status(autumn, "published", "system")
    for day in autumn.dates:
        add(autumn, "09:00", "10:15", f"Åpning {day.day}", day=day)
    releases.publish(autumn, "Program", "system")
    db.session.commit()
    document = html.document_fromstring(client.get("/k/host/program").get_data(as_text=True))
    times = document.xpath("//*[contains(@class, 'slot-time')]/time")
    assert [t.text_content() for t in times] == ["kl. 09.00–10.15"] * 2
    assert [t.get("datetime") for t in times] == ["2026-10-24T09:00+02:00", "2026-10-25T09:00+01:00"]


def test_a_thousand_items_keep_their_descriptions_on_their_own_pages(
    client: StrictClient, conference: Conference, monkeypatch: pytest.MonkeyPatch, programme: list[ProgrammeItem]
) -> None:
    assert "Om faddere" in client.get(PAGE).get_data(as_text=True)
    monkeypatch.setattr(reading, "MOST_DESCRIPTION", 5)
    whole = client.get(f"{PAGE}?vis=type")
    assert "Om faddere" not in "".join(page(client, "?vis=type").find_class("agenda")[0].itertext())
    assert "data-filter" not in whole.get_data(as_text=True)  # it would miss what only the server can find
    assert "Om faddere" in client.get(f"{PAGE}/{programme[0].uid}").get_data(as_text=True)


def test_now_and_next_is_on_the_page_only_while_the_conference_is_held(
    client: StrictClient, conference: Conference, programme: list[ProgrammeItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert page(client).xpath("//*[@id='naa']") == []
    assert page(client, "/naa").xpath("//*[@id='naa']//dt")[0].text_content() == "Neste"
    monkeypatch.setenv("KONFERANSE_NOW", f"{conference.first_date}T09:30")
    for document in (page(client), page(client, "/naa")):
        now_there = [" ".join(d.text_content().split()) for d in document.xpath("//*[@id='naa']//*[@class='present-now']/dd")]
        assert now_there == ["Oppdraget til kl. 10.00"]
    monkeypatch.setenv("KONFERANSE_NOW", f"{conference.last_date + timedelta(days=1)}T09:30")
    assert page(client).xpath("//*[@id='naa']") == []
    assert "Programmet er slutt" in client.get(f"{PAGE}/naa").get_data(as_text=True)


def test_nothing_is_on_when_the_conference_is_called_off(
    client: StrictClient, conference: Conference, programme: list[ProgrammeItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    begin_write()
    conference.status, conference.status_note = "cancelled", "For få påmeldte."
    db.session.commit()
    monkeypatch.setenv("KONFERANSE_NOW", f"{conference.first_date}T09:30")
    assert page(client).xpath("//*[@id='naa']") == []
    assert page(client, "/naa").xpath("//*[@id='naa']") == []
    screen = client.get("/k/prove/skjerm").get_data(as_text=True)
    assert "Konferansen er avlyst" in screen
    assert "Oppdraget" not in screen


def test_the_screen_says_what_is_on_and_what_is_called_off(
    client: StrictClient, conference: Conference, programme: list[ProgrammeItem], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KONFERANSE_NOW", f"{conference.last_date}T09:30")
    document = html.document_fromstring(client.get("/k/prove/skjerm").get_data(as_text=True))
    assert [" ".join(p.text_content().split()) for p in document.find_class("screen-now")] == ["Avlyst Veien videre"]
    assert document.xpath("//time[@data-clock]")[0].text_content() == "09.30"
    assert document.xpath("//main//a | //main//button | //main//input") == []
    assert document.xpath("//noscript/meta[@http-equiv='refresh']")


def test_pages_without_a_release_say_it_is_coming(client: StrictClient, conference: Conference) -> None:
    for address in (PAGE, f"{PAGE}?vis=rom", f"{PAGE}/naa", "/k/prove/skjerm"):
        assert "Programmet kommer" in client.get(address).get_data(as_text=True)
    assert client.get("/k/prove/program.pdf").status_code == 404


def test_search_engines_read_each_item_as_an_event(
    client: StrictClient, conference: Conference, programme: list[ProgrammeItem], write: Callable[[], None]
) -> None:
    def events(address: str) -> Any:
        document = html.document_fromstring(client.get(address).get_data(as_text=True))
        return json.loads(document.xpath("//script[@type='application/ld+json']")[0].text)

    for address in (PAGE, "/k/prove"):
        whole = events(address)
        assert [part["name"] for part in whole["subEvent"]] == ["Oppdraget", "Lunsj", "What works", "Veien videre"]
        first, *_rest, last = whole["subEvent"]
        assert first["startDate"].startswith(f"{conference.first_date}T09:00+0")
        assert first["performer"] == [
            {"@type": "Person", "name": "Åse Øverli", "affiliation": {"@type": "Organization", "name": "NAV"}}
        ]
        assert first["location"] == {"@type": "Place", "name": "Sal 10"}
        assert first["url"].endswith(f"{PAGE}/{programme[0].uid}")
        assert [first["eventStatus"], last["eventStatus"]] == [
            "https://schema.org/EventScheduled",
            "https://schema.org/EventCancelled",
        ]
    write()
    conference.status, conference.updated = "postponed", now()
    db.session.commit()
    whole = events(PAGE)
    assert {part["eventStatus"] for part in (whole, *whole["subEvent"])} == {"https://schema.org/EventPostponed"}


def test_what_people_wrote_cannot_end_the_data_block(client: StrictClient, conference: Conference) -> None:
    begin_write()
    item = add(conference, "09:00", "10:00", "</script><script>alert(1)</script>", description="<!--<script>")
    releases.publish(conference, "Program", "system")
    db.session.commit()
    for address in (PAGE, f"{PAGE}/{item.uid}", "/k/prove"):
        assert "<script>alert" not in client.get(address).get_data(as_text=True)
