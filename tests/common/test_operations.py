"""Backup, restore and check."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import stamp
from sqlalchemy import select

from konferanse.common.erasure import erasures
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration.models import AccessNeed, Registration


@pytest.fixture
def stamped(app: Flask) -> Flask:
    """An app whose tables carry the newest migration's number, as `flask db upgrade` leaves them."""
    stamp()
    return app


def make_conference(slug: str) -> Conference:
    begin_write()
    row = lifecycle.create(slug, slug, "dialogkonferanse", date(2027, 1, 1), date(2027, 1, 2))
    db.session.commit()
    return row


def slugs() -> list[str]:
    db.session.remove()
    return list(db.session.scalars(select(Conference.slug).order_by(Conference.slug)))


@pytest.mark.postgres
def test_a_restored_backup_is_what_was_backed_up(stamped: Flask, tmp_path: Path) -> None:
    make_conference("med")
    run = stamped.test_cli_runner()
    assert run.invoke(args=["backup", "create", str(tmp_path / "b.tgz")]).exit_code == 0
    make_conference("etter")
    outcome = run.invoke(args=["backup", "restore", str(tmp_path / "b.tgz")])
    assert outcome.exit_code == 0, outcome.output
    assert slugs() == ["med"]


def test_what_somebody_had_erased_does_not_come_back_with_a_backup(stamped: Flask, tmp_path: Path) -> None:
    conference = make_conference("med")
    begin_write()
    person = Registration(conference=conference, name="Kari", status="confirmed")
    need = AccessNeed(registration=person, kind="allergy", text="nøtter")
    other = AccessNeed(registration=person, kind="access", text="teleslynge")
    db.session.add_all([need, other])
    db.session.commit()
    run = stamped.test_cli_runner()
    run.invoke(args=["backup", "create", str(tmp_path / "b.tgz")])
    erasures.note("access_need", [need.uid])
    outcome = run.invoke(args=["backup", "restore", str(tmp_path / "b.tgz")])
    assert "1 rows erased" in outcome.output
    db.session.remove()
    assert db.session.scalars(select(AccessNeed.text)).all() == ["teleslynge"]


def test_half_a_backup_is_refused_and_changes_nothing(stamped: Flask, tmp_path: Path) -> None:
    make_conference("med")
    run = stamped.test_cli_runner()
    run.invoke(args=["backup", "create", str(tmp_path / "b.tgz")])
    whole = (tmp_path / "b.tgz").read_bytes()
    (tmp_path / "half.tgz").write_bytes(whole[: len(whole) // 2])
    make_conference("etter")
    outcome = run.invoke(args=["backup", "restore", str(tmp_path / "half.tgz")])
    assert outcome.exit_code == 1
    assert "nothing was changed" in outcome.output
    assert slugs() == ["etter", "med"]


def test_check_has_a_line_for_each_part_and_fails_without_a_worker(stamped: Flask, tmp_path: Path) -> None:
    outcome = stamped.test_cli_runner().invoke(args=["check"])
    parts = [line.split(":")[0] for line in outcome.output.splitlines() if ": " in line]
    assert [p for p in parts if p in ("database", "storage", "worker", "mail", "clock", "configuration")] == [
        "database", "storage", "worker", "mail", "clock", "configuration",
    ]  # fmt: skip
    assert "worker: WRONG" in outcome.output
    assert outcome.exit_code == 1
