"""A table answers its own tasks. Nothing it wrote while it was asked is lost."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from konferanse.answers import delivery, overview
from konferanse.answers.delivery import NotAsked, Receipt
from konferanse.answers.models import Answer
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import joining, tasks
from konferanse.groups.access import token_of
from konferanse.groups.models import GroupTask, Table, TaskDone
from tests.answers.test_board import SVAR
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task

pytestmark = pytest.mark.postgres
SignIn = Callable[..., StrictClient]


@pytest.fixture
def room(conference: Conference) -> list[Table]:
    return with_tables(conference, 3)


@pytest.fixture
def task(conference: Conference, room: list[Table]) -> GroupTask:
    """For the first table only."""
    return with_task(conference, "ene", tables=room[:1])


def deliver(table: Table, task: GroupTask, ref: str = "", text: str = "Tid", base: int = 0, **when: timedelta) -> Receipt:
    begin_write()
    try:
        written = now() + when["at"] if when else None
        receipt = delivery.deliver(table, task, ref or str(uuid4()), text, base, written)
        db.session.commit()
    finally:
        db.session.rollback()
    return receipt


def give(conference: Conference, task: GroupTask, tables: list[Table]) -> None:
    begin_write()
    tasks.change(conference, task, {}, tables)
    db.session.commit()


def listed(client: StrictClient, table: Table) -> list[str]:
    return [task["id"] for task in client.get(f"/api/bord/{token_of(table)}").get_json()["tasks"]]


def test_api_and_page_have_the_tables_own_tasks(
    client: StrictClient, conference: Conference, room: list[Table], task: GroupTask
) -> None:
    with_task(conference, "alle")
    assert [listed(client, table) for table in room[:2]] == [["ene", "alle"], ["alle"]]
    shown = client.get(f"/bord/{token_of(room[1])}?oppgave=ene").get_data(as_text=True)
    assert "Hva hindrer oss (ene)?" not in shown
    assert "Oppgave 1 av 1" in shown
    assert "Oppgave 2 av 2" in client.get(f"/bord/{token_of(room[0])}").get_data(as_text=True)


def test_a_table_without_a_task_waits_and_is_not_told_that_all_is_over(
    client: StrictClient, conference: Conference, room: list[Table], task: GroupTask
) -> None:
    begin_write()
    tasks.close_task(conference, task, "system")
    db.session.commit()
    pages = [client.get(f"/bord/{token_of(table)}") for table in room[:2]]
    assert [page.headers["Table-State"] for page in pages] == ["closed", "open"]
    assert "Ingen oppgaver ennå" in pages[1].get_data(as_text=True)


def test_an_answer_to_another_tables_task_is_refused_in_words_and_kept_in_the_form(
    client: StrictClient, room: list[Table], task: GroupTask
) -> None:
    body = {"task": "ene", "text": "Tid", "base_version": 0}
    refused = client.put(f"/api/bord/{token_of(room[1])}/svar/{uuid4()}", json=body)
    assert refused.status_code == 422
    assert refused.get_json()["field"] == "task"
    assert "er for andre bord" in refused.get_json()["message"]
    link = f"/bord/{token_of(room[1])}"
    sent = client.submit(f"{link}/svar", {"task": "ene", "text": "Husk denne"}, page=f"/bord/{token_of(room[0])}")
    assert sent.status_code == 422
    assert "Husk denne" in sent.get_data(as_text=True)
    assert client.submit(f"{link}/ferdig", {"task": "ene", "on": "1"}, page=f"/bord/{token_of(room[0])}").status_code == 404
    assert db.session.scalars(select(Answer)).all() == []
    assert db.session.scalars(select(TaskDone)).all() == []


def test_what_was_written_while_the_table_was_asked_is_taken_when_it_comes(conference: Conference, room: list[Table]) -> None:
    task = with_task(conference, "alle")
    begin_write()
    task.opened = now() - timedelta(minutes=30)
    db.session.commit()
    give(conference, task, room[:1])
    assert deliver(room[1], task, at=-timedelta(minutes=10)).created
    with pytest.raises(NotAsked):
        deliver(room[2], task, at=timedelta(seconds=5))


def test_a_table_goes_on_with_a_task_it_has_begun(client: StrictClient, conference: Conference, room: list[Table]) -> None:
    task = with_task(conference, "alle")
    ref = deliver(room[1], task).ref
    give(conference, task, room[:1])
    assert deliver(room[1], task, ref, "Tid og penger", base=1).version == 2
    assert deliver(room[1], task, at=timedelta(seconds=5)).created
    assert listed(client, room[1]) == ["alle"]
    assert listed(client, room[2]) == []


def test_a_withdrawn_answer_can_be_brought_back_after_the_task_went_to_others(
    conference: Conference, room: list[Table]
) -> None:
    task = with_task(conference, "alle")
    ref = deliver(room[1], task).ref
    begin_write()
    delivery.withdraw(room[1], ref, 1)
    db.session.commit()
    give(conference, task, room[:1])
    assert deliver(room[1], task, ref, base=1).version == 2
    assert [answer.ref for answer in delivery.standing(room[1])] == [ref]


def test_before_a_task_opens_its_tables_may_change_and_nobody_else_gets_in(conference: Conference, room: list[Table]) -> None:
    task = with_task(conference, "alle", is_open=False)
    give(conference, task, room[:1])
    begin_write()
    tasks.open_task(conference, task, "system")
    db.session.commit()
    assert task.tables_changed is None
    with pytest.raises(NotAsked):
        deliver(room[1], task, at=-timedelta(minutes=10))


def test_the_board_has_a_dash_for_a_table_that_is_not_asked_and_does_not_call_it_silent(
    sign_in: SignIn, conference: Conference, room: list[Table], task: GroupTask
) -> None:
    with_task(conference, "alle")
    deliver(room[0], task)
    board = overview.board(conference)
    assert board.silent == [0, 3]
    shown = sign_in("moderation", conference=conference).get(SVAR).get_data(as_text=True)
    assert shown.count("Ikke for dette bordet") == 2
    assert "3 bord uten svar" in shown


def test_paper_offers_the_chosen_tables_tasks_and_takes_no_others(
    sign_in: SignIn, conference: Conference, room: list[Table], task: GroupTask
) -> None:
    with_task(conference, "alle")
    moderator = sign_in("moderation", conference=conference)

    def offered(query: str) -> list[bool]:
        shown = moderator.get(f"{SVAR}/papir{query}").get_data(as_text=True)
        return [f'value="{ref}"' in shown for ref in ("ene", "alle")]

    assert [offered(query) for query in ("", "?bord=B01", "?bord=B02")] == [[True, True], [True, True], [False, True]]
    form = {"key": str(uuid4()), "table": "B02", "task": "ene", "lines": "Husk denne"}
    refused = moderator.submit(f"{SVAR}/papir", form)
    assert refused.status_code == 422
    assert "Bord 2 skal ikke svare på denne oppgaven" in refused.get_data(as_text=True)
    assert "Husk denne" in refused.get_data(as_text=True)
    assert db.session.scalars(select(Answer)).all() == []
    assert moderator.submit(f"{SVAR}/papir", form | {"task": "alle"}).status_code == 303


def test_a_tables_page_tells_the_round_and_lists_the_tasks_by_round(
    client: StrictClient, conference: Conference, room: list[Table]
) -> None:
    with_task(conference, "a")
    link = f"/bord/{token_of(room[0])}"
    assert "Runde" not in client.get(link).get_data(as_text=True)
    for ref in ("b", "c"):
        with_task(conference, ref, round_number=2)
    shown = client.get(link).get_data(as_text=True)
    assert "Oppgave 2 av 2" in shown
    assert shown.index("Runde 1") < shown.index("(a)?") < shown.rindex("Runde 2") < shown.index("(b)?")


def test_those_who_are_joined_to_another_table_answer_their_task_there(
    client: StrictClient, room: list[Table], task: GroupTask
) -> None:
    with pytest.raises(NotAsked):
        deliver(room[1], task)
    begin_write()
    joining.join(room[0], room[1], "system")
    db.session.commit()
    assert task.title in client.get(f"/bord/{token_of(room[1])}").get_data(as_text=True)
    assert deliver(room[1], task).created
    with pytest.raises(NotAsked):
        deliver(room[2], task)
