"""The conference forgets when it said it would: health data first, then people; the numbers stay."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask_migrate import stamp
from sqlalchemy import func, select

from konferanse.common import audit, links, outbox
from konferanse.common.audit import AuditEntry
from konferanse.common.outbox import OutboxMail
from konferanse.common.storage import File, files
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.front import daily, retention
from konferanse.registration import places, seats, signup
from konferanse.registration.lists import figures, listing
from konferanse.registration.models import (
    AccessNeed,
    Attendance,
    BulkAction,
    Invitation,
    Organisation,
    Question,
    QuestionAnswer,
    Registration,
    RegistrationDay,
)
from tests.conftest import StrictClient

SignIn = Callable[..., StrictClient]


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """``move_clock(day)``: it is noon of that day."""

    def move(day: date) -> None:
        monkeypatch.setenv("KONFERANSE_NOW", datetime.combine(day, time(12), UTC).isoformat())

    return move


@pytest.fixture
def held(conference: Conference) -> Conference:
    """The conference with six people and everything that hangs on them."""
    begin_write()
    question = Question(conference_id=conference.id, kind="text", label="Tema")
    db.session.add(question)
    db.session.flush()
    invitation = Invitation(
        conference_id=conference.id, organisation_name="NAV", contact_name="Kari", contact_email="k@nav.example.org", seats=1
    )
    db.session.add(invitation)
    for n in range(6):
        wish = seats.SignUp(
            f"Hemmelig Person {n}", "physical", tuple(conference.dates), email=f"hemmelig{n}@example.org", phone="22222222",
            organisation=f"Hemmelig AS {n % 2}", organisation_type="nav", county="nordland", inviter="Hemmelig Sjef",
        )  # fmt: skip
        row = signup.sign_up(conference, wish, uuid4()).registration
        assert row
        row.invitation = invitation if n == 0 else None
        row.mail_trouble, row.party = "hemmelig0@example.org finnes ikke", uuid4()
        db.session.add(AccessNeed(registration=row, kind="allergy", text="Hemmelig allergi"))
        db.session.add(Attendance(registration=row, date=conference.first_date, actor="staff:1"))
        kept = files.keep(BytesIO(b"Hemmelig fil"), name="hemmelig.txt", content_type="text/plain")
        db.session.flush()
        db.session.add(QuestionAnswer(registration=row, question=question, value="Hemmelig tema", file_id=kept.id))
        audit.record("participant", "registration.changed", scope=conference.slug, subject=row.uid, note="Hemmelig")
    signup.cancel(row)
    db.session.add(BulkAction(conference_id=conference.id, action="cancel", actor="staff:1", before={str(row.uid): "Hemmelig"}))
    for mail in db.session.scalars(select(OutboxMail).limit(3)):
        outbox.delivered(mail)
    db.session.commit()
    return conference


def everything() -> str:
    """Every value in the database, as text, but for the log of staff."""
    db.session.rollback()
    with db.engine.connect() as connection:
        rows = [str(row) for table in db.metadata.sorted_tables for row in connection.execute(table.select())]
    return "\n".join(rows)


def statistics(conference: Conference) -> tuple[Any, ...]:
    """What statistics are made of."""
    here = Registration.conference_id == conference.id
    by = (
        Registration.organisation_type,
        Registration.county,
        Registration.attendance,
        Registration.status,
        Registration.language,
    )
    kinds = db.session.execute(select(*by, func.count()).where(here).group_by(*by).order_by(*by)).all()
    days = db.session.scalar(select(func.count(RegistrationDay.id)))
    present = db.session.scalar(select(func.count(Attendance.id)))
    shown = figures.growth(conference), figures.groups(conference), figures.days(conference), figures.needs(conference)
    return listing.numbers(conference), places.availability(conference), [tuple(k) for k in kinds], days, present, shown


def run(app: Flask) -> str:
    outcome = app.test_cli_runner().invoke(args=["retention", "run"])
    assert outcome.exit_code == 0, outcome.output
    db.session.rollback()
    return str(outcome.output)


@pytest.mark.postgres
def test_health_data_goes_first_and_on_its_day(app: Flask, held: Conference, move_clock: Callable[[date], None]) -> None:
    move_clock(held.last_date + timedelta(days=29))
    assert "nothing was due" in run(app)
    assert db.session.scalar(select(func.count(AccessNeed.id)))
    move_clock(held.last_date + timedelta(days=30))
    assert f"{held.slug}: 5 needs" in run(app)
    assert db.session.scalar(select(func.count(AccessNeed.id))) == 0
    assert held.health_forgotten
    assert not held.people_forgotten
    assert "Hemmelig Person" in everything()


def test_health_data_is_never_deleted_before_the_last_day_is_over(
    app: Flask, held: Conference, move_clock: Callable[[date], None]
) -> None:
    begin_write()
    held.health_days = 0
    db.session.commit()
    move_clock(held.last_date)
    run(app)
    assert db.session.scalar(select(func.count(AccessNeed.id)))
    move_clock(held.last_date + timedelta(days=1))
    run(app)
    assert db.session.scalar(select(func.count(AccessNeed.id))) == 0


@pytest.mark.postgres
def test_people_are_forgotten_field_by_field_and_the_numbers_stay(
    app: Flask, held: Conference, move_clock: Callable[[date], None]
) -> None:
    move_clock(held.last_date + timedelta(days=180))
    before = statistics(held)
    stored = [files.path(file) for file in db.session.scalars(select(File))]
    assert stored
    assert all(path.exists() for path in stored)
    said = run(app)
    assert "6 people" in said
    assert statistics(held) == before
    left = everything()
    assert "emmelig" not in left
    assert "22222222" not in left
    assert "k@nav.example.org" not in left
    assert not [path for path in stored if path.exists()]
    assert db.session.scalar(select(func.count(Organisation.id))) == 0
    rows = db.session.scalars(select(Registration)).all()
    assert len({row.key for row in rows}) == 6
    assert all(row.forgotten for row in rows)
    assert held.people_forgotten
    assert "nothing was due" in run(app)


def test_what_was_not_sent_is_never_sent_to_nobody(app: Flask, held: Conference, move_clock: Callable[[date], None]) -> None:
    move_clock(held.last_date + timedelta(days=180))
    run(app)
    assert {mail.status for mail in db.session.scalars(select(OutboxMail))} == {"sent"}
    begin_write()
    assert outbox.claim() is None
    db.session.rollback()


def test_the_run_writes_what_it_did_and_the_page_shows_it(
    app: Flask, held: Conference, move_clock: Callable[[date], None], sign_in: SignIn
) -> None:
    move_clock(held.last_date + timedelta(days=180))
    run(app)
    detail = db.session.scalars(select(AuditEntry.detail).where(AuditEntry.action == retention.PEOPLE)).one()
    assert (detail["people"], detail["answers"]) == (6, 6)
    page = sign_in("organiser", conference=held).get(f"/admin/k/{held.slug}/sletting").get_data(as_text=True)
    assert "6 personer" in page
    assert "Det som er slettet" in page


def test_a_forgotten_person_s_link_says_so(
    app: Flask, held: Conference, move_clock: Callable[[date], None], client: StrictClient
) -> None:
    row = db.session.scalars(select(Registration)).first()
    assert row
    path = "/min/" + links.token("min", row.uid, row.generation)
    assert client.get(path).status_code == 200
    move_clock(held.last_date + timedelta(days=180))
    run(app)
    answer = client.get(path)
    assert answer.status_code == 403
    assert "slettet" in answer.get_data(as_text=True)


def test_a_demo_is_never_forgotten(app: Flask, held: Conference, move_clock: Callable[[date], None]) -> None:
    begin_write()
    held.is_demo = True
    db.session.commit()
    move_clock(held.last_date + timedelta(days=900))
    assert "people" not in run(app)
    assert "Hemmelig Person" in everything()


@pytest.mark.postgres
def test_a_restored_backup_forgets_the_same_people_whatever_it_says_of_the_clock(
    app: Flask, held: Conference, move_clock: Callable[[date], None], tmp_path: Any
) -> None:
    """The backup keeps people for three years; the conference had been told to forget them after one day."""
    stamp()
    begin_write()
    held.retention_days, held.health_days = 1095, 30
    db.session.commit()
    cli = app.test_cli_runner()
    assert cli.invoke(args=["backup", "create", str(tmp_path / "b.tgz")]).exit_code == 0
    begin_write()
    held.retention_days = 1
    db.session.commit()
    move_clock(held.last_date + timedelta(days=1))
    run(app)
    assert "emmelig" not in everything()
    outcome = cli.invoke(args=["backup", "restore", str(tmp_path / "b.tgz")])
    assert outcome.exit_code == 0, outcome.output
    left = everything()
    assert "Hemmelig Person" not in left
    assert "hemmelig0" not in left
    assert "Hemmelig allergi" not in left
    assert db.session.scalar(select(func.count(Registration.id))) == 6


def test_organisers_are_told_once_fourteen_days_before(
    app: Flask, held: Conference, move_clock: Callable[[date], None], sign_in: SignIn
) -> None:
    organiser = sign_in("organiser", conference=held)
    sign_in("needs", conference=held)
    begin_write()
    held.people_forgotten, held.health_days = None, 30
    db.session.commit()
    reminders = select(OutboxMail).where(OutboxMail.kind == "retention")
    for days, mails in ((165, 0), (166, 1), (167, 1), (179, 1)):
        move_clock(held.last_date + timedelta(days=days))
        run(app)
        assert len(db.session.scalars(reminders).all()) == mails, days
    mail = db.session.scalars(reminders).one()
    assert mail.recipient == "organiser@example.org"
    assert f"/admin/k/{held.slug}/sletting" in mail.body
    move_clock(held.last_date + timedelta(days=166))
    assert "slettes om 14 dager" in organiser.get(f"/admin/k/{held.slug}/").get_data(as_text=True)
    move_clock(held.last_date + timedelta(days=165))
    assert "slettes om" not in organiser.get(f"/admin/k/{held.slug}/").get_data(as_text=True)


def test_the_texts_of_old_mail_go_after_a_quarter(app: Flask, held: Conference, move_clock: Callable[[date], None]) -> None:
    begin_write()
    old, new = db.session.scalars(select(OutboxMail).where(OutboxMail.status == "sent").limit(2)).all()
    old.sent, new.sent = (datetime.now(UTC) - timedelta(days=days) for days in (91, 89))
    db.session.commit()
    run(app)
    db.session.refresh(old)
    assert (old.body, old.calendar) == ("", None)
    assert old.recipient
    assert new.body


@pytest.mark.postgres
@pytest.mark.parametrize("status", ["bounced", "failed", "held"])
def test_mail_that_did_not_arrive_is_no_exception(
    app: Flask, held: Conference, sign_in: SignIn, move_clock: Callable[[date], None], status: str
) -> None:
    begin_write()
    old, new = db.session.scalars(select(OutboxMail).where(OutboxMail.status == "queued").limit(2)).all()
    for mail, days in ((old, 91), (new, 89)):
        mail.status, mail.error, mail.calendar = status, "Hemmelig: ukjent", {"method": "REQUEST", "text": "BEGIN"}
        mail.created = datetime.now(UTC) - timedelta(days=days)
        mail.sent = mail.created if status == "bounced" else None
    db.session.commit()
    run(app)
    assert (old.body, old.error, old.calendar, old.status) == ("", "", None, status)
    assert old.recipient
    assert new.body
    assert new.error
    # What is left of it is not sent, and does not keep the others from being sent.
    page, desk = f"/admin/k/{held.slug}/epost", sign_in("organiser", conference=held)
    if status == "failed":
        assert desk.submit(f"{page}/mislykkede", page=page).status_code == 303
    if status == "held":
        assert desk.submit(f"{page}/holdt-tilbake", {"act": "send"}, page=page).status_code == 303
    db.session.refresh(old)
    assert old.status == status
    assert new.status == ("bounced" if status == "bounced" else "queued")


def test_the_organiser_sets_the_clocks_and_a_wrong_number_is_kept(held: Conference, sign_in: SignIn) -> None:
    organiser = sign_in("organiser", conference=held)
    path = f"/admin/k/{held.slug}/sletting"
    for people, health in (("1096", "30"), ("90", "31"), ("x", "0")):
        wrong = {"retention_days": people, "health_days": health}
        page = organiser.submit(path, wrong)
        assert page.status_code == 422
        assert f'value="{people}"' in page.get_data(as_text=True)
    assert organiser.submit(path, {"retention_days": "90", "health_days": "7"}).status_code == 303
    db.session.refresh(held)
    assert (held.retention_days, held.health_days) == (90, 7)
    assert sign_in("needs", conference=held).get(path).status_code == 403


def test_the_clocks_are_set_when_the_conference_is_made(app: Flask, sign_in: SignIn) -> None:
    about = {"title": "Ny", "slug": "ny", "kind": "regionsamling", "first_date": "2030-01-01", "last_date": "2030-01-02"}
    admin = sign_in(admin=True)
    page = admin.submit("/admin/ny", about | {"retention_days": "2000", "health_days": "30"})
    assert page.status_code == 422
    assert admin.submit("/admin/ny", about | {"retention_days": "60", "health_days": "10"}).status_code == 303
    made = db.session.scalars(select(Conference).where(Conference.slug == "ny")).one()
    assert (made.retention_days, made.health_days) == (60, 10)


def test_everybody_sees_the_date(held: Conference, client: StrictClient) -> None:
    row = db.session.scalars(select(Registration)).first()
    assert row
    year = str(held.people_forgotten_on.year)
    for path in (f"/k/{held.slug}/pamelding", "/min/" + links.token("min", row.uid, row.generation)):
        page = client.get(path).get_data(as_text=True)
        assert "De slettes 180 dager etter konferansen" in page, path
        assert year in page
    assert held.title in client.get("/personvern").get_data(as_text=True)


def test_the_daily_run_is_done_once_a_day_also_when_the_machine_was_off(
    app: Flask, held: Conference, move_clock: Callable[[date], None]
) -> None:
    move_clock(held.last_date + timedelta(days=30))
    daily.once_a_day.call_local()
    assert held.health_forgotten
    done = app.config["INSTANCE"] / "retention.done"
    assert done.read_text() == (held.last_date + timedelta(days=30)).isoformat()
    written = done.stat().st_mtime_ns
    daily.once_a_day.call_local()
    assert done.stat().st_mtime_ns == written


@pytest.mark.postgres
def test_somebody_who_has_signed_off_deletes_everything(
    app: Flask, held: Conference, client: StrictClient, tmp_path: Any
) -> None:
    stamp()
    cli = app.test_cli_runner()
    assert cli.invoke(args=["backup", "create", str(tmp_path / "b.tgz")]).exit_code == 0
    confirmed = select(Registration).where(Registration.status == "confirmed").order_by(Registration.id)
    row = db.session.scalars(confirmed).first()
    assert row
    uid, name, email, path = row.uid, row.name, row.email, "/min/" + links.token("min", row.uid, row.generation)
    assert client.submit(f"{path}/slett", {}, page=path).status_code == 409
    client.submit(f"{path}/avmeld", {}, page=path)
    assert "Slett alt om meg" in client.get(path).get_data(as_text=True)
    page = client.submit(f"{path}/slett", {}, page=path)
    assert page.status_code == 200
    assert client.get(path).status_code == 404
    left = everything()
    assert name not in left
    assert str(uid) not in left
    assert email not in [mail.recipient for mail in db.session.scalars(select(OutboxMail))]
    assert cli.invoke(args=["backup", "restore", str(tmp_path / "b.tgz")]).exit_code == 0
    assert name not in everything()


def test_the_organiser_deletes_somebody_who_asked(held: Conference, sign_in: SignIn) -> None:
    row = db.session.scalars(select(Registration).where(Registration.status == "cancelled")).one()
    live = db.session.scalars(select(Registration).where(Registration.status == "confirmed")).first()
    assert live
    organiser = sign_in("organiser", conference=held)
    base = f"/admin/k/{held.slug}/pamelding"
    theirs = f"{base}/{row.uid}"
    assert organiser.submit(f"{base}/{live.uid}/slett", {}, page=theirs).status_code == 409
    assert organiser.submit(f"{theirs}/slett", {}, page=theirs).status_code == 303
    assert organiser.get(theirs).status_code == 404
    assert db.session.scalar(select(func.count(Registration.id))) == 5
