"""Sign-up under load: speed with nobody and with 10,000 signed up, the organiser's list, and a crowd on the last seats."""

import http.client
import re
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from flask import Flask
from sqlalchemy import insert, select

from konferanse import create_app
from konferanse.access import signin
from konferanse.common import links
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.mandate.models import Mandate
from konferanse.registration.models import COUNTIES, ORGANISATION_TYPES, Registration, RegistrationDay
from tests.bench import signing_up
from tests.databases import environment, new_postgres
from tests.registration.racing import Told, outcomes, race
from tests.serving import Server, serve

STEPS = (0, 1_000, 10_000)
SECONDS, TURNS = 6.0, 3
ROUNDS, CROWD, SEATS = 20, 200, 20
WORKERS = (2, 8)  # as `make run` starts, and far more than there are cores
FIRST = date.today() + timedelta(days=60)  # noqa: DTZ011 - a conference some weeks ahead
Line = Callable[..., None]


@dataclass(frozen=True)
class Installation:
    """A database with its environment, and an app on it to prepare things with."""

    name: str
    environ: dict[str, str]
    app: Flask


def installation(name: str, folder: Path) -> Installation:
    """An empty one on SQLite or PostgreSQL."""
    folder.mkdir()
    url = new_postgres(template="template1") if name == "PostgreSQL" else None
    environ = environment(folder, url, KONFERANSE_RATE_LIMITS="off")
    app = create_app(environ)
    with app.app_context():
        db.create_all()
    return Installation(name, environ, app)


def conference(place: Installation, slug: str, seats: int) -> int:
    """The id of a new one, open for sign-up."""
    with place.app.app_context():
        begin_write()
        row = Conference(
            slug=slug,
            mandate=Mandate(title="Prøveoppdrag"),
            kind="dialogkonferanse",
            title="Prøveplass",
            first_date=FIRST,
            last_date=FIRST,
            status="published",
            seats=seats,
            signup_opens=now() - timedelta(hours=1),
        )
        db.session.add(row)
        db.session.commit()
        return row.id


def people(place: Installation, conference_id: int, count: int) -> None:
    """Sign up ``count`` people, straight into the tables."""
    with place.app.app_context():
        begin_write()
        held = db.session.scalars(select(Registration.id).where(Registration.conference_id == conference_id)).all()
        rows = [_person(conference_id, n) for n in range(count - len(held))]
        for begin in range(0, len(rows), 1000):
            db.session.execute(insert(Registration), rows[begin : begin + 1000])
        ids = set(db.session.scalars(select(Registration.id).where(Registration.conference_id == conference_id))) - set(held)
        days = [{"registration_id": number, "date": FIRST} for number in sorted(ids)]
        for begin in range(0, len(days), 1000):
            db.session.execute(insert(RegistrationDay), days[begin : begin + 1000])
        db.session.commit()


def _person(conference_id: int, number: int) -> dict[str, object]:
    email = f"{uuid4().hex}@example.org"
    kind, county = ORGANISATION_TYPES[number % len(ORGANISATION_TYPES)], COUNTIES[number % len(COUNTIES)]
    return {
        "conference_id": conference_id,
        "name": f"Kari {uuid4().hex[:6]} Prøve",
        "email": email,
        "email_key": email,
        "organisation_name": f"Virksomhet {number % 400}",
        "organisation_type": kind,
        "county": county,
        "status": "confirmed",
    }


def speed(line: Line, folder: Path) -> None:
    """Registrations a second at each of ``STEPS``, a conference each, in turns so that a slow spell hits them all."""
    place = installation("SQLite", folder / "speed")
    made = {step: conference(place, f"plass-{step}", 100_000) for step in STEPS}
    for step, number in made.items():
        people(place, number, step)
    parts: dict[int, list[signing_up.SignedUp]] = {step: [] for step in STEPS}
    with serve(place.environ) as server:
        for _turn in range(TURNS):
            for step in STEPS:
                parts[step].append(signing_up.measure(server.url, f"plass-{step}", FIRST.isoformat(), SECONDS))
        line("signed up before", "each second", "p50 s", "p95 s", "time, ratio")
        base = _middle([part.p50 for part in parts[0]])
        for step, told in parts.items():
            each, p50, p95 = (_middle([getattr(part, key) for part in told]) for key in ("per_second", "p50", "p95"))
            line(f"{step:,}", f"{each:.1f}", f"{p50:.3f}", f"{p95:.3f}", f"{p50 / base:.2f}")
        listing(line, place, server)


def listing(line: Line, place: Installation, server: Server) -> None:
    """The organiser's list of the largest conference, first page and a search."""
    with place.app.app_context():
        begin_write()
        sign_in = signin.new_sign_in(signin.create_staff("a@example.org", "Anne", is_admin=True))
        link = "/inn/" + links.token("inn", sign_in.uid, 0)
        db.session.commit()
    ask = _signed_in(server.url, link)
    path = f"/admin/k/plass-{STEPS[-1]}/pamelding"
    for name, asked in {"list": path, "list, a search": f"{path}?q=virksomhet+7&sorter=virksomhet"}.items():
        ask(asked)
        times = []
        for _n in range(9):
            start = time.perf_counter()
            status, _page = ask(asked)
            times.append(time.perf_counter() - start)
            assert status == 200
        line(f"{name} of {STEPS[-1]:,}", f"{_middle(times) * 1000:.0f} ms", f"at most {max(times) * 1000:.0f}")


def _signed_in(url: str, link: str) -> Callable[[str], tuple[int, str]]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    cookie = ""

    def ask(path: str, body: str | None = None) -> tuple[int, str]:
        nonlocal cookie
        headers = {"Cookie": cookie} | ({"Content-Type": "application/x-www-form-urlencoded"} if body else {})
        connection.request("POST" if body else "GET", path, body, headers)
        answer = connection.getresponse()
        cookie = (answer.headers["Set-Cookie"] or cookie).split(";")[0]
        return answer.status, answer.read().decode()

    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', ask(link)[1])
    assert token
    assert ask(link, urlencode({"csrf_token": token[1]}))[0] == 303
    return ask


def crowds(line: Line, folder: Path) -> None:
    """``ROUNDS`` times ``CROWD`` people at once for the last ``SEATS`` seats, on both databases. Raises when one is wrong."""
    line("", "exact rounds", "p50 s", "p99 s", "at most s")
    for name in ("SQLite", "PostgreSQL"):
        for workers in WORKERS:
            place = installation(name, folder / f"{name}-{workers}")
            _crowd(line, place, workers)


def _crowd(line: Line, place: Installation, workers: int) -> None:
    for number in range(ROUNDS):
        conference(place, f"runde-{number}", SEATS)
    told: list[Told] = []
    exact: Counter[bool] = Counter()
    with serve(place.environ, workers=workers) as server:
        for number in range(ROUNDS):
            one = race(server.url, f"/k/runde-{number}/pamelding", [_form() for _ in range(CROWD)])
            exact[outcomes(one) == {"confirmed": SEATS, "waiting": CROWD - SEATS}] += 1
            told += one
    times = sorted(one.seconds for one in told)
    p50, p99 = (times[int(len(times) * share)] for share in (0.5, 0.99))
    line(f"{place.name}, {workers} workers", f"{exact[True]} of {ROUNDS}", f"{p50:.2f}", f"{p99:.2f}", f"{times[-1]:.2f}")
    if exact[False]:
        raise RuntimeError(f"{place.name}: seats were not given exactly: {outcomes(told)}")


def _form() -> dict[str, object]:
    return {
        "key": str(uuid4()),
        "name": "Kari Prøve",
        "email": f"{uuid4().hex}@example.org",
        "organisation": "Nordlandssykehuset",
        "organisation_type": "helseforetak",
        "county": "nordland",
        "attendance": "physical",
        "days": [FIRST.isoformat()],
        "accept_privacy": "y",
    }


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
