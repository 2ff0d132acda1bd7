"""Runs of the engine kept as rows."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from konferanse.answers.models import Answer, AnswerVersion
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.themes import runs, tasks
from konferanse.themes.models import Quote
from tests.factories.gathering import CHOSEN, gather, say, table, texts
from tests.factories.gathering import tasks as tasks_of


@pytest.fixture
def gathered(conference: Conference) -> Conference:
    """The conference with twenty answers."""
    begin_write()
    gather(conference)
    db.session.commit()
    return conference


@pytest.mark.postgres
def test_a_kept_run_reads_back_byte_for_byte_as_the_stateless_command_writes_it(
    gathered: Conference, app: Flask, tmp_path: Path
) -> None:
    begin_write()
    for version in db.session.scalars(select(AnswerVersion)):  # which the engine never sees
        version.owner = version.answer.owner = "NAV Oslo"
        version.deadline = version.answer.deadline = "innen påske 2020"
    db.session.commit()
    run = tasks.run_now(gathered, "system")
    answers = tmp_path / "answers.csv"
    rows = [f'{r["id"]},{r["task"]},{r["table"]},"{r["text"].replace(chr(34), chr(34) * 2)}"' for r in texts().values()]
    answers.write_text("\n".join(["id,task,table,text", *rows]) + "\n", encoding="utf-8")
    done = app.test_cli_runner().invoke(args=["themes", "aggregate", str(answers), "--out", str(tmp_path / "result.json")])
    assert done.exit_code == 0, done.output
    assert runs.as_result(run).to_json() == (tmp_path / "result.json").read_text(encoding="utf-8")


def test_every_quote_is_a_span_of_its_stored_version(gathered: Conference) -> None:
    tasks.run_now(gathered, "system")
    quotes = db.session.scalars(select(Quote)).all()
    assert quotes
    assert [q.id for q in quotes if q.version.text[q.start : q.end] != q.text] == []


def test_a_tampered_quote_is_not_exported(gathered: Conference, app: Flask) -> None:
    tasks.run_now(gathered, "system")
    begin_write()
    db.session.scalars(select(Quote)).first().start += 1  # type: ignore[union-attr]
    db.session.commit()
    told = app.test_cli_runner().invoke(args=["themes", "export", gathered.slug])
    assert told.exit_code == 1
    assert "ordrett" in told.stderr


def test_a_second_run_gives_the_same(gathered: Conference) -> None:
    first, second = tasks.run_now(gathered, "system"), tasks.run_now(gathered, "system")
    assert runs.as_result(first).to_json() == runs.as_result(second).to_json()


def test_withdrawn_and_tryout_answers_are_not_read(gathered: Conference) -> None:
    begin_write()
    db.session.scalars(select(Answer).where(Answer.ref == "g001")).one().withdrawn = now()
    tasks_of(gathered)["oppg3"].is_tryout = True
    db.session.commit()
    read = {fate.id for fate in runs.as_result(tasks.run_now(gathered, "system")).answers}
    assert read == {ref for ref, row in texts().items() if ref != "g001" and row["task"] != "oppg3"}


def test_web_answers_are_never_added_to_the_tables(gathered: Conference) -> None:
    words = texts(["g016"])["g016"]
    begin_write()
    say(gathered, "nett", words["text"], task=words["task"], channel="web")
    db.session.commit()
    run = tasks.run_now(gathered, "system")
    by_web = {q.version.answer.ref for p in run.points if p.channel == "web" for q in p.quotes}
    by_tables = {q.version.answer.ref for p in run.points if p.channel == "table" for q in p.quotes}
    assert by_web == {"nett"}
    assert "nett" not in by_tables
    assert runs.as_result(run).totals["answers"] == len(CHOSEN) + 1


def test_two_tables_may_use_the_same_id(conference: Conference) -> None:
    begin_write()
    say(conference, "1", "Fast kontaktperson i NAV", task="oppg3", at="B01")
    say(conference, "1", "Mer tid til oppfølging", at="B02")
    db.session.commit()
    assert {a.id for a in runs.as_result(tasks.run_now(conference, "system")).answers} == {"B01/1", "B02/1"}


def test_an_empty_conference_has_an_empty_result(conference: Conference) -> None:
    told = json.loads(runs.as_result(tasks.run_now(conference, "system")).to_json())
    assert told["totals"] == {"answers": 0, "used": 0, "merged": 0, "parked": 0}
    assert told["answers"] == told["points"] == told["themes"] == []


def test_one_run_at_a_time(gathered: Conference) -> None:
    begin_write()
    runs.start(gathered, "system")
    with pytest.raises(Refused):
        runs.start(gathered, "system")


def test_a_run_whose_worker_died_can_be_started_again(gathered: Conference) -> None:
    begin_write()
    lost = runs.start(gathered, "system")
    lost.status, lost.heartbeat = "running", now() - runs.SILENT - timedelta(seconds=1)
    db.session.commit()
    again = tasks.run_now(gathered, "system")
    assert again.id != lost.id
    assert runs.newest_done(gathered.id) == again


def test_vectors_are_kept_for_the_next_run(gathered: Conference) -> None:
    tasks.run_now(gathered, "system")
    stages: list[int] = []
    tasks.run_now(gathered, "system", stages.append)
    embedding = range(*tasks.STAGES["embedding"])
    assert not [percent for percent in stages if percent in embedding]


def test_a_run_that_fails_says_why_and_raises(gathered: Conference, monkeypatch: pytest.MonkeyPatch) -> None:
    begin_write()
    table(gathered, "B01")
    run = runs.start(gathered, "system")
    db.session.commit()
    monkeypatch.setitem(tasks.STAGES, "points", (80,))  # a broken stage stops the engine half-way
    with pytest.raises(ValueError):
        tasks.execute(run.id)
    assert (run.status, run.error) == ("failed", "ValueError")
