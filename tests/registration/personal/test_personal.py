"""The personal link: see, change, cancel; GET changes nothing, and the link is only for its holder."""

from collections.abc import Callable

import icalendar
import pytest
from flask import Flask
from sqlalchemy import select

from konferanse.common.audit import AuditEntry
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import signup
from konferanse.registration.models import AccessNeed
from tests.conftest import StrictClient
from tests.registration.conftest import form_of, mails, path_of, person

pytestmark = pytest.mark.postgres
SignUp = Callable[..., str]


@pytest.fixture
def page(sign_up: SignUp) -> str:
    """The personal page of somebody who is signed up with an allergy."""
    sign_up("kari@example.org", allergies="Nøtter", accept_health="y")
    return path_of(person("kari@example.org"))


def test_the_page_says_where_i_stand(client: StrictClient, page: str) -> None:
    text = client.get(page).get_data(as_text=True)
    assert "Kari Nordmann, du er påmeldt" in text
    assert "Nøtter" in text


def test_somebody_in_line_sees_the_place(client: StrictClient, conference: Conference, sign_up: SignUp) -> None:
    begin_write()
    signup.set_seats(conference, 0, "system")
    db.session.commit()
    sign_up("a@example.org")
    sign_up("b@example.org")
    assert "du er nummer 2 på ventelisten" in client.get(path_of(person("b@example.org"))).get_data(as_text=True)


def test_the_meeting_link_is_for_those_who_take_part_digitally(
    client: StrictClient, conference: Conference, sign_up: SignUp
) -> None:
    begin_write()
    conference.meeting_url = "https://mote.example/hemmelig"
    db.session.commit()
    sign_up("a@example.org")
    sign_up("b@example.org", attendance="digital")
    assert "mote.example" not in client.get(path_of(person("a@example.org"))).get_data(as_text=True)
    assert "mote.example" in client.get(path_of(person("b@example.org"))).get_data(as_text=True)
    assert not [mail for mail in mails() if "mote.example" in mail.body + str(mail.calendar)]


def test_other_days_and_another_way_are_changed(client: StrictClient, conference: Conference, page: str) -> None:
    last = conference.dates[1]
    answer = client.submit(page + "/endre", {"days": [last.isoformat()], "attendance": "digital"})
    row = person("kari@example.org")
    assert answer.status_code == 303
    assert (row.dates, row.attendance, row.sequence) == ([last], "digital", 1)


@pytest.mark.parametrize(
    "sent", [{}, {"days": ["1999-01-01"], "attendance": "digital"}, {"days": [], "attendance": "digital"}, {"attendance": "x"}]
)
def test_a_wrong_change_changes_nothing(client: StrictClient, page: str, sent: dict[str, object]) -> None:
    assert client.submit(page + "/endre", sent).status_code == 422
    row = person("kari@example.org")
    assert (len(row.dates), row.attendance, row.sequence) == (2, "physical", 0)
    assert len(mails()) == 1


def test_going_to_the_place_when_it_is_full_asks_first(client: StrictClient, conference: Conference, sign_up: SignUp) -> None:
    sign_up("b@example.org", attendance="digital")
    begin_write()
    signup.set_seats(conference, 0, "system")
    db.session.commit()
    path = path_of(person("b@example.org")) + "/endre"
    sent = {"days": [d.isoformat() for d in conference.dates], "attendance": "physical"}
    refused = client.submit(path, sent)
    assert refused.status_code == 422
    assert "Påmeldingen din står som før" in refused.get_data(as_text=True)
    assert client.submit(path, sent | {"may_wait": "y"}).status_code == 303
    assert person("b@example.org").status == "waiting"


def test_cancelling_deletes_what_was_said_of_health_and_keeps_it_deleted(client: StrictClient, app: Flask, page: str) -> None:
    client.submit(page + "/avmeld", page=page)
    assert person("kari@example.org").status == "cancelled"
    assert db.session.scalars(select(AccessNeed)).all() == []
    assert "access_need" in (app.config["INSTANCE"] / "erased.txt").read_text()
    assert "du er avmeldt" in client.get(page).get_data(as_text=True)
    assert client.submit(page + "/avmeld", page="/inn").status_code == 303
    assert len(mails("cancelled")) == 1


def test_needs_are_changed_and_consent_is_withdrawn(client: StrictClient, page: str) -> None:
    assert client.submit(page + "/behov", {"allergies": "Nøtter", "access_needs": "Rampe"}).status_code == 422
    sent = {"allergies": "", "access_needs": "Rampe", "accept_health": "y"}
    assert client.submit(page + "/behov", sent).status_code == 303
    assert [need.text for need in db.session.scalars(select(AccessNeed))] == ["Rampe"]
    assert client.submit(page + "/behov/trekk", page=page).status_code == 303
    assert db.session.scalars(select(AccessNeed)).all() == []


def test_a_stopped_link_says_what_to_do_and_a_forged_one_does_not_exist(client: StrictClient, page: str) -> None:
    begin_write()
    signup.renew_link(person("kari@example.org"), "system")
    db.session.commit()
    stopped = client.get(page)
    assert stopped.status_code == 403
    assert "be om en ny" in stopped.get_data(as_text=True)
    assert client.get(path_of(person("kari@example.org"))).status_code == 200
    assert client.get(page[:-1] + ("A" if page[-1] != "A" else "B")).status_code == 404
    assert len(mails("link")) == 1


def test_nothing_can_be_changed_when_the_conference_is_off(client: StrictClient, conference: Conference, page: str) -> None:
    begin_write()
    signup.call_off(conference, "cancelled", "For få påmeldte.", "system")
    db.session.commit()
    sent = {"days": [conference.dates[0].isoformat()], "attendance": "physical"}
    assert client.submit(page + "/endre", sent).status_code == 409
    assert "For få påmeldte." in client.get(page).get_data(as_text=True)
    assert client.submit(page + "/avmeld", page=page).status_code == 303
    assert mails("promoted") == []


def test_my_days_for_a_calendar_program(client: StrictClient, conference: Conference, page: str) -> None:
    answer = client.get(page + "/kalender.ics")
    calendar = icalendar.Calendar.from_ical(answer.get_data())
    assert answer.mimetype == "text/calendar"
    assert calendar["method"] == "PUBLISH"
    assert [event["dtstart"].dt for event in calendar.walk("VEVENT")] == conference.dates


def test_what_a_participant_does_is_logged_without_names(client: StrictClient, page: str) -> None:
    client.submit(page + "/avmeld", page=page)
    entries = db.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("registration."))).all()
    assert [entry.action for entry in entries] == ["registration.confirmed", "registration.cancelled"]
    assert not [e for e in entries if "kari" in f"{e.actor}{e.subject}{e.detail}".lower()]


def test_sending_the_form_unchanged_says_that_nothing_was_changed(
    client: StrictClient, conference: Conference, page: str
) -> None:
    same = {"days": [day.isoformat() for day in conference.dates], "attendance": "physical"}
    client.submit(page + "/endre", same)
    text = client.get(page).get_data(as_text=True)
    assert "Du endret ingenting" in text
    assert "Du får en e-post om det" not in text
    assert len(mails()) == 1


def test_a_form_left_open_in_another_tab_does_not_claim_to_change_a_cancelled_registration(
    client: StrictClient, conference: Conference, page: str
) -> None:
    client.submit(page + "/avmeld", page=page)
    same = {"days": [day.isoformat() for day in conference.dates], "attendance": "physical"}
    answer = client.submit(page + "/endre", same, page=page)
    assert answer.status_code == 409
    assert f'href="{page}">Til siden din</a>' in answer.get_data(as_text=True)
    for form in ("/endre", "/behov"):
        assert client.get(page + form).location == page


def test_the_receipt_says_that_an_offer_must_be_answered(client: StrictClient, conference: Conference) -> None:
    begin_write()
    signup.set_seats(conference, 0, "system")
    conference.offer_hours = 24
    db.session.commit()
    answer = client.submit(f"/k/{conference.slug}/pamelding", form_of(conference, "a@example.org"))
    text = client.get(answer.location).get_data(as_text=True)
    assert "har 24 timer på å svare" in text
    assert "går den til den som står først" not in text
