"""A machine points out answers that may tell of a person; a person decides, and what they hide is read nowhere else."""

import csv
import io
import json
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from konferanse.answers import delivery, imports, readings
from konferanse.answers.models import Answer, AnswerVersion, Reading
from konferanse.answers.readings import ChangedMeanwhile, marks_of
from konferanse.common import links
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.front import moderation
from konferanse.groups.models import GroupTask, Table
from konferanse.plan.accounting import account, lines_of
from konferanse.plan.drafting import plan_of
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task
from tests.plan.conftest import redraft

pytestmark = pytest.mark.postgres
SignIn = Callable[..., StrictClient]
QUEUE = "/admin/k/prove/svar/vurdering"
SECRET = "Kollegaen vår på mottaket har depresjon."
ILL = f"Alle avdelinger bør ha en fast fadder. {SECRET}"


@pytest.fixture
def moderator(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("moderation", conference=conference)


@pytest.fixture
def tables(conference: Conference) -> list[Table]:
    rows = with_tables(conference, 3)
    with_task(conference)
    return rows


def say(table: Table, text: str, ref: str = "", base: int = 0) -> Answer:
    """Deliver it as a table does."""
    begin_write()
    task = db.session.scalars(select(GroupTask)).one()
    receipt = delivery.deliver(table, task, ref or str(uuid4()), text, base, None)
    db.session.commit()
    found = delivery.find(table, receipt.ref)
    assert found is not None
    return found


def hide(answer: Answer, words: str, aside: str = "") -> None:
    """Decide that ``words`` stay hidden."""
    begin_write()
    start = answer.text.index(words) if words else 0
    spans = [{"start": start, "end": start + len(words)}] if words else []
    readings.decide(answer, answer.version, spans, aside, "staff:1")
    db.session.commit()


def published_plan(app: Flask, conference: Conference) -> None:
    """Themes, draft and a published version."""
    redraft(conference)
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["plan", "publish", "prove", "--name", "Utkast"])
    assert result.exit_code == 0, result.output
    db.session.rollback()


def publish_answers(moderator: StrictClient) -> None:
    assert moderator.submit("/admin/k/prove/svar/publiser", page="/admin/k/prove/svar").status_code == 303


def test_what_may_tell_of_a_person_waits_with_the_words_marked(moderator: StrictClient, tables: list[Table]) -> None:
    say(tables[0], ILL)
    say(tables[1], "Faste faddere på hver avdeling")
    shown = moderator.get(QUEUE).get_data(as_text=True)
    assert "1 svar bør leses" in shown
    assert f"<mark>{SECRET}</mark>" in shown
    assert "Faste faddere på hver avdeling" not in shown


def test_one_press_hides_what_is_marked_and_it_does_not_wait_any_more(
    client: StrictClient, moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    answer = say(tables[0], ILL)
    publish_answers(moderator)
    response = moderator.submit(f"{QUEUE}/{tables[0].code}/{answer.ref}/skjul", {"base_version": "1"}, page=QUEUE)
    assert response.status_code == 303
    assert "Ingen svar venter" in moderator.get(QUEUE).get_data(as_text=True)
    public = client.get("/k/prove/innspill").get_data(as_text=True)
    assert "depresjon" not in public
    assert "fast fadder" in public


def test_a_person_may_show_all_of_what_a_machine_would_hide(
    client: StrictClient, moderator: StrictClient, tables: list[Table]
) -> None:
    answer = say(tables[0], ILL)
    publish_answers(moderator)
    assert "depresjon" not in client.get("/k/prove/innspill").get_data(as_text=True)
    moderator.submit(f"{QUEUE}/{tables[0].code}/{answer.ref}/vis", {"base_version": "1"}, page=QUEUE)
    assert "depresjon" in client.get("/k/prove/innspill").get_data(as_text=True)


def test_words_can_be_ticked_one_by_one_without_a_script(moderator: StrictClient, tables: list[Table]) -> None:
    answer = say(tables[0], "Ola Nordmann i NAV bør\neie dette")
    page = f"{QUEUE}/{tables[0].code}/{answer.ref}"
    assert 'value="0-3"' in moderator.get(page).get_data(as_text=True)
    sent = moderator.submit(page, {"base_version": "1", "hide": ["0-3", "4-12"], "aside": ""}, page=page)
    assert sent.status_code == 303
    (mark,) = marks_of(answer.conference_id).values()
    assert [(s["start"], s["end"]) for s in mark.hidden] == [(0, 12)]
    assert mark.is_read
    assert 'value="0-3" id="w0-3" checked' in moderator.get(page).get_data(as_text=True)


def test_moderators_see_the_original_and_those_who_only_read_do_not(
    sign_in: SignIn, moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    hide(say(tables[0], ILL), SECRET)
    listing = "/admin/k/prove/svar/liste"
    assert "depresjon" in moderator.get(listing).get_data(as_text=True)
    reader = sign_in("read", conference=conference)
    shown = reader.get(listing).get_data(as_text=True)
    assert "fast fadder. […]" in shown
    assert "depresjon" not in shown
    assert reader.get(QUEUE).status_code == 403
    for form in ("csv", "json"):
        assert "depresjon" not in reader.get(f"/admin/k/prove/svar/eksport.{form}").get_data(as_text=True)


def test_the_stored_answer_is_never_touched(tables: list[Table]) -> None:
    answer = say(tables[0], ILL)
    hide(answer, SECRET)
    assert db.session.scalars(select(AnswerVersion.text)).all() == [ILL]
    assert answer.text == ILL


def test_an_exported_file_that_is_imported_again_does_not_overwrite_what_was_hidden(
    conference: Conference, tables: list[Table]
) -> None:
    answer = say(tables[0], ILL)
    hide(answer, SECRET)
    out = io.StringIO()
    rows = list(imports.export(conference))
    assert rows[0]["text"].endswith("[…]")
    writer = csv.DictWriter(out, rows[0].keys())
    writer.writeheader()
    writer.writerows(rows)
    begin_write()
    summary = imports.import_file(conference, out.getvalue().encode(), "system")
    db.session.commit()
    assert (summary.same, summary.changed) == (1, 0)
    assert answer.text == ILL


def test_a_new_version_waits_to_be_read_and_the_hidden_words_stay_hidden_in_it_meanwhile(
    client: StrictClient, moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    answer = say(tables[0], "Ola Nordmann bør eie dette")
    hide(answer, "Ola Nordmann")
    publish_answers(moderator)
    assert moderation.to_read(conference) == []
    say(tables[0], "Vi mener at ola nordmann bør eie dette nå", answer.ref, 1)
    (waiting,) = moderation.to_read(conference)
    assert waiting.why == moderation.CHANGED
    public = client.get("/k/prove/innspill").get_data(as_text=True)
    assert "Vi mener at […] bør eie dette nå" in public


def test_a_decision_about_an_earlier_version_is_refused(moderator: StrictClient, tables: list[Table]) -> None:
    answer = say(tables[0], ILL)
    page = f"{QUEUE}/{tables[0].code}/{answer.ref}"
    say(tables[0], f"{ILL} Og mer.", answer.ref, 1)
    begin_write()
    with pytest.raises(ChangedMeanwhile):
        readings.decide(answer, 1, [], "", "staff:1")
    db.session.rollback()
    sent = moderator.submit(page, {"base_version": "1", "hide": [], "aside": "prat"}, page=page)
    assert sent.status_code == 409
    assert "Bordet har endret svaret imens" in sent.get_data(as_text=True)
    assert "prat" in sent.get_data(as_text=True)
    assert db.session.scalars(select(Reading)).all() == []


def test_each_decision_is_kept_and_the_newest_counts(moderator: StrictClient, tables: list[Table]) -> None:
    answer = say(tables[0], ILL)
    hide(answer, SECRET)
    hide(answer, "")
    assert [len(one.hidden) for one in readings.history(answer)] == [0, 1]
    assert marks_of(answer.conference_id)[answer.id].hidden == []
    page = moderator.get(f"{QUEUE}/{tables[0].code}/{answer.ref}").get_data(as_text=True)
    assert "1 sted skjult" in page
    assert "ingenting skjult" in page


def test_a_note_about_the_day_waits_and_a_person_may_keep_it_or_leave_it_out(
    moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    lunch = say(tables[0], "Lunsjen i dag var god")
    noise = say(tables[1], "Dårlig lyd i salen i dag")
    assert {one.why for one in moderation.to_read(conference)} == {moderation.OFF_TOPIC}
    moderator.submit(f"{QUEUE}/{tables[0].code}/{lunch.ref}/vis", {"base_version": "1"}, page=QUEUE)
    moderator.submit(f"{QUEUE}/{tables[1].code}/{noise.ref}/til-side", {"base_version": "1"}, page=QUEUE)
    assert moderation.to_read(conference) == []
    say(tables[2], "Alle avdelinger bør ha en fast fadder.")
    redraft(conference)
    plan = plan_of(conference.mandate)
    assert plan is not None
    where = account(plan).where
    assert where[lunch.id].status == "used"
    assert (where[noise.id].status, where[noise.id].reason) == ("parked", readings.OFF_TOPIC)


def test_what_a_person_leaves_out_stands_in_the_plan_with_their_reason_and_the_counts_add_up(
    app: Flask, client: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    kept = [say(table, "Alle avdelinger bør ha en fast fadder.") for table in tables]
    hide(kept[2], "", aside="gjelder en annen sak")
    published_plan(app, conference)
    told = json.loads(client.get("/k/prove/plan.json").get_data(as_text=True))
    assert {row["reason"] for row in told["parked"]} == {"gjelder en annen sak"}
    assert told["totals"]["answers"] == 3 == sum(told["totals"][s] for s in ("used", "merged", "parked"))
    assert [line["support"]["tables"] for line in told["lines"]] == [2]


def test_what_is_hidden_after_the_plan_was_published_is_not_read_in_it_either(
    app: Flask, client: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    named = [say(table, "Solveig Kvamsdal bør lede fadderordningen på alle avdelinger.") for table in tables]
    published_plan(app, conference)
    pages = ["/k/prove/plan", "/k/prove/plan.json", "/k/prove/plan.md", "/k/prove/plan.csv"]
    assert all("Kvamsdal" in client.get(page).get_data(as_text=True) for page in pages)
    for answer in named:
        hide(answer, "Solveig Kvamsdal")
    for page in pages:
        shown = client.get(page).get_data(as_text=True)
        assert "Kvamsdal" not in shown, page
        assert "fadderordningen" in shown, page
    fate = f"/bord/{links.token('bord', tables[0].uid, tables[0].generation)}/slik-gikk-det"
    shown = client.get(fate).get_data(as_text=True)
    assert "Kvamsdal" not in shown
    assert "[…] bør lede fadderordningen" in shown


def test_an_answer_hidden_whole_after_the_plan_was_published_is_not_read_in_it(
    app: Flask, client: StrictClient, moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    first = say(tables[0], "Alle avdelinger bør ha en fast fadder.")
    say(tables[1], "Alle avdelinger skal ha faste faddere i ett år.")
    published_plan(app, conference)
    quotes = re.compile(r'"quote": "([^"]*)"')
    assert first.text in quotes.findall(client.get("/k/prove/plan.json").get_data(as_text=True))
    path = f"/admin/k/prove/svar/liste/{tables[0].code}/{first.ref}/skjul"
    assert moderator.submit(path, page="/admin/k/prove/svar/liste").status_code == 303
    assert first.text not in quotes.findall(client.get("/k/prove/plan.json").get_data(as_text=True))


def test_the_wall_shows_what_a_person_decided(
    client: StrictClient, moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    from konferanse.answers import wall

    hide(say(tables[0], "Ola Nordmann bør eie dette"), "Ola Nordmann")
    moderator.submit("/admin/k/prove/svar/vegg/alle", page="/admin/k/prove/svar/vegg")
    ours = wall.wall_of(conference)
    assert ours is not None
    shown = client.get(f"/vegg/{links.token('vegg', ours.uid, ours.generation)}").get_data(as_text=True)
    assert "[…] bør eie dette" in shown
    assert "Nordmann" not in shown


def test_the_way_says_how_many_wait_once_the_themes_are_made(
    moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    answer = say(tables[0], ILL)
    redraft(conference)
    assert "1 til vurdering" in moderator.get("/admin/k/prove/").get_data(as_text=True)
    hide(answer, SECRET)
    assert "til vurdering" not in moderator.get("/admin/k/prove/").get_data(as_text=True)


def test_a_name_in_the_field_for_owner_can_be_hidden_and_then_stands_nowhere_outside(
    app: Flask, client: StrictClient, moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    task = db.session.scalars(select(GroupTask)).one()
    begin_write()
    task.asks_owner = True
    for table in tables:
        delivery.deliver(table, task, str(uuid4()), "Alle avdelinger bør ha en fast fadder.", 0, None, owner="Solveig Kvamsdal")
    db.session.commit()
    published_plan(app, conference)
    publish_answers(moderator)
    pages = ["/k/prove/innspill", "/k/prove/plan", "/k/prove/plan.json", "/k/prove/plan.md"]
    assert all("Kvamsdal" in client.get(page).get_data(as_text=True) for page in pages)
    for answer in db.session.scalars(select(Answer)).all():
        page = f"{QUEUE}/{answer.place}/{answer.ref}"
        assert "Solveig Kvamsdal" in moderator.get(page).get_data(as_text=True)
        assert moderator.submit(page, {"base_version": "1", "own": ["owner"], "aside": ""}, page=page).status_code == 303
        assert 'value="owner" id="own-owner" checked' in moderator.get(page).get_data(as_text=True)
    for page in pages:
        assert "Kvamsdal" not in client.get(page).get_data(as_text=True), page
    assert {row["owner"] for row in imports.export(conference)} == {"[…]"}
    redraft(conference)
    plan = plan_of(conference.mandate)
    assert plan is not None
    assert "Solveig Kvamsdal" not in {line.owner for line in lines_of(plan)}
    assert {a.owner for a in db.session.scalars(select(Answer))} == {"Solveig Kvamsdal"}
