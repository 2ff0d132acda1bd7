"""Organisations that two lists bring at the same time."""

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy import event, select

from konferanse.extensions import begin_write, db
from konferanse.registration import organisations
from konferanse.registration.models import Organisation

pytestmark = pytest.mark.postgres
NAMES = ("Alta", "Bodø", "Fauske")


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
