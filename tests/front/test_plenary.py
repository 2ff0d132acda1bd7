"""Whoever sums up in the hall has the task's answers in large type: what most tables say, then table by table."""

from collections.abc import Callable

import pytest

from konferanse.answers import publication
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups.models import Table
from tests.conftest import StrictClient
from tests.front.test_moderation import ILL, hide, say
from tests.groups.room import with_tables, with_task
from tests.plan.conftest import redraft

SignIn = Callable[..., StrictClient]
PAGE = "/admin/k/prove/svar/plenum/oppg1"
FADDER = "Alle avdelinger bør ha en fast fadder for nyansatte."


@pytest.fixture
def reader(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("read", conference=conference)


@pytest.fixture
def tables(conference: Conference) -> list[Table]:
    rows = with_tables(conference, 3)
    with_task(conference)
    return rows


def page(reader: StrictClient) -> str:
    response = reader.get(PAGE)
    assert response.status_code == 200
    return response.get_data(as_text=True).split("<main")[1]


def test_before_anybody_has_answered_it_says_what_will_come(reader: StrictClient, tables: list[Table]) -> None:
    assert "Ingen bord har svart" in page(reader)


def test_answers_stand_table_by_table_and_what_is_held_back_or_hidden_does_not(
    reader: StrictClient, tables: list[Table]
) -> None:
    say(tables[1], "Lån bort ansatte til NAV")
    say(tables[0], FADDER)
    hide(say(tables[0], "Ola Nordmann bør eie dette"), "Ola Nordmann")
    held = say(tables[2], "Dette skal ingen lese")
    begin_write()
    publication.hold_back(held, False, "system")
    db.session.commit()
    shown = page(reader)
    assert "3 svar fra 2 bord" in shown
    assert shown.index(FADDER) < shown.index("[…] bør eie dette") < shown.index("Lån bort ansatte")
    assert "Nordmann" not in shown
    assert "ingen lese" not in shown


def test_what_tells_of_a_person_is_masked_before_anybody_has_read_it(reader: StrictClient, tables: list[Table]) -> None:
    say(tables[0], ILL)
    assert "depresjon" not in page(reader)


def test_what_most_tables_say_comes_first_once_the_themes_are_made(
    reader: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    for table in tables:
        say(table, FADDER)
    say(tables[0], "Lån bort ansatte til NAV i tre måneder om gangen")
    assert "Det flest bord sier" not in page(reader)
    redraft(conference)
    often = page(reader).split('id="bord-1"')[0]
    assert FADDER in often
    assert "3 bord" in often
    assert "Lån bort" not in often


def test_a_statement_does_not_tell_what_is_hidden(reader: StrictClient, conference: Conference, tables: list[Table]) -> None:
    answers = [say(table, "Solveig Kvamsdal bør lede fadderordningen.") for table in tables]
    redraft(conference)
    assert "Kvamsdal" in page(reader)
    for answer in answers:
        hide(answer, "Solveig Kvamsdal")
    assert "Kvamsdal" not in page(reader)
    assert "[…] bør lede fadderordningen" in page(reader)


def test_a_task_that_is_not_there_is_404(reader: StrictClient, tables: list[Table]) -> None:
    assert reader.get("/admin/k/prove/svar/plenum/oppg9").status_code == 404
