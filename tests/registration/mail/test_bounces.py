"""Addresses that do not work are marked for the organiser, from an answer at once and from a notice that comes later."""

from collections.abc import Callable

import pytest
from flask import Flask

from konferanse.common import outbox
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from tests.conftest import StrictClient
from tests.registration.conftest import mails, person

SignUp = Callable[..., str]
PEOPLE = "/admin/k/prove/pamelding"


def settle(mail: outbox.OutboxMail, *how: str) -> None:
    """What the worker does when the server has answered: refused with these words, or taken."""
    begin_write()
    if how:
        outbox.failed(mail, *how)
    else:
        outbox.delivered(mail)
    db.session.commit()


def notice(mail_id: str, *, action: str = "failed", to: str = "kari@example.org", headers_only: bool = False) -> str:
    """A delivery status notification as Postfix writes it."""
    original = f"Message-ID: {mail_id}\nTo: {to}\nSubject: Hei\n"
    brought = (
        f"Content-Type: text/rfc822-headers\n\n{original}"
        if headers_only
        else f"Content-Type: message/rfc822\n\n{original}\nHei.\n"
    )
    return f"""From: MAILER-DAEMON@mail.example.org (Mail Delivery System)
To: konferanse@localhost
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="grense"

--grense
Content-Type: text/plain

I'm sorry to have to inform you.

--grense
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org

Final-Recipient: rfc822; postboks@intern.example.org
Original-Recipient: rfc822;{to}
Action: {action}
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 <{to}>:
    no such user

--grense
{brought}
--grense--
"""


def bounced(app: Flask, text: str) -> tuple[int, str]:
    """``flask outbox bounced``: how it ended, and what it said."""
    db.session.rollback()
    done = app.test_cli_runner().invoke(args=["outbox", "bounced"], input=text)
    db.session.rollback()
    return done.exit_code, done.output


def test_a_refused_address_is_marked_until_a_mail_gets_through(
    conference: Conference, sign_in: Callable[..., StrictClient], sign_up: SignUp
) -> None:
    sign_up("kari@example.org")
    sign_up("ola@example.org")
    settle(mails()[0], "550 5.1.1 no such user")
    settle(mails()[1])
    assert person("kari@example.org").mail_trouble == "550 5.1.1 no such user"
    assert person("ola@example.org").mail_trouble == ""
    desk = sign_in("organiser", conference=conference)
    assert desk.get(PEOPLE).get_data(as_text=True).count("Adressen virker ikke") == 1
    page = desk.get(f"{PEOPLE}/{person('kari@example.org').uid}").get_data(as_text=True)
    assert "E-posten til kari@example.org kommer ikke fram." in page
    assert "550 5.1.1 no such user" in page
    settle(mails()[0])
    db.session.expire_all()
    assert person("kari@example.org").mail_trouble == ""


def test_another_address_starts_without_a_mark(conference: Conference, sign_up: SignUp) -> None:
    sign_up("kari@example.org")
    old = mails()[0]
    settle(old, "550 no")
    begin_write()
    row = person("kari@example.org")
    db.session.expire(row)
    row.email = "kari@example.com"
    db.session.commit()
    assert row.mail_trouble == ""
    settle(old, "550 no")  # about the address from before
    db.session.expire_all()
    assert row.mail_trouble == ""


@pytest.mark.parametrize("headers_only", [True, False])
def test_a_notice_marks_the_mail_and_the_person(
    app: Flask, conference: Conference, sign_up: SignUp, headers_only: bool
) -> None:
    sign_up("kari@example.org")
    settle(mails()[0])
    text = notice(outbox.message_id(mails()[0]), headers_only=headers_only)
    for _ in range(2):  # the same notice again changes nothing
        assert bounced(app, text) == (0, f"{mails()[0].uid}: came back\n")
    (mail,) = mails()
    told = "5.1.1 550 5.1.1 <kari@example.org>: no such user"
    assert (mail.status, mail.error) == ("bounced", told)
    assert person("kari@example.org").mail_trouble == told


def test_a_server_that_takes_everything_does_not_clear_the_mark_of_one_that_came_back(
    app: Flask, conference: Conference, sign_up: SignUp
) -> None:
    sign_up("kari@example.org")
    settle(mails()[0])
    bounced(app, notice(outbox.message_id(mails()[0])))
    sign_up("kari@example.org")  # "you are signed up already"
    settle(mails("already")[0])
    db.session.expire_all()
    assert person("kari@example.org").mail_trouble != ""


def test_a_notice_without_our_id_is_found_by_its_address(app: Flask, conference: Conference, sign_up: SignUp) -> None:
    sign_up("Kari@example.org")
    settle(mails()[0])
    assert bounced(app, notice("<somebody-elses@example.net>", to="KARI@example.org"))[0] == 0
    assert mails()[0].status == "bounced"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Dette er ikke en melding om levering"),
        ("Subject: Hei\n\nTilbud: 550 5.1.1\n", "Dette er ikke en melding om levering"),
        (notice("<x@y>", action="delayed"), "sier ikke at e-posten ikke kom fram"),
        (notice("<00000000-0000-4000-8000-000000000000@localhost>"), "gjelder ingen e-post herfra"),
        (notice("<x@y>", to="ingen@example.org"), "gjelder ingen e-post herfra"),
        (notice("<x@y>").replace("rfc822;", "\0;").replace("grense\n", "\xff\n"), ""),
    ],
)
def test_what_is_no_notice_of_ours_marks_nothing(
    app: Flask, conference: Conference, sign_up: SignUp, text: str, said: str
) -> None:
    sign_up("kari@example.org")
    settle(mails()[0])
    code, output = bounced(app, text)
    assert code == 1
    assert said in output
    assert [mail.status for mail in mails()] == ["sent"]
    assert person("kari@example.org").mail_trouble == ""


def test_a_notice_about_a_mail_on_its_way_again_is_left(app: Flask, conference: Conference, sign_up: SignUp) -> None:
    sign_up("kari@example.org")
    assert bounced(app, notice(outbox.message_id(mails()[0])))[0] == 1
    assert mails()[0].status == "queued"
