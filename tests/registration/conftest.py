"""People who sign up."""

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from konferanse.common import links
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration.models import Registration, RegistrationDay
from tests.conftest import StrictClient

STATUS = re.compile(r'<main[^>]*data-registration-status="(\w+)"')


def form_of(conference: Conference, email: str, **changes: Any) -> dict[str, Any]:
    """A filled-in form; ``changes`` replace fields, None leaves one out."""
    form: dict[str, Any] = {
        "key": str(uuid4()),
        "name": "Kari Nordmann",
        "email": email,
        "organisation": "Prøvesykehuset HF",
        "organisation_type": "helseforetak",
        "county": "nordland",
        "attendance": "physical",
        "days": [day.isoformat() for day in conference.dates],
        "accept_privacy": "y",
    }
    return {name: value for name, value in (form | changes).items() if value is not None}


@pytest.fixture
def sign_up(client: StrictClient, conference: Conference) -> Callable[..., str]:
    """``sign_up("a@example.org", attendance="digital")`` fills in the form as a browser would; returns the receipt's status."""

    def send(email: str, **changes: Any) -> str:
        path = f"/k/{conference.slug}/pamelding"
        response = client.submit(path, form_of(conference, email, **changes))
        assert response.status_code == 303, response.get_data(as_text=True)
        found = STATUS.search(client.get(response.location).get_data(as_text=True))
        assert found
        return found[1]

    return send


def person(email: str) -> Registration:
    """The latest registration with this address."""
    query = select(Registration).where(Registration.email_key == email).order_by(Registration.id.desc())
    return db.session.scalars(query).first() or pytest.fail(f"{email} is not signed up")


def fill(conference: Conference, count: int, **values: Any) -> list[Registration]:
    """Add people straight to the table."""
    begin_write()
    added = []
    for n in range(count):
        address = f"{values.get('status', 'confirmed')}{n}-{uuid4().hex[:6]}@example.org"
        given = {"status": "confirmed", "name": f"Person {n}", "email": address, "email_key": address} | values
        dates = given.pop("dates", conference.dates)
        row = Registration(conference_id=conference.id, days=[RegistrationDay(date=day) for day in dates], **given)
        db.session.add(row)
        added.append(row)
    db.session.commit()
    return added


def path_of(registration: Registration) -> str:
    """The personal page."""
    return "/min/" + links.token("min", registration.uid, registration.generation)


def mails(kind: str | None = None, to: str | None = None) -> list[OutboxMail]:
    """The outbox, oldest first."""
    rows = db.session.scalars(select(OutboxMail).order_by(OutboxMail.id)).all()
    return [row for row in rows if kind in (None, row.kind) and to in (None, row.recipient)]


@pytest.fixture
def desk(sign_in: Callable[..., StrictClient], conference: Conference) -> StrictClient:
    """A signed-in organiser."""
    return sign_in("organiser", conference=conference)
