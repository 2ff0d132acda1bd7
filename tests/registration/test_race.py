"""200 people at once for the last 20 seats, against eight workers: never one too many (``make bench`` runs 20 rounds)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import line, places
from konferanse.registration.models import Registration
from tests.registration.conftest import form_of
from tests.registration.racing import outcomes, race
from tests.serving import serve

CLIENTS, SEATS, ROUNDS = 200, 20, 2

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.xdist_group("race")]


def rounds(conference: Conference, count: int) -> list[Conference]:
    """``count`` conferences like this one, open for sign-up."""
    begin_write()
    made = [
        Conference(
            slug=f"runde-{n}",
            mandate_id=conference.mandate_id,
            kind=conference.kind,
            title=f"Runde {n}",
            first_date=conference.first_date,
            last_date=conference.last_date,
            status="published",
            seats=SEATS,
            signup_opens=now() - timedelta(hours=1),
        )
        for n in range(count)
    ]
    db.session.add_all(made)
    db.session.commit()
    return made


def crowd(conference: Conference, clients: int) -> list[dict[str, object]]:
    """Forms of as many people."""
    return [form_of(conference, f"{uuid4().hex}@example.org") for _ in range(clients)]


def test_the_last_20_seats_go_to_20_and_the_other_180_wait(conference: Conference, environ: dict[str, str]) -> None:
    held = [(c.id, f"/k/{c.slug}/pamelding", crowd(c, CLIENTS)) for c in rounds(conference, ROUNDS)]
    db.session.rollback()
    with serve(environ, workers=8) as server:
        told = [race(server.url, path, forms) for _id, path, forms in held]
    for (number, _path, _forms), one in zip(held, told, strict=True):
        assert outcomes(one) == {"confirmed": SEATS, "waiting": CLIENTS - SEATS}
        there = db.session.get_one(Conference, number)
        assert places.availability(there)[:4] == (SEATS, SEATS, 0, CLIENTS - SEATS)
        people = select(func.count(), func.count(func.distinct(Registration.email_key)))
        assert tuple(db.session.execute(people.where(Registration.conference_id == number)).one()) == (CLIENTS, CLIENTS)
        waiting = select(Registration).where(Registration.conference_id == number, Registration.status == "waiting")
        rows = db.session.scalars(waiting.order_by(Registration.queued, Registration.id)).all()
        assert [line.place(row) for row in rows] == list(range(1, CLIENTS - SEATS + 1))


def test_without_the_lock_seats_are_sold_twice(conference: Conference, environ: dict[str, str]) -> None:
    with serve(environ, workers=8, app="tests.registration.unlocked:app") as server:
        race(server.url, f"/k/{conference.slug}/pamelding", crowd(conference, 60))
    db.session.rollback()
    assert places.availability(conference).taken > SEATS
