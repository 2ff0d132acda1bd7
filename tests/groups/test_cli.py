"""``flask groups`` and ``flask tasks`` as contract.md has them."""

import pytest
from flask import Flask
from sqlalchemy import select

from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups import seating
from konferanse.groups.access import token_of
from konferanse.groups.models import GroupTask, Table
from tests.conftest import StrictClient
from tests.groups.room import with_guests


def run(app: Flask, line: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of ``flask <line>``."""
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=line.split())
    db.session.rollback()
    return result.exit_code, result.stdout, result.stderr


def test_tables_are_made_and_listed_with_links_that_work(app: Flask, client: StrictClient, conference: Conference) -> None:
    assert run(app, "groups create prove --tables 2") == (0, "B01\nB02\n", "")
    assert run(app, "groups create prove --tables 3")[0] == 0
    code, out, _err = run(app, "groups links prove --format csv")
    assert code == 0
    heading, *lines = out.splitlines()
    assert heading == "table,link"
    tables = db.session.scalars(select(Table).order_by(Table.number)).all()
    assert lines == [f"{t.code},http://localhost/bord/{token_of(t)}" for t in tables]
    assert client.get(lines[0].split("localhost")[1]).status_code == 200


def test_people_are_placed_for_as_many_rounds_as_asked(app: Flask, conference: Conference) -> None:
    with_guests(conference, 20, facilitators=4)
    code, out, _err = run(app, "groups allocate prove --tables 4 --rounds 2 --seconds 1 --seed 7")
    assert code == 0
    assert out.startswith("20 people at 4 tables of 5-5, 2 round(s), cost ")
    assert seating.rounds_of(conference) == 2
    before = [[p.id for p in t.people] for t in seating.room(conference, 2).tables]
    run(app, "groups allocate prove --rounds 2 --seed 7")
    assert [[p.id for p in t.people] for t in seating.room(conference, 2).tables] == before
    assert run(app, "groups allocate prove --tables 3")[0] == 0
    assert seating.rounds_of(conference) == 1
    assert len(seating.room(conference).tables) == 3


def test_tasks_are_added_opened_and_closed(app: Flask, conference: Conference) -> None:
    assert (
        app.test_cli_runner().invoke(args=["tasks", "add", "prove", "oppg1", "--title", "Hva hindrer oss?", "--open"]).exit_code
        == 0
    )
    db.session.rollback()
    task = db.session.scalars(select(GroupTask)).one()
    assert (task.ref, task.title, task.state()) == ("oppg1", "Hva hindrer oss?", "open")
    assert run(app, "tasks close prove oppg1")[0] == 0
    assert task.state() == "closed"
    assert run(app, "tasks open prove oppg1")[0] == 0
    assert task.state() == "open"


@pytest.mark.parametrize(
    "line",
    [
        "groups create finnes-ikke --tables 2",
        "groups create prove --tables 501",
        "groups allocate prove",
        "tasks add prove oppg1 --title igjen",
        "tasks add prove ø --title x",
        "tasks open prove finnes-ikke",
        "tasks close finnes-ikke oppg1",
    ],
)
def test_a_refusal_is_exit_1_and_one_line(app: Flask, conference: Conference, line: str) -> None:
    run(app, "tasks add prove oppg1 --title Hva")
    code, out, err = run(app, line)
    assert (code, out) == (1, "")
    assert err.count("\n") == 1


@pytest.mark.parametrize("line", ["groups create prove", "groups create prove --tables x", "tasks add prove", "groups links"])
def test_wrong_usage_is_exit_2(app: Flask, conference: Conference, line: str) -> None:
    assert run(app, line)[0] == 2
