"""Mail: what it says, the calendar entry in it, and that it gets there."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from uuid import uuid4

import icalendar
import pytest
from flask import Flask

from konferanse import create_app
from konferanse.common import links, outbox, worker
from konferanse.common.clock import OSLO, now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme.models import ProgrammeRelease
from konferanse.registration import signup
from konferanse.registration.mail import calendar_entries, mailings
from tests.mail_server import MailServer
from tests.registration.conftest import mails, path_of, person

SignUp = Callable[..., str]


def calendar_of(mail: outbox.OutboxMail) -> icalendar.Calendar:
    """The calendar in a mail, read again."""
    assert mail.calendar
    calendar = icalendar.Calendar.from_ical(mail.calendar["text"])
    assert isinstance(calendar, icalendar.Calendar)
    assert calendar["method"] == mail.calendar["method"]
    assert "\n" not in mail.calendar["text"].replace("\r\n", "")
    assert all(len(line.encode()) <= 75 for line in mail.calendar["text"].split("\r\n"))
    return calendar


def events_of(mail: outbox.OutboxMail) -> list[icalendar.Event]:
    """The events in a mail."""
    return [event for event in calendar_of(mail).walk("VEVENT") if isinstance(event, icalendar.Event)]


def publish(conference: Conference) -> None:
    """A programme with hours on the first day only."""
    day = conference.dates[0]
    times = [(time(9, 30), time(10)), (time(13), time(15, 45))]
    items = [
        {edge: datetime.combine(day, t, OSLO).astimezone().isoformat() for edge, t in zip(("start", "end"), pair, strict=True)}
        for pair in times
    ]
    begin_write()
    db.session.add(ProgrammeRelease(conference_id=conference.id, number=1, name="En", content={"days": [], "items": items}))
    db.session.commit()


def test_the_confirmation_has_an_event_a_day_with_the_programmes_hours(conference: Conference, sign_up: SignUp) -> None:
    publish(conference)
    sign_up("kari@example.org")
    (mail,) = mails("confirmed")
    first, second = events_of(mail)
    assert first["dtstart"].dt == datetime.combine(conference.dates[0], time(9, 30), OSLO)
    assert first["dtstart"].params["TZID"] == "Europe/Oslo"
    assert first["dtend"].dt == datetime.combine(conference.dates[0], time(15, 45), OSLO)
    assert second["dtstart"].dt == conference.dates[1]
    assert second["dtend"].dt == conference.dates[1] + timedelta(days=1)
    assert first["attendee"] == "mailto:kari@example.org"
    assert first["summary"] == conference.title
    assert len(calendar_of(mail).walk("VTIMEZONE")) == 1
    assert calendar_of(mail)["method"] == "REQUEST"


def test_our_own_time_zone_rules_give_norwegian_time(conference: Conference) -> None:
    zone = icalendar.Timezone.from_ical(calendar_entries.VTIMEZONE).to_tz()
    for moment in (datetime(2027, 1, 15, 9), datetime(2027, 6, 26, 9), datetime(2027, 3, 28, 4), datetime(2027, 10, 31, 12)):  # noqa: DTZ001
        assert zone.utcoffset(moment) == OSLO.utcoffset(moment)


def test_a_change_and_a_cancellation_follow_the_same_entry(conference: Conference, sign_up: SignUp) -> None:
    sign_up("kari@example.org")
    row = person("kari@example.org")
    uids = [event["uid"] for event in events_of(mails("confirmed")[0])]
    begin_write()
    signup.change(row, conference.dates[:1], "physical")
    db.session.commit()
    kept, dropped = mails("changed")
    assert [(e["uid"], e["sequence"]) for e in events_of(kept)] == [(uids[0], 1)]
    assert calendar_of(dropped)["method"] == "CANCEL"
    assert [(e["uid"], e["status"]) for e in events_of(dropped)] == [(uids[1], "CANCELLED")]
    begin_write()
    signup.cancel(row)
    db.session.commit()
    (last,) = mails("cancelled")
    assert calendar_of(last)["method"] == "CANCEL"
    assert [(e["uid"], e["sequence"], e["status"]) for e in events_of(last)] == [(uids[0], 2, "CANCELLED")]


def test_who_waits_gets_no_entry_until_there_is_a_seat(conference: Conference, sign_up: SignUp) -> None:
    begin_write()
    signup.set_seats(conference, 1, "system")
    db.session.commit()
    sign_up("a@example.org")
    sign_up("b@example.org")
    assert mails("waiting")[0].calendar is None
    assert "nummer 1 på ventelisten" in mails("waiting")[0].body
    begin_write()
    signup.cancel(person("a@example.org"))
    db.session.commit()
    assert calendar_of(mails("promoted", "b@example.org")[0])["method"] == "REQUEST"


@pytest.mark.parametrize(
    ("status", "kind", "word"), [("postponed", "postponed", "Utsatt"), ("cancelled", "called-off", "Avlyst")]
)
def test_a_conference_called_off_reaches_everybody_signed_up(
    conference: Conference, sign_up: SignUp, status: str, kind: str, word: str
) -> None:
    begin_write()
    signup.set_seats(conference, 1, "system")
    db.session.commit()
    for name in "abc":
        sign_up(f"{name}@example.org")
    begin_write()
    signup.cancel(person("c@example.org"))
    told = signup.call_off(conference, status, "Hotellet har brent.", "system")
    db.session.commit()
    sent = mails(kind)
    assert told == len(sent) == 2
    assert [mail.recipient for mail in sent] == ["a@example.org", "b@example.org"]
    assert all("Hotellet har brent." in mail.body and mail.subject.startswith(word) for mail in sent)
    assert [bool(mail.calendar) for mail in sent] == [True, False]
    assert calendar_of(sent[0])["method"] == "CANCEL"


def test_a_link_is_not_stored_and_is_filled_in_at_sending(conference: Conference, sign_up: SignUp) -> None:
    sign_up("kari@example.org")
    (mail,) = mails()
    token = path_of(person("kari@example.org"))
    assert token not in mail.body
    assert f"http://localhost{token}" in links.fill_in(mail.body)


def test_a_placeholder_in_the_organisers_text_gives_nobodys_link(conference: Conference, sign_up: SignUp) -> None:
    sign_up("kari@example.org")
    sign_up("ola@example.org")
    begin_write()
    trick = outbox.link_placeholder("min", person("kari@example.org").uid, 0)
    conference.title = f"Prøve {trick}"
    words = {"nb": {"subject": trick, "text": f"Se {trick} og [{trick}]"}}  # a bracket too many must not slip it through
    mailing = mailings.keep(conference, uuid4(), mailings.Wanted(words, {}), "system")
    mailings.start(mailing)
    assert not mailings.send_some(mailing.id)
    db.session.commit()
    (mail,) = mails("message", "ola@example.org")
    assert path_of(person("kari@example.org")) not in links.fill_in(mail.body)


@pytest.mark.postgres
def test_mail_is_delivered_and_a_refused_one_is_tried_again(
    environ: dict[str, str],
    conference: Conference,
    sign_up: SignUp,
    mail_server: MailServer,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sign_up("kari@example.org")
    app: Flask = create_app(environ | {"KONFERANSE_MAIL_URL": mail_server.url})
    with app.app_context():
        mail_server.answer = "451 try later"
        assert worker.deliver_due() == 0
        db.session.rollback()
        (row,) = mails()
        assert (row.status, row.attempts) == ("queued", 1)
        assert "451" in row.error
        assert worker.deliver_due() == 0  # not due yet
        mail_server.answer = "250 OK"
        later = now() + timedelta(minutes=2)
        monkeypatch.setattr(outbox, "now", lambda: later)
        assert worker.deliver_due() == 1
        db.session.rollback()
        assert mails()[0].status == "sent"
        db.session.remove()
        db.engine.dispose()
    (message,) = mail_server.taken
    assert message["To"] == "kari@example.org"
    assert message["Subject"] == f"Du er påmeldt: {conference.title}"
    body = message.get_body(("plain",))
    assert body
    assert path_of(person("kari@example.org")) in body.get_content()
    (attached,) = message.iter_attachments()
    assert attached.get_content_type() == "text/calendar"
    assert attached.get_param("method") == "REQUEST"
    text = attached.get_content()
    assert len(icalendar.Calendar.from_ical(text).walk("VEVENT")) == 2
