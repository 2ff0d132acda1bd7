"""Mail to many: drafts, a time, a date it follows, who gets it, and that nobody gets it twice."""

import threading
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from konferanse.common.clock import OSLO, local, now
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import signup
from konferanse.registration.mail import mailing_tasks, mailings
from konferanse.registration.models import Mailing, Question
from tests.conftest import StrictClient
from tests.registration.conftest import fill, mails, path_of, person

SignUp = Callable[..., str]
Later = Callable[[datetime], None]
BASE = "/admin/k/prove/pamelding/skriv"
OUTBOX = "/admin/k/prove/epost"


@pytest.fixture
def it_is(monkeypatch: pytest.MonkeyPatch) -> Later:
    """``it_is(moment)`` moves the mailings' clock."""
    return lambda moment: monkeypatch.setattr(mailings, "now", lambda: moment)


def form(**changes: str) -> dict[str, str]:
    """A filled-in form."""
    sent = {"key": str(uuid4()), "to": "all", "when": "now", "subject": "Ny møteplass", "text": "Vi møtes i sal B."}
    return sent | {"days": "2", "side": "before", "anchor": "first_date"} | changes


def kept(key: str) -> Mailing:
    """The mailing as a fresh look sees it."""
    db.session.rollback()
    return db.session.scalar(db.select(Mailing).where(Mailing.uid == UUID(key))) or pytest.fail("no such mailing")


def draft(conference: Conference, **wanted: Any) -> Mailing:
    """A mailing in the database."""
    texts = {"nb": {"subject": "Ny møteplass", "text": "Vi møtes i sal B."}}
    begin_write()
    row = mailings.keep(conference, uuid4(), mailings.Wanted(**({"texts": texts, "audience": {}} | wanted)), "system")
    db.session.commit()
    return row


def got(kind: str = "message") -> list[str]:
    """Who was written to, after everything due was sent."""
    mailing_tasks.send_due_mailings()
    db.session.rollback()
    return [mail.recipient for mail in mails(kind)]


def test_a_draft_is_kept_unfinished_changed_and_sent_to_nobody(desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("kari@example.org")
    sent = form(text="")
    answer = desk.submit(f"{BASE}/utkast", sent, page=BASE)
    assert answer.status_code == 303
    assert 'value="Ny møteplass"' in desk.get(answer.location).get_data(as_text=True)
    assert desk.submit(f"{BASE}/utkast", sent | {"subject": "Nytt emne"}, page=answer.location).status_code == 303
    assert (kept(sent["key"]).status, mailings.title(kept(sent["key"]))) == ("draft", "Nytt emne")
    assert db.session.scalar(db.select(db.func.count()).select_from(Mailing)) == 1
    page = desk.get(OUTBOX).get_data(as_text=True)
    assert "Utkast" in page
    assert "Nytt emne" in page
    assert got() == []


def test_what_is_seen_before_sending_is_what_a_recipient_gets_and_stores_nothing(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up("kari@example.org", name="Kari Nordmann")
    fill(conference, 2, language="en", name="Ann English")
    sent = form(subject="Velkommen til {konferanse}", text="Vi ses {dato}.", subject_en="Welcome", text_en="See you {dato}.")
    page = desk.submit(BASE, sent).get_data(as_text=True)
    assert "Send til 3" in page
    assert "Slik blir den til Kari Nordmann (bokmål)" in page
    assert "Slik blir den til Ann English (english)" in page
    assert "Velkommen til Prøvekonferansen" in page
    assert f"See you {conference.first_date.day}–" in page
    assert path_of(person("kari@example.org")) not in page
    assert "lenken til deltakerens egen side" in page
    assert mails("message") == []
    assert db.session.scalars(db.select(Mailing)).all() == []


def test_a_trial_goes_to_whoever_is_signed_in_without_anybodys_link(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up("kari@example.org")
    page = desk.submit(f"{BASE}/prove", form(entry="y"), page=BASE)
    assert "En prøve er sendt til organiser@example.org" in page.get_data(as_text=True)
    (mail,) = mails("test")
    assert (mail.recipient, mail.calendar, mail.subject) == ("organiser@example.org", None, "[Prøve] Ny møteplass")
    assert "Vi møtes i sal B." in mail.body
    assert "[[" not in mail.body
    assert mails("message") == []
    assert db.session.scalars(db.select(Mailing)).all() == []
    assert person("kari@example.org").sequence == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"to": "press"},
        {"only": "x"},
        {"day": "2001-01-01"},
        {"attendance": "x"},
        {"subject": ""},
        {"text": ""},
        {"text": "Hei {navn}"},
        {"subject": "{x.__class__}"},
        {"text_en": "{}"},
        {"when": "x"},
        {"when": "at", "send_at": ""},
        {"when": "at", "send_at": "i morgen"},
        {"when": "at", "send_at": "2001-01-01T10:00"},
        {"when": "at", "send_at": "9999-12-31T23:59"},
        {"when": "date", "days": ""},
        {"when": "date", "days": "x"},
        {"when": "date", "days": "-1"},
        {"when": "date", "days": "366"},
        {"when": "date", "side": "x"},
        {"when": "date", "anchor": "x"},
        {"when": "date", "anchor": "questions"},
    ],
)
def test_a_wrong_mail_is_kept_and_not_sent(desk: StrictClient, sign_up: SignUp, wrong: dict[str, str]) -> None:
    sign_up("kari@example.org")
    for path in ("", "/send", "/prove"):
        page = desk.submit(BASE + path, form(subject="Emnet mitt", text="Teksten min") | wrong, page=BASE)
        assert page.status_code == 422
        text = page.get_data(as_text=True)
        assert "Emnet mitt" in text or "Teksten min" in text
        assert "Not a valid" not in text
    assert db.session.scalars(db.select(Mailing)).all() == []
    assert got() == []


def test_an_unknown_placeholder_is_answered_with_the_known_ones(desk: StrictClient) -> None:
    page = desk.submit(BASE, form(text="Hei {navn}")).get_data(as_text=True)
    assert "{navn} finnes ikke. Du kan bruke {konferanse}, {dato}, {sted}, {dager}." in page


def test_each_gets_their_language_or_else_the_conferences(conference: Conference) -> None:
    for code in ("nb", "nn", "en"):
        fill(conference, 1, language=code)
    texts = {"nb": {"subject": "Hei", "text": "Bokmål"}, "en": {"subject": "Hi", "text": "English"}}
    texts["nn"] = {"subject": "Hei", "text": ""}  # half a text is none
    mailing = draft(conference, texts=texts)
    begin_write()
    mailings.start(mailing)
    db.session.commit()
    got()
    assert [(m.language, m.subject, word) for m in mails("message") for word in ("Bokmål", "English") if word in m.body] == [
        ("nb", "Hei", "Bokmål"),
        ("nn", "Hei", "Bokmål"),
        ("en", "Hi", "English"),
    ]


@pytest.mark.postgres
def test_a_scheduled_mail_is_sent_once_when_its_time_has_come(
    conference: Conference, desk: StrictClient, sign_up: SignUp, it_is: Later
) -> None:
    sign_up("kari@example.org")
    at = (now() + timedelta(days=3)).astimezone(OSLO).replace(second=0, microsecond=0, tzinfo=None)
    sent = form(when="at", send_at=at.isoformat(timespec="minutes"))
    assert "Planlegg e-posten" in desk.submit(BASE, sent).get_data(as_text=True)
    for _ in range(2):
        assert desk.submit(f"{BASE}/send", sent, page=BASE).status_code == 303
    assert kept(sent["key"]).status == "scheduled"
    assert got() == []
    it_is(at.replace(tzinfo=OSLO) - timedelta(minutes=1))
    assert got() == []
    sign_up("ola@example.org")  # who gets it is decided when it is sent
    it_is(at.replace(tzinfo=OSLO))
    assert got() == ["kari@example.org", "ola@example.org"]
    sign_up("sen@example.org")
    assert len(got()) == 2
    row = kept(sent["key"])
    assert (row.status, row.recipients) == ("sent", 2)
    assert desk.submit(f"{BASE}/send", sent, page=BASE).status_code == 303  # the form was still open
    assert len(got()) == 2
    assert desk.submit(f"{BASE}/utkast", sent, page=BASE).status_code == 409
    assert "Mottakere" in desk.get(f"{OUTBOX}/utsending/{sent['key']}").get_data(as_text=True)


@pytest.mark.parametrize(("side", "days", "offset"), [("before", 7, -7), ("after", 1, 1), ("before", 0, 0)])
def test_a_mail_counted_from_a_date_moves_with_it(
    conference: Conference, desk: StrictClient, sign_up: SignUp, it_is: Later, side: str, days: int, offset: int
) -> None:
    sign_up("kari@example.org")
    sent = form(when="date", side=side, days=str(days), anchor="last_date")
    assert desk.submit(f"{BASE}/send", sent, page=BASE).status_code == 303
    row = kept(sent["key"])
    nine = datetime.combine(conference.last_date + timedelta(days=offset), mailings.HOUR, OSLO)
    assert mailings.moment(row) == nine
    begin_write()
    conference.last_date += timedelta(days=2)
    db.session.commit()
    it_is(nine)
    assert got() == []
    it_is(nine + timedelta(days=2))
    assert got() == ["kari@example.org"]


def test_the_deadlines_it_may_follow(conference: Conference) -> None:
    begin_write()
    conference.signup_closes = datetime.combine(conference.first_date, mailings.HOUR, OSLO)
    for n, required in ((5, True), (3, True), (1, False)):
        by = now().date() + timedelta(days=n)
        db.session.add(Question(conference_id=conference.id, kind="text", label="?", required=required, required_by=by))
    db.session.commit()
    assert mailings.anchor_date(conference, "signup_closes") == conference.first_date
    assert mailings.anchor_date(conference, "questions") == now().date() + timedelta(days=3)
    assert mailings.anchor_date(conference, "nothing") is None


@pytest.mark.parametrize(("days", "first"), [(-1, 4), (0, 3), (2, 1), (7, 33)])
def test_a_mail_about_a_deadline_follows_the_first_that_it_can_be_sent_for(
    conference: Conference, sign_up: SignUp, it_is: Later, days: int, first: int
) -> None:
    sign_up("kari@example.org")
    today = datetime.combine(local(now()).date(), mailings.HOUR, OSLO)
    begin_write()
    for n in (3, 40):
        by = today.date() + timedelta(days=n)
        db.session.add(Question(conference_id=conference.id, kind="text", label="?", required=True, required_by=by))
    db.session.commit()
    it_is(today + timedelta(hours=1))
    mailing = draft(conference, anchor="questions", days=days)
    begin_write()
    mailings.schedule(mailing)
    db.session.commit()
    it_is(today + timedelta(days=first, minutes=-1))
    assert got() == []
    it_is(today + timedelta(days=first, hours=30))  # late, but not put off to the next deadline
    assert got() == ["kari@example.org"]


def test_nothing_planned_is_sent_for_a_conference_that_is_off(conference: Conference, sign_up: SignUp, it_is: Later) -> None:
    sign_up("kari@example.org")
    mailing = draft(conference, anchor="first_date", days=2)
    begin_write()
    mailings.schedule(mailing)
    signup.call_off(conference, "postponed", "Strømbrudd.", "system")
    db.session.commit()
    it_is(now() + timedelta(days=60))
    assert got() == []
    begin_write()
    lifecycle.change_status(conference, "published", "system")
    db.session.commit()
    assert got() == ["kari@example.org"]


def test_a_planned_mail_can_be_taken_back_and_thrown_away(
    conference: Conference, desk: StrictClient, sign_up: SignUp, it_is: Later
) -> None:
    sign_up("kari@example.org")
    sent = form(when="date", days="2")
    desk.submit(f"{BASE}/send", sent, page=BASE)
    page = f"{OUTBOX}/utsending/{sent['key']}"
    assert desk.submit(f"{page}/stopp", page=page).status_code == 303
    assert kept(sent["key"]).status == "draft"
    it_is(now() + timedelta(days=60))
    assert got() == []
    assert desk.submit(f"{page}/slett", page=page).status_code == 303
    assert desk.get(page).status_code == 404


def test_a_mailing_belongs_to_its_conference(
    conference: Conference, desk: StrictClient, sign_in: Callable[..., StrictClient]
) -> None:
    mailing = draft(conference)
    begin_write()
    lifecycle.create("annen", "Annen", "dialogkonferanse", conference.first_date, conference.last_date)
    db.session.commit()
    admin = sign_in(admin=True)
    assert admin.get(f"/admin/k/annen/epost/utsending/{mailing.uid}").status_code == 404
    for act in ("stopp", "slett"):
        path = f"/admin/k/annen/epost/utsending/{mailing.uid}/{act}"
        assert admin.submit(path, page="/admin/k/annen/pamelding/skriv").status_code == 404


@pytest.mark.postgres
def test_many_are_written_a_few_at_a_time_and_going_on_after_a_stop_repeats_nobody(
    app: Flask, conference: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mailings, "AT_A_TIME", 20)
    people = fill(conference, 90)
    mailing = draft(conference)
    begin_write()
    mailings.start(mailing)
    assert mailings.send_some(mailing.id)
    db.session.commit()
    begin_write()
    assert mailings.send_some(mailing.id)
    db.session.rollback()  # the worker was killed
    assert len(mails("message")) == 20

    def work() -> None:
        with app.app_context():
            mailing_tasks.send_due_mailings()
            db.session.remove()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert Counter(got()) == {row.email: 1 for row in people}
    assert kept(str(mailing.uid)).recipients == 90


def test_one_mailing_that_cannot_be_sent_does_not_stop_the_others(conference: Conference) -> None:
    fill(conference, 1)
    broken, whole = draft(conference, audience={"day": "not a day"}), draft(conference)
    begin_write()
    mailings.start(broken)
    mailings.start(whole)
    db.session.commit()
    assert len(got()) == 1
    assert (kept(str(broken.uid)).status, kept(str(whole.uid)).status) == ("sending", "sent")
