"""A conference gets other dates: those who are signed up come along, and nobody is left on a day that is no more."""

from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import seats, signup
from konferanse.registration.day import attendance
from konferanse.registration.ledger import PLACE
from konferanse.registration.mail import mailings
from konferanse.registration.models import SeatLimit
from tests.conftest import StrictClient
from tests.registration.conftest import mails, person
from tests.registration.mail.test_calendar_replay import program_of, write_with_entry

pytestmark = pytest.mark.postgres
SignUp = Callable[..., str]
ABOUT, OUTBOX = "/admin/k/prove/om", "/admin/k/prove/epost"


def move(desk: StrictClient, first: date, last: date) -> tuple[int, str]:
    """Fill in the form with these dates; the status, and the page when it is not accepted."""
    form = {"title": "Prøvekonferansen", "kind": "dialogkonferanse", "first_date": first, "last_date": last}
    answer = desk.submit(ABOUT, {name: str(value) for name, value in form.items()})
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize("days", [-1, 1, 60])
def test_everybodys_days_limits_and_mails_move_with_the_whole_conference(
    conference: Conference, desk: StrictClient, sign_up: SignUp, days: int
) -> None:
    first, last = conference.dates
    begin_write()
    seats.set_limits(conference, {PLACE: 20, ("day", first.isoformat()): 5, ("day", last.isoformat()): 7})
    mailing = mailings.keep(conference, uuid4(), mailings.Wanted({}, {"day": last.isoformat()}), "system")
    db.session.commit()
    sign_up("kari@example.org")
    sign_up("ola@example.org", days=[last.isoformat()])
    by = timedelta(days=days)
    assert move(desk, first + by, last + by)[0] == 303
    assert person("kari@example.org").dates == [first + by, last + by]
    assert person("ola@example.org").dates == [last + by]
    limits = {row.subject: row.seats for row in db.session.scalars(select(SeatLimit).where(SeatLimit.kind == "day"))}
    assert limits == {(first + by).isoformat(): 5, (last + by).isoformat(): 7}
    assert mailing.audience == {"day": (last + by).isoformat()}


@pytest.mark.parametrize("is_called_off", [False, True])
def test_the_entries_in_the_calendar_move_with_it(
    conference: Conference, desk: StrictClient, sign_up: SignUp, is_called_off: bool
) -> None:
    sign_up("kari@example.org")
    new = [day + timedelta(days=60) for day in conference.dates]
    if is_called_off:
        begin_write()
        signup.call_off(conference, "postponed", "Streik.", "system")
        db.session.commit()
    assert move(desk, *new)[0] == 303
    if is_called_off:
        begin_write()
        lifecycle.change_status(conference, "published", "system")
        db.session.commit()
    assert "andre tider" in desk.get(OUTBOX).get_data(as_text=True)
    write_with_entry(conference)
    assert "andre tider" not in desk.get(OUTBOX).get_data(as_text=True)
    program = program_of("kari@example.org")
    assert program.starts == new
    assert len(program.seen) == 2  # the same entries all along


def test_a_day_that_somebody_has_chosen_cannot_be_taken_away(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    first, last = conference.dates
    sign_up("kari@example.org")
    assert "på en dag som ville falle bort" in move(desk, first, first)[1]
    assert "Flytt hele konferansen" in move(desk, last, last)[1]
    assert move(desk, first, last + timedelta(days=1))[0] == 303
    assert move(desk, first, last)[0] == 303
    assert person("kari@example.org").dates == [first, last]
    begin_write()
    signup.cancel(person("kari@example.org"))
    db.session.commit()
    assert move(desk, first, first)[0] == 303


def test_a_conference_that_has_begun_is_not_moved(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    first, last = conference.dates
    sign_up("kari@example.org")
    begin_write()
    attendance.check_in(person("kari@example.org"), first, "system")
    db.session.commit()
    assert "Noen er sjekket inn" in move(desk, first + timedelta(days=1), last + timedelta(days=1))[1]


def test_dates_beyond_reason_are_refused(conference: Conference, desk: StrictClient) -> None:
    first = conference.first_date
    assert "høyst 31 dager" in move(desk, first, date(9999, 12, 31))[1]
    assert "årstall" in move(desk, date(9999, 12, 30), date(9999, 12, 31))[1]
    assert db.session.get_one(Conference, conference.id).first_date == first
    assert mails() == []
