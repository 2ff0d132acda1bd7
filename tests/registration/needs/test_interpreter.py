"""An interpreter is a need like the others, with a deadline of its own."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from konferanse.common.audit import AuditEntry
from konferanse.common.clock import today
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration.models import AccessNeed
from tests.conftest import StrictClient
from tests.registration.conftest import form_of, mails, path_of, person

SignUp = Callable[..., str]
SignIn = Callable[..., StrictClient]
pytestmark = pytest.mark.postgres


def ask(conference: Conference, days: int | None = 3) -> None:
    """Ask for interpreters until ``days`` from today."""
    begin_write()
    conference.asks_interpreter = True
    conference.interpreter_until = None if days is None else today() + timedelta(days=days)
    conference.contact_email = "tolk@example.org"
    db.session.commit()


def wanted() -> list[tuple[str, str]]:
    """Needs as stored."""
    db.session.rollback()
    return [(row.kind, row.text) for row in db.session.scalars(select(AccessNeed).order_by(AccessNeed.kind))]


def test_the_form_asks_only_when_the_conference_does(client: StrictClient, conference: Conference) -> None:
    path = f"/k/{conference.slug}/pamelding"
    assert 'name="interpreter"' not in client.get(path).get_data(as_text=True)
    ask(conference)
    page = client.get(path).get_data(as_text=True)
    assert 'name="interpreter"' in page
    assert "Fristen er" in page


def test_the_last_day_counts_and_the_day_after_says_whom_to_ask(client: StrictClient, conference: Conference) -> None:
    path = f"/k/{conference.slug}/pamelding"
    ask(conference, 0)
    assert 'name="interpreter"' in client.get(path).get_data(as_text=True)
    ask(conference, -1)
    page = client.get(path).get_data(as_text=True)
    assert 'name="interpreter"' not in page
    assert "Fristen for å be om tolk var" in page
    assert "tolk@example.org" in page


def test_it_is_kept_with_consent_and_not_without(client: StrictClient, conference: Conference, sign_up: SignUp) -> None:
    ask(conference)
    refused = form_of(conference, "kari@example.org", interpreter="Tegnspråktolk")
    page = client.submit(f"/k/{conference.slug}/pamelding", refused)
    assert page.status_code == 422
    assert "Tegnspråktolk" in page.get_data(as_text=True)
    assert wanted() == []
    sign_up("kari@example.org", interpreter="Tegnspråktolk", accept_health="y")
    assert wanted() == [("interpreter", "Tegnspråktolk")]
    assert not [mail for mail in mails() if "Tegnspråktolk" in mail.body]


def test_what_is_sent_after_the_deadline_is_not_taken_and_what_was_asked_in_time_stays(
    client: StrictClient, conference: Conference, sign_up: SignUp
) -> None:
    ask(conference)
    sign_up("kari@example.org", interpreter="Skrivetolk", accept_health="y")
    ask(conference, -1)
    sign_up("late@example.org", interpreter="Tegnspråktolk", accept_health="y")
    mine = path_of(person("kari@example.org"))
    assert "Skrivetolk" in client.get(f"{mine}/behov").get_data(as_text=True)
    client.submit(f"{mine}/behov", {"allergies": "Nøtter", "interpreter": "Noe annet", "accept_health": "y"})
    assert wanted() == [("allergy", "Nøtter"), ("interpreter", "Skrivetolk")]


def test_the_person_changes_it_on_the_personal_page(client: StrictClient, conference: Conference, sign_up: SignUp) -> None:
    ask(conference, None)
    sign_up("kari@example.org")
    mine = path_of(person("kari@example.org"))
    client.submit(f"{mine}/behov", {"interpreter": "Tolk til nordsamisk", "accept_health": "y"})
    assert "Tolk til nordsamisk" in client.get(mine).get_data(as_text=True)
    client.submit(f"{mine}/behov", {"interpreter": "", "accept_health": "y"})
    assert wanted() == []


def test_those_who_arrange_set_the_question_and_its_deadline(conference: Conference, sign_in: SignIn) -> None:
    base = f"/admin/k/{conference.slug}/behov"
    nurse = sign_in("needs", conference=conference)
    until = (today() + timedelta(days=9)).isoformat()
    sent = {"asks_interpreter": "y", "interpreter_until": until}
    assert nurse.submit(f"{base}/tolk", sent, page=base).status_code == 303
    db.session.refresh(conference)
    assert (conference.asks_interpreter, conference.interpreter_until) == (True, today() + timedelta(days=9))
    refused = nurse.submit(f"{base}/tolk", {"asks_interpreter": "y", "interpreter_until": "19199-01-01"}, page=base)
    assert refused.status_code == 422
    assert "19199-01-01" in refused.get_data(as_text=True)
    organiser = sign_in("organiser", conference=conference)
    assert organiser.submit(f"{base}/tolk", {}, page="/inn").status_code == 403


def test_the_log_says_which_rows_were_shown_and_none_of_their_text(
    conference: Conference, sign_up: SignUp, sign_in: SignIn
) -> None:
    ask(conference)
    sign_up("kari@example.org", interpreter="Tegnspråktolk", allergies="Nøtter", accept_health="y")
    sign_up("ola@example.org", allergies="Gluten", accept_health="y")
    base = f"/admin/k/{conference.slug}/behov"
    nurse = sign_in("needs", conference=conference)
    nurse.get(base)
    nurse.get(f"{base}/kjokken")
    db.session.rollback()
    uids = {kind: set() for kind in ("allergy", "interpreter")}  # type: dict[str, set[str]]
    for need in db.session.scalars(select(AccessNeed)):
        uids[need.kind].add(str(need.uid))
    page, kitchen = db.session.scalars(
        select(AuditEntry.detail).where(AuditEntry.action.in_(("needs.opened", "needs.kitchen"))).order_by(AuditEntry.id)
    ).all()
    assert set(page["shown"]) == uids["allergy"] | uids["interpreter"]
    assert set(kitchen["shown"]) == uids["allergy"]


def test_the_kitchen_list_of_one_day_holds_those_who_come_that_day(
    conference: Conference, sign_up: SignUp, sign_in: SignIn
) -> None:
    first, last = (day.isoformat() for day in conference.dates)
    sign_up("a@example.org", allergies="Nøtter", days=[first], accept_health="y")
    sign_up("b@example.org", allergies="Gluten", days=[last], accept_health="y")
    base = f"/admin/k/{conference.slug}/behov/kjokken"
    page = sign_in("needs", conference=conference).get(f"{base}?dag={last}").get_data(as_text=True)
    assert "Gluten" in page
    assert "Nøtter" not in page
