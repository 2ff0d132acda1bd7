"""One person signs up several: all or nobody, one address each, and the same answer whoever was signed up before."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import places, seats, signup
from konferanse.registration.ledger import PLACE
from konferanse.registration.models import Registration
from tests.conftest import StrictClient
from tests.registration.conftest import STATUS, mails, path_of, person

SignUp = Callable[..., str]


def party_of(conference: Conference, *names: str, **changes: Any) -> dict[str, Any]:
    """The form filled in for ``names``."""
    form: dict[str, Any] = {
        "key": str(uuid4()),
        "organisation": "Bodø kommune",
        "organisation_type": "kommune",
        "county": "nordland",
        "attendance": "physical",
        "days": [day.isoformat() for day in conference.dates],
        "accept_privacy": "y",
    }
    for number, name in enumerate(names, 1):
        form |= {f"name_{number}": name.title(), f"email_{number}": f"{name}@example.org"}
    return form | changes


@pytest.fixture
def send(client: StrictClient, conference: Conference) -> Callable[..., tuple[str, str]]:
    """``send("a", "b")`` signs them up together; returns the receipt's status and text."""

    def send(*names: str, **changes: Any) -> tuple[str, str]:
        answer = client.submit(f"/k/{conference.slug}/pamelding/flere", party_of(conference, *names, **changes))
        assert answer.status_code == 303, answer.get_data(as_text=True)
        receipt = client.get(answer.location).get_data(as_text=True)
        found = STATUS.search(receipt)
        assert found
        return found[1], receipt

    return send


Send = Callable[..., tuple[str, str]]


def with_seats(conference: Conference, number: int) -> None:
    begin_write()
    seats.set_limits(conference, {PLACE: number})
    db.session.commit()


@pytest.mark.postgres
def test_everybody_gets_a_seat_a_mail_and_a_page_of_their_own(client: StrictClient, conference: Conference, send: Send) -> None:
    status, receipt = send("ola", "kari", "per")
    assert (status, "Dere er påmeldt, alle 3" in receipt) == ("confirmed", True)
    rows = [person(f"{name}@example.org") for name in ("ola", "kari", "per")]
    assert {(row.status, row.organisation_name, row.county) for row in rows} == {("confirmed", "Bodø kommune", "nordland")}
    assert [mail.recipient for mail in mails("confirmed")] == [row.email for row in rows]
    assert [bool(row.accepted_privacy) for row in rows] == [True, False, False]
    assert ["/personvern" in mail.body for mail in mails("confirmed")] == [False, True, True]
    assert "Kari, du er påmeldt" in client.get(path_of(rows[1])).get_data(as_text=True)


@pytest.mark.postgres
def test_they_wait_together_and_get_seats_together(
    client: StrictClient, conference: Conference, send: Send, sign_up: SignUp
) -> None:
    with_seats(conference, 2)
    sign_up("a@example.org")
    status, receipt = send("ola", "kari")
    assert (status, "Dere er nummer 1 på ventelisten" in receipt) == ("waiting", True)
    assert "venter sammen" in receipt
    assert "får plass samtidig" in client.get(path_of(person("ola@example.org"))).get_data(as_text=True)
    assert sign_up("b@example.org") == "waiting"
    begin_write()
    signup.cancel(person("a@example.org"))
    db.session.commit()
    assert [person(f"{n}@example.org").status for n in ("ola", "kari", "b")] == ["confirmed", "confirmed", "waiting"]


def test_the_same_form_twice_signs_up_once(conference: Conference, send: Send) -> None:
    key = str(uuid4())
    answers = [send("ola", "kari", key=key)[0] for _ in range(2)]
    assert answers == ["confirmed", "confirmed"]
    assert (places.availability(conference).taken, len(mails())) == (2, 2)


def test_the_answer_is_the_same_for_somebody_who_is_signed_up(
    client: StrictClient, conference: Conference, send: Send, sign_up: SignUp
) -> None:
    sign_up("kari@example.org")
    with_seats(conference, 3)
    known, new = send("ola", "kari"), send("per", "siri")
    assert known[0] == "confirmed"
    assert [mail.recipient for mail in mails("already")] == ["kari@example.org"]
    # Two more for two seats: the answer is that of two newcomers, whoever was there before.
    assert new[0] == "waiting"
    assert person("kari@example.org").name == "Kari Nordmann"


def test_more_rows_keep_what_was_typed_and_sign_up_nobody(client: StrictClient, conference: Conference) -> None:
    path = f"/k/{conference.slug}/pamelding/flere"
    sent = party_of(conference, "ola", rows="3", more="y", organisation="Min virksomhet")
    page = client.submit(path, sent).get_data(as_text=True)
    assert "Min virksomhet" in page
    assert "ola@example.org" in page
    assert 'name="email_6"' in page
    assert 'name="email_7"' not in page
    page = client.submit(path, sent | {"rows": "9"}).get_data(as_text=True)
    assert 'name="email_10"' in page
    assert "Legg til flere rader" not in page
    assert db.session.scalars(select(Registration)).all() == []


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"email_2": ""}, "Skriv e-postadressen. Alle får"),
        ({"name_2": ""}, "Skriv navnet"),
        ({"name_1": "", "email_1": ""}, "Skriv navnet ditt"),
        ({"email_2": "kari"}, "navn@virksomhet.no"),
        ({"email_2": "OLA@example.org"}, "Adressen står to ganger"),
        ({"organisation": ""}, "Skriv hvor dere kommer fra"),
        ({"accept_privacy": ""}, "Les om personvern"),
        ({"days": []}, "Velg minst én dag"),
        ({"key": "x"}, ""),
        ({"name_9": "Siri", "rows": "²"}, "Skriv e-postadressen. Alle får"),
    ],
)
def test_a_wrong_row_is_kept_and_nobody_is_signed_up(
    client: StrictClient, conference: Conference, wrong: dict[str, Any], told: str
) -> None:
    answer = client.submit(f"/k/{conference.slug}/pamelding/flere", party_of(conference, "ola", "kari") | wrong)
    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert told in page
    assert "Kari" in page or "kari@example.org" in page
    assert all(value in page for name, value in wrong.items() if name.startswith(("name", "email")))
    assert db.session.scalars(select(Registration)).all() == []


def test_a_program_that_fills_in_everything_signs_up_nobody(conference: Conference, send: Send) -> None:
    assert send("ola", "kari", leave_empty="https://spam.example")[0] == "confirmed"
    assert (db.session.scalars(select(Registration)).all(), mails()) == ([], [])


def test_when_sign_up_is_closed_what_was_typed_is_kept(client: StrictClient, conference: Conference) -> None:
    begin_write()
    conference.signup_opens = None
    db.session.commit()
    lost = f"/k/{conference.slug}/pamelding/lenke"
    answer = client.submit(f"/k/{conference.slug}/pamelding/flere", party_of(conference, "ola", "kari"), page=lost)
    assert answer.status_code == 422
    assert "kari@example.org" in answer.get_data(as_text=True)
    assert "Påmeldingen har ikke åpnet" in answer.get_data(as_text=True)


def test_the_form_for_one_leads_to_it(client: StrictClient, conference: Conference) -> None:
    page = client.get(f"/k/{conference.slug}/pamelding").get_data(as_text=True)
    assert f'href="/k/{conference.slug}/pamelding/flere"' in page


def test_the_form_sent_again_with_others_is_another_party(
    conference: Conference, send: Callable[..., tuple[str, str]], sign_up: SignUp
) -> None:
    begin_write()
    signup.set_seats(conference, 0, "system")
    db.session.commit()
    key = str(uuid4())
    send("a", "b", key=key)
    sign_up("c@example.org")
    send("d", "e", key=key)  # the Back button, and other names
    parties = [person(f"{name}@example.org").party for name in "abde"]
    assert parties[0] == parties[1] != parties[2] == parties[3]
    begin_write()
    signup.set_seats(conference, 3, "system")
    db.session.commit()
    assert [person(f"{name}@example.org").status for name in "abcde"] == ["confirmed"] * 3 + ["waiting"] * 2


@pytest.mark.postgres
def test_a_party_larger_than_all_the_seats_holds_up_nobody(conference: Conference, send: Send, sign_up: SignUp) -> None:
    with_seats(conference, 2)
    assert send("a", "b", "c")[0] == "waiting"
    assert sign_up("d@example.org") == "confirmed"
    assert sign_up("e@example.org") == "confirmed"
    assert sign_up("f@example.org") == "waiting"
    with_seats(conference, 6)
    assert {person(f"{name}@example.org").status for name in "abcdef"} == {"confirmed"}


def test_what_a_group_that_waits_is_told_does_not_run_together(
    client: StrictClient, conference: Conference, send: Send
) -> None:
    with_seats(conference, 0)
    begin_write()
    conference.offer_hours = 48
    db.session.commit()
    send("ola", "kari")
    page = " ".join(client.get(path_of(person("ola@example.org"))).get_data(as_text=True).split())
    assert "48 timer på å svare. Dere som er meldt på sammen" in page


def test_enter_in_a_field_signs_up_rather_than_asking_for_more_rows(client: StrictClient, conference: Conference) -> None:
    page = client.get(f"/k/{conference.slug}/pamelding/flere").get_data(as_text=True)
    first = re.search(r"<button[^>]*type=\"submit\"[^>]*>", page[page.index('class="stack signup"') :])
    assert first
    assert "name=" not in first[0]


def test_a_closed_form_does_not_ask_to_sign_up(client: StrictClient, conference: Conference) -> None:
    begin_write()
    conference.signup_closes = now()
    db.session.commit()
    for path in ("pamelding", "pamelding/flere"):
        page = client.get(f"/k/{conference.slug}/{path}").get_data(as_text=True)
        assert "Påmeldingen er stengt" in page
        assert "Meld på bare deg selv" not in page
        assert "Dere får plass sammen" not in page
    heading = re.search(r"<h1[^>]*>(.*?)</h1>", client.get(f"/k/{conference.slug}/pamelding").get_data(as_text=True))
    assert heading
    assert heading[1] == "Påmelding"
