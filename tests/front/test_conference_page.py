"""The public conference page says what is true now, and only what the public may know."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from lxml import html

from konferanse.common.clock import now, today
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.models import Registration
from tests.conftest import StrictClient

Write = Callable[[], None]


def _hero(client: StrictClient, slug: str = "prove") -> tuple[str, str, str]:
    """The state of sign-up, the text of the button (empty without one), and all that stands beside it."""
    page = html.document_fromstring(client.get(f"/k/{slug}").get_data(as_text=True))
    act = page.find_class("hero-act")[0]
    buttons = [" ".join(b.text_content().split()) for b in act.find_class("ds-button")]
    return act.get("data-signup"), "".join(buttons), " ".join(act.text_content().split())


def _change(write: Write, conference: Conference, **values: Any) -> None:
    write()
    for name, value in values.items():
        setattr(conference, name, value)
    db.session.commit()


def _people(write: Write, conference: Conference, status: str, count: int, attendance: str = "physical") -> None:
    write()
    for n in range(count):
        person = Registration(conference_id=conference.id, name=f"Person {n}", status=status, attendance=attendance)
        db.session.add(person)
    db.session.commit()


def test_open_sign_up_is_the_one_thing_to_press(client: StrictClient, conference: Conference) -> None:
    state, button, text = _hero(client)
    assert (state, button) == ("open", "Meld deg på")
    assert "Påmeldingen er åpen" in text
    assert "20 av 20 ledig" in client.get("/k/prove").get_data(as_text=True)


def test_free_seats_count_only_those_who_come_in_person(client: StrictClient, conference: Conference, write: Write) -> None:
    _people(write, conference, "confirmed", 7)
    _people(write, conference, "confirmed", 4, attendance="digital")
    _people(write, conference, "cancelled", 3)
    assert "13 av 20 ledig" in client.get("/k/prove").get_data(as_text=True)


def test_a_full_conference_offers_the_waiting_list(client: StrictClient, conference: Conference, write: Write) -> None:
    _people(write, conference, "confirmed", 20)
    _people(write, conference, "waiting", 2)
    state, button, text = _hero(client)
    assert (state, button) == ("waiting", "Sett meg på venteliste")
    assert "2 står på venteliste." in text


def test_nobody_is_told_of_a_free_seat_that_the_waiting_list_will_get(
    client: StrictClient, conference: Conference, write: Write
) -> None:
    _people(write, conference, "confirmed", 19)
    _people(write, conference, "waiting", 1)
    assert _hero(client)[0] == "waiting"
    assert "0 av 20 ledig" in client.get("/k/prove").get_data(as_text=True)


def test_sign_up_that_opens_later_says_when_and_has_no_button(
    client: StrictClient, conference: Conference, write: Write
) -> None:
    _change(write, conference, signup_opens=now() + timedelta(days=2))
    state, button, text = _hero(client)
    assert (state, button) == ("ahead", "")
    assert "Påmeldingen åpner" in text


def test_sign_up_without_a_day_says_it_is_not_open(client: StrictClient, conference: Conference, write: Write) -> None:
    _change(write, conference, signup_opens=None)
    assert _hero(client) == ("ahead", "", "Påmeldingen er ikke åpnet ennå")


def test_closed_sign_up_has_no_button(client: StrictClient, conference: Conference, write: Write) -> None:
    _change(write, conference, signup_opens=now() - timedelta(days=2), signup_closes=now() - timedelta(days=1))
    assert _hero(client) == ("closed", "", "Påmeldingen er stengt")


@pytest.mark.parametrize(("status", "words"), [("cancelled", "Konferansen er avlyst"), ("postponed", "Konferansen er utsatt")])
def test_a_conference_that_is_called_off_says_why(
    client: StrictClient, conference: Conference, write: Write, status: str, words: str
) -> None:
    write()
    lifecycle.change_status(conference, status, "system", "Flere veier er stengt.")
    db.session.commit()
    assert _hero(client) == (status, "", f"{words}Flere veier er stengt.")
    data = client.get("/k/prove").get_data(as_text=True).split('<script type="application/ld+json">')[1].split("</script>")[0]
    assert json.loads(data)["eventStatus"] == f"https://schema.org/Event{status.capitalize()}"


def test_a_conference_that_was_held_thanks_and_offers_no_sign_up(
    client: StrictClient, conference: Conference, write: Write
) -> None:
    _change(write, conference, first_date=today() - timedelta(days=3), last_date=today() - timedelta(days=2))
    state, button, text = _hero(client)
    assert (state, button) == ("over", "")
    assert "Takk" in text


def test_a_draft_does_not_exist_for_the_public_and_staff_see_it_in_preview(
    client: StrictClient, conference: Conference, write: Write, sign_in: Callable[..., StrictClient]
) -> None:
    write()
    draft = lifecycle.create("hemmelig", "Ikke ennå", "regionsamling", today(), today())
    db.session.commit()
    assert client.get("/k/hemmelig").status_code == 404
    assert "Ikke ennå" not in client.get("/").get_data(as_text=True)
    preview = sign_in("read", conference=draft).get("/admin/k/hemmelig/forhandsvisning").get_data(as_text=True)
    assert "Ikke ennå" in preview
    assert "Bare dere som arrangerer, ser denne siden" in preview
    assert "/k/hemmelig/pamelding" not in preview


def test_what_an_organiser_writes_cannot_leave_its_place(client: StrictClient, conference: Conference, write: Write) -> None:
    text = '</script><script src="https://example.org/x.js"></script><b onclick="x()">'
    _change(write, conference, title=text, introduction=text, goals=[text], place=text, practical=text)
    page = html.document_fromstring(client.get("/k/prove").get_data(as_text=True))
    assert [s.get("type") for s in page.iter("script")] == ["application/ld+json"]
    assert page.xpath("//*[@onclick]") == []


def test_the_page_sets_no_cookie_and_asks_for_nothing_from_elsewhere(client: StrictClient, conference: Conference) -> None:
    response = client.get("/k/prove")
    assert "Set-Cookie" not in response.headers
    page = html.document_fromstring(response.get_data(as_text=True))
    fetched = [str(a) for a in page.xpath("//script/@src|//link[@rel='stylesheet' or @rel='icon']/@href|//img/@src")]
    assert fetched
    assert all(address.startswith("/") for address in fetched)


def test_home_tells_coming_conferences_from_those_held(client: StrictClient, conference: Conference, write: Write) -> None:
    write()
    old = lifecycle.create("gammel", "Den som var", "regionsamling", today() - timedelta(9), today() - timedelta(8))
    lifecycle.change_status(old, "published", "system")
    db.session.commit()
    page = html.document_fromstring(client.get("/").get_data(as_text=True))
    lists = [" ".join(group.text_content().split()) for group in page.find_class("coming")]
    assert ["Prøvekonferansen" in text for text in lists] == [True, False]
    assert ["Den som var" in text for text in lists] == [False, True]


@pytest.mark.parametrize("path", ["/", "/personvern", "/tilgjengelighet"])
@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_statements_and_home_are_there_before_any_conference_is(app: Flask, path: str, language: str) -> None:
    response = app.test_client().get(f"{path}?lang={language}")
    assert response.status_code == 200
    assert f'<html lang="{language}"' in response.get_data(as_text=True)
