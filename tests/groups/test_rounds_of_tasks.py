"""Tasks of several rounds, and tasks that are for some of the tables."""

from collections.abc import Callable
from io import BytesIO

import pytest
from pypdf import PdfReader

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import seating, table_lists, tables, tasks
from konferanse.groups.models import GroupTask
from tests.conftest import StrictClient
from tests.groups.room import guest, with_tables, with_task
from tests.groups.test_pages import BORD, TASKS, page

pytestmark = pytest.mark.postgres
SignIn = Callable[..., StrictClient]


@pytest.fixture
def moderator(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("moderation", conference=conference)


def change(client: StrictClient, ref: str, **fields: str) -> int:
    """Send a task's form; returns the status."""
    path = f"{TASKS}/{ref}"
    return client.submit(path, {"title": f"Oppgave {ref}", "kind": "free"} | fields, page=path).status_code


def refs(conference: Conference) -> list[str]:
    db.session.rollback()
    return [task.ref for task in tasks.tasks_of(conference)]


def asked(conference: Conference, task: GroupTask) -> list[int]:
    db.session.rollback()
    return tasks.numbers(task, tables.tables_of(conference))


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("", []),
        ("3", [3]),
        ("1-3, 9", [1, 2, 3, 9]),
        ("1 – 3; 9", [1, 2, 3, 9]),
        ("bord 9 og 3", [3, 9]),
        ("b02 B03", [2, 3]),
    ],
)
def test_tables_are_written_as_people_write_them(conference: Conference, written: str, meant: list[int]) -> None:
    assert [table.number for table in table_lists.read(written, with_tables(conference, 9))] == meant


@pytest.mark.parametrize("written", ["10", "0", "3-1", "1-12", "bord tre", "1,5x", "B99"])
def test_a_table_that_is_not_there_is_named(conference: Conference, written: str) -> None:
    rows = with_tables(conference, 9)
    with pytest.raises(ValueError, match="Det finnes ikke noe bord"):
        table_lists.read(written, rows)


@pytest.mark.parametrize(("numbers", "words"), [([], ""), ([4], "4"), ([1, 2], "1, 2"), ([1, 2, 3, 7, 9, 10], "1–3, 7, 9, 10")])
def test_tables_are_told_in_short(numbers: list[int], words: str) -> None:
    assert table_lists.in_words(numbers) == words


def test_a_task_gets_a_round_and_tables_and_can_lose_them(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 9)
    moderator.submit(TASKS, {"title": "Hva gjør vi?", "kind": "free", "round": "2", "tables": "1-3, 9"}, page=TASKS)
    [task] = tasks.tasks_of(conference)
    assert (task.round, asked(conference, task)) == (2, [1, 2, 3, 9])
    shown = page(moderator, TASKS)
    assert "Runde 2" in shown
    assert "Bare bord 1–3, 9" in shown
    assert 'value="1–3, 9"' in page(moderator, f"{TASKS}/oppg1")
    assert change(moderator, "oppg1", round="1", tables="") == 303
    assert (task.round, asked(conference, task)) == (1, [])
    assert "Runde" not in page(moderator, TASKS).split("<form")[0]


@pytest.mark.parametrize("wrong", [{"round": "0"}, {"round": "21"}, {"round": "to"}, {"tables": "4"}, {"tables": "x" * 1001}])
def test_a_wrong_round_or_table_is_refused_and_changes_nothing(
    moderator: StrictClient, conference: Conference, wrong: dict[str, str]
) -> None:
    with_tables(conference, 3)
    task = with_task(conference, "a", is_open=False)
    assert change(moderator, "a", **wrong) == 422
    assert (task.title, task.round, asked(conference, task)) == ("Hva hindrer oss (a)?", 1, [])


def test_tasks_stand_by_round_and_move_within_it(moderator: StrictClient, conference: Conference) -> None:
    for ref in ("a", "b", "c"):
        with_task(conference, ref, is_open=False)
    change(moderator, "a", round="2")
    assert refs(conference) == ["b", "c", "a"]
    moderator.submit(f"{TASKS}/a/flytt/opp", page=TASKS)
    assert refs(conference) == ["b", "c", "a"]
    moderator.submit(f"{TASKS}/c/flytt/opp", page=TASKS)
    assert refs(conference) == ["c", "b", "a"]
    shown = page(moderator, TASKS)
    assert (shown.count("flytt/opp"), shown.count("flytt/ned")) == (1, 1)
    with_task(conference, "d", is_open=False)  # last in its round, not of all
    assert refs(conference) == ["c", "b", "d", "a"]


def test_rounds_are_told_of_when_people_change_tables(moderator: StrictClient, conference: Conference) -> None:
    rows = with_tables(conference, 2)
    with_task(conference)
    assert tasks.round_count(conference) == 1
    begin_write()
    seating.move(conference, guest(conference), rows[0], 3, "system")
    db.session.commit()
    assert tasks.round_count(conference) == 3
    assert "Runde 1" in page(moderator, TASKS)


def test_a_table_goes_with_its_place_on_a_list_but_not_when_it_is_the_only_one(
    moderator: StrictClient, conference: Conference
) -> None:
    rows = with_tables(conference, 4)
    task = with_task(conference, "a", is_open=False, tables=rows[2:])
    assert moderator.submit(BORD, {"count": "3"}, page=BORD).status_code == 303
    assert asked(conference, task) == [3]
    refused = moderator.submit(BORD, {"count": "2"}, page=BORD)
    assert refused.status_code == 409
    assert "er bare for bord 3" in refused.get_data(as_text=True)
    assert asked(conference, task) == [3]


def test_a_task_that_is_deleted_takes_its_list_along(moderator: StrictClient, conference: Conference) -> None:
    with_task(conference, "a", is_open=False, tables=with_tables(conference, 2)[:1])
    assert moderator.submit(f"{TASKS}/a/slett", page=f"{TASKS}/a").status_code == 303
    assert refs(conference) == []


def test_answer_sheets_are_for_the_tables_that_are_asked_and_say_the_round(
    moderator: StrictClient, conference: Conference
) -> None:
    rows = with_tables(conference, 5)
    with_task(conference, "a", round_number=2, tables=rows[1:3])
    response = moderator.get(f"{TASKS}/a/ark.pdf")
    pages = [sheet.extract_text() for sheet in PdfReader(BytesIO(response.get_data())).pages]
    assert [("Bord 2" in text, "Bord 3" in text) for text in pages] == [(True, False), (False, True)]
    assert all("Runde 2" in text for text in pages)
