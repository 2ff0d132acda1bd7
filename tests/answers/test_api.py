"""The table API as contract.md has it."""

import json
from typing import Any
from uuid import uuid4

import pysqlite3.dbapi2
import pytest
from sqlalchemy import func, select

from konferanse.answers.models import Answer, Words
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import tables, tasks
from konferanse.groups.access import token_of
from konferanse.groups.models import GroupTask, Table
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task


@pytest.fixture
def table(conference: Conference) -> Table:
    return with_tables(conference)[0]


@pytest.fixture
def task(conference: Conference) -> GroupTask:
    return with_task(conference)


@pytest.fixture
def api(table: Table, task: GroupTask) -> str:
    return f"/api/bord/{token_of(table)}"


def body(text: str = "Fordommer", base: int = 0, **more: Any) -> dict[str, Any]:
    return {"task": "oppg1", "text": text, "base_version": base, "written_at": "2019-06-26T10:00:00Z"} | more


def stored() -> int:
    return db.session.scalar(select(func.count()).select_from(Answer)) or 0


def test_an_answer_goes_in_and_comes_out(client: StrictClient, api: str) -> None:
    ref = str(uuid4())
    sent = client.put(f"{api}/svar/{ref}", json=body())
    assert (sent.status_code, sent.json) == (201, {"id": ref, "version": 1})
    page = client.get(api)
    assert page.json is not None
    assert page.json["table"] == "B01"
    assert page.json["tasks"] == [{"id": "oppg1", "title": "Hva hindrer oss (oppg1)?", "open": True, "closes": None}]
    assert page.json["answers"] == [
        {"id": ref, "task": "oppg1", "text": "Fordommer", "owner": "", "deadline": "", "version": 1, "order": 1}
    ]


def test_sent_again_is_200_and_one_answer(client: StrictClient, api: str) -> None:
    url = f"{api}/svar/{uuid4()}"
    assert [client.put(url, json=body()).status_code for _ in range(3)] == [201, 200, 200]
    assert stored() == 1


def test_an_edit_is_200_and_a_stale_one_409_with_both_texts(client: StrictClient, api: str) -> None:
    url = f"{api}/svar/{uuid4()}"
    client.put(url, json=body("en"))
    assert client.put(url, json=body("to", 1)).json == {"id": url[-36:], "version": 2}
    stale = client.put(url, json=body("tre", 1))
    assert stale.status_code == 409
    assert stale.json is not None
    assert (stale.json["yours"], stale.json["theirs"], stale.json["version"]) == ("tre", "to", 2)


def test_owner_and_deadline_go_in_and_come_out_whether_asked_for_or_not(client: StrictClient, api: str) -> None:
    url = f"{api}/svar/{uuid4()}"
    assert client.put(url, json=body(owner="NAV Oslo", deadline="høsten 2019")).status_code == 201
    [listed] = (client.get(api).json or {})["answers"]
    assert (listed["text"], listed["owner"], listed["deadline"]) == ("Fordommer", "NAV Oslo", "høsten 2019")


def test_an_edit_without_them_leaves_them_and_an_empty_one_empties(client: StrictClient, api: str) -> None:
    url = f"{api}/svar/{uuid4()}"
    client.put(url, json=body(owner="NAV Oslo", deadline="høsten 2019"))
    client.put(url, json=body("Fordommer hos ledere", 1, deadline=None))
    client.put(url, json=body("Fordommer hos ledere", 2, owner=""))
    [listed] = (client.get(api).json or {})["answers"]
    assert (listed["owner"], listed["deadline"], listed["version"]) == ("", "høsten 2019", 3)


def test_a_stale_edit_is_409_with_both_whole_answers(client: StrictClient, api: str) -> None:
    url = f"{api}/svar/{uuid4()}"
    client.put(url, json=body(owner="NAV"))
    client.put(url, json=body("to", 1, owner="HR"))
    stale = client.put(url, json=body("tre", 1, deadline="2020")).json or {}
    assert {key: stale[key] for key in stale if key not in ("message", "version")} == {
        "yours": "tre", "yours_owner": "NAV", "yours_deadline": "2020",
        "theirs": "to", "theirs_owner": "HR", "theirs_deadline": "",
    }  # fmt: skip


def test_phones_are_told_what_a_task_asks_for(client: StrictClient, api: str, conference: Conference) -> None:
    with_task(conference, "oppg2", asks_deadline=True)
    with_task(conference, "oppg3", asks_owner=True, asks_deadline=True)
    asked = {task["id"]: task.get("asks") for task in (client.get(api).json or {})["tasks"]}
    assert asked == {"oppg1": None, "oppg2": ["deadline"], "oppg3": ["owner", "deadline"]}


def test_a_withdrawn_answer_is_not_listed(client: StrictClient, api: str) -> None:
    url = f"{api}/svar/{uuid4()}"
    client.put(url, json=body())
    assert client.delete(url, json={"base_version": 1}).status_code == 200
    assert client.delete(url, json={"base_version": 1}).status_code == 200
    assert (client.get(api).json or {})["answers"] == []


def test_answers_are_listed_in_the_order_given(client: StrictClient, api: str) -> None:
    refs = [str(uuid4()) for _ in range(3)]
    for ref in refs:
        client.put(f"{api}/svar/{ref}", json=body(ref))
    wanted = [refs[1], refs[2], refs[0]]
    assert client.put(f"{api}/rekkefolge", json={"task": "oppg1", "order": wanted}).status_code == 200
    assert [a["id"] for a in (client.get(api).json or {})["answers"]] == wanted


def test_an_imported_answer_can_be_edited_by_its_own_id(client: StrictClient, api: str, table: Table, task: GroupTask) -> None:
    from konferanse.answers.delivery import new_answer
    from konferanse.common.clock import now

    begin_write()
    new_answer(table, task, "g001", Words("Fordommer"), channel="import", written=now())
    db.session.commit()
    assert client.put(f"{api}/svar/g001", json=body("Fordommer hos ledere", 1)).json == {"id": "g001", "version": 2}


BAD_TEXTS: list[Any] = ["", " \n", "x" * 4001, "x" * 100_000, "nul\0", "\ud800", None, 7, ["a"], {"a": 1}, True]
BAD_BODIES: list[tuple[dict[str, Any], str]] = [
    *(({"text": text}, "text") for text in BAD_TEXTS),
    *(({own: value}, own) for own in ("owner", "deadline") for value in ["x" * 201, "a\nb", "nul\0", "\ud800", 7, ["a"], True]),
    *(({"task": task}, "task") for task in ["", "finnes-ikke", None, 1, "\ud800", "\0", "x" * 5000]),
    *(({"base_version": base}, "base_version") for base in [-1, 1.5, "1", True, None, 10**30, [1]]),
    *(({"written_at": at}, "written_at") for at in ["i går", 5, True, [], "0001-01-01T00:00:00+23:00", "9" * 5000]),
]


@pytest.mark.parametrize(("wrong", "field"), BAD_BODIES, ids=lambda value: repr(value)[:40])
def test_bad_input_names_the_field_and_stores_nothing(
    client: StrictClient, api: str, wrong: dict[str, Any], field: str
) -> None:
    refused = client.put(f"{api}/svar/{uuid4()}", data=json.dumps(body() | wrong))
    assert refused.status_code == 422
    assert (refused.json or {})["field"] == field
    assert (refused.json or {})["message"]
    assert stored() == 0


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"[]", b"7", b"null", b'"\xff"', b"[" * 90_000, b'{"text":' * 9000, b"9" * 9000, b" " * 300_000]
)
@pytest.mark.parametrize("method", ["put", "delete"])
def test_unreadable_json_is_refused_in_words(client: StrictClient, api: str, raw: bytes, method: str) -> None:
    refused = getattr(client, method)(f"{api}/svar/{uuid4()}", data=raw)
    assert refused.status_code == 422
    assert (refused.json or {})["field"] == "body"


@pytest.mark.parametrize("ref", ["ikke-uuid", "x" * 300, "{1c7db927-3d52-479c-9625-bafebceaf0e4}", "😀", "%FF", "a%00b"])
def test_a_new_answer_needs_a_uuid(client: StrictClient, api: str, ref: str) -> None:
    refused = client.put(f"{api}/svar/{ref}", json=body())
    assert 400 <= refused.status_code < 500
    assert (refused.json or {})["message"]
    assert stored() == 0


@pytest.mark.parametrize("order", [None, "x", [1], ["\ud800"], ["ukjent"], [[]], {}])
def test_a_bad_order_is_refused(client: StrictClient, api: str, order: Any) -> None:
    refused = client.put(f"{api}/rekkefolge", data=json.dumps({"task": "oppg1", "order": order}))
    assert (refused.status_code, (refused.json or {})["field"]) == (422, "order")


def test_an_answer_the_table_does_not_have_is_404(client: StrictClient, api: str) -> None:
    assert client.put(f"{api}/svar/{uuid4()}", json=body(base=2)).status_code == 404
    assert client.delete(f"{api}/svar/{uuid4()}", json={"base_version": 1}).status_code == 404


def test_an_unknown_or_forged_link_is_404(client: StrictClient, api: str, table: Table) -> None:
    for token in ("x", "A" * 44, token_of(table)[:-1] + ("A" if token_of(table)[-1] != "A" else "B"), "å" * 44):
        assert client.put(f"/api/bord/{token}/svar/{uuid4()}", json=body()).status_code == 404
        assert client.get(f"/bord/{token}").status_code == 404
    assert stored() == 0


def test_a_revoked_link_is_403_and_the_new_one_works(client: StrictClient, api: str, table: Table) -> None:
    begin_write()
    tables.revoke_link(table, "system")
    db.session.commit()
    refused = client.put(f"{api}/svar/{uuid4()}", json=body())
    assert refused.status_code == 403
    assert "ny" in (refused.json or {})["message"]
    assert client.get(api.removeprefix("/api")).status_code == 403
    assert client.put(f"/api/bord/{token_of(table)}/svar/{uuid4()}", json=body()).status_code == 201


def test_another_conferences_task_does_not_exist(client: StrictClient, api: str) -> None:
    from konferanse.common.clock import today
    from konferanse.conference import lifecycle

    begin_write()
    other = lifecycle.create("annen", "En annen", "regionsamling", today(), today())
    db.session.commit()
    with_task(other, "hemmelig")
    refused = client.put(f"{api}/svar/{uuid4()}", json=body(task="hemmelig"))
    assert (refused.status_code, (refused.json or {})["field"]) == (422, "task")


def test_a_closed_task_refuses_with_words(client: StrictClient, api: str, conference: Conference, task: GroupTask) -> None:
    begin_write()
    tasks.close_task(conference, task, "system")
    db.session.commit()
    refused = client.put(f"{api}/svar/{uuid4()}", json=body(written_at=None))
    assert refused.status_code == 422
    assert "stengt" in (refused.json or {})["message"]


def test_a_locked_database_is_503_and_says_nothing_was_saved(client: StrictClient, api: str) -> None:
    db.session.rollback()
    db.engine.dispose()
    from sqlalchemy import event

    def impatient(connection: Any, _record: Any, _proxy: Any) -> None:
        connection.execute("PRAGMA busy_timeout=100")

    event.listen(db.engine, "checkout", impatient)
    holder = pysqlite3.dbapi2.connect(str(db.engine.url.database))  # a program that takes no turns
    holder.execute("BEGIN IMMEDIATE")
    try:
        refused = client.put(f"{api}/svar/{uuid4()}", json=body())
    finally:
        event.remove(db.engine, "checkout", impatient)
        holder.rollback()
        holder.close()
    assert refused.status_code == 503
    assert (refused.json or {})["saved"] is False
    assert int(refused.headers["Retry-After"]) > 0
    assert client.put(f"{api}/svar/{uuid4()}", json=body()).status_code == 201
