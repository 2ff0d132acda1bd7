"""Bots, curious people and hotels: nobody learns who is signed up, nobody is locked out, and strangers are not mailed."""

import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from konferanse import create_app
from konferanse.access.signin import create_staff
from konferanse.common import outbox
from konferanse.common.evenly import LONG_ENOUGH
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration.models import Registration
from tests.conftest import StrictClient
from tests.registration.conftest import STATUS, form_of, mails, person

PATH = "/k/prove/pamelding"
SignIn = Callable[..., StrictClient]


@pytest.fixture
def guarded(environ: dict[str, str], conference: Conference) -> Iterator[Flask]:
    """The same installation with its limits on."""
    app = create_app(environ | {"KONFERANSE_RATE_LIMITS": "on"})
    app.test_client_class = StrictClient
    yield app
    create_app(environ)  # limits are off again for the tests that follow


def browser(app: Flask, address: str = "127.0.0.1") -> StrictClient:
    """A browser on the network of ``address``."""
    client: StrictClient = app.test_client()  # type: ignore[assignment]
    client.environ_base["REMOTE_ADDR"] = address
    return client


def fill_in(client: StrictClient, conference: Conference, people: int, start: int = 0) -> list[int]:
    """Sign ``people`` up one after the other; returns the statuses."""
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(PATH).get_data(as_text=True))
    assert token
    answers = []
    for n in range(start, start + people):
        form = form_of(conference, f"p{n}@example.org", attendance="digital") | {"csrf_token": token[1]}
        answers.append(client.post(PATH, data=form).status_code)
    return answers


def statuses() -> dict[str, int]:
    """How many mails of each status."""
    db.session.rollback()
    return {row[0]: row[1] for row in db.session.execute(select(OutboxMail.status, func.count()).group_by(OutboxMail.status))}


def test_a_program_that_fills_in_every_field_gets_a_receipt_and_nothing_else(
    client: StrictClient, conference: Conference, app: Flask
) -> None:
    page = client.get(PATH).get_data(as_text=True)
    assert 'name="leave_empty"' in page
    bot = client.submit(PATH, form_of(conference, "offer@example.org", leave_empty="https://ond.example"))
    other: StrictClient = app.test_client()  # type: ignore[assignment]
    human = other.submit(PATH, form_of(conference, "kari@example.org", leave_empty=""))
    assert (bot.status_code, {k for k, _v in bot.headers}) == (human.status_code, {k for k, _v in human.headers})
    seen = [c.get(r.location).get_data(as_text=True) for c, r in ((client, bot), (other, human))]
    bots, humans = (re.sub(r"/kvittering/[^?\"]+", "", page) for page in seen)
    assert bots.replace("offer@", "kari@") == humans
    assert [row.email for row in db.session.scalars(select(Registration))] == ["kari@example.org"]
    assert [mail.recipient for mail in mails()] == ["kari@example.org"]


def test_the_bots_receipt_says_waiting_when_a_persons_would(client: StrictClient, conference: Conference) -> None:
    begin_write()
    conference.seats = 0
    db.session.commit()
    bot = client.submit(PATH, form_of(conference, "offer@example.org", leave_empty="x"))
    found = STATUS.search(client.get(bot.location).get_data(as_text=True))
    assert found
    assert found[1] == "waiting"


@pytest.mark.slow
def test_a_bot_that_fills_in_the_form_a_thousand_times_mails_sixty_strangers_an_hour(
    guarded: Flask, conference: Conference
) -> None:
    answers = fill_in(browser(guarded), conference, 1000)
    assert answers.count(303) == 300
    assert set(answers[300:]) == {429}
    assert statuses() == {"queued": 60, "held": 240}
    begin_write()
    claimed = 0
    while outbox.claim():
        claimed += 1
    db.session.rollback()
    assert claimed == 60


def test_a_hotels_two_hundred_people_all_get_in(guarded: Flask, conference: Conference) -> None:
    assert set(fill_in(browser(guarded), conference, 200)) == {303}
    assert db.session.scalar(select(func.count(Registration.id)).where(Registration.status == "confirmed")) == 200


def test_networks_are_counted_apart_and_an_ipv6_one_as_one(guarded: Flask, conference: Conference) -> None:
    fill_in(browser(guarded, "192.0.2.1"), conference, 61)
    fill_in(browser(guarded, "192.0.2.2"), conference, 1, 61)
    assert statuses() == {"queued": 61, "held": 1}
    for n in range(62):
        fill_in(browser(guarded, f"2001:db8:1:2::{n + 1:x}"), conference, 1, 100 + n)
    assert statuses() == {"queued": 121, "held": 3}


def test_the_count_is_shared_by_every_process_and_holds_no_address(
    guarded: Flask, environ: dict[str, str], conference: Conference, tmp_path: Path
) -> None:
    fill_in(browser(guarded, "192.0.2.77"), conference, 40)
    second = create_app(environ | {"KONFERANSE_RATE_LIMITS": "on"})
    second.test_client_class = StrictClient
    fill_in(browser(second, "192.0.2.77"), conference, 40, 40)
    assert statuses() == {"queued": 60, "held": 20}
    kept = b"".join(path.read_bytes() for path in tmp_path.glob("limits.db*"))
    assert kept
    assert b"192.0.2.77" not in kept


def test_the_brake_is_off_with_the_limits(client: StrictClient, conference: Conference) -> None:
    fill_in(client, conference, 70)
    assert statuses() == {"queued": 70}


def test_an_organiser_sees_held_mail_and_lets_it_go_or_deletes_it(
    guarded: Flask, conference: Conference, sign_in: SignIn
) -> None:
    fill_in(browser(guarded), conference, 63)
    page = sign_in("organiser", conference=conference).get("/admin/k/prove/").get_data(as_text=True)
    assert "3 e-poster holdes tilbake" in page
    assert "holdes tilbake" not in sign_in("read", conference=conference).get("/admin/k/prove/").get_data(as_text=True)
    begin_write()
    held = db.session.scalars(select(OutboxMail.uid).where(OutboxMail.status == "held")).all()
    assert outbox.release("prove", [held[0]]) == 1
    assert outbox.release("annen") == 0
    assert outbox.drop_held("prove", [held[1]]) == 1
    assert outbox.release("prove") == 1
    db.session.commit()
    assert statuses() == {"queued": 62}


def test_somebody_signed_up_before_is_not_mailed_past_the_brake_either(guarded: Flask, conference: Conference) -> None:
    client = browser(guarded)
    fill_in(client, conference, 60)
    client.submit(PATH, form_of(conference, "p3@example.org", attendance="digital"))
    assert [mail.status for mail in mails("already")] == ["held"]
    assert {mail.status for mail in mails("confirmed")} == {"queued"}


def told(client: StrictClient, path: str, email: str) -> tuple[int, list[str], str]:
    """Status, headers and page of a form that takes an address, without the address and the form's token."""
    answer = client.submit(path, {"email": email})
    page = answer.get_data(as_text=True).replace(email, "ADDRESS")
    return answer.status_code, sorted(k for k, _v in answer.headers), re.sub(r'value="[^"]{40,}"', "", page)


@pytest.mark.parametrize("path", [f"{PATH}/lenke", "/inn"])
def test_known_and_unknown_addresses_get_the_same_answer_in_the_same_time(
    client: StrictClient, conference: Conference, path: str
) -> None:
    begin_write()
    for n in range(8):
        create_staff(f"kjent{n}@example.org", "Kjent")
    db.session.commit()
    for n in range(8):
        client.submit(PATH, form_of(conference, f"kjent{n}@example.org", key=str(uuid4()), attendance="digital"))
    assert told(client, path, "kjent0@example.org") == told(client, path, "ukjent0@example.org")
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get(path).get_data(as_text=True))
    assert token
    times: dict[str, list[float]] = {"kjent": [], "ukjent": []}
    for n in range(1, 8):
        for who, taken in times.items():
            begun = time.perf_counter()
            FlaskClient.open(client, path, method="POST", data={"csrf_token": token[1], "email": f"{who}{n}@example.org"})
            taken.append(time.perf_counter() - begun)
    # The quickest of each: what else the machine does only adds.
    known, unknown = (min(times[who]) for who in times)
    assert min(known, unknown) >= LONG_ENOUGH, "nobody waited: the difference is what the mail took"
    assert abs(known - unknown) < 0.02, (known, unknown)
    assert len([m for m in mails() if m.kind in ("link", "sign-in")]) == 8


def test_nobody_fills_a_colleagues_inbox_with_sign_in_links(client: StrictClient, app: Flask) -> None:
    begin_write()
    create_staff("kollega@example.org", "Kollega")
    db.session.commit()
    for _ in range(8):
        assert client.submit("/inn", {"email": "kollega@example.org"}).status_code == 200
    assert len(mails("sign-in")) == 5


def test_a_cancelled_person_s_address_is_as_unknown_as_any(client: StrictClient, conference: Conference) -> None:
    client.submit(PATH, form_of(conference, "kari@example.org"))
    begin_write()
    person("kari@example.org").status = "cancelled"
    db.session.commit()
    path = f"{PATH}/lenke"
    assert told(client, path, "kari@example.org") == told(client, path, "ukjent@example.org")


def test_a_link_is_not_mailed_past_the_brake(guarded: Flask, conference: Conference) -> None:
    client = browser(guarded)
    fill_in(client, conference, 61)
    for n in (59, 60):
        assert client.submit(f"{PATH}/lenke", {"email": f"p{n}@example.org"}).status_code == 200
    assert [mail.recipient for mail in mails("link")] == ["p59@example.org"]
