"""The table's page as plain forms, without JavaScript."""

import gzip
import os
import re
from datetime import timedelta

import pysqlite3.dbapi2
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from konferanse.answers.models import Answer
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import tasks
from konferanse.groups.access import token_of
from konferanse.groups.models import GroupTask, Table, TaskDone
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task


@pytest.fixture
def table(conference: Conference) -> Table:
    return with_tables(conference)[0]


@pytest.fixture
def task(conference: Conference) -> GroupTask:
    return with_task(conference)


@pytest.fixture
def page(table: Table) -> str:
    return f"/bord/{token_of(table)}"


def text_of(client: StrictClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def hidden(html: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def add(client: StrictClient, page: str, text: str) -> str:
    ref = hidden(text_of(client, page), "ref")
    sent = client.submit(f"{page}/svar", {"ref": ref, "task": "oppg1", "text": text}, page=page)
    assert sent.status_code == 303
    return ref


def test_page_and_api_say_when_every_task_is_closed_and_phones_may_be_wiped(
    client: StrictClient, conference: Conference, page: str, task: GroupTask
) -> None:
    def states() -> list[str | None]:
        return [client.get(path).headers.get("Table-State") for path in (page, f"/api{page}")]

    begin_write()
    tryout = tasks.add(conference, "prove", "Prøv", "system", is_tryout=True)
    ahead = tasks.add(conference, "oppg2", "Neste", "system")
    tasks.close_task(conference, task, "system")
    db.session.commit()
    assert states() == ["open", "open"]
    begin_write()
    for row in (tryout, ahead):
        tasks.open_task(conference, row, "system")
        tasks.close_task(conference, row, "system")
    db.session.commit()
    assert states() == ["closed", "closed"]
    begin_write()
    for row in (task, ahead):
        tasks.remove(conference, row, "system")
    db.session.commit()
    assert states() == ["open", "open"]  # only the try-out is over
    assert client.get(f"{page}x").headers.get("Table-State") is None


def test_the_worker_answers_for_tables_only_and_names_what_it_is_made_of(client: StrictClient) -> None:
    worker = client.get("/bord/uten-nett.js")
    assert worker.mimetype == "text/javascript"
    assert "Service-Worker-Allowed" not in worker.headers
    assert worker.headers["Cache-Control"] == "no-cache"
    parts = re.findall(r'"(/static/[^"]+)"', worker.get_data(as_text=True))
    assert [client.get(part).status_code for part in parts] == [200, 200, 200]
    assert client.get("/bord/uten-nett.js", headers={"If-None-Match": worker.headers["ETag"]}).status_code == 304


def test_the_page_goes_packed_to_those_who_take_it(app: Flask, client: StrictClient, page: str, task: GroupTask) -> None:
    for path in (page, f"/api{page}"):
        packed = FlaskClient(app).get(path, headers={"Accept-Encoding": "br, gzip"})
        assert "Hva hindrer oss" in gzip.decompress(packed.get_data()).decode()
    assert "Hva hindrer oss" in text_of(client, page)
    assert "Content-Encoding" not in client.get(page, headers={"Accept-Encoding": "gzip;q=0"}).headers


def test_an_answer_is_added_and_seen(client: StrictClient, page: str, task: GroupTask) -> None:
    add(client, page, "Fordommer hos <ledere>")
    shown = text_of(client, page)
    assert "Fordommer hos &lt;ledere&gt;" in shown
    assert "Svaret er levert." in shown


def test_the_same_form_sent_twice_is_one_answer(client: StrictClient, page: str, task: GroupTask) -> None:
    form = {"ref": hidden(text_of(client, page), "ref"), "task": "oppg1", "text": "Tid"}
    for _ in range(2):
        client.submit(f"{page}/svar", form, page=page)
    assert len(db.session.scalars(select(Answer)).all()) == 1


@pytest.mark.parametrize("text", ["", "x" * 4001, "nul\0"])
def test_a_refused_answer_keeps_what_was_typed(client: StrictClient, page: str, task: GroupTask, text: str) -> None:
    refused = client.submit(f"{page}/svar", {"task": "oppg1", "text": text + " "}, page=page)
    assert refused.status_code == 422
    if text and "\0" not in text:
        assert text in refused.get_data(as_text=True)
    assert db.session.scalars(select(Answer)).all() == []


def test_what_cannot_be_stored_just_now_stays_in_the_field(client: StrictClient, page: str, task: GroupTask) -> None:
    edit = f"{page}/svar/{add(client, page, 'Det første')}"
    db.session.rollback()
    path = str(db.engine.url.database)
    os.truncate(f"{path}-turn", 1)  # as if somebody had just given up
    other = pysqlite3.dbapi2.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        added = client.submit(f"{page}/svar", {"text": "Et langt svar", "task": "oppg1"}, page=page)
        changed = client.submit(edit, {"text": "Et langt svar", "base_version": "1"}, page=edit)
    finally:
        other.close()
    for reply in (added, changed):
        assert reply.status_code == 503
        assert int(reply.headers["Retry-After"]) > 0
        assert "ikke lagret ennå" in reply.get_data(as_text=True)
        assert "Et langt svar</textarea>" in reply.get_data(as_text=True)
    assert [a.text for a in db.session.scalars(select(Answer))] == ["Det første"]


def test_an_answer_is_edited(client: StrictClient, page: str, task: GroupTask) -> None:
    ref = add(client, page, "Fordomer")
    sent = client.submit(f"{page}/svar/{ref}", {"text": "Fordommer", "base_version": "1"})
    assert sent.status_code == 303
    assert "Fordommer" in text_of(client, page)


def test_a_stale_edit_shows_both_texts_and_either_or_both_can_stand(client: StrictClient, page: str, task: GroupTask) -> None:
    ref = add(client, page, "en")
    client.submit(f"{page}/svar/{ref}", {"text": "annens tekst", "base_version": "1"})
    stale = client.submit(f"{page}/svar/{ref}", {"text": "min tekst", "base_version": "1"})
    shown = stale.get_data(as_text=True)
    assert stale.status_code == 409
    assert "annens tekst" in shown
    assert "min tekst" in shown
    new_ref = re.search(r'name="as_new" value="([^"]+)"', shown)
    assert new_ref
    form = {"text": "min tekst", "base_version": hidden(shown, "base_version")}
    client.submit(f"{page}/svar/{ref}", form | {"as_new": new_ref[1]})
    assert {a.text for a in db.session.scalars(select(Answer))} == {"annens tekst", "min tekst"}
    client.submit(f"{page}/svar/{ref}", form)
    assert {a.text for a in db.session.scalars(select(Answer))} == {"min tekst"}


@pytest.fixture
def asking(conference: Conference) -> GroupTask:
    """A task that asks for owner and deadline, too."""
    return with_task(conference, asks_owner=True, asks_deadline=True)


def words(ref: str) -> tuple[str, str, str]:
    db.session.rollback()
    return tuple(db.session.scalars(select(Answer).where(Answer.ref == ref)).one().words)


def test_only_a_task_that_asks_has_the_fields_and_the_answer_shows_what_was_written(
    client: StrictClient, conference: Conference, page: str, asking: GroupTask
) -> None:
    with_task(conference, "oppg2", asks_deadline=True)
    with_task(conference, "oppg3")
    fields = ['name="owner" value', 'name="deadline" value']
    shown = {ref: text_of(client, f"{page}?oppgave={ref}") for ref in ("oppg1", "oppg2", "oppg3")}
    assert {ref: [field in html for field in fields] for ref, html in shown.items()} == {
        "oppg1": [True, True], "oppg2": [False, True], "oppg3": [False, False],
    }  # fmt: skip
    form = {"ref": hidden(shown["oppg1"], "ref"), "task": "oppg1", "text": "Fadder"}
    client.submit(f"{page}/svar", form | {"owner": " NAV <Oslo> ", "deadline": "høsten 2019"}, page=page)
    assert words(form["ref"]) == ("Fadder", "NAV <Oslo>", "høsten 2019")
    shown_after = text_of(client, f"{page}?oppgave=oppg1")
    assert "Ansvarlig: NAV &lt;Oslo&gt; · Frist: høsten 2019" in shown_after
    assert [f'{field}="' in shown_after for field in fields] == [True, True]
    assert all(f'{field}=""' in shown_after for field in fields)


def test_an_edit_changes_them_and_one_from_a_page_without_them_does_not(
    client: StrictClient, page: str, asking: GroupTask
) -> None:
    ref = add(client, page, "Fadder")
    edit = f"{page}/svar/{ref}"
    client.submit(edit, {"text": "Fadder", "base_version": "1", "owner": "NAV", "deadline": ""})
    client.submit(edit, {"text": "Fadder for alle", "base_version": "2"})
    assert words(ref) == ("Fadder for alle", "NAV", "")
    assert 'name="owner" value="NAV"' in text_of(client, edit)
    client.submit(edit, {"text": "Fadder for alle", "base_version": "3", "owner": "", "deadline": ""})
    assert words(ref) == ("Fadder for alle", "", "")


def test_what_was_written_in_them_can_be_edited_when_the_task_no_longer_asks(
    client: StrictClient, page: str, asking: GroupTask
) -> None:
    ref = add(client, page, "Fadder")
    client.submit(f"{page}/svar/{ref}", {"text": "Fadder", "base_version": "1", "owner": "NAV", "deadline": ""})
    begin_write()
    asking.asks_owner = asking.asks_deadline = False
    db.session.commit()
    shown = text_of(client, f"{page}/svar/{ref}")
    assert 'name="owner" value="NAV"' in shown
    assert 'name="deadline"' not in shown


def test_a_stale_edit_shows_both_whole_answers_and_both_can_stand(client: StrictClient, page: str, asking: GroupTask) -> None:
    ref = add(client, page, "Fadder")
    edit = f"{page}/svar/{ref}"
    client.submit(edit, {"text": "Fadder", "base_version": "1", "owner": "HR", "deadline": ""})
    stale = client.submit(edit, {"text": "Fadder", "base_version": "1", "owner": "NAV", "deadline": "2020"}, page=edit)
    shown = stale.get_data(as_text=True)
    assert stale.status_code == 409
    assert "Ansvarlig: HR" in shown
    assert [hidden(shown, name) for name in ("owner", "deadline")] == ["NAV", "2020"]
    mine = {"text": "Fadder", "base_version": hidden(shown, "base_version"), "owner": "NAV", "deadline": "2020"}
    new_ref = hidden(shown, "as_new")
    client.submit(edit, mine | {"as_new": new_ref}, page=edit)
    assert (words(ref), words(new_ref)) == (("Fadder", "HR", ""), ("Fadder", "NAV", "2020"))


@pytest.mark.parametrize(("field", "value"), [("owner", "x" * 201), ("deadline", "en\nto")])
def test_a_refused_field_is_named_and_keeps_what_was_typed(
    client: StrictClient, page: str, asking: GroupTask, field: str, value: str
) -> None:
    sent = {"task": "oppg1", "text": "Fadder", "owner": "NAV", "deadline": "2020"} | {field: value}
    refused = client.submit(f"{page}/svar", sent, page=page)
    shown = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert f'id="{field}-f"' in shown
    assert "Fadder</textarea>" in shown
    assert ("NAV" if field == "deadline" else "2020") in shown
    assert db.session.scalars(select(Answer)).all() == []


def test_a_withdrawn_answer_can_be_brought_back(client: StrictClient, page: str, task: GroupTask) -> None:
    ref = add(client, page, "Dette angrer vi på")
    sent = client.submit(f"{page}/svar/{ref}/trekk", {"base_version": "1"}, page=page)
    shown = text_of(client, sent.location)
    assert "Svaret er trukket" in shown
    assert "Angre" in shown
    client.submit(f"{page}/svar/{ref}/angre", {"base_version": hidden(shown, "base_version")}, page=page)
    assert db.session.scalars(select(Answer)).one().withdrawn is None


def test_help_is_asked_for_and_called_off(client: StrictClient, page: str, table: Table, task: GroupTask) -> None:
    client.submit(f"{page}/hjelp", {"on": "1"}, page=page)
    assert table.needs_help is not None
    assert "Vi har fått hjelp" in text_of(client, page)
    client.submit(f"{page}/hjelp", {}, page=page)
    db.session.rollback()
    assert table.needs_help is None


def test_a_table_says_it_is_done_and_regrets(client: StrictClient, page: str, task: GroupTask) -> None:
    for expected in (1, 1, 0):
        client.submit(f"{page}/ferdig", {"task": "oppg1"} | ({"on": "1"} if expected else {}), page=page)
        assert len(db.session.scalars(select(TaskDone)).all()) == expected


def test_another_tables_answer_does_not_exist(client: StrictClient, page: str, conference: Conference, task: GroupTask) -> None:
    ref = add(client, page, "vårt")
    other = f"/bord/{token_of(with_tables(conference)[1])}"
    assert client.get(f"{other}/svar/{ref}").status_code == 404
    assert client.submit(f"{other}/svar/{ref}", {"text": "deres", "base_version": "1"}, page=other).status_code == 404
    assert client.submit(f"{other}/svar/{ref}/trekk", {"base_version": "1"}, page=other).status_code == 404


def test_a_form_without_its_token_is_refused(client: StrictClient, page: str, task: GroupTask) -> None:
    for path in ("svar", "hjelp", "ferdig"):
        assert client.post(f"{page}/{path}", data={"task": "oppg1", "text": "x"}).status_code == 400


def test_before_there_is_a_task_the_page_says_they_are_in_the_right_place(client: StrictClient, page: str) -> None:
    assert "Ingen oppgaver ennå" in text_of(client, page)


def test_a_task_not_yet_open_says_so(client: StrictClient, page: str, conference: Conference) -> None:
    with_task(conference, is_open=False)
    assert "ikke åpnet ennå" in text_of(client, page)


def test_a_closed_task_thanks_and_refuses(client: StrictClient, page: str, conference: Conference, task: GroupTask) -> None:
    ref = hidden(text_of(client, page), "ref")
    begin_write()
    tasks.close_task(conference, task, "system")
    db.session.commit()
    assert "stengt. Takk" in text_of(client, page)
    late = client.submit(f"{page}/svar", {"ref": ref, "task": "oppg1", "text": "for sent"}, page=page)
    assert late.status_code == 422
    assert "for sent" in late.get_data(as_text=True)


def test_the_task_opened_last_is_the_one_shown(
    client: StrictClient, page: str, conference: Conference, task: GroupTask
) -> None:
    with_task(conference, "prove", is_tryout=True)
    assert "Oppgave 2 av 2" in text_of(client, page)
    with_task(conference, "oppg2")
    shown = text_of(client, page)
    assert "Hva hindrer oss (oppg2)?" in shown
    assert "Forrige" in shown


@pytest.mark.parametrize(
    ("left", "words"), [(12, "12 minutter igjen"), (1, "1 minutt igjen"), (0, "Tiden er ute"), (-5, "Tiden er ute")]
)
def test_time_left_is_shown(client: StrictClient, page: str, task: GroupTask, left: int, words: str) -> None:
    begin_write()
    task.closes = now() + timedelta(minutes=left)
    db.session.commit()
    assert words in text_of(client, page)


def test_in_a_draft_the_page_can_be_tried(client: StrictClient, page: str, conference: Conference, task: GroupTask) -> None:
    begin_write()
    conference.status = "draft"
    db.session.commit()
    assert "ikke publisert ennå" in text_of(client, page)
    add(client, page, "en prøve")


def test_a_cancelled_conference_is_said(client: StrictClient, page: str, conference: Conference, task: GroupTask) -> None:
    begin_write()
    conference.status = "cancelled"
    db.session.commit()
    assert "avlyst" in text_of(client, page)


def test_answers_are_put_in_another_order_one_step_at_a_time(
    client: StrictClient, page: str, conference: Conference, task: GroupTask
) -> None:
    refs = [add(client, page, text) for text in ("første", "andre", "tredje")]

    def shown() -> list[str]:
        return re.findall(r'class="answer-text">(\w+)<', text_of(client, page).split("<template")[0])

    assert shown() == ["tredje", "andre", "første"]
    assert client.submit(f"{page}/svar/{refs[0]}/flytt", {"way": "opp"}, page=page).status_code == 303
    assert shown() == ["tredje", "første", "andre"]
    client.submit(f"{page}/svar/{refs[2]}/flytt", {"way": "opp"}, page=page)
    assert shown() == ["tredje", "første", "andre"]
    client.submit(f"{page}/svar/{refs[2]}/flytt", {"way": "ned"}, page=page)
    assert shown() == ["første", "tredje", "andre"]
    begin_write()
    tasks.close_task(conference, db.session.merge(task), "system")
    db.session.commit()
    assert client.submit(f"{page}/svar/{refs[2]}/flytt", {"way": "ned"}, page=page).status_code == 303
    assert shown() == ["første", "tredje", "andre"]
