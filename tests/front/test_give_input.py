"""Giving input from the web without having been there, and what the public pages then say, apart from the tables."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from konferanse import create_app
from konferanse.answers import publication, web_input, web_moderation
from konferanse.answers.delivery import new_answer
from konferanse.answers.models import WebInput, Words
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.front.facts import facts_of
from konferanse.front.way import way
from konferanse.groups import tables
from konferanse.groups.models import GroupTask
from tests.answers.web import DESK, FORM, inputs, opened, send, statuses
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task

SignIn = Callable[..., StrictClient]


@pytest.fixture
def tasks(conference: Conference) -> list[GroupTask]:
    """Two tasks of two tables, about both of which the web is asked."""
    with_tables(conference, 2)
    rows = [with_task(conference, "oppg1"), with_task(conference, "oppg2")]
    opened(conference, *rows)
    return rows


def read(client: StrictClient, path: str) -> str:
    """The page's words, on one line."""
    response = client.get(path)
    assert response.status_code == 200
    return " ".join(response.get_data(as_text=True).split())


def given(client: StrictClient, **texts: str) -> int:
    """Fill in the form as a person does; returns the status."""
    page = client.get(FORM).get_data(as_text=True)
    key = re.search(r'name="key"[^>]*value="([^"]+)"', page)
    assert key
    fields = {f"svar-{ref}": text for ref, text in texts.items()}
    return client.submit(FORM, {"key": key[1], **fields}).status_code


def let_in(conference: Conference) -> None:
    """Let in everything that waits."""
    waiting = [own for own in inputs(conference) if own.status == "waiting"]
    begin_write()
    web_moderation.let_in(conference, {own.uid: own.task for own in waiting}, "system")
    db.session.commit()


def test_the_way_there_is_shown_only_while_it_is_open(client: StrictClient, conference: Conference) -> None:
    pages = ("/k/prove", "/k/prove/innspill")
    assert [page for page in pages if FORM in read(client, page)] == []
    opened(conference, with_task(conference))
    assert [page for page in pages if FORM not in read(client, page)] == []
    begin_write()
    web_input.switch(conference, False, "system")
    db.session.commit()
    assert [page for page in pages if FORM in read(client, page)] == []
    assert "Vi tar ikke imot innspill nå" in read(client, FORM)


def test_the_form_says_what_happens_and_asks_for_no_name(client: StrictClient, tasks: list[GroupTask]) -> None:
    page = read(client, FORM)
    for words in ("leser alle innspill før", "telles for seg", "Ikke skriv om helsen til andre", "Vi spør ikke hvem du er"):
        assert words in page
    assert re.findall(r'<(?:input|textarea)[^>]* name="([^"]+)"', page) == [
        "csrf_token",
        "key",
        "svar-oppg1",
        "svar-oppg2",
        "leave_empty",
    ]


def test_what_is_sent_waits_with_a_receipt_and_shows_nowhere(
    client: StrictClient, conference: Conference, tasks: list[GroupTask]
) -> None:
    begin_write()
    publication.publish(conference, "system")
    db.session.commit()
    response = client.submit(FORM, {"key": str(uuid4()), "svar-oppg2": "En fast kontakt i NAV"})
    assert response.status_code == 303
    assert "Takk for innspillet" in read(client, response.location)
    assert [(own.task.ref, own.text, own.status) for own in inputs(conference)] == [
        ("oppg2", "En fast kontakt i NAV", "waiting")
    ]
    for page in ("/k/prove", "/k/prove/innspill", FORM):
        assert "En fast kontakt i NAV" not in read(client, page)


def test_each_task_is_optional_but_one_must_be_answered(
    client: StrictClient, conference: Conference, tasks: list[GroupTask]
) -> None:
    response = client.submit(FORM, {"key": str(uuid4()), "svar-oppg1": "  "})
    assert response.status_code == 422
    assert "Svar på minst én av oppgavene" in response.get_data(as_text=True)
    long = client.submit(FORM, {"key": str(uuid4()), "svar-oppg1": "x" * 4001, "svar-oppg2": "beholdes"})
    assert long.status_code == 422
    assert "Kort ned teksten med 1 tegn" in long.get_data(as_text=True)
    assert "beholdes" in long.get_data(as_text=True)
    assert inputs(conference) == []
    assert given(client, oppg1="en", oppg2="to") == 303
    assert len(inputs(conference)) == 2


def test_sent_twice_it_is_one(client: StrictClient, conference: Conference, tasks: list[GroupTask]) -> None:
    form = {"key": str(uuid4()), "svar-oppg1": "Mer tid"}
    assert [client.submit(FORM, form).status_code for _ in range(2)] == [303, 303]
    assert len(inputs(conference)) == 1


def test_a_damaged_form_can_be_sent_again(client: StrictClient, conference: Conference, tasks: list[GroupTask]) -> None:
    response = client.submit(FORM, {"key": "nei", "svar-oppg1": "Mer tid"})
    assert response.status_code == 422
    assert "Mer tid" in response.get_data(as_text=True)
    assert client.post(FORM, data={"key": str(uuid4()), "svar-oppg1": "Uten merke"}).status_code == 400
    assert inputs(conference) == []


def test_who_was_writing_when_it_closed_gets_the_text_back(
    client: StrictClient, conference: Conference, tasks: list[GroupTask]
) -> None:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(FORM).get_data(as_text=True))
    assert token
    begin_write()
    web_input.switch(conference, False, "system")
    db.session.commit()
    form = {"csrf_token": token[1], "key": str(uuid4()), "svar-oppg1": "Halvferdige tanker"}
    response = client.post(FORM, data=form)
    assert response.status_code == 422
    assert "Det stengte mens du skrev" in response.get_data(as_text=True)
    assert "Halvferdige tanker" in response.get_data(as_text=True)
    assert inputs(conference) == []


def test_nothing_is_taken_where_nobody_asked(client: StrictClient, conference: Conference) -> None:
    page = "/k/prove/pamelding"  # its token is as good
    response = client.submit(FORM, {"key": str(uuid4()), "svar-oppg1": "Uspurt"}, page=page)
    assert response.status_code == 422
    assert "Vi tar ikke imot innspill nå" in response.get_data(as_text=True)
    assert inputs(conference) == []


def test_a_program_that_fills_in_every_field_gets_the_receipt_and_nothing_is_kept(
    client: StrictClient, conference: Conference, tasks: list[GroupTask]
) -> None:
    bot = client.submit(FORM, {"key": str(uuid4()), "svar-oppg1": "Kjøp nå", "leave_empty": "https://ond.example"})
    human = client.submit(FORM, {"key": str(uuid4()), "svar-oppg1": "Mer tid", "leave_empty": ""})
    assert (bot.status_code, bot.location) == (human.status_code, human.location)
    assert [own.text for own in inputs(conference)] == ["Mer tid"]


@pytest.fixture
def guarded(environ: dict[str, str], conference: Conference) -> Iterator[Flask]:
    """The same installation with its limits on."""
    app = create_app(environ | {"KONFERANSE_RATE_LIMITS": "on"})
    app.test_client_class = StrictClient
    yield app
    create_app(environ)  # limits are off again for the tests that follow


@pytest.mark.slow
def test_a_thousand_posts_from_one_network_are_three_hundred_and_others_still_get_in(
    guarded: Flask, conference: Conference, tasks: list[GroupTask]
) -> None:
    def post(address: str, times: int) -> list[int]:
        client: StrictClient = guarded.test_client()  # type: ignore[assignment]
        client.environ_base["REMOTE_ADDR"] = address
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(FORM).get_data(as_text=True))
        assert token
        forms = ({"csrf_token": token[1], "key": str(uuid4()), "svar-oppg1": f"post {n}"} for n in range(times))
        return [client.post(FORM, data=form).status_code for form in forms]

    answers = post("192.0.2.1", 1000)
    assert {status: answers.count(status) for status in set(answers)} == {303: 300, 429: 700}
    assert post("192.0.2.2", 1) == [303]
    assert statuses(conference) == {"waiting": 301}


def _published(conference: Conference) -> None:
    begin_write()
    publication.publish(conference, "system")
    db.session.commit()


def test_it_stands_under_its_own_heading_and_is_not_counted_with_the_tables(
    client: StrictClient, conference: Conference, tasks: list[GroupTask]
) -> None:
    begin_write()
    new_answer(tables.tables_of(conference)[0], tasks[0], str(uuid4()), Words("Fra bordet"), channel="table", written=now())
    db.session.commit()
    send(conference, {"oppg1": "Fra nettet én", "oppg2": "Fra nettet to"})
    let_in(conference)
    _published(conference)
    page = read(client, "/k/prove/innspill")
    assert "<strong>1 svar</strong>" in page
    assert "2 innspill fra nettet" in page
    by_tables, by_web = page.split('id="nettet"')
    assert "Fra bordet" in by_tables
    assert "Fra nettet én" not in by_tables
    assert "Fra nettet én" in by_web
    assert "Fra nettet to" in by_web
    one = read(client, "/k/prove/innspill?bord=1")
    assert "Fra bordet" in one
    assert "Fra nettet én" not in one
    web = read(client, "/k/prove/innspill?bord=nett&oppgave=oppg2")
    assert "Fra nettet to" in web
    assert "Fra bordet" not in web
    assert "Fra nettet én" not in web
    assert "1 svar fra 1 bord. + 2 innspill fra nettet." in read(client, "/k/prove")


def test_what_is_let_in_after_publishing_waits_to_be_taken_along_and_can_be_hidden(
    client: StrictClient, conference: Conference, tasks: list[GroupTask]
) -> None:
    _published(conference)
    send(conference, {"oppg1": "Kom etterpå"})
    let_in(conference)
    assert "Kom etterpå" not in read(client, "/k/prove/innspill")
    _published(conference)
    assert "Kom etterpå" in read(client, "/k/prove/innspill")
    (own,) = inputs(conference)
    begin_write()
    web_moderation.take_back(conference, [own.uid], "system")
    db.session.commit()
    assert "Kom etterpå" not in read(client, "/k/prove/innspill")


def test_words_about_health_are_hidden_there_too(client: StrictClient, conference: Conference, tasks: list[GroupTask]) -> None:
    send(conference, {"oppg1": "Kari Nordmann fikk epilepsi og måtte slutte."})
    let_in(conference)
    _published(conference)
    page = read(client, "/k/prove/innspill")
    assert "epilepsi" not in page
    assert "[…]" in page


def counted(client: StrictClient, staff: StrictClient, conference: Conference) -> dict[str, object]:
    """Every count and list of tables that the pages, files and commands show."""
    db.session.rollback()
    facts = facts_of([conference])[conference.id]
    numbers = r"\d+ bord|[Bb]ord \d+|bord/B\d+|/bord/[\w-]+"
    staff_pages = ("bord", "bord/skilt", "bord/liste", "bord/onsker", "oppgaver", "svar", "svar/papir", "temaer", "plan", "")
    seen: dict[str, object] = {
        page: re.findall(numbers, staff.get(f"/admin/k/prove/{page}").get_data(as_text=True)) for page in staff_pages
    }
    seen |= {page: re.findall(numbers, client.get(page).get_data(as_text=True)) for page in ("/k/prove", "/k/prove/innspill")}
    links = client.application.test_cli_runner().invoke(args=["groups", "links", "prove", "--format", "csv"])
    return seen | {"facts": (facts.tables, facts.answers, facts.unplaced), "links": links.output}


def test_tables_are_counted_the_same_everywhere_with_and_without_it(
    client: StrictClient, sign_in: SignIn, conference: Conference, tasks: list[GroupTask]
) -> None:
    begin_write()
    for n, table in enumerate(tables.tables_of(conference)):
        new_answer(table, tasks[n], str(uuid4()), Words(f"Svar {n}"), channel="table", written=now())
    db.session.commit()
    _published(conference)
    staff = sign_in("organiser", "moderation", "plan", conference=conference)
    before = counted(client, staff, conference)
    assert before["facts"] == (2, 2, 0)
    assert "2 bord" in str(before["svar"])
    send(conference, {"oppg1": "Fra nettet", "oppg2": "Fra nettet"})
    let_in(conference)
    _published(conference)
    assert counted(client, staff, conference) == before


def test_the_way_says_that_somebody_must_read_it(
    client: StrictClient, sign_in: SignIn, conference: Conference, tasks: list[GroupTask]
) -> None:
    staff = sign_in("moderation", conference=conference)
    send(conference, {"oppg1": "Mer tid"})
    assert "1 fra nettet venter" in read(staff, "/admin/k/prove/")
    with client.application.test_request_context():
        step = next(step for step in way(conference) if step.key == "svar")
    assert (step.state, step.to, step.action) == ("waits", DESK, "Les innspillene fra nettet")
    let_in(conference)
    assert "0 svar + 1 innspill fra nettet" in read(staff, "/admin/k/prove/")


def test_kept_pages_notice_by_themselves_that_it_opens(client: StrictClient, conference: Conference) -> None:
    task = with_task(conference)
    begin_write()
    web_input.set_up(conference, [task], now() + timedelta(days=1), None, "", "system")
    db.session.commit()
    assert FORM not in read(client, "/k/prove")
    assert "Det åpner" in read(client, FORM)
    begin_write()
    web_input.set_up(conference, [task], now(), None, "Hva ser du i ditt arbeid?", "system")
    db.session.commit()
    assert FORM in read(client, "/k/prove")
    assert "Hva ser du i ditt arbeid?" in read(client, FORM)
    assert db.session.scalars(select(WebInput)).all() == []
