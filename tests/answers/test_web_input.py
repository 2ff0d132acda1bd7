"""Input from people who were not there: taken while it is open, read by somebody before it goes further, never a table's."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from konferanse.answers import imports, overview, sheets, wall, web_input, web_moderation
from konferanse.answers.delivery import BadAnswer, new_answer
from konferanse.answers.models import Answer, AnswerVersion, WebInput, Words
from konferanse.common.clock import now
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.front.daily import run
from konferanse.groups import tables
from konferanse.groups.models import GroupTask
from konferanse.themes.material import material
from konferanse.themes.models import AggregationRun, Fate
from tests.answers.web import DESK, inputs, opened, send, statuses
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task

pytestmark = pytest.mark.postgres
SignIn = Callable[..., StrictClient]


@pytest.fixture
def moderator(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("moderation", conference=conference)


@pytest.fixture
def task(conference: Conference) -> GroupTask:
    """Two tables' task, about which the web is asked, too."""
    with_tables(conference, 2)
    return opened(conference, with_task(conference))


def act(moderator: StrictClient, decision: str, **fields: object) -> str:
    """Press a button on the desk; returns the page that follows."""
    assert moderator.submit(f"{DESK}/{decision}", fields, page=DESK).status_code == 303
    return moderator.get(DESK).get_data(as_text=True)


def web_answers(conference: Conference) -> list[Answer]:
    """The answers that stand and came from the web."""
    db.session.rollback()
    query = select(Answer).where(Answer.conference_id == conference.id, Answer.channel == "web", Answer.withdrawn.is_(None))
    return list(db.session.scalars(query.order_by(Answer.id)))


def test_it_is_closed_until_somebody_opens_it(conference: Conference, moderator: StrictClient) -> None:
    task = with_task(conference)
    with pytest.raises(web_input.Closed):
        send(conference, {"oppg1": "Mer tid"})
    response = moderator.submit(DESK, {"tasks": task.ref})
    assert response.status_code == 303
    with pytest.raises(web_input.Closed):
        send(conference, {"oppg1": "Mer tid"})
    assert "Det er åpent for innspill." in act(moderator, "apne")
    assert send(conference, {"oppg1": "Mer tid"}) == 1
    act(moderator, "steng")
    with pytest.raises(web_input.Closed):
        send(conference, {"oppg1": "Mer ro"})


def test_it_opens_and_closes_by_the_clock(conference: Conference, moderator: StrictClient, task: GroupTask) -> None:
    for opens, closes, is_open in ((-2, -1, False), (-1, 1, True), (1, 2, False)):
        begin_write()
        hours = [now() + timedelta(hours=h) for h in (opens, closes)]
        web_input.set_up(conference, [task], hours[0], hours[1], "", "system")
        db.session.commit()
        assert (web_input.open_window(conference) is not None) == is_open


def test_times_are_norwegian_and_the_form_says_what_to_mend(
    conference: Conference, moderator: StrictClient, task: GroupTask
) -> None:
    whole = {"tasks": task.ref, "opens": "2027-06-01T09:00", "closes": "2027-06-10T16:00", "introduction": "Hva ser du?"}
    assert moderator.submit(DESK, whole).status_code == 303
    window = web_input.window_of(conference)
    assert window is not None
    assert window.opens is not None
    assert window.opens.isoformat() == "2027-06-01T07:00:00+00:00"
    for wrong, words in (
        ({"closes": "2027-06-01T08:00"}, "Velg et tidspunkt etter at det åpner"),
        ({"opens": ""}, "Skriv også når det åpner"),
        ({"tasks": []}, "Velg minst én oppgave folk skal svare på"),
        ({"tasks": "finnes-ikke"}, "Velg blant oppgavene i listen"),
    ):
        response = moderator.submit(DESK, whole | wrong)
        assert response.status_code == 422
        assert words in response.get_data(as_text=True)


def test_a_task_to_try_out_is_never_asked_about(conference: Conference, moderator: StrictClient) -> None:
    tryout = with_task(conference, "prove", is_tryout=True)
    assert "Skriv oppgavene først" in moderator.get(DESK).get_data(as_text=True)
    begin_write()
    web_input.set_up(conference, [tryout], now(), None, "", "system")
    db.session.commit()
    assert web_input.open_window(conference) is None


def test_the_same_form_twice_is_one_input_and_a_changed_text_is_another(conference: Conference, task: GroupTask) -> None:
    key = uuid4()
    assert send(conference, {task.ref: "Faste faddere"}, key) == 1
    assert send(conference, {task.ref: "Faste faddere"}, key) == 0
    assert send(conference, {task.ref: "Faste faddere på hver avdeling"}, key) == 1
    assert send(conference, {task.ref: "Faste faddere"}) == 1  # somebody else may say the same


def test_texts_are_kept_as_answers_are(conference: Conference, task: GroupTask) -> None:
    send(conference, {task.ref: "Sma\u030astoff\r\nto linjer"})
    assert [own.text for own in inputs(conference)] == ["Sm\u00e5stoff\nto linjer"]
    for bad in ("x" * 4001, "a\0b", "\ud800"):
        with pytest.raises(BadAnswer):
            send(conference, {task.ref: bad})
        db.session.rollback()


def test_a_flood_is_stopped_before_the_disk_is_full(
    conference: Conference, task: GroupTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_input, "MOST_WAITING", 2)
    send(conference, {task.ref: "en"})
    send(conference, {task.ref: "to"})
    with pytest.raises(web_input.Refused, match="så mange innspill"):
        send(conference, {task.ref: "tre"})


def test_what_is_let_in_becomes_an_answer_of_no_table(conference: Conference, moderator: StrictClient, task: GroupTask) -> None:
    send(conference, {task.ref: "Mer tid til opplæring"})
    (own,) = inputs(conference)
    assert web_answers(conference) == []
    assert "Mer tid til opplæring" in moderator.get(DESK).get_data(as_text=True)
    act(moderator, "slipp", en=str(own.uid), **{f"oppgave-{own.uid}": task.ref})
    (answer,) = web_answers(conference)
    assert (answer.text, answer.channel, answer.table, answer.task.ref) == (own.text, "web", None, task.ref)
    assert answer.versions[0].text == own.text
    assert answer.versions[0].written == own.received
    assert statuses(conference) == {"in": 1}


def test_it_can_be_let_in_under_another_task(conference: Conference, moderator: StrictClient, task: GroupTask) -> None:
    other = with_task(conference, "oppg2")
    send(conference, {task.ref: "Hører hjemme et annet sted"})
    (own,) = inputs(conference)
    act(moderator, "slipp", en=str(own.uid), **{f"oppgave-{own.uid}": other.ref})
    assert [answer.task.ref for answer in web_answers(conference)] == ["oppg2"]


def test_many_are_decided_at_once_and_taken_back_at_once(
    conference: Conference, moderator: StrictClient, task: GroupTask
) -> None:
    for text in ("en", "to", "tre", "fire"):
        send(conference, {task.ref: text})
    first, second, third, fourth = (str(own.uid) for own in inputs(conference))
    chosen = {f"oppgave-{uid}": task.ref for uid in (first, second, third, fourth)}
    assert "2 innspill er sluppet inn." in act(moderator, "slipp", valgt=[first, third], **chosen)
    page = act(moderator, "avvis", valgt=[second, fourth])
    assert "Sist ble 2 innspill avvist." in page
    assert statuses(conference) == {"in": 2, "rejected": 2}
    assert {a.text for a in web_answers(conference)} == {"en", "tre"}
    batch = re.findall(r'type="hidden" name="valgt" value="([^"]+)"', page)
    assert set(batch) == {second, fourth}
    act(moderator, "angre", valgt=batch)
    act(moderator, "angre", en=first)
    assert statuses(conference) == {"in": 1, "waiting": 3}
    assert [a.text for a in web_answers(conference)] == ["tre"]
    assert db.session.scalar(select(func.count()).select_from(AnswerVersion)) == 1  # the one taken back left nothing


def test_a_button_of_its_own_decides_that_one_whatever_else_is_ticked(
    conference: Conference, moderator: StrictClient, task: GroupTask
) -> None:
    send(conference, {task.ref: "denne"})
    send(conference, {task.ref: "ikke denne"})
    this, other = inputs(conference)
    act(moderator, "avvis", en=str(this.uid), valgt=str(other.uid))
    assert {own.text: own.status for own in inputs(conference)} == {"denne": "rejected", "ikke denne": "waiting"}


def test_pressing_twice_decides_once(conference: Conference, task: GroupTask) -> None:
    send(conference, {task.ref: "en"})
    (own,) = inputs(conference)
    begin_write()
    assert web_moderation.let_in(conference, {own.uid: task}, "system") == 1
    assert web_moderation.let_in(conference, {own.uid: task}, "system") == 0
    assert web_moderation.reject(conference, [own.uid], "system") == 0
    db.session.commit()
    assert len(web_answers(conference)) == 1


def test_nothing_chosen_is_said(conference: Conference, moderator: StrictClient, task: GroupTask) -> None:
    send(conference, {task.ref: "en"})
    assert "Kryss av for minst ett innspill først." in act(moderator, "slipp")


def test_what_themes_have_read_is_withdrawn_when_taken_back_and_comes_back_as_a_new_version(
    conference: Conference, task: GroupTask
) -> None:
    send(conference, {task.ref: "en"})
    (own,) = inputs(conference)
    begin_write()
    web_moderation.let_in(conference, {own.uid: task}, "system")
    version = own.answer.versions[0]
    run_row = AggregationRun(conference_id=conference.id, fates=[Fate(version_id=version.id, status="used")])
    db.session.add(run_row)
    db.session.commit()
    begin_write()
    assert web_moderation.take_back(conference, [own.uid], "system") == 1
    db.session.commit()
    assert web_answers(conference) == []
    assert statuses(conference) == {"waiting": 1}
    begin_write()
    web_moderation.let_in(conference, {own.uid: task}, "system")
    db.session.commit()
    (answer,) = web_answers(conference)
    assert [v.text for v in answer.versions] == ["en", "en"]


def test_another_conferences_input_does_not_exist_here(
    conference: Conference, moderator: StrictClient, task: GroupTask
) -> None:
    begin_write()
    day = conference.first_date
    other = lifecycle.create("annen", "En annen", "dialogkonferanse", day, day)
    db.session.commit()
    opened(other, with_task(other))
    send(other, {"oppg1": "Ikke vår"})
    (theirs,) = inputs(other)
    for decision in ("slipp", "avvis", "angre"):
        wanted = {"en": str(theirs.uid), f"oppgave-{theirs.uid}": task.ref}
        assert moderator.submit(f"{DESK}/{decision}", wanted, page=DESK).status_code == 404
        assert moderator.post(f"{DESK}/{decision}", data=wanted).status_code in (400, 404)
    assert statuses(other) == {"waiting": 1}


def test_an_answer_from_the_web_cannot_be_a_tables_nor_another_be_without_one(conference: Conference, task: GroupTask) -> None:
    table = tables.tables_of(conference)[0]
    for at, channel in ((table, "web"), (None, "table")):
        begin_write()
        with pytest.raises(IntegrityError):
            new_answer(at, task, str(uuid4()), Words("Et svar"), channel=channel, written=now())
        db.session.rollback()


def test_the_board_and_the_list_say_it_beside_and_never_add_it(
    conference: Conference, moderator: StrictClient, task: GroupTask
) -> None:
    table = tables.tables_of(conference)[0]
    begin_write()
    new_answer(table, task, str(uuid4()), Words("Fra bordet"), channel="table", written=now())
    db.session.commit()
    send(conference, {task.ref: "Fra en som ikke var der"})
    send(conference, {task.ref: "Venter"})
    own = inputs(conference)[0]
    assert "Les 2 innspill fra nettet" in moderator.get("/admin/k/prove/svar").get_data(as_text=True)
    act(moderator, "slipp", en=str(own.uid), **{f"oppgave-{own.uid}": task.ref})
    board = " ".join(moderator.get("/admin/k/prove/svar").get_data(as_text=True).split())
    assert "1 svar + 1 innspill fra nettet · 2 bord" in board
    listed = moderator.get("/admin/k/prove/svar/liste").get_data(as_text=True)
    assert "<strong>1 svar</strong> + 1 innspill fra nettet" in listed
    only = moderator.get("/admin/k/prove/svar/liste?vis=nett").get_data(as_text=True)
    assert "Fra en som ikke var der" in only
    assert "Fra bordet" not in only
    hide = f"/admin/k/prove/svar/liste/nett/{own.uid}/skjul"
    assert moderator.submit(hide, page="/admin/k/prove/svar/liste").status_code == 303
    assert [answer.published for answer in web_answers(conference)] == [False]


def test_the_wall_in_the_room_does_not_show_it(conference: Conference, task: GroupTask) -> None:
    begin_write()
    new_answer(None, task, str(uuid4()), Words("Fra nettet"), channel="web", written=now())
    ours = wall.turn_on(conference, False, "system")
    db.session.commit()
    assert wall.standing(ours).total == 0
    assert wall.to_read(conference) == []


def test_files_give_it_out_without_a_table_and_take_it_in_again_unchanged(conference: Conference, task: GroupTask) -> None:
    begin_write()
    new_answer(tables.tables_of(conference)[0], task, "b1", Words("Fra bordet"), channel="table", written=now())
    new_answer(None, task, str(uuid4()), Words("Fra nettet"), channel="web", written=now())
    db.session.commit()
    for form in ("csv", "xlsx"):
        rows = list(imports.export(conference))
        assert [(row["table"], row["channel"], row["text"]) for row in rows] == [
            ("B01", "table", "Fra bordet"),
            ("", "web", "Fra nettet"),
        ]
        begin_write()
        summary = imports.import_file(conference, sheets.write(rows, form), "system")
        db.session.commit()
        assert (summary.same, summary.added, summary.changed, summary.tables) == (2, 0, 0, [])


def test_a_new_row_in_a_file_still_needs_a_table(conference: Conference, task: GroupTask) -> None:
    begin_write()
    with pytest.raises(sheets.BadSheet, match="kolonne table"):
        imports.import_file(conference, f"id,task,table,text\nny,{task.ref},,Uten bord\n".encode(), "system")


def test_what_is_rejected_is_deleted_after_a_month_and_what_is_let_in_stands(
    app: Flask, conference: Conference, task: GroupTask
) -> None:
    for text in ("inn", "avvist", "venter", "nylig avvist"):
        send(conference, {task.ref: text})
    by_text = {own.text: own for own in inputs(conference)}
    begin_write()
    web_moderation.let_in(conference, {by_text["inn"].uid: task}, "system")
    web_moderation.reject(conference, [by_text["avvist"].uid, by_text["nylig avvist"].uid], "system")
    for text in ("inn", "avvist"):
        by_text[text].decided = now() - timedelta(days=31)
    by_text["venter"].received = now() - timedelta(days=300)
    db.session.commit()
    assert run().inputs == 2
    assert {own.text for own in inputs(conference)} == {"venter", "nylig avvist"}
    assert [answer.text for answer in web_answers(conference)] == ["inn"]
    assert run().inputs == 0


def test_what_nobody_read_goes_when_people_are_forgotten(app: Flask, conference: Conference, task: GroupTask) -> None:
    send(conference, {task.ref: "aldri lest"})
    (own,) = inputs(conference)
    begin_write()
    own.received = now() - timedelta(days=300)
    conference.first_date -= timedelta(days=300)
    conference.last_date -= timedelta(days=300)
    db.session.commit()
    assert run().forgotten["prove"]["unread_inputs"] == 1
    assert inputs(conference) == []


def test_nothing_about_who_sent_it_has_a_place_in_the_database() -> None:
    columns = {column.name for column in WebInput.__table__.columns}
    assert columns == {"id", "uid", "conference_id", "task_id", "text", "received", "status", "decided", "answer_id"}


def test_the_desk_turns_pages_and_shows_what_was_decided(
    conference: Conference, moderator: StrictClient, task: GroupTask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web_moderation, "PAGE", 2)
    for n in range(5):
        send(conference, {task.ref: f"innspill nummer {n}"})
    last = moderator.get(f"{DESK}?side=3").get_data(as_text=True)
    assert "innspill nummer 4" in last
    assert "innspill nummer 3" not in last
    assert moderator.get(f"{DESK}?side=99").status_code == 200
    uid = inputs(conference)[0].uid
    act(moderator, "avvis", en=str(uid))
    assert "innspill nummer 0" in moderator.get(f"{DESK}?vis=avvist").get_data(as_text=True)
    assert "innspill nummer 0" not in moderator.get(f"{DESK}?vis=sluppet").get_data(as_text=True)


def test_material_of_a_run_has_it_apart_and_last(conference: Conference, task: GroupTask) -> None:
    begin_write()
    new_answer(None, task, str(uuid4()), Words("Fra nettet"), channel="web", written=now())
    new_answer(tables.tables_of(conference)[1], task, str(uuid4()), Words("Fra bordet"), channel="table", written=now())
    db.session.commit()
    assert [(m.channel, m.table, m.text) for m in material(conference.id)] == [
        ("table", "B02", "Fra bordet"),
        ("web", "", "Fra nettet"),
    ]


def test_an_id_that_is_none_is_not_found(conference: Conference, moderator: StrictClient, task: GroupTask) -> None:
    for value in ("1", str(UUID(int=7)), "'"):
        assert moderator.submit(f"{DESK}/avvis", {"en": value}, page=DESK).status_code == 404
    assert overview.find_answer(conference, "nett", str(UUID(int=7))) is None
