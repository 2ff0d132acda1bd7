"""The outbox page: what failed is sent again, what is held waits for a person, and a server that is down is told of."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask_migrate import stamp

from konferanse.common import outbox, postman
from konferanse.extensions import begin_write, db
from tests.conftest import StrictClient
from tests.registration.conftest import mails

SignUp = Callable[..., str]
BASE = "/admin/k/prove/pamelding/skriv"
OUTBOX = "/admin/k/prove/epost"


def test_all_failed_mail_is_sent_again_with_one_press(desk: StrictClient, sign_up: SignUp) -> None:
    for name in "abc":
        sign_up(f"{name}@example.org")
    begin_write()
    for mail in mails()[:2]:
        mail.status, mail.attempts = "failed", 9
    db.session.commit()
    assert desk.submit(f"{OUTBOX}/mislykkede", page=OUTBOX).status_code == 303
    assert [(mail.status, mail.attempts) for mail in mails()] == [("queued", 0)] * 3


@pytest.mark.parametrize(("act", "left"), [("send", ["queued", "queued"]), ("slett", ["queued"])])
@pytest.mark.parametrize("all_at_once", [True, False])
def test_held_mail_is_let_go_or_thrown_away_by_a_person(
    desk: StrictClient, sign_up: SignUp, act: str, left: list[str], all_at_once: bool
) -> None:
    sign_up("a@example.org")
    sign_up("b@example.org")
    begin_write()
    mail = mails()[0]
    mail.status = "held"
    db.session.commit()
    page = desk.get(OUTBOX).get_data(as_text=True)
    assert "Én e-post er holdt tilbake" in page
    one = f"{OUTBOX}/{mail.uid}"
    if all_at_once:
        answer = desk.submit(f"{OUTBOX}/holdt-tilbake", {"act": act}, page=OUTBOX)
    else:
        answer = desk.submit(one if act == "send" else f"{one}/slett", page=one)
    assert answer.status_code == 303
    assert [row.status for row in mails()] == left


def test_only_held_mail_can_be_thrown_away(desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("a@example.org")
    (mail,) = mails()
    assert desk.submit(f"{OUTBOX}/{mail.uid}/slett", page=f"{BASE}").status_code == 409
    assert desk.submit(f"{OUTBOX}/holdt-tilbake", {"act": "alt"}, page=BASE).status_code == 409
    assert len(mails()) == 1


def test_a_mail_on_its_way_is_not_sent_again(sign_up: SignUp) -> None:
    sign_up("a@example.org")
    begin_write()
    (mail,) = mails()
    mail.status, mail.attempts = "sending", 3
    outbox.send_again(mail)
    db.session.commit()
    assert (mails()[0].status, mails()[0].attempts) == ("sending", 3)


def test_the_organiser_and_the_operator_see_that_the_server_is_down(app: Flask, desk: StrictClient) -> None:
    assert "har ikke svart" not in desk.get(OUTBOX).get_data(as_text=True)
    postman.note_trouble("ConnectionRefusedError: nobody there")
    page = desk.get(OUTBOX).get_data(as_text=True)
    assert "E-posttjeneren har ikke svart siden" in page
    assert "nobody there" in page
    stamp()  # the tables carry the newest migration's number, as an operator's do
    done = app.test_cli_runner().invoke(args=["check"])
    assert "mail: WRONG – no answer since" in done.output
    postman.note_well()
    assert "har ikke svart" not in desk.get(OUTBOX).get_data(as_text=True)
