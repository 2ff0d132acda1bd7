"""The organiser's board, the list, paper, files and publishing."""

from collections.abc import Callable
from io import BytesIO
from uuid import uuid4

import pytest
from sqlalchemy import select

from konferanse.answers import delivery, overview, publication
from konferanse.answers.delivery import new_answer
from konferanse.answers.models import Answer, Words
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups.models import GroupTask, Table, TaskDone
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task

SVAR = "/admin/k/prove/svar"
SignIn = Callable[..., StrictClient]


@pytest.fixture
def tables(conference: Conference) -> list[Table]:
    return with_tables(conference, 3)


@pytest.fixture
def task(conference: Conference) -> GroupTask:
    return with_task(conference)


@pytest.fixture
def moderator(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("moderation", conference=conference)


def answer(table: Table, task: GroupTask, text: str, **more: object) -> Answer:
    begin_write()
    row = new_answer(table, task, str(uuid4()), Words(text), channel="table", written=now())
    for name, value in more.items():
        setattr(row, name, value)
    db.session.commit()
    return row


def page(client: StrictClient, path: str, **headers: str) -> str:
    response = client.get(path, headers=headers)
    assert response.status_code == 200
    return response.get_data(as_text=True)


def test_before_there_are_tables_the_board_says_what_to_do(moderator: StrictClient) -> None:
    assert "Lag bord" in page(moderator, SVAR)


def test_the_board_counts_answers_per_table_and_task(
    moderator: StrictClient, conference: Conference, tables: list[Table], task: GroupTask
) -> None:
    practice = with_task(conference, "prove", is_tryout=True)
    for n in range(3):
        answer(tables[0], task, f"svar {n}")
    answer(tables[1], task, "trukket", withdrawn=now())
    answer(tables[2], practice, "øving")
    begin_write()
    db.session.add(TaskDone(table_id=tables[0].id, task_id=task.id))
    tables[1].needs_help = now()
    db.session.commit()
    board = overview.board(conference)
    assert [[c.count for c in cells] for _table, cells in board.rows] == [[0, 3], [0, 0], [1, 0]]
    assert board.total == 3
    shown = page(moderator, SVAR)
    assert "Bord 2 ber om hjelp" in shown
    assert "ferdig" in shown


def test_the_part_that_changes_can_be_asked_for_alone(
    moderator: StrictClient, conference: Conference, tables: list[Table], task: GroupTask
) -> None:
    part = _raw(moderator, SVAR)
    assert part.lstrip().startswith('<div id="tavle"')
    assert "<html" not in part
    assert "Bord 3" in part


def _raw(client: StrictClient, path: str) -> str:
    """The page's own call; what comes is no whole page, so it is not read as one."""
    from contextvars import Context

    from flask.testing import FlaskClient

    response = Context().run(FlaskClient.open, client, path, headers={"HX-Request": "true"})
    assert response.status_code == 200
    text: str = response.get_data(as_text=True)
    return text


def test_help_is_put_out_from_the_board(moderator: StrictClient, tables: list[Table], task: GroupTask) -> None:
    begin_write()
    tables[0].needs_help = now()
    db.session.commit()
    moderator.submit(f"{SVAR}/hjelp/B01", page=SVAR)
    db.session.rollback()
    assert tables[0].needs_help is None
    assert moderator.submit(f"{SVAR}/hjelp/B77", page=SVAR).status_code == 404


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Økonomi og tid", "Fordommer", "Sent svar 100 %"}),
        ("q=økonomi", {"Økonomi og tid"}),
        ("q=ØKONOMI", {"Økonomi og tid"}),
        ("q=100+%25", {"Sent svar 100 %"}),
        ("q=%25", {"Sent svar 100 %"}),
        ("bord=B02", {"Fordommer"}),
        ("oppgave=oppg1&bord=B01", {"Økonomi og tid", "Sent svar 100 %"}),
        ("oppgave=finnes-ikke", set()),
        ("vis=sene", {"Sent svar 100 %"}),
        ("vis=trukket", {"Trukket"}),
        ("vis=tull&side=-1", {"Økonomi og tid", "Fordommer", "Sent svar 100 %"}),
        ("side=99999999999999999999", {"Økonomi og tid", "Fordommer", "Sent svar 100 %"}),
    ],
)
def test_the_list_finds_by_table_task_and_words(
    moderator: StrictClient, tables: list[Table], task: GroupTask, query: str, found: set[str]
) -> None:
    every = {"Økonomi og tid", "Fordommer", "Sent svar 100 %", "Trukket"}
    answer(tables[0], task, "Økonomi og tid")
    answer(tables[1], task, "Fordommer")
    answer(tables[0], task, "Sent svar 100 %", late=True)
    answer(tables[0], task, "Trukket", withdrawn=now())
    shown = page(moderator, f"{SVAR}/liste?{query}")
    assert {text for text in every if f'answer-words">{text}<' in shown} == found


def test_long_lists_come_in_pages(moderator: StrictClient, tables: list[Table], task: GroupTask) -> None:
    begin_write()
    for n in range(overview.PAGE + 1):
        new_answer(tables[0], task, str(uuid4()), Words(f"svar {n:03d}"), channel="table", written=now())
    db.session.commit()
    first, second = page(moderator, f"{SVAR}/liste"), page(moderator, f"{SVAR}/liste?side=2")
    assert "Side 1 av 2" in first
    assert "svar 000" in first
    assert "svar 050" in second


def test_an_answer_is_held_back_and_shown_again(moderator: StrictClient, tables: list[Table], task: GroupTask) -> None:
    row = answer(tables[0], task, "peker ut noen")
    path = f"{SVAR}/liste/B01/{row.ref}"
    sent = moderator.submit(f"{path}/skjul", {"bord": "B01", "side": "1"}, page=f"{SVAR}/liste")
    assert "bord=B01" in sent.location
    db.session.rollback()
    assert not row.published
    assert "peker ut noen" in page(moderator, f"{SVAR}/liste?vis=skjult")
    moderator.submit(f"{path}/vis", page=f"{SVAR}/liste")
    db.session.rollback()
    assert row.published
    assert moderator.submit(f"{path}/slett", page=f"{SVAR}/liste").status_code == 404
    assert moderator.submit(f"{SVAR}/liste/B02/{row.ref}/skjul", page=f"{SVAR}/liste").status_code == 404


def test_publishing_shows_what_is_in_and_follows_what_is_hidden_or_withdrawn(
    moderator: StrictClient, conference: Conference, tables: list[Table], task: GroupTask
) -> None:
    kept, hidden = answer(tables[0], task, "vises"), answer(tables[1], task, "skjules")
    answer(tables[0], with_task(conference, "prove", is_tryout=True), "øving")
    moderator.submit(f"{SVAR}/publiser", page=SVAR)
    answer(tables[2], task, "kom etterpå")

    def public() -> list[str]:
        db.session.rollback()
        row = publication.publication(conference)
        return [a.text for a in db.session.scalars(publication.public_answers(row))] if row else []

    assert public() == ["vises", "skjules"]
    before = conference.revision
    moderator.submit(f"{SVAR}/liste/B02/{hidden.ref}/skjul", page=f"{SVAR}/liste")
    assert public() == ["vises"]
    assert conference.revision > before
    before = conference.revision
    begin_write()
    delivery.withdraw(kept.table, kept.ref, 1)
    db.session.commit()
    assert public() == []
    assert conference.revision > before
    moderator.submit(f"{SVAR}/publiser", page=SVAR)
    assert public() == ["kom etterpå"]
    moderator.submit(f"{SVAR}/avpubliser", page=SVAR)
    assert publication.publication(conference) is None


def test_before_publishing_an_answer_touches_no_public_page(
    conference: Conference, tables: list[Table], task: GroupTask
) -> None:
    before = conference.revision
    answer(tables[0], task, "x")
    assert conference.revision == before


def test_paper_is_typed_in_one_line_an_answer(moderator: StrictClient, tables: list[Table], task: GroupTask) -> None:
    form = {"key": str(uuid4()), "table": "B02", "task": "oppg1", "lines": "Fordommer\r\n\r\n  Tid  \r\n"}
    for _ in range(2):
        assert moderator.submit(f"{SVAR}/papir", form).status_code == 303
    rows = db.session.scalars(select(Answer).order_by(Answer.id)).all()
    assert [(a.text, a.channel, a.table.code) for a in rows] == [("Fordommer", "paper", "B02"), ("Tid", "paper", "B02")]


def test_owner_and_deadline_are_typed_in_after_the_answer_where_the_task_asks(
    moderator: StrictClient, conference: Conference, tables: list[Table], task: GroupTask
) -> None:
    with_task(conference, "oppg2", asks_owner=True, asks_deadline=True)
    with_task(conference, "oppg3", asks_deadline=True)

    def typed(ref: str, lines: str) -> list[Words]:
        moderator.submit(f"{SVAR}/papir", {"key": str(uuid4()), "table": "B02", "task": ref, "lines": lines})
        db.session.rollback()
        return [a.words for a in db.session.scalars(select(Answer).join(GroupTask).where(GroupTask.ref == ref))]

    assert typed("oppg1", "Enten|eller") == [Words("Enten|eller")]
    assert typed("oppg2", "Fadder | NAV | høsten 2019\nMøter||2020\nTid") == [
        Words("Fadder", "NAV", "høsten 2019"),
        Words("Møter", "", "2020"),
        Words("Tid"),
    ]
    assert typed("oppg3", "Fadder | 2020") == [Words("Fadder", "", "2020")]
    assert typed("oppg3", "Fadder | NAV | 2020") == [Words("Fadder", "", "2020")]  # refused: nothing more went in


def test_the_list_shows_and_finds_owner_and_deadline(
    moderator: StrictClient, conference: Conference, tables: list[Table], task: GroupTask
) -> None:
    begin_write()
    new_answer(tables[0], task, "a", Words("Fadder", "NAV Oslo", "høsten 2019"), channel="table", written=now())
    new_answer(tables[1], task, "b", Words("Møter"), channel="table", written=now())
    db.session.commit()
    shown = moderator.get(f"{SVAR}/liste?q=oslo").get_data(as_text=True)
    assert "Ansvarlig: NAV Oslo · Frist: høsten 2019" in shown
    assert "Møter" not in shown


@pytest.mark.parametrize(
    "wrong",
    [{"table": ""}, {"table": "B99"}, {"task": ""}, {"lines": " \n "}, {"lines": "ok\n" + "x" * 4001}, {"lines": "a\0b"}],
)
def test_wrong_paper_is_refused_and_kept(
    moderator: StrictClient, tables: list[Table], task: GroupTask, wrong: dict[str, str]
) -> None:
    good = {"key": "x", "table": "B02", "task": "oppg1", "lines": "Husk denne"}
    refused = moderator.submit(f"{SVAR}/papir", good | wrong)
    assert refused.status_code == 422
    assert wrong.get("lines", "Husk denne").split("\n")[0].split("\0")[0].strip() in refused.get_data(as_text=True)
    assert db.session.scalars(select(Answer)).all() == []


def upload(client: StrictClient, content: bytes, **more: str) -> object:
    return client.submit(f"{SVAR}/import", {"file": (BytesIO(content), "svar.csv"), **more}, content_type="multipart/form-data")


def test_a_file_is_looked_over_and_then_taken_in(moderator: StrictClient, tables: list[Table], task: GroupTask) -> None:
    content = b"id,task,table,text\ng1,oppg1,B01,Fordommer\n"
    looked = upload(moderator, content, prove="1")
    assert looked.status_code == 200  # type: ignore[attr-defined]
    assert db.session.scalars(select(Answer)).all() == []
    assert upload(moderator, content).status_code == 303  # type: ignore[attr-defined]
    assert db.session.scalars(select(Answer)).one().text == "Fordommer"


@pytest.mark.parametrize("content", [b"", b"id,task,table,text\ng1,oppg9,B01,x\n", b"PK\x03\x04", b"\x00\x01\x02"])
def test_a_wrong_file_is_refused_in_words(
    moderator: StrictClient, tables: list[Table], task: GroupTask, content: bytes
) -> None:
    assert upload(moderator, content).status_code == 422  # type: ignore[attr-defined]
    assert db.session.scalars(select(Answer)).all() == []


@pytest.mark.parametrize("form", ["csv", "xlsx", "json"])
def test_answers_are_downloaded(moderator: StrictClient, tables: list[Table], task: GroupTask, form: str) -> None:
    answer(tables[0], task, "Fordommer")
    response = moderator.get(f"{SVAR}/eksport.{form}")
    assert response.status_code == 200
    assert f"svar-prove.{form}" in response.headers["Content-Disposition"]
    assert moderator.get(f"{SVAR}/eksport.exe").status_code == 404


def test_who_may_only_read_changes_nothing(
    sign_in: SignIn, conference: Conference, tables: list[Table], task: GroupTask
) -> None:
    row = answer(tables[0], task, "x")
    reader = sign_in("read", conference=conference)
    for path in (SVAR, f"{SVAR}/liste"):
        assert 'method="post"' not in page(reader, path).split("<main")[1]
    for path in (f"{SVAR}/papir", f"{SVAR}/import"):
        assert reader.get(path).status_code == 403
    for path in ("publiser", "avpubliser", "papir", "import", "hjelp/B01", f"liste/B01/{row.ref}/skjul"):
        assert reader.post(f"{SVAR}/{path}").status_code in (400, 403)
    assert sign_in("plan").get(SVAR).status_code == 404
