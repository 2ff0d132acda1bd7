"""Staff sign in by a one-time link."""

from flask import Flask
from sqlalchemy import select

from konferanse.access.signin import create_staff
from konferanse.common.links import fill_in
from konferanse.common.outbox import OutboxMail
from konferanse.extensions import begin_write, db
from tests.conftest import StrictClient


def mailed_path(app: Flask) -> str:
    body = fill_in(db.session.scalars(select(OutboxMail.body)).all()[-1])
    return "/inn/" + body.split("/inn/")[1].split()[0]


def a_member_of_staff() -> None:
    begin_write()
    create_staff("Anna@Example.org", "Anna")
    db.session.commit()


def test_a_mailed_link_signs_in_once(app: Flask, client: StrictClient) -> None:
    a_member_of_staff()
    client.submit("/inn", {"email": " anna@example.ORG "})
    path = mailed_path(app)
    assert client.submit(path).location == "/admin/"
    assert client.get("/admin/").status_code == 200
    assert client.submit(path).status_code == 403


def test_opening_the_link_signs_nobody_in(app: Flask, client: StrictClient) -> None:
    a_member_of_staff()
    client.submit("/inn", {"email": "anna@example.org"})
    assert client.get(mailed_path(app)).status_code == 200
    assert client.get("/admin/").status_code == 303


def test_a_strangers_address_looks_the_same_and_sends_nothing(app: Flask, client: StrictClient) -> None:
    a_member_of_staff()
    known = client.submit("/inn", {"email": "anna@example.org"}).get_data(as_text=True)
    unknown = client.submit("/inn", {"email": "olav@example.org"}).get_data(as_text=True)
    assert known.replace("anna@", "olav@") == unknown
    assert len(db.session.scalars(select(OutboxMail)).all()) == 1


def test_a_forged_link_does_not_exist(client: StrictClient) -> None:
    assert client.get("/inn/" + "A" * 44).status_code == 404


def test_what_was_typed_is_kept_when_the_address_is_wrong(client: StrictClient) -> None:
    page = client.submit("/inn", {"email": "anna(at)example"})
    assert page.status_code == 422
    assert "anna(at)example" in page.get_data(as_text=True)
