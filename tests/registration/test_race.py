"""60 people at once for the last 20 seats, over HTTP, against eight workers: never one too many."""

import re
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
import requests
from sqlalchemy import select

from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import line, places
from konferanse.registration.models import Registration
from tests.registration.conftest import form_of
from tests.serving import serve

CLIENTS, SEATS = 60, 20
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
STATUS = re.compile(r'<main[^>]*data-registration-status="(\w+)"')

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.xdist_group("race")]


def race(url: str, conference: Conference) -> list[str]:
    """Everybody opens the form, waits for everybody, and presses the button at once; what each receipt says."""
    forms = [form_of(conference, f"{uuid4().hex}@example.org") for _ in range(CLIENTS)]
    path = f"{url}/k/{conference.slug}/pamelding"
    ready = threading.Barrier(CLIENTS)

    def run(form: dict[str, object]) -> str:
        with requests.Session() as browser:
            # A browser asks again when the server has just hung up on an idle connection; requests does not.
            browser.headers["Connection"] = "close"
            token = TOKEN.search(browser.get(path, timeout=60).text)
            assert token
            ready.wait(120)
            page = browser.post(path, data=form | {"csrf_token": token[1]}, timeout=60)
            found = STATUS.search(page.text)
            return found[1] if found else f"HTTP {page.status_code}"

    with ThreadPoolExecutor(CLIENTS) as pool:
        return sorted(pool.map(run, forms))


def test_the_last_20_seats_go_to_20_and_the_other_40_wait(conference: Conference, environ: dict[str, str]) -> None:
    with serve(environ, workers=8) as server:
        told = race(server.url, conference)
    db.session.rollback()
    assert told == ["confirmed"] * SEATS + ["waiting"] * (CLIENTS - SEATS)
    assert places.availability(conference)[:4] == (SEATS, SEATS, 0, CLIENTS - SEATS)
    waiting = select(Registration).where(Registration.status == "waiting").order_by(Registration.queued, Registration.id)
    assert [line.place(row) for row in db.session.scalars(waiting)] == list(range(1, CLIENTS - SEATS + 1))


def test_without_the_lock_seats_are_sold_twice(conference: Conference, environ: dict[str, str]) -> None:
    with serve(environ, workers=8, app="tests.registration.unlocked:app") as server:
        race(server.url, conference)
    db.session.rollback()
    assert places.availability(conference).taken > SEATS
