"""Mail about a bulk action that waits to be sent, and people who act before it is."""

from collections.abc import Callable
from datetime import timedelta

from konferanse.common import outbox
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from tests.conftest import StrictClient
from tests.registration.conftest import mails, path_of, person
from tests.registration.lists.test_bulk import ask, press, status, take_back

SignUp = Callable[..., str]
A = "a@example.org"


def selected(conference: Conference, desk: StrictClient, sign_up: SignUp, *, hours: int | None = None) -> str:
    """Somebody who was just given a seat together with others; returns the personal page."""
    begin_write()
    conference.signup_mode, conference.offer_hours = "moderated", hours
    db.session.commit()
    for name in "ab":
        sign_up(f"{name}@example.org")
    press(desk, ask(desk, "seat", "a", "b"))
    return path_of(person(A))


def kinds() -> list[str]:
    """What was written to that person."""
    return [mail.kind for mail in mails(to=A)]


def test_whoever_signs_off_is_not_told_of_a_seat_afterwards(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    page = selected(conference, desk, sign_up)
    assert kinds() == ["applied", "promoted"]
    client.submit(f"{page}/avmeld", page=page)
    assert kinds() == ["applied", "cancelled"]
    assert len(mails("promoted", "b@example.org")) == 1


def test_whoever_changes_is_told_of_the_newest_and_keeps_the_seat_when_it_is_undone(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    page = selected(conference, desk, sign_up)
    sent = {"days": [conference.dates[0].isoformat()], "attendance": "physical"}
    assert client.submit(f"{page}/endre", sent).status_code == 303
    assert set(kinds()) == {"applied", "changed"}
    take_back(desk)
    assert (status("a"), status("b")) == ("confirmed", "waiting")


def test_whoever_changes_an_offer_is_still_asked_for_a_yes(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    page = selected(conference, desk, sign_up, hours=24)
    sent = {"days": [conference.dates[0].isoformat()], "attendance": "physical"}
    assert client.submit(f"{page}/endre", sent).status_code == 303
    assert kinds() == ["applied", "changed", "offered"]
    assert [mail.due <= now() for mail in mails("offered", A)] == [True]


def test_whoever_has_said_yes_keeps_the_seat_when_it_is_undone(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    page = selected(conference, desk, sign_up, hours=24)
    client.submit(f"{page}/ja", page=page)
    assert kinds() == ["applied", "confirmed"]
    assert "kunne ikke settes tilbake" in take_back(desk)
    assert (status("a"), status("b")) == ("confirmed", "waiting")


def test_whoever_was_called_in_and_gave_the_seat_on_is_not_undone(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    begin_write()
    conference.seats = 1
    db.session.commit()
    for name in "ba":
        sign_up(f"{name}@example.org")
    press(desk, ask(desk, "cancel", "b"))
    page = path_of(person(A))
    answer = client.submit(f"{page}/vikar", {"name": "Ny", "email": "ny@example.org", "phone": ""})
    assert answer.status_code == 303
    assert kinds() == ["waiting", "cancelled"]
    take_back(desk)
    assert (status("ny"), status("b")) == ("confirmed", "waiting")


def test_what_the_organiser_has_written_and_what_was_tried_is_not_dropped(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up(A)
    row = person(A)
    begin_write()
    for kind in ("message", "tried", "later"):
        mail = outbox.write(kind=kind, recipient=A, subject="S", body="B", scope="prove", about=row.uid)
        mail.due, mail.attempts = now() + timedelta(minutes=5), int(kind == "tried")
    outbox.write(kind="signin", recipient=A, subject="S", body="B").due = now() + timedelta(minutes=5)
    db.session.commit()
    client.submit(f"{path_of(row)}/avmeld", page=path_of(row))
    assert kinds() == ["confirmed", "message", "tried", "signin", "cancelled"]
