"""A small calendar program reads the entries that mails bring, by RFC 5546, and ends with what the person is signed up for."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import uuid4

import icalendar
import pytest

from konferanse.common.clock import OSLO
from konferanse.common.outbox import OutboxMail
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import releases
from konferanse.programme.models import ProgrammeItem
from konferanse.registration import signup
from konferanse.registration.mail import mailing_tasks, mailings
from konferanse.registration.models import Registration
from tests.conftest import StrictClient
from tests.registration.conftest import mails, person

SignUp = Callable[..., str]


@dataclass
class Program:
    """A calendar: entries by UID, and the SEQUENCE last seen for each, also of those that were taken out.

    Stricter than most: a message that is no newer than what is known is left, also with the same SEQUENCE.
    """

    entries: dict[str, icalendar.Event] = field(default_factory=dict)
    seen: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def read(self, texts: Iterable[str]) -> None:
        """Take in calendar messages in order."""
        for text in texts:
            calendar: Any = icalendar.Calendar.from_ical(text)
            for event in calendar.walk("VEVENT"):
                self._take(str(calendar["method"]), event)

    def _take(self, method: str, event: icalendar.Event) -> None:
        uid, sequence = str(event["uid"]), int(event["sequence"])
        assert event["organizer"]
        assert event["dtstamp"].dt.tzinfo is not None
        if sequence <= self.seen.get(uid, -1):
            self.left.append(f"{method} {uid} {sequence}")
            return
        self.seen[uid] = sequence
        if method == "CANCEL":
            assert event["status"] == "CANCELLED"
            self.entries.pop(uid, None)
        else:
            assert method == "REQUEST"
            assert str(event["attendee"]).startswith("mailto:")
            self.entries[uid] = event

    @property
    def starts(self) -> list[Any]:
        """When its entries begin."""
        return sorted((event["dtstart"].dt for event in self.entries.values()), key=str)


def program_of(address: str) -> Program:
    """What the calendar of ``address`` holds after every mail so far; nothing in them was too old."""
    db.session.rollback()
    program = Program()
    rows: list[OutboxMail] = mails(to=address)
    program.read(mail.calendar["text"] for mail in rows if mail.calendar)
    assert program.left == []
    return program


def publish(conference: Conference, begins: time) -> None:
    """Publish a programme in which every day begins at ``begins`` and lasts four hours."""
    begin_write()
    for item in db.session.scalars(db.select(ProgrammeItem)):
        db.session.delete(item)
    for number, day in enumerate(conference.dates, 1):
        start = datetime.combine(day, begins, OSLO)
        about = {"conference_id": conference.id, "number": number, "title": "Felles", "kind": "plenary"}
        db.session.add(ProgrammeItem(start=start, end=start + timedelta(hours=4), **about))
    db.session.flush()
    releases.publish(conference, "Utgave", "system")
    db.session.commit()


def change(row: Registration, days: list[date], attendance: str = "physical", **more: bool) -> None:
    """Change a registration."""
    begin_write()
    signup.change(row, days, attendance, **more)
    db.session.commit()


def write_with_entry(conference: Conference) -> None:
    """The organiser writes to all, with the calendar entry as it is now."""
    begin_write()
    texts = {"nb": {"subject": "Ny tid", "text": "Se kalenderen."}}
    mailings.start(mailings.keep(conference, uuid4(), mailings.Wanted(texts, {"entry": "yes"}), "system"))
    db.session.commit()
    mailing_tasks.send_due_mailings()


def test_changes_move_the_entries_and_a_cancellation_takes_them_out(conference: Conference, sign_up: SignUp) -> None:
    first, last = conference.dates
    sign_up("kari@example.org")
    row = person("kari@example.org")
    assert program_of(row.email).starts == [first, last]
    change(row, [last])
    assert program_of(row.email).starts == [last]
    change(row, [first, last])
    assert program_of(row.email).starts == [first, last]
    change(row, [first], "digital")
    assert program_of(row.email).starts == [first]
    begin_write()
    signup.cancel(row)
    db.session.commit()
    assert program_of(row.email).entries == {}
    sign_up("kari@example.org")
    assert program_of("kari@example.org").starts == [first, last]


def test_new_times_and_a_new_place_reach_the_calendar_when_the_organiser_writes(
    conference: Conference, sign_up: SignUp, sign_in: Callable[..., StrictClient]
) -> None:
    outbox = "/admin/k/prove/epost"
    desk = sign_in("organiser", conference=conference)
    sign_up("kari@example.org")
    assert "andre tider" not in desk.get(outbox).get_data(as_text=True)
    publish(conference, time(9))
    assert "andre tider" in desk.get(outbox).get_data(as_text=True)
    write_with_entry(conference)
    assert "andre tider" not in desk.get(outbox).get_data(as_text=True)
    assert [start.time() for start in program_of("kari@example.org").starts] == [time(9), time(9)]
    publish(conference, time(10, 30))
    begin_write()
    conference.place = "Narvik"
    db.session.commit()
    assert "andre tider" in desk.get(outbox).get_data(as_text=True)
    write_with_entry(conference)
    program = program_of("kari@example.org")
    assert [start.time() for start in program.starts] == [time(10, 30), time(10, 30)]
    assert {str(event["location"]) for event in program.entries.values()} == {"Narvik"}
    assert len(program.seen) == 2  # the same entries all along


def test_one_who_goes_back_in_line_loses_the_entry_and_gets_it_again(conference: Conference, sign_up: SignUp) -> None:
    begin_write()
    signup.set_seats(conference, 1, "system")
    db.session.commit()
    sign_up("b@example.org", attendance="digital")
    sign_up("a@example.org")
    row = person("b@example.org")
    assert program_of(row.email).starts == conference.dates
    change(row, conference.dates, "physical", may_wait=True)
    assert row.status == "waiting"
    assert program_of(row.email).entries == {}
    begin_write()
    signup.cancel(person("a@example.org"))
    db.session.commit()
    assert row.status == "confirmed"
    assert program_of(row.email).starts == conference.dates
    assert program_of("a@example.org").entries == {}


@pytest.mark.parametrize("status", ["postponed", "cancelled"])
def test_a_conference_called_off_leaves_the_calendar_and_can_come_back(
    conference: Conference, sign_up: SignUp, status: str
) -> None:
    sign_up("kari@example.org")
    begin_write()
    signup.call_off(conference, status, "Strømbrudd.", "system")
    db.session.commit()
    assert program_of("kari@example.org").entries == {}
    begin_write()
    lifecycle.change_status(conference, "published", "system")
    db.session.commit()
    write_with_entry(conference)
    assert program_of("kari@example.org").starts == conference.dates


def test_one_who_says_yes_to_an_offer_gets_back_an_entry_that_was_taken_out(conference: Conference, sign_up: SignUp) -> None:
    begin_write()
    signup.set_seats(conference, 1, "system")
    conference.offer_hours = 24
    db.session.commit()
    sign_up("b@example.org", attendance="digital")
    sign_up("a@example.org")
    row = person("b@example.org")
    change(row, conference.dates, "physical", may_wait=True)
    assert program_of(row.email).entries == {}
    begin_write()
    signup.cancel(person("a@example.org"))
    db.session.commit()
    assert row.status == "offered"
    begin_write()
    signup.accept(row)
    db.session.commit()
    assert program_of(row.email).starts == conference.dates
