"""Whoever sat at a table sees what became of each of its answers, and of nobody else's."""

import re

import pytest
from flask import Flask

from konferanse.answers import delivery
from konferanse.common import links
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups.models import Table
from konferanse.groups.tasks import find_task
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task


def path(table: Table) -> str:
    """The page's address."""
    return f"/bord/{links.token('bord', table.uid, table.generation)}/slik-gikk-det"


def answer(table: Table, ref: str, text: str) -> None:
    """One that has come in."""
    begin_write()
    task = find_task(table.conference, "oppg1")
    assert task is not None
    delivery.deliver(table, task, ref, text, 0, None)
    db.session.commit()


@pytest.fixture
def room(conference: Conference) -> list[Table]:
    rows = with_tables(conference, 4)
    with_task(conference)
    for number, row in enumerate(rows):
        answer(row, f"{number:08}-0000-4000-8000-000000000001", "Alle avdelinger bør ha en fast fadder for nyansatte.")
        answer(row, f"{number:08}-0000-4000-8000-000000000002", f"Lunsjen ved bord {number + 1} var god.")
    return rows


def test_an_answer_is_shown_with_its_owner_and_deadline(client: StrictClient, conference: Conference) -> None:
    table, task = with_tables(conference, 1)[0], with_task(conference)
    begin_write()
    delivery.deliver(table, task, f"{0:08}-0000-4000-8000-000000000001", "Fadder", 0, None, owner="NAV", deadline="2020")
    db.session.commit()
    assert "Ansvarlig: NAV · Frist: 2020" in client.get(path(table)).get_data(as_text=True)


def test_before_the_plan_is_published_the_page_says_when_it_comes(client: StrictClient, room: list[Table]) -> None:
    shown = client.get(path(room[0])).get_data(as_text=True)
    assert "De 2 svarene deres er levert" in shown
    assert "Planen er ikke publisert ennå" in shown


def test_a_table_without_answers_is_told_so(client: StrictClient, conference: Conference) -> None:
    assert "Bordet har ikke levert svar ennå" in client.get(path(with_tables(conference, 1)[0])).get_data(as_text=True)


def test_each_answer_leads_to_its_line_or_to_why_it_was_laid_aside(
    app: Flask, client: StrictClient, conference: Conference, room: list[Table]
) -> None:
    for arguments in (["themes", "run", "prove"], ["plan", "draft", "prove"], ["plan", "publish", "prove", "--name", "Utkast"]):
        db.session.rollback()
        result = app.test_cli_runner().invoke(args=arguments)
        assert result.exit_code == 0, result.output
    db.session.rollback()
    shown = client.get(path(room[1])).get_data(as_text=True)
    assert "1 av 2 svar er brukt i planen" in shown
    anchor = re.search(r'href="/k/prove/plan#([^"]+)"', shown)
    assert anchor
    assert f'id="{anchor[1]}"' in client.get("/k/prove/plan").get_data(as_text=True)
    assert "Lagt til side:" in shown
    assert "Lunsjen ved bord 2" in shown
    assert "Lunsjen ved bord 1" not in shown


def test_a_stopped_link_opens_it_no_more(client: StrictClient, room: list[Table]) -> None:
    old = path(room[0])
    begin_write()
    room[0].generation += 1
    db.session.commit()
    assert client.get(old).status_code == 403
    assert client.get(path(room[0])).status_code == 200
