"""Organisations that several transactions look up, add and forget at the same time."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event, select

from konferanse.common.clock import today
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import forgetting, organisations, seats
from konferanse.registration.models import Organisation, Registration

pytestmark = pytest.mark.postgres
NAMES = ("Alta", "Bodø", "Fauske")
WISH = seats.SignUp(name="Kari", attendance="physical", days=(), organisation="Alta")


@pytest.fixture
def slowly(app: Flask) -> Iterator[None]:
    """Whoever has added one organisation waits until another has too, for a second at most."""
    both = threading.Barrier(2)

    def wait(_c: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.startswith("INSERT INTO organisation "):
            try:
                both.wait(1)
            except threading.BrokenBarrierError:
                return

    event.listen(db.engine, "after_cursor_execute", wait)
    yield
    event.remove(db.engine, "after_cursor_execute", wait)


@pytest.mark.usefixtures("slowly")
def test_two_lists_in_opposite_order_are_both_taken_in(app: Flask) -> None:
    found, faults = [], []

    def take_in(names: tuple[str, ...]) -> None:
        with app.app_context():
            try:
                begin_write()
                found.append(organisations.organisation_ids(names))
                db.session.commit()
            except Exception as fault:  # shown below
                faults.append(fault)

    others = [threading.Thread(target=take_in, args=(names,)) for names in (NAMES, NAMES[::-1])]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert faults == []
    assert found[0] == found[1]
    assert sorted(db.session.scalars(select(Organisation.name))) == list(NAMES)


@pytest.fixture
def theirs(app: Flask) -> Conference:
    """Another conference, with one person from Alta, about to be forgotten."""
    begin_write()
    first = today() + timedelta(days=30)
    row = lifecycle.create("annen", "En annen", "dialogkonferanse", first, first, seats=20)
    seats.register(row, WISH, uuid4(), any_time=True)
    db.session.commit()
    return row


def forget(app: Flask, slug: str) -> tuple[threading.Thread, list[Exception]]:
    """Forget the people of a conference, in a thread of its own; on SQLite it waits until whoever writes has done."""
    faults: list[Exception] = []

    def run() -> None:
        with app.app_context():
            try:
                begin_write()
                forgetting.forget_people(db.session.scalars(select(Conference).where(Conference.slug == slug)).one())
                db.session.commit()
            except Exception as fault:  # shown by the test
                faults.append(fault)

    other = threading.Thread(target=run)
    other.start()
    return other, faults


def test_an_organisation_just_looked_up_is_not_forgotten_under_the_sign_up(
    app: Flask, conference: Conference, theirs: Conference
) -> None:
    slug = theirs.slug
    begin_write()
    organisations.organisation_id("Alta")
    other, faults = forget(app, slug)
    other.join(1)
    outcome = seats.register(conference, WISH, uuid4())
    db.session.commit()
    other.join()
    assert faults == []
    assert outcome.registration
    assert outcome.registration.organisation
    assert outcome.registration.organisation.name == "Alta"


def test_an_organisation_that_a_sign_up_has_written_and_not_committed_is_not_forgotten(
    app: Flask, conference: Conference, theirs: Conference
) -> None:
    slug = theirs.slug
    begin_write()
    seats.register(conference, WISH, uuid4())
    db.session.flush()
    other, faults = forget(app, slug)
    other.join(1)
    db.session.commit()
    other.join()
    assert faults == []
    assert db.session.scalars(select(Organisation.name).join(Registration)).all() == ["Alta"]


def test_an_organisation_being_forgotten_is_added_anew_by_a_sign_up(
    app: Flask, conference: Conference, theirs: Conference
) -> None:
    slug = conference.slug
    begin_write()
    forgetting.forget_people(theirs)
    faults: list[Exception] = []

    def sign_up() -> None:
        with app.app_context():
            try:
                begin_write()
                row = db.session.scalars(select(Conference).where(Conference.slug == slug)).one()
                seats.register(row, WISH, uuid4())
                db.session.commit()
            except Exception as fault:  # shown below
                faults.append(fault)

    other = threading.Thread(target=sign_up)
    other.start()
    other.join(1)
    db.session.commit()
    other.join()
    assert faults == []
    assert db.session.scalars(select(Organisation.name).join(Registration)).all() == ["Alta"]


def test_an_organisation_that_nobody_comes_from_any_more_is_forgotten(app: Flask, theirs: Conference) -> None:
    begin_write()
    forgetting.forget_people(theirs)
    db.session.commit()
    assert db.session.scalars(select(Organisation.name)).all() == []
