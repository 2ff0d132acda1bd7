"""What is checked before a plan leaves the house, what is masked in it, and that it never changes afterwards."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from konferanse.answers.models import Answer, AnswerVersion
from konferanse.common.audit import AuditEntry
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.plan import editing, publishing
from konferanse.plan.accounting import account, lines_of
from konferanse.plan.content import contract, participants
from konferanse.plan.models import CHAPTERS, Evidence, Plan, PlanLine, PlanVersion, PublishedForGood
from konferanse.registration.models import Registration
from konferanse.themes.models import Fate, Quote
from tests.factories.gathering import CHOSEN, texts
from tests.plan.conftest import redraft

EDITOR = editing.Editor("staff:1", "prove")
LINE_KEYS = {
    "id", "number", "chapter", "theme", "text", "owner", "contributors", "deadline", "deadline_text", "indicator", "status",
    "support", "evidence",
}  # fmt: skip


def publish(plan: Plan, conference: Conference, name: str = "Utkast til høring") -> PlanVersion:
    begin_write()
    version = publishing.publish(plan, conference, name, "staff:1")
    db.session.commit()
    return version


def refused(plan: Plan, conference: Conference) -> str:
    """Why publishing is refused; nothing is published."""
    with pytest.raises(publishing.CheckFailed) as refusal:
        publish(plan, conference)
    db.session.rollback()
    assert publishing.published(conference) is None
    return refusal.value.message


def test_plan_json_is_what_the_contract_says(plan: Plan, conference: Conference) -> None:
    told: dict[str, Any] = contract(publish(plan, conference).content)
    assert set(told) == {"mandate", "conference", "version", "engine", "totals", "lines", "parked"}
    assert set(told["totals"]) == {"answers", "used", "merged", "parked"}
    assert {frozenset(line) for line in told["lines"]} == {frozenset(LINE_KEYS)}
    assert {line["chapter"] for line in told["lines"]} <= set(CHAPTERS)
    evidence = [e for line in told["lines"] for e in line["evidence"]]
    assert {frozenset(e) for e in evidence} == {frozenset({"answer", "table", "task", "start", "end", "quote"})}
    assert {frozenset(line["support"]) for line in told["lines"]} == {frozenset({"tables", "answers"})}
    assert told["parked"] == [{"answer": "g020", "reason": "praktisk"}]
    assert told["version"]["number"] == 1


def test_every_published_quote_is_in_its_answer_and_counts_follow_from_the_evidence(plan: Plan, conference: Conference) -> None:
    told = contract(publish(plan, conference).content)
    said = texts()
    for line in told["lines"]:
        for e in line["evidence"]:
            if "[…]" not in e["quote"]:
                assert said[e["answer"]]["text"][e["start"] : e["end"]] == e["quote"]
        assert line["support"]["answers"] == len({e["answer"] for e in line["evidence"]})
        assert line["support"]["tables"] == len({e["table"] for e in line["evidence"]})
    behind = {e["answer"] for line in told["lines"] for e in line["evidence"]}
    assert behind | {p["answer"] for p in told["parked"]} == set(CHOSEN)
    assert len(behind) == told["totals"]["used"] + told["totals"]["merged"]


@pytest.mark.parametrize("kind", [Quote, Evidence])
def test_a_tampered_quote_stops_the_plan(plan: Plan, conference: Conference, kind: type[Quote | Evidence], app: Flask) -> None:
    begin_write()
    db.session.scalars(select(kind)).first().start += 1  # type: ignore[union-attr]
    db.session.commit()
    assert "1 sitat er ikke ordrett" in refused(plan, conference)
    told = app.test_cli_runner().invoke(args=["plan", "export", conference.slug, "--format", "json"])
    assert (told.exit_code, told.stdout) == (1, "")


def test_a_tampered_answer_stops_the_plan(plan: Plan, conference: Conference) -> None:
    begin_write()
    version = db.session.scalars(select(AnswerVersion).join(Answer).where(Answer.ref == "g003")).one()
    version.text = "Noe helt annet ble skrevet her etterpå, og ingen skulle vite det."
    db.session.commit()
    assert "ikke ordrett" in refused(plan, conference)


def test_a_plan_whose_counts_do_not_add_up_is_stopped(plan: Plan, conference: Conference) -> None:
    begin_write()
    for fate in db.session.scalars(select(Fate).where(Fate.status == "parked")):
        fate.reason = ""
    db.session.commit()
    assert "Tallene går ikke opp" in refused(plan, conference)


def test_an_owner_nobody_named_is_stopped(plan: Plan, conference: Conference) -> None:
    begin_write()
    line = db.session.scalars(select(PlanLine).where(PlanLine.chapter != "utfordring")).first()
    assert line is not None
    line.owner = "Helseministeren"
    db.session.commit()
    assert "ikke står i svarene" in refused(plan, conference)


def test_health_and_union_membership_are_masked_in_what_is_published_but_kept(
    plan: Plan, conference: Conference, app: Flask
) -> None:
    publish(plan, conference)
    for name in ("json", "csv", "html", "md"):
        told = app.test_cli_runner().invoke(args=["plan", "export", conference.slug, "--format", name]).stdout
        assert [secret for secret in ("Lundrik", "epilepsi", "Fjærolv", "angst", "Fagforbundet") if secret in told] == [], name
    assert "[…]" in app.test_cli_runner().invoke(args=["plan", "export", conference.slug, "--format", "json"]).stdout
    kept = {e.quote for line in lines_of(plan) for e in line.evidence}
    assert any("epilepsi" in quote for quote in kept)


def test_a_line_must_not_say_what_is_masked_behind_it(plan: Plan, conference: Conference) -> None:
    told = account(plan)
    line = next(line for line in lines_of(plan) if any(e.version.answer.ref == "g155" for e in told.evidence[line.id]))
    words = editing.Words(texts()["g155"]["text"].upper(), "", [], None, "", "")
    begin_write()
    editing.edit(line, words, line.revision, EDITOR)
    db.session.commit()
    assert "gjengir noe som er skjult" in refused(plan, conference)


def test_an_answer_held_back_is_counted_but_not_quoted(plan: Plan, conference: Conference) -> None:
    begin_write()
    db.session.scalars(select(Answer).where(Answer.ref == "g003")).one().published = False
    db.session.commit()
    content = contract(publish(plan, conference).content)
    quotes = {e["answer"]: e["quote"] for line in content["lines"] for e in line["evidence"]}
    assert quotes["g003"] == "[…]"
    assert content["totals"]["answers"] == len(CHOSEN)


def test_a_published_version_never_changes(plan: Plan, conference: Conference) -> None:
    version = publish(plan, conference)
    before = json.dumps(version.content, sort_keys=True)
    line = lines_of(plan)[0]
    begin_write()
    editing.edit(line, editing.Words("Nye ord.", "", [], None, "", ""), line.revision, EDITOR)
    db.session.commit()
    redraft(conference)
    assert json.dumps(db.session.get_one(PlanVersion, version.id).content, sort_keys=True) == before
    begin_write()
    version.name = "Et annet navn"
    with pytest.raises(PublishedForGood):
        db.session.flush()
    db.session.rollback()
    assert publish(plan, conference, "Endelig").number == 2


def test_publishing_refreshes_every_conference_of_the_mandate(plan: Plan, conference: Conference) -> None:
    from konferanse.common.clock import today
    from konferanse.conference import lifecycle

    begin_write()
    sister = lifecycle.create("soster", "Søsterkonferansen", "regionsamling", today(), today())
    sister.mandate_id = conference.mandate_id
    db.session.commit()
    before = sister.revision, conference.revision
    publish(plan, conference)
    assert (sister.revision, conference.revision) == (before[0] + 1, before[1] + 1)


def test_publishing_is_logged(plan: Plan, conference: Conference) -> None:
    publish(plan, conference)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "plan.published")).one()
    assert (entry.actor, entry.scope, entry.detail) == ("staff:1", conference.slug, {"number": 1})


def test_few_of_a_kind_cannot_be_worked_out(conference: Conference) -> None:
    begin_write()
    for kind, count in (("helseforetak", 9), ("nav", 6), ("tillitsvalgt", 2)):
        for n in range(count):
            db.session.add(
                Registration(
                    conference_id=conference.id, name=f"{kind} {n}", organisation_type=kind, status="confirmed", source="demo"
                )
            )
    db.session.commit()
    told = participants([conference.id])
    assert told == {"total": 17, "types": [{"type": "helseforetak", "count": 9}, {"type": "others", "count": 8}]}


def test_a_spreadsheet_gets_words_never_formulas(plan: Plan, conference: Conference, app: Flask) -> None:
    line = lines_of(plan)[0]
    begin_write()
    editing.edit(line, editing.Words("=1+1", "@SUM(A1)", [], None, "", ""), line.revision, EDITOR)
    db.session.commit()
    run = app.test_cli_runner().invoke
    rows = list(csv.DictReader(io.StringIO(run(args=["plan", "export", "prove", "--format", "csv"]).stdout.lstrip("\ufeff"))))
    own = next(row for row in rows if row["id"] == str(line.uid))
    assert not own["text"].startswith("=")
    assert not own["owner"].startswith("@")
    made = run(args=["plan", "export", "prove", "--format", "xlsx"]).stdout_bytes
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(made)).get_sheet_by_name("Plan").to_python()
    assert "=1+1" in [row[3] for row in sheet]


@pytest.fixture
def commands(app: Flask) -> Callable[..., Any]:
    """Run ``flask plan …``."""
    return lambda *args: app.test_cli_runner().invoke(args=["plan", *args])


def test_the_commands_draft_publish_and_export(plan: Plan, conference: Conference, commands: Callable[..., Any]) -> None:
    assert commands("draft", "prove").stdout == "answers 20 · used 16 · merged 3 · parked 1\n"
    assert commands("publish", "prove", "--name", "Utkast").stdout == "1\tUtkast\n"
    told = json.loads(commands("export", "prove", "--format", "json").stdout)
    assert (told["version"]["number"], told["version"]["name"]) == (1, "Utkast")
    line = lines_of(plan)[0]
    begin_write()
    editing.edit(line, editing.Words("Nye ord.", "", [], None, "", ""), line.revision, EDITOR)
    db.session.commit()
    later = json.loads(commands("export", "prove", "--format", "json").stdout)
    assert (later["version"]["number"], later["version"]["published"]) == (2, "")


@pytest.mark.parametrize(
    "command", [["publish", "prove", "--name", "X"], ["export", "prove", "--format", "json"], ["draft", "x"]]
)
def test_a_command_that_cannot_be_carried_out_says_so_on_one_line(
    conference: Conference, commands: Callable[..., Any], command: list[str]
) -> None:
    told = commands(*command)
    assert (told.exit_code, told.stdout, told.stderr.count("\n")) == (1, "", 1)
