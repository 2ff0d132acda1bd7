"""The two demo conferences, in the database."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select

from konferanse.answers.models import Answer
from konferanse.common.clock import now, today
from konferanse.conference.models import Conference
from konferanse.demo import loader
from konferanse.extensions import begin_write, db
from konferanse.groups.models import Seating
from konferanse.programme import releases
from konferanse.registration import places
from konferanse.registration.models import Registration
from tests.conftest import StrictClient


def load() -> tuple[Conference | None, Conference | None]:
    begin_write()
    loaded = loader.load_past(), loader.load_open()
    db.session.commit()
    return loaded


def rows(model: type) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


@pytest.fixture
def loaded(app: Flask) -> tuple[Conference, Conference]:
    past, ahead = load()
    assert past is not None
    assert ahead is not None
    return past, ahead


def test_june_2019_is_full_seated_and_answered(loaded: tuple[Conference, Conference]) -> None:
    past, _ahead = loaded
    there = places.availability(past)
    assert (there.seats, there.taken, there.left, there.waiting) == (200, 200, 0, 6)
    assert rows(Answer) == 497
    assert rows(Seating) == 200
    assert past.status == "closed"


def test_what_the_public_reads_of_the_programme_is_what_the_organiser_has(loaded: tuple[Conference, Conference]) -> None:
    for conference in loaded:
        db.session.expire_all()
        assert releases.published(conference) is not None
        assert releases.changes_waiting(conference) == 0


def test_loading_again_changes_nothing(loaded: tuple[Conference, Conference]) -> None:
    before = [rows(model) for model in (Conference, Registration, Answer, Seating)]
    assert load() == (None, None)
    assert [rows(model) for model in (Conference, Registration, Answer, Seating)] == before


def test_the_open_conference_is_open_and_ahead_on_days_people_work(loaded: tuple[Conference, Conference]) -> None:
    _past, ahead = loaded
    assert ahead.signup_is_open(now())
    assert ahead.first_date > today() + timedelta(days=20)
    assert [day.weekday() for day in ahead.dates] == [1, 2]


def test_when_its_days_have_come_loading_moves_the_open_conference_ahead(loaded: tuple[Conference, Conference]) -> None:
    _past, ahead = loaded
    first = ahead.first_date
    with time_machine.travel(now() + timedelta(days=60)):
        assert load()[1] is not None
        assert ahead.first_date > first
        assert ahead.signup_is_open(now())
        release = releases.published(ahead)
        assert release is not None
        assert release.content["days"][0]["date"] == ahead.first_date.isoformat()


def test_the_public_is_told_that_it_is_a_demo(loaded: tuple[Conference, Conference], client: StrictClient) -> None:
    for conference in loaded:
        assert "Dette er en demo." in client.get(f"/k/{conference.slug}").get_data(as_text=True)
