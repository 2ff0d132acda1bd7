"""Somebody else comes instead: the seat goes over whole, and nothing of the first person goes with it."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import icalendar
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from konferanse.common.audit import AuditEntry
from konferanse.common.clock import now
from konferanse.common.errors import Gone
from konferanse.common.links import fill_in
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import places, signup
from konferanse.registration.access import hold
from konferanse.registration.models import AccessNeed, Attendance, QuestionAnswer, Registration
from tests.conftest import StrictClient
from tests.registration.conftest import form_of, mails, path_of, person
from tests.registration.questions.asking import ask, field, ready_made

pytestmark = pytest.mark.postgres
SignUp = Callable[..., str]
OTHER = {"name": "Ola Vikar", "email": "ola@example.org", "phone": "22 22 22 22"}


@pytest.fixture
def page(client: StrictClient, conference: Conference) -> str:
    """The personal page of Kari, who has told of an allergy, answered, and said yes to pictures."""
    rows = ready_made(conference, "photo")
    text = ask(conference, "Tittel")
    sent = {"allergies": "Nøtter", "accept_health": "y", "inviter": "Inger", field(rows["photo"]): "y", field(text): "Rådgiver"}
    client.submit("/k/prove/pamelding", form_of(conference, "kari@example.org") | sent)
    return path_of(person("kari@example.org"))


def hand_over(client: StrictClient, page: str, **changes: str) -> str:
    """Give the seat on; returns the page that thanks."""
    answer = client.submit(f"{page}/vikar", OTHER | changes)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return client.get(answer.location).get_data(as_text=True)


def test_the_seat_is_the_others_with_days_and_organisation(client: StrictClient, conference: Conference, page: str) -> None:
    before = person("kari@example.org").id
    assert "Du er meldt av, og vi har skrevet til" in hand_over(client, page)
    row = person("ola@example.org")
    assert (row.id, row.name, row.phone, row.status, row.dates) == (
        before,
        "Ola Vikar",
        "22 22 22 22",
        "confirmed",
        conference.dates,
    )
    assert (row.organisation_name, row.inviter, row.accepted_privacy) == ("Prøvesykehuset HF", "", None)
    assert places.availability(conference).taken == 1


def test_nothing_about_the_first_person_goes_with_it(client: StrictClient, app: Flask, page: str) -> None:
    old = [row.uid for row in (*db.session.scalars(select(AccessNeed)), *db.session.scalars(select(QuestionAnswer)))]
    hand_over(client, page)
    assert db.session.scalars(select(AccessNeed)).all() == []
    assert db.session.scalars(select(QuestionAnswer)).all() == []
    erased = (app.config["INSTANCE"] / "erased.txt").read_text()
    assert [uid for uid in old if str(uid) not in erased] == []
    seen = client.get(path_of(person("ola@example.org"))).get_data(as_text=True)
    assert "Kari" not in seen
    assert "Nøtter" not in seen
    assert "Rådgiver" not in seen


def test_the_old_link_says_kindly_that_the_seat_was_given_on(client: StrictClient, page: str) -> None:
    hand_over(client, page)
    stopped = client.get(page)
    assert stopped.status_code == 403
    assert "Plassen er gitt videre" in stopped.get_data(as_text=True)
    assert "Ola" not in stopped.get_data(as_text=True)
    # A link that is renewed afterwards was Ola's, and says so.
    old = path_of(person("ola@example.org"))
    begin_write()
    signup.renew_link(person("ola@example.org"), "system")
    db.session.commit()
    assert "be om en ny" in client.get(old).get_data(as_text=True)


def test_each_gets_a_mail_and_a_calendar_entry_that_fits(client: StrictClient, page: str) -> None:
    hand_over(client, page)
    gone, new = mails("cancelled", "kari@example.org")[0], mails("confirmed", "ola@example.org")[0]
    assert path_of(person("ola@example.org")) in fill_in(new.body)
    assert path_of(person("ola@example.org")) not in fill_in(gone.body)
    methods = [icalendar.Calendar.from_ical(mail.calendar["text"]) for mail in (gone, new) if mail.calendar]
    assert [str(calendar["method"]) for calendar in methods] == ["CANCEL", "REQUEST"]
    sequences = [event["sequence"] for calendar in methods for event in calendar.walk("VEVENT")]
    assert sequences == sorted(sequences)
    assert sequences[0] < sequences[-1]
    assert "Ola" not in gone.body
    assert "Kari" not in new.body + new.subject + str(new.calendar)


def test_it_is_logged_without_names(client: StrictClient, page: str) -> None:
    hand_over(client, page)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "registration.handed_over")).one()
    assert (entry.actor, entry.subject) == ("participant", str(person("ola@example.org").uid))
    assert "ola" not in str(entry.detail).lower()


def outcome_of(app: Flask, conference: Conference, to: str) -> tuple[int, str, str]:
    """What somebody sees who gives a seat to ``to``: status, where it leads, and what the old link says."""
    browser: StrictClient = app.test_client()  # type: ignore[assignment]
    giver = f"giver-{to}".lower()
    browser.submit("/k/prove/pamelding", form_of(conference, giver))
    page = path_of(person(giver))
    answer = browser.submit(f"{page}/vikar", {"name": "En annen", "email": to})
    return answer.status_code, browser.get(answer.location).get_data(as_text=True), browser.get(page).get_data(as_text=True)


def test_nobody_learns_whether_the_other_was_signed_up(
    app: Flask, client: StrictClient, conference: Conference, sign_up: SignUp
) -> None:
    sign_up("har-plass@example.org")
    newcomer, known = outcome_of(app, conference, "ny@example.org"), outcome_of(app, conference, "HAR-plass@example.org")
    assert newcomer == known


def test_somebody_who_has_a_seat_keeps_it_and_the_other_goes_to_the_first_in_line(
    client: StrictClient, conference: Conference, sign_up: SignUp
) -> None:
    sign_up("ola@example.org"), sign_up("kari@example.org")
    begin_write()
    signup.set_seats(conference, 2, "system")
    db.session.commit()
    assert sign_up("siri@example.org") == "waiting"
    hand_over(client, path_of(person("kari@example.org")))
    statuses = {row.email: row.status for row in db.session.scalars(select(Registration))}
    assert statuses == {"ola@example.org": "confirmed", "kari@example.org": "cancelled", "siri@example.org": "confirmed"}
    assert [mail.kind for mail in mails(to="ola@example.org")] == ["confirmed", "already"]
    assert person("ola@example.org").name == "Kari Nordmann", "what somebody else typed changes nobody's registration"


def test_somebody_in_line_gets_the_seat_before_those_ahead(
    client: StrictClient, conference: Conference, sign_up: SignUp
) -> None:
    sign_up("kari@example.org", organisation="Helgeland HF", days=[conference.dates[0].isoformat()])
    begin_write()
    signup.set_seats(conference, 1, "system")
    db.session.commit()
    sign_up("first@example.org"), sign_up("ola@example.org")
    hand_over(client, path_of(person("kari@example.org")))
    statuses = {row.email: row.status for row in db.session.scalars(select(Registration))}
    assert statuses == {"kari@example.org": "cancelled", "first@example.org": "waiting", "ola@example.org": "confirmed"}
    ola = person("ola@example.org")
    assert (ola.organisation_name, ola.dates) == ("Helgeland HF", [conference.dates[0]])
    assert places.availability(conference)[:3] == (1, 1, 0)
    assert [mail.kind for mail in mails(to="ola@example.org")] == ["waiting", "promoted"]
    assert path_of(ola) in fill_in(mails("promoted")[0].body)


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"name": ""}, "Skriv navnet på den som kommer"),
        ({"email": ""}, "Skriv e-postadressen til den"),
        ({"email": "ola@"}, "navn@virksomhet.no"),
        ({"email": " KARI@example.org"}, "Dette er din egen adresse"),
        ({"phone": "ring"}, "Skriv telefonnummeret med tall"),
        ({"name": "a\0b"}, "tegn som ikke kan vises"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_changes(client: StrictClient, page: str, sent: dict[str, str], told: str) -> None:
    kept = "Ola Vikar" if "name" not in sent else OTHER["email"]
    response = client.submit(f"{page}/vikar", OTHER | sent)
    assert response.status_code == 422
    assert told in response.get_data(as_text=True)
    assert kept in response.get_data(as_text=True)
    assert person("kari@example.org").generation == 0
    assert len(mails()) == 1


def test_only_a_seat_on_a_conference_to_come_can_be_given_on(
    client: StrictClient, conference: Conference, sign_up: SignUp, page: str
) -> None:
    begin_write()
    signup.set_seats(conference, 1, "system")
    db.session.commit()
    sign_up("siri@example.org")
    waiting = path_of(person("siri@example.org"))
    assert client.submit(f"{waiting}/vikar", OTHER, page=f"{waiting}/endre").status_code == 409
    assert "La en annen komme i stedet" not in client.get(waiting).get_data(as_text=True)
    begin_write()
    db.session.add(Attendance(registration=person("kari@example.org"), date=conference.dates[0], at=now(), actor="system"))
    db.session.commit()
    assert "registrert som møtt opp" in client.submit(f"{page}/vikar", OTHER).get_data(as_text=True)
    begin_write()
    signup.call_off(conference, "cancelled", "For få.", "system")
    db.session.commit()
    assert "kan ikke gis videre nå" in client.get(f"{page}/vikar").get_data(as_text=True)


def test_pressing_twice_gives_the_seat_on_once(app: Flask, client: StrictClient, page: str) -> None:
    """The second press was let in by the old link, and waited: it must not act on what is another's by then."""
    form = client.get(f"{page}/vikar").get_data(as_text=True)
    token = form.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
    with client.session_transaction() as session:
        secret = session["csrf_token"]

    def press(_number: int) -> int:
        browser = FlaskClient(app, app.response_class)
        with browser.session_transaction() as session:
            session["csrf_token"] = secret
        return browser.post(f"{page}/vikar", data=OTHER | {"csrf_token": token}).status_code

    with ThreadPoolExecutor(4) as pool:
        statuses = [future.result() for future in [pool.submit(press, n) for n in range(4)]]
    assert sorted(statuses) == [303, 403, 403, 403]
    assert person("ola@example.org").generation == 1
    assert len(mails("confirmed", "ola@example.org")) == 1


def test_a_request_that_waited_while_the_seat_was_given_on_is_refused(client: StrictClient, page: str) -> None:
    row, token = person("kari@example.org"), page.removeprefix("/min/")
    hand_over(client, page)
    begin_write()
    with pytest.raises(Gone):
        hold(row, token)
    hold(row, path_of(row).removeprefix("/min/"))


def test_opening_the_page_changes_nothing(client: StrictClient, page: str) -> None:
    assert client.get(f"{page}/vikar").status_code == 200
    assert person("kari@example.org").generation == 0


def test_mail_repeats_nothing_that_was_typed(client: StrictClient, page: str) -> None:
    hand_over(client, page, name="Vinn https://ond.example")
    assert not [mail for mail in db.session.scalars(select(OutboxMail)) if re.search("ond.example", mail.body + mail.subject)]


def test_whoever_has_room_once_another_takes_the_seat_is_called_in(
    client: StrictClient, conference: Conference, page: str, sign_up: SignUp
) -> None:
    sign_up("per@example.org")
    begin_write()
    signup.set_seats(conference, 2, "system")
    db.session.commit()
    for name in ("ola", "eva"):
        assert sign_up(f"{name}@example.org") == "waiting"
    begin_write()
    person("ola@example.org").party = person("eva@example.org").party = uuid4()
    db.session.flush()
    signup.cancel(person("per@example.org"))
    db.session.commit()
    assert person("eva@example.org").status == "waiting"  # one seat is free, and they are two
    hand_over(client, page)
    assert [person(f"{name}@example.org").status for name in ("ola", "eva")] == ["confirmed", "confirmed"]
    assert [mail.kind for mail in mails(to="eva@example.org")] == ["waiting", "promoted"]


def test_somebody_in_line_for_a_seat_is_not_moved_to_a_digital_one(
    client: StrictClient, conference: Conference, sign_up: SignUp
) -> None:
    begin_write()
    signup.set_seats(conference, 0, "system")
    db.session.commit()
    sign_up("kari@example.org", attendance="digital")
    sign_up("ola@example.org")
    hand_over(client, path_of(person("kari@example.org")))
    row = person("ola@example.org")
    assert (row.status, row.attendance) == ("waiting", "physical")
    assert person("kari@example.org").status == "cancelled"
    assert [mail.kind for mail in mails(to="ola@example.org")] == ["waiting", "already"]
