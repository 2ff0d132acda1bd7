"""Attachments that people deleted or replaced stay deleted, bytes and all, when a backup is restored."""

from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import stamp
from sqlalchemy import func, select

from konferanse.common.erasure import erasures
from konferanse.common.storage import File, files
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration.models import Question, QuestionAnswer
from tests.conftest import StrictClient
from tests.registration.conftest import form_of, path_of, person
from tests.registration.questions.asking import answers, ask, field, pdf

PATH = "/k/prove/pamelding"
pytestmark = pytest.mark.postgres


@pytest.fixture
def attachment(app: Flask, client: StrictClient, conference: Conference) -> Question:
    """A question that Kari has answered with a file."""
    stamp()
    row = ask(conference, "Vedlegg", "file")
    client.submit(PATH, form_of(conference, "kari@example.org") | {field(row): pdf("gammel.pdf")})
    return row


def stored() -> list[Path]:
    """Where there are bytes."""
    return [path for path in files.root.rglob("*") if path.is_file()]


def backup(app: Flask, act: str, path: Path) -> None:
    outcome = app.test_cli_runner().invoke(args=["backup", act, str(path)])
    assert outcome.exit_code == 0, outcome.output
    db.session.remove()


def test_a_deleted_attachment_stays_deleted(app: Flask, client: StrictClient, attachment: Question, tmp_path: Path) -> None:
    backup(app, "create", tmp_path / "b.tgz")
    answer, mine = db.session.scalars(select(QuestionAnswer)).one(), path_of(person("kari@example.org"))
    assert client.submit(f"{mine}/svar/{answer.uid}/slett", page=mine).status_code == 303
    backup(app, "restore", tmp_path / "b.tgz")
    assert answers("kari@example.org") == {}
    assert db.session.scalar(select(func.count(File.id))) == 0
    assert stored() == []


def test_a_replaced_attachment_stays_deleted(app: Flask, client: StrictClient, attachment: Question, tmp_path: Path) -> None:
    form, key = path_of(person("kari@example.org")) + "/svar", field(attachment)
    backup(app, "create", tmp_path / "old.tgz")
    assert client.submit(form, {key: pdf("ny.pdf")}).status_code == 303
    backup(app, "create", tmp_path / "new.tgz")
    assert len(stored()) == 1
    backup(app, "restore", tmp_path / "old.tgz")
    assert answers("kari@example.org") == {}
    assert db.session.scalar(select(func.count(File.id))) == 0
    assert stored() == []
    backup(app, "restore", tmp_path / "new.tgz")
    assert answers("kari@example.org") == {"Vedlegg": "ny.pdf"}
    assert len(stored()) == 1


def test_bytes_that_came_back_without_a_row_are_deleted(app: Flask, attachment: Question, tmp_path: Path) -> None:
    theirs = stored()
    begin_write()
    gone = files.keep(BytesIO(b"x"), name="x", content_type="text/plain").uid
    db.session.rollback()  # as when the database is copied before a file comes, and the folder after
    assert len(stored()) == 2
    backup(app, "create", tmp_path / "b.tgz")
    erasures.note("file", [gone])
    backup(app, "restore", tmp_path / "b.tgz")
    assert stored() == theirs
