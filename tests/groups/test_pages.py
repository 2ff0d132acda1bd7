"""Staff set up tables and tasks, and place people."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from konferanse.answers.delivery import new_answer
from konferanse.answers.models import Words
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import seating, seating_tasks
from konferanse.groups.access import token_of
from konferanse.groups.models import GroupTask, Seating, Table
from tests.conftest import StrictClient
from tests.groups.room import guest, with_guests, with_tables, with_task

SignIn = Callable[..., StrictClient]


@pytest.fixture
def moderator(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("moderation", conference=conference)


BORD, TASKS = "/admin/k/prove/bord", "/admin/k/prove/oppgaver"


def page(client: StrictClient, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def place_all(client: StrictClient, rounds: int = 1) -> None:
    """Ask for everybody to be placed, and let the worker do it."""
    assert client.submit(f"{BORD}/fordel", {"rounds": str(rounds)}, page=BORD).status_code == 303
    seating_tasks.place_waiting()


def tables() -> list[Table]:
    return list(db.session.scalars(select(Table).order_by(Table.number)))


def test_tables_are_made_and_named_in_order(moderator: StrictClient) -> None:
    assert "Lag bordene" in page(moderator, BORD)
    moderator.submit(BORD, {"count": "3"})
    assert [(t.code, t.number) for t in tables()] == [("B01", 1), ("B02", 2), ("B03", 3)]
    assert "Bord 3" in page(moderator, BORD)


@pytest.mark.parametrize("count", ["", "-1", "501", "tre", "9" * 30])
def test_a_wrong_number_of_tables_is_refused_and_kept(moderator: StrictClient, count: str) -> None:
    refused = moderator.submit(BORD, {"count": count})
    assert refused.status_code == 422
    assert tables() == []


def test_empty_tables_can_go_but_not_one_with_people_or_answers(moderator: StrictClient, conference: Conference) -> None:
    rows = with_tables(conference, 4)
    task = with_task(conference)
    begin_write()
    new_answer(rows[2], task, "x", Words("Et svar"), channel="paper", written=now())
    seating.move(conference, guest(conference), rows[1], 1, "system")
    db.session.commit()
    assert moderator.submit(BORD, {"count": "3"}).status_code == 303
    assert moderator.submit(BORD, {"count": "2"}).status_code == 409
    assert len(tables()) == 3
    begin_write()
    db.session.execute(db.text("DELETE FROM answer_version"))
    db.session.execute(db.text("DELETE FROM answer"))
    db.session.commit()
    refused = moderator.submit(BORD, {"count": "1"})
    assert "Flytt dem først" in refused.get_data(as_text=True)
    assert len(tables()) == 3


def test_everybody_is_dealt_evenly_with_a_facilitator_each(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 4)
    with_guests(conference, 30, facilitators=3)
    place_all(moderator)
    room = seating.room(conference)
    assert sorted(len(t.people) for t in room.tables) == [7, 7, 8, 8]
    assert sum(any(p.role == "facilitator" for p in t.people) for t in room.tables) == 3
    assert room.unplaced == []


def test_late_arrivals_get_a_table_and_nobody_else_moves(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 3)
    with_guests(conference, 9)
    place_all(moderator)
    before = {s.registration_id: s.table_id for s in db.session.scalars(select(Seating))}
    begin_write()
    guest(conference, "Sein Gjest")
    guest(conference, "Venter", status="waiting")
    guest(conference, "Digital", attendance="digital")
    db.session.commit()
    shown = page(moderator, BORD)
    assert "1 uten bord" in shown
    moderator.submit(f"{BORD}/plasser", page=BORD)
    after = {s.registration_id: s.table_id for s in db.session.scalars(select(Seating).where(Seating.ended.is_(None)))}
    assert before.items() <= after.items()
    assert len(after) == 10


def test_a_move_is_a_new_row_and_the_old_one_ends(moderator: StrictClient, conference: Conference) -> None:
    rows = with_tables(conference, 2)
    person = with_guests(conference, 1)[0]
    place_all(moderator)
    form = {"person": str(person.uid), "table": rows[1].code}
    assert moderator.submit(f"{BORD}/flytt", form, page=BORD).status_code == 303
    old, new = db.session.scalars(select(Seating).order_by(Seating.id))
    assert (old.table_id, new.table_id) == (rows[0].id, rows[1].id)
    assert old.ended is not None
    assert new.ended is None
    moderator.submit(f"{BORD}/flytt", form | {"table": ""}, page=BORD)
    assert seating.room(conference).unplaced == [person]


@pytest.mark.parametrize("form", [{"person": "ingen", "table": "B01"}, {"table": "B01"}, {"person": "", "table": "B99"}])
def test_an_impossible_move_changes_nothing(moderator: StrictClient, conference: Conference, form: dict[str, str]) -> None:
    with_tables(conference, 2)
    with_guests(conference, 1)
    place_all(moderator)
    assert moderator.submit(f"{BORD}/flytt", form, page=BORD).status_code == 422
    assert len(db.session.scalars(select(Seating)).all()) == 1


def test_somebody_who_cancels_leaves_the_table(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 1)
    person = with_guests(conference, 1)[0]
    place_all(moderator)
    begin_write()
    person.status = "cancelled"
    db.session.commit()
    assert seating.room(conference).placed == 0
    assert "Person 000" not in page(moderator, BORD)


def test_a_role_that_tells_of_union_membership_is_not_shown_at_a_table(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 1)
    begin_write()
    guest(conference, organisation_type="tillitsvalgt", organisation_name="Forbundet")
    db.session.commit()
    place_all(moderator)
    shown = page(moderator, BORD)
    assert "Partene i arbeidslivet" in shown
    assert "illitsvalgt" not in shown


def test_a_revoked_link_stops_and_the_sign_has_the_new_one(moderator: StrictClient, conference: Conference) -> None:
    table = with_tables(conference, 1)[0]
    old = token_of(table)
    moderator.submit(f"{BORD}/B01/ny-lenke", page=f"{BORD}/B01")
    db.session.rollback()
    assert moderator.get(f"/bord/{old}").status_code == 403
    assert moderator.get(f"/bord/{token_of(table)}").status_code == 200
    assert token_of(table) in page(moderator, f"{BORD}/skilt")


def test_a_sign_for_every_table_or_one(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 3)
    assert page(moderator, f"{BORD}/skilt").count("<svg") == 3
    assert page(moderator, f"{BORD}/skilt?bord=B02").count("<svg") == 1


def test_the_seating_list_has_everybody_by_name(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 2)
    with_guests(conference, 3)
    place_all(moderator)
    shown = page(moderator, f"{BORD}/liste")
    assert shown.index("Person 000") < shown.index("Person 001") < shown.index("Person 002")


def test_a_table_is_described(moderator: StrictClient, conference: Conference) -> None:
    table = with_tables(conference, 1)[0]
    moderator.submit(f"{BORD}/B01", {"composition": "HR; NAV"})
    db.session.rollback()
    assert table.composition == "HR; NAV"
    assert moderator.submit(f"{BORD}/B01", {"composition": "x" * 301}).status_code == 422


def test_a_task_is_written_opened_extended_and_closed(moderator: StrictClient, conference: Conference) -> None:
    moderator.submit(TASKS, {"title": "Hva hindrer oss?", "kind": "hindring", "minutes": "20", "text": "Tenk høyt"})
    task = db.session.scalars(select(GroupTask)).one()
    assert (task.ref, task.state()) == ("oppg1", "ahead")
    moderator.submit(f"{TASKS}/oppg1/apne", page=TASKS)
    db.session.rollback()
    assert task.state() == "open"
    first = task.closes
    assert first is not None
    moderator.submit(f"{TASKS}/oppg1/forleng", {"minutes": "5"}, page=TASKS)
    db.session.rollback()
    assert task.closes is not None
    assert (task.closes - first).total_seconds() == 300
    moderator.submit(f"{TASKS}/oppg1/steng", {"back": "board"}, page=TASKS)
    db.session.rollback()
    assert task.state() == "closed"
    moderator.submit(f"{TASKS}/oppg1/apne", page=TASKS)
    db.session.rollback()
    assert task.state() == "open"


@pytest.mark.parametrize("wrong", [{"title": ""}, {"title": "x" * 201}, {"minutes": "0"}, {"minutes": "snart"}, {"kind": "x"}])
def test_a_wrong_task_is_refused_and_what_was_typed_is_kept(moderator: StrictClient, wrong: dict[str, str]) -> None:
    good = {"title": "Hva hindrer oss?", "kind": "free", "text": "Husk denne"}
    refused = moderator.submit(TASKS, good | wrong)
    assert refused.status_code == 422
    assert "Husk denne" in refused.get_data(as_text=True)
    assert db.session.scalars(select(GroupTask)).all() == []


def test_tasks_change_places(moderator: StrictClient, conference: Conference) -> None:
    for ref in ("a", "b", "c"):
        with_task(conference, ref, is_open=False)
    moderator.submit(f"{TASKS}/c/flytt/opp", page=TASKS)
    moderator.submit(f"{TASKS}/a/flytt/opp", page=TASKS)
    assert [t.ref for t in db.session.scalars(select(GroupTask).order_by(GroupTask.position))] == ["a", "c", "b"]


def test_a_tryout_comes_first(moderator: StrictClient, conference: Conference) -> None:
    with_task(conference)
    moderator.submit(TASKS, {"title": "Skriv hva bordet heter", "kind": "free", "is_tryout": "y"})
    shown = page(moderator, TASKS)
    assert shown.index("Skriv hva bordet heter") < shown.index("Hva hindrer oss")


def test_a_task_asks_for_owner_and_deadline_when_ticked(moderator: StrictClient, conference: Conference) -> None:
    moderator.submit(TASKS, {"title": "Hva vil dere gjøre?", "kind": "free", "asks_owner": "y"})
    task = db.session.scalars(select(GroupTask)).one()
    assert task.asks == ["owner"]
    assert "spør om ansvarlig" in page(moderator, TASKS)
    moderator.submit(f"{TASKS}/oppg1", {"title": "Hva vil dere gjøre?", "kind": "free", "asks_deadline": "y"})
    db.session.rollback()
    assert task.asks == ["deadline"]


def test_a_task_is_changed_and_one_with_answers_is_not_deleted(moderator: StrictClient, conference: Conference) -> None:
    task = with_task(conference)
    moderator.submit(f"{TASKS}/oppg1", {"title": "Hva hindrer dere?", "kind": "free"})
    db.session.rollback()
    assert task.title == "Hva hindrer dere?"
    table = with_tables(conference)[0]
    begin_write()
    answer = new_answer(table, task, "x", Words("Et svar"), channel="paper", written=now())
    db.session.commit()
    assert moderator.submit(f"{TASKS}/oppg1/slett", page=TASKS).status_code == 409
    begin_write()
    db.session.delete(answer)
    db.session.commit()
    assert moderator.submit(f"{TASKS}/oppg1/slett", page=TASKS).status_code == 303
    assert db.session.scalars(select(GroupTask)).all() == []


def test_who_may_only_read_sees_no_buttons_and_no_links(sign_in: SignIn, conference: Conference) -> None:
    with_tables(conference, 2)
    with_task(conference)
    with_guests(conference, 2)
    reader = sign_in("read", conference=conference)
    for path in (BORD, f"{BORD}/B01", f"{BORD}/liste", TASKS, f"{TASKS}/oppg1"):
        assert "<form" not in page(reader, path).split("<main")[1]
    assert reader.get(f"{BORD}/skilt").status_code == 403
    assert reader.post(f"{BORD}/fordel").status_code in (400, 403)


def test_another_conferences_tables_do_not_exist(sign_in: SignIn, conference: Conference) -> None:
    with_tables(conference, 1)
    stranger = sign_in("read")
    assert stranger.get(BORD).status_code == 404
    assert stranger.get(f"{BORD}/B01").status_code == 404
