"""The organiser says something to all tables; each phone shows it."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from konferanse.answers.models import Notice
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.access import token_of
from konferanse.groups.models import Table
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task

SignIn = Callable[..., StrictClient]
BOARD, SAY = "/admin/k/prove/svar", "/admin/k/prove/svar/melding"


@pytest.fixture
def moderator(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("moderation", conference=conference)


@pytest.fixture
def table(conference: Conference) -> Table:
    rows = with_tables(conference, 2)
    with_task(conference)
    return rows[0]


def test_every_table_sees_it_on_its_page_and_asks_for_it(client: StrictClient, moderator: StrictClient, table: Table) -> None:
    assert client.get(f"/api/bord/{token_of(table)}").get_json()["message"] is None
    assert moderator.submit(SAY, {"text": "Ti minutter igjen <3"}, page=BOARD).status_code == 303
    page = client.get(f"/bord/{token_of(table)}").get_data(as_text=True)
    assert "Ti minutter igjen &lt;3" in page
    assert client.get(f"/api/bord/{token_of(table)}").get_json()["message"]["text"] == "Ti minutter igjen <3"
    assert "Bordene ser nå: «Ti minutter igjen" in moderator.get(BOARD).get_data(as_text=True)


def test_a_new_one_takes_the_place_of_the_last_and_is_taken_down(
    client: StrictClient, moderator: StrictClient, table: Table
) -> None:
    for text in ("Pause kl. 11", "Ti minutter igjen"):
        moderator.submit(SAY, {"text": text}, page=BOARD)
    assert db.session.scalars(select(Notice.text)).all() == ["Ti minutter igjen"]
    moderator.submit(SAY, {"text": "", "fjern": "ja"}, page=BOARD)
    assert db.session.scalars(select(Notice)).all() == []
    assert "Ti minutter igjen" not in client.get(f"/bord/{token_of(table)}").get_data(as_text=True)


@pytest.mark.parametrize(("text", "said"), [("", "Skriv meldingen først"), ("a" * 301, "Kort ned teksten")])
def test_what_cannot_be_sent_is_refused_in_words_and_kept(moderator: StrictClient, table: Table, text: str, said: str) -> None:
    refused = moderator.submit(SAY, {"text": text}, page=BOARD)
    assert refused.status_code == 422
    shown = refused.get_data(as_text=True)
    assert said in shown
    assert text in shown
    assert db.session.scalars(select(Notice)).all() == []


def test_who_may_only_read_says_nothing(sign_in: SignIn, conference: Conference, table: Table) -> None:
    reader = sign_in("read", conference=conference)
    assert "Send til bordene" not in reader.get(BOARD).get_data(as_text=True)
    assert reader.post(SAY).status_code in (400, 403)
