"""Never more confirmed than there are seats; who waits comes first."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import line, places, seats, signup
from tests.conftest import StrictClient
from tests.registration.conftest import form_of, mails, path_of, person

pytestmark = pytest.mark.postgres
SignUp = Callable[..., str]


def with_seats(conference: Conference, count: int | None) -> None:
    begin_write()
    signup.set_seats(conference, count, "system")
    db.session.commit()


def statuses(*names: str) -> list[str]:
    return [person(f"{name}@example.org").status for name in names]


def test_the_last_seat_is_the_last(conference: Conference, sign_up: SignUp) -> None:
    with_seats(conference, 2)
    assert [sign_up(f"{n}@example.org") for n in "abc"] == ["confirmed", "confirmed", "waiting"]
    assert places.availability(conference)[:4] == (2, 2, 0, 1)


def test_somebody_digital_takes_no_seat_and_never_waits(conference: Conference, sign_up: SignUp) -> None:
    with_seats(conference, 1)
    assert sign_up("a@example.org") == "confirmed"
    assert sign_up("b@example.org", attendance="digital") == "confirmed"
    assert places.availability(conference)[:4] == (1, 1, 0, 0)


def test_one_day_takes_a_whole_seat(conference: Conference, sign_up: SignUp) -> None:
    with_seats(conference, 1)
    first, last = (day.isoformat() for day in conference.dates)
    assert sign_up("a@example.org", days=[first]) == "confirmed"
    assert sign_up("b@example.org", days=[last]) == "waiting"


def test_without_a_limit_nobody_waits(conference: Conference, sign_up: SignUp) -> None:
    with_seats(conference, None)
    assert {sign_up(f"{n}@example.org") for n in "abcdef"} == {"confirmed"}


def test_no_seats_at_all_puts_everybody_in_line(conference: Conference, sign_up: SignUp) -> None:
    with_seats(conference, 0)
    assert sign_up("a@example.org") == "waiting"


def test_a_freed_seat_goes_to_the_first_in_line_and_not_to_a_newcomer(
    conference: Conference, sign_up: SignUp, client: StrictClient
) -> None:
    with_seats(conference, 1)
    for name in "abc":
        sign_up(f"{name}@example.org")
    client.submit(path_of(person("a@example.org")) + "/avmeld", page=path_of(person("a@example.org")))
    assert statuses("a", "b", "c") == ["cancelled", "confirmed", "waiting"]
    assert sign_up("d@example.org") == "waiting"
    assert len(mails("promoted", "b@example.org")) == 1


def test_a_seat_that_was_freed_unseen_goes_to_who_waits_before_the_newcomer(conference: Conference, sign_up: SignUp) -> None:
    with_seats(conference, 1)
    sign_up("a@example.org")
    sign_up("b@example.org")
    begin_write()
    conference.seats = 2  # as a restored backup or a script might leave it
    db.session.commit()
    assert sign_up("c@example.org") == "waiting"
    assert statuses("b", "c") == ["confirmed", "waiting"]


def test_going_digital_frees_the_seat(conference: Conference, sign_up: SignUp) -> None:
    with_seats(conference, 1)
    sign_up("a@example.org")
    sign_up("b@example.org")
    begin_write()
    signup.change(person("a@example.org"), conference.dates, "digital")
    db.session.commit()
    assert statuses("a", "b") == ["confirmed", "confirmed"]


def test_a_digital_person_gets_no_seat_that_is_not_there(conference: Conference, sign_up: SignUp) -> None:
    with_seats(conference, 1)
    sign_up("a@example.org")
    sign_up("b@example.org", attendance="digital")
    row = person("b@example.org")
    begin_write()
    with pytest.raises(seats.NoSeatLeft):
        signup.change(row, conference.dates, "physical")
    db.session.rollback()
    assert (row.status, row.attendance) == ("confirmed", "digital")
    begin_write()
    signup.change(row, conference.dates, "physical", may_wait=True)
    db.session.commit()
    assert (row.status, line.place(row)) == ("waiting", 1)


def test_more_seats_call_in_as_many_as_there_is_room_for(conference: Conference, sign_up: SignUp) -> None:
    with_seats(conference, 1)
    for name in "abcd":
        sign_up(f"{name}@example.org")
    with_seats(conference, 3)
    assert statuses(*"abcd") == ["confirmed", "confirmed", "confirmed", "waiting"]


def test_seats_in_use_cannot_be_taken_away(conference: Conference, sign_up: SignUp) -> None:
    sign_up("a@example.org")
    sign_up("b@example.org")
    begin_write()
    with pytest.raises(seats.SeatsInUse):
        signup.set_seats(conference, 1, "system")
    db.session.rollback()
    assert conference.seats == 20


def test_the_line_keeps_its_order(conference: Conference, sign_up: SignUp) -> None:
    with_seats(conference, 0)
    for name in "abc":
        sign_up(f"{name}@example.org")
    assert [line.place(person(f"{n}@example.org")) for n in "abc"] == [1, 2, 3]


def test_the_same_key_twice_is_one_registration(conference: Conference, client: StrictClient, app: Flask) -> None:
    form = form_of(conference, "a@example.org")
    receipts = [client.submit(f"/k/{conference.slug}/pamelding", form).location for _ in range(2)]
    assert receipts[0] == receipts[1]
    assert places.availability(conference).taken == 1
    assert [mail.kind for mail in mails()] == ["confirmed"]


def test_the_back_button_signs_up_a_colleague_too(conference: Conference, client: StrictClient) -> None:
    form = form_of(conference, "a@example.org")
    for _ in range(2):
        client.submit(f"/k/{conference.slug}/pamelding", form)
        client.submit(f"/k/{conference.slug}/pamelding", form | {"name": "Ola", "email": "b@example.org"})
    assert places.availability(conference).taken == 2
    assert [mail.recipient for mail in mails()] == ["a@example.org", "b@example.org"]


def test_who_cancelled_may_come_back_with_the_same_form(conference: Conference, client: StrictClient) -> None:
    form = form_of(conference, "a@example.org")
    client.submit(f"/k/{conference.slug}/pamelding", form)
    first = person("a@example.org")
    client.submit(path_of(first) + "/avmeld", page=path_of(first))
    client.submit(f"/k/{conference.slug}/pamelding", form)
    assert person("a@example.org").uid != first.uid
    assert places.availability(conference).taken == 1


@pytest.mark.parametrize(("opens", "closes"), [(1, 2), (-2, -1), (None, None)])
def test_outside_the_window_nobody_signs_up(
    conference: Conference, client: StrictClient, opens: int | None, closes: int | None
) -> None:
    form = form_of(conference, "a@example.org", name="Kari i god tid")
    begin_write()
    conference.signup_opens = now() + timedelta(hours=opens) if opens else None
    conference.signup_closes = now() + timedelta(hours=closes) if closes else None
    db.session.commit()
    lost = f"/k/{conference.slug}/pamelding/lenke"
    response = client.submit(f"/k/{conference.slug}/pamelding", form, page=lost)
    assert response.status_code == 422
    assert "Kari i god tid" in response.get_data(as_text=True)
    assert places.availability(conference).taken == 0
    assert mails() == []
