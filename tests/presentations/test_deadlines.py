"""The deadline for slides: who is told, who is reminded, and that nobody is reminded twice."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from konferanse.common import outbox
from konferanse.common.clock import now
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.front import way
from konferanse.presentations import deadlines, reminder_tasks
from konferanse.programme.models import Speaker
from tests.conftest import StrictClient
from tests.programme.making import add


@pytest.fixture
def move_clock(monkeypatch: pytest.MonkeyPatch) -> Callable[[date], None]:
    """``move_clock(day)``: it is noon of that day."""

    def move(day: date) -> None:
        monkeypatch.setenv("KONFERANSE_NOW", datetime.combine(day, time(12), UTC).isoformat())

    return move


@pytest.fixture
def due(conference: Conference) -> date:
    """Kari and Ola speak; Kari has been sent a link, and slides are due in 20 days."""
    begin_write()
    add(conference, "09:00", "09:30", "Åpning", speaker="Kari")
    add(conference, "10:00", "10:30", "Samtale", speaker="Ola")
    add(conference, "11:00", "11:30", "Lunsj", kind="break", speaker="Verten")
    for row in db.session.scalars(select(Speaker)):
        row.email = f"{row.name.lower()}@example.org"
        row.bio, row.answered = "Om.", now()
    day = conference.first_date - timedelta(days=10)
    deadlines.set_deadline(conference, day, 7, "staff:1", tell=True)
    kari = db.session.scalars(select(Speaker).where(Speaker.name == "Kari")).one()
    deadlines.send_link(kari, "staff:1")
    deliver()
    return day


def deliver() -> None:
    for mail in db.session.scalars(select(OutboxMail).where(OutboxMail.status == "queued")):
        outbox.delivered(mail)
    db.session.commit()


def sent(kind: str) -> list[str]:
    query = select(OutboxMail.recipient).where(OutboxMail.kind == kind).order_by(OutboxMail.id)
    return list(db.session.scalars(query))


def test_the_clock_reminds_once_for_each_deadline_and_anew_when_it_is_moved(
    conference: Conference, due: date, move_clock: Callable[[date], None]
) -> None:
    move_clock(due - timedelta(days=8))
    reminder_tasks.remind_speakers.call_local()
    assert sent("speaker-reminder") == []
    move_clock(due - timedelta(days=7))
    for _time in range(2):
        reminder_tasks.remind_speakers.call_local()
        deliver_all()
    move_clock(due - timedelta(days=6))
    reminder_tasks.remind_speakers.call_local()
    assert sent("speaker-reminder") == ["kari@example.org"]
    begin_write()
    deadlines.set_deadline(conference, due + timedelta(days=5), 7, "staff:1", tell=True)
    db.session.commit()
    assert sent("speaker-deadline") == ["kari@example.org"]
    deliver_all()
    reminder_tasks.remind_speakers.call_local()
    assert len(sent("speaker-reminder")) == 1
    move_clock(due - timedelta(days=2))
    reminder_tasks.remind_speakers.call_local()
    assert sent("speaker-reminder") == ["kari@example.org"] * 2


def deliver_all() -> None:
    begin_write()
    deliver()


def test_one_press_reminds_all_who_lack_something_and_a_second_press_nobody(
    sign_in: Callable[..., StrictClient], conference: Conference, due: date
) -> None:
    editor = sign_in("programme", conference=conference)
    page = "/admin/k/prove/innledere/paminnelse"
    preview = editor.get(page).get_data(as_text=True)
    assert ("Send 2 påminnelser" in preview, "ola@" in preview, "verten@" in preview) == (True, True, False)
    assert sent("speaker-reminder") == []
    editor.submit(page)
    assert sent("speaker-reminder") == ["kari@example.org", "ola@example.org"]
    assert "Ingen å minne på noe nå" in editor.get(page).get_data(as_text=True)


def test_the_same_deadline_again_tells_nobody(conference: Conference, due: date) -> None:
    begin_write()
    assert deadlines.set_deadline(conference, due, 3, "staff:1", tell=True) == 0
    assert deadlines.set_deadline(conference, None, 3, "staff:1", tell=True) == 0
    db.session.commit()
    assert (sent("speaker-deadline"), deadlines.due(conference)) == ([], None)


def test_the_way_counts_talks_without_slides_and_leads_to_the_speakers(conference: Conference, due: date) -> None:
    from flask import current_app

    with current_app.test_request_context():
        step = next(step for step in way.way(conference) if step.key == "presentasjoner")
    assert (step.state, step.status.split(" · ")[0], step.action) == ("waits", "0 av 2 levert", "Minn 2 på lysbildene")
    assert (step.url, step.to) == ("/admin/k/prove/presentasjoner", "/admin/k/prove/innledere")
