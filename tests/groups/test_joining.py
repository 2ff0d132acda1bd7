"""Tables that have become too small are joined while a task runs, and nobody loses which table said what."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from sqlalchemy import select

from konferanse.answers import overview
from konferanse.answers.models import Answer
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import arranging, joining, seating, wishes
from konferanse.groups.access import token_of
from konferanse.groups.models import GroupTask, Seating, SeatingWish, Table
from tests.conftest import StrictClient
from tests.groups.room import with_guests, with_tables, with_task

pytestmark = pytest.mark.postgres
SignIn = Callable[..., StrictClient]


@pytest.fixture
def tables(conference: Conference) -> list[Table]:
    rows = with_tables(conference, 3)
    with_guests(conference, 9)
    begin_write()
    arranging.allocate(conference, "system", rounds=2)
    db.session.commit()
    return rows


@pytest.fixture
def task(conference: Conference) -> GroupTask:
    return with_task(conference)


def join(table: Table, into: Table) -> None:
    begin_write()
    joining.join(table, into, "system")
    db.session.commit()


def part(table: Table) -> None:
    begin_write()
    joining.part(table, "system")
    db.session.commit()


def put(client: StrictClient, table: Table, text: str) -> int:
    """As a phone sends it; the status."""
    body = {"task": "oppg1", "text": text, "base_version": 0, "written_at": None}
    return client.put(f"/api/bord/{token_of(table)}/svar/{uuid4()}", json=body).status_code


def people(table: Table, number: int = 1) -> set[int]:
    """Who sits there."""
    return {p.id for t in seating.room(table.conference, number).tables if t.table.id == table.id for p in t.people}


def test_all_at_the_table_sit_at_the_other_in_every_round(tables: list[Table]) -> None:
    before = [people(tables[0], n) | people(tables[1], n) for n in (1, 2)]
    join(tables[0], tables[1])
    assert [people(tables[1], n) for n in (1, 2)] == before
    assert people(tables[0]) == set()


def test_what_each_said_stays_its_own_and_what_a_phone_still_has_arrives(
    client: StrictClient, tables: list[Table], task: GroupTask
) -> None:
    assert put(client, tables[0], "før") == 201
    join(tables[0], tables[1])
    assert put(client, tables[0], "skrevet uten nett før vi flyttet") == 201
    assert put(client, tables[1], "etter") == 201
    said = {(a.table.number, a.text) for a in db.session.scalars(select(Answer))}
    assert said == {(1, "før"), (1, "skrevet uten nett før vi flyttet"), (2, "etter")}


def test_the_tables_page_leads_on_and_has_no_field_until_they_are_parted(
    client: StrictClient, tables: list[Table], task: GroupTask
) -> None:
    page = f"/bord/{token_of(tables[0])}"
    assert "<textarea" in client.get(page).get_data(as_text=True)
    put(client, tables[0], "før")
    join(tables[0], tables[1])
    shown = client.get(page).get_data(as_text=True)
    assert "Dere sitter ved Bord 2 nå." in shown
    assert f"/bord/{token_of(tables[1])}" in shown
    assert "før" in shown
    assert "<textarea" not in shown.split("<template")[0]
    assert client.get(f"/api{page}").json["joined_to"] == tables[1].code
    assert "Bord 1 sitter sammen med dere nå." in client.get(f"/bord/{token_of(tables[1])}").get_data(as_text=True)
    part(tables[0])
    assert "<textarea" in client.get(page).get_data(as_text=True)
    assert client.get(f"/api{page}").json["joined_to"] is None


def test_parting_sends_back_those_who_came_along_and_nobody_else(conference: Conference, tables: list[Table]) -> None:
    first, second, third = (people(table) for table in tables)
    join(tables[0], tables[1])
    moved, newcomer = min(first), min(third)
    begin_write()
    seating.move(conference, db.session.get_one(seating.Registration, moved), tables[2], 1, "system")
    seating.move(conference, db.session.get_one(seating.Registration, newcomer), tables[1], 1, "system")
    db.session.commit()
    part(tables[0])
    assert people(tables[0]) == first - {moved}
    assert people(tables[1]) == second | {newcomer}
    assert moved in people(tables[2])


def test_every_seat_can_still_be_told_afterwards(tables: list[Table]) -> None:
    sat = select(Seating.registration_id).where(Seating.table_id == tables[0].id, Seating.round == 1)
    before = set(db.session.scalars(sat))
    join(tables[0], tables[1])
    assert set(db.session.scalars(sat)) == before


def test_nobody_is_placed_at_a_joined_table(conference: Conference, tables: list[Table]) -> None:
    begin_write()
    seated = next(t for t in seating.room(conference).tables if t.table.id == tables[0].id)
    wishes.hold_at(conference, seated.people, tables[0], 1, "system")
    db.session.commit()
    join(tables[0], tables[1])
    assert set(db.session.scalars(select(SeatingWish.table_id))) == {tables[1].id}
    begin_write()
    arranging.allocate(conference, "system")
    db.session.commit()
    assert people(tables[0]) == set()
    assert {len(people(table)) for table in tables[1:]} <= {4, 5}


def test_only_a_table_in_use_can_take_others(tables: list[Table]) -> None:
    join(tables[0], tables[1])
    for table, into in ((tables[2], tables[0]), (tables[1], tables[2]), (tables[2], tables[2]), (tables[0], tables[2])):
        begin_write()
        with pytest.raises(Refused):
            joining.join(table, into, "system")
        db.session.rollback()


def test_the_board_does_not_wait_for_a_joined_table(conference: Conference, tables: list[Table], task: GroupTask) -> None:
    assert overview.board(conference).silent == [3]
    join(tables[0], tables[1])
    assert overview.board(conference).silent == [2]


def test_an_organiser_joins_and_parts_on_the_tables_page(
    sign_in: SignIn, conference: Conference, tables: list[Table], task: GroupTask
) -> None:
    moderator = sign_in("moderation", conference=conference)
    page = f"/admin/k/prove/bord/{tables[0].code}"
    refused = moderator.submit(f"{page}/sla-sammen", {"into": ""}, page=page)
    assert refused.status_code == 422
    assert "Velg hvilket bord de skal sitte ved" in refused.get_data(as_text=True)
    assert moderator.submit(f"{page}/sla-sammen", {"into": tables[1].code}, page=page).status_code == 303
    assert "Slått sammen med Bord 2" in moderator.get(page).get_data(as_text=True)
    assert "Bord 1 er slått sammen med dette bordet." in moderator.get(f"/admin/k/prove/bord/{tables[1].code}").get_data(
        as_text=True
    )
    assert "sitter ved Bord 2" in moderator.get("/admin/k/prove/svar").get_data(as_text=True)
    assert moderator.submit(f"{page}/sla-sammen", {"del": "ja"}, page=page).status_code == 303
    assert "Slått sammen med Bord 2" not in moderator.get(page).get_data(as_text=True)
