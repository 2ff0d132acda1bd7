"""At the door: once a day however often scanned, no seat taken, and two phones at once."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import uuid4

import pytest
import requests
from flask import Flask
from sqlalchemy import func, select

from konferanse.access.signin import create_staff
from konferanse.common.audit import AuditEntry
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import places, signup
from konferanse.registration.day import attendance
from konferanse.registration.models import Attendance, Registration
from tests.conftest import StrictClient
from tests.registration.conftest import mails, person
from tests.serving import serve

SignUp = Callable[..., str]
BASE = "/admin/k/prove/innsjekk"


@pytest.fixture
def kari(sign_up: SignUp, conference: Conference) -> Registration:
    """Somebody with a seat for both days."""
    sign_up("kari@example.org", name="Kari Ødegård", organisation="Sørøya Bedrift")
    return person("kari@example.org")


def rows() -> int:
    return db.session.scalar(select(func.count()).select_from(Attendance)) or 0


def log() -> list[str]:
    query = select(AuditEntry.action).where(AuditEntry.action.startswith("attendance.")).order_by(AuditEntry.id)
    return list(db.session.scalars(query))


def limit(conference: Conference, count: int) -> None:
    begin_write()
    signup.set_seats(conference, count, "system")
    db.session.commit()


def page(client: StrictClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def test_a_badge_opens_a_page_and_only_its_button_checks_in(conference: Conference, desk: StrictClient, kari: Registration):
    path = f"{BASE}/{kari.uid}"
    for _scan in range(2):
        shown = page(desk, path)
        assert "Kari Ødegård" in shown
        assert "Sørøya Bedrift" in shown
        assert ">Sjekk inn</button>" in shown
    assert rows() == 0

    done = desk.submit(path)

    assert done.status_code == 303
    assert "Sjekket inn kl." in page(desk, done.location)
    assert rows() == 1


def test_however_often_scanned_it_counts_once_and_says_when(conference: Conference, desk: StrictClient, kari: Registration):
    path = f"{BASE}/{kari.uid}"
    desk.submit(path)
    first = db.session.scalars(select(Attendance.at)).one()
    for _again in range(3):
        told = desk.submit(path)
        assert "Allerede sjekket inn kl." in page(desk, told.location)
    told = desk.submit(path, {"origin": "list"})
    assert "er allerede sjekket inn kl." in page(desk, told.location)
    assert (rows(), db.session.scalars(select(Attendance.at)).one()) == (1, first)
    assert log() == ["attendance.checked_in"]


def test_each_day_counts_by_itself(conference: Conference, desk: StrictClient, kari: Registration):
    for day in conference.dates:
        desk.submit(f"{BASE}/{kari.uid}", {"dag": day.isoformat()}, page=f"{BASE}/{kari.uid}?dag={day}")
    assert rows() == 2
    assert attendance.every_day(kari) == conference.dates
    assert attendance.counts(conference, conference.last_date) == (1, 1, 1)


def test_somebody_who_left_is_not_here_and_can_come_back(conference: Conference, desk: StrictClient, kari: Registration):
    path = f"{BASE}/{kari.uid}"
    desk.submit(path)
    assert "Kari Ødegård" in page(desk, f"{BASE}/her")
    assert desk.submit(f"{path}/gatt", {"origin": "list"}, page=path).status_code == 303
    assert attendance.counts(conference, conference.first_date) == (1, 1, 0)
    assert "Kari Ødegård" not in page(desk, f"{BASE}/her").split("<main")[1]
    assert "gikk kl." in page(desk, path)
    desk.submit(path)
    assert attendance.counts(conference, conference.first_date) == (1, 1, 1)
    assert log() == ["attendance.checked_in", "attendance.left", "attendance.came_back"]


def test_a_check_in_can_be_taken_back(conference: Conference, desk: StrictClient, kari: Registration):
    path = f"{BASE}/{kari.uid}"
    desk.submit(path)
    for _twice in range(2):
        assert "er angret" in page(desk, desk.submit(f"{path}/angre", page=path).location)
    assert rows() == 0
    assert log() == ["attendance.checked_in", "attendance.undone"]


@pytest.mark.parametrize("asked", ["ødegård", "ØDEGÅRD kari", "kari sørøya", "Bedrift"])
def test_people_are_found_by_words_of_name_and_organisation(desk: StrictClient, kari: Registration, asked: str):
    shown = page(desk, f"{BASE}?q={asked}")
    assert "Kari Ødegård" in shown
    assert f'action="{BASE}/{kari.uid}"' in shown


@pytest.mark.parametrize("asked", ["q=kari+hansen", "q=%25", "q=_", "dag=x&q=" + "x" * 3000, "q=+&dag=1999-01-01"])
def test_odd_searches_find_nobody(desk: StrictClient, kari: Registration, asked: str):
    assert "Kari Ødegård" not in page(desk, f"{BASE}?{asked}").split("<main")[1]


@pytest.mark.parametrize(
    ("why", "told"),
    [
        ("waiting", "Står på ventelisten"),
        ("offered", "Har fått tilbud om plass"),
        ("cancelled", "Er avmeldt"),
        ("digital", "Er påmeldt digitalt"),
        ("day", "Er ikke påmeldt denne dagen"),
    ],
)
def test_somebody_not_expected_is_let_in_only_when_the_warning_is_read(
    conference: Conference, desk: StrictClient, kari: Registration, why: str, told: str
):
    begin_write()
    row = person("kari@example.org")
    if why == "digital":
        row.attendance = "digital"
    elif why == "day":
        row.days = row.days[1:]
    else:
        row.status = why
    db.session.commit()
    path = f"{BASE}/{kari.uid}"
    assert "Se hvorfor" in page(desk, f"{BASE}?q=kari")
    refused = desk.submit(path)
    assert refused.status_code == 422
    assert told in refused.get_data(as_text=True)
    assert rows() == 0

    assert desk.submit(path, {"anyway": "1"}).status_code == 303

    assert rows() == 1
    expected = why if why in ("waiting", "offered", "cancelled") else "confirmed"
    assert person("kari@example.org").status == expected, "letting in gives no seat"


def test_a_day_that_is_not_the_conferences_is_refused(desk: StrictClient, kari: Registration):
    for path in ("", "/angre", "/gatt"):
        sent = desk.submit(f"{BASE}/{kari.uid}{path}", {"dag": "1999-01-01"}, page=f"{BASE}/{kari.uid}")
        assert sent.status_code == 400
    assert rows() == 0


def test_today_is_chosen_when_it_is_a_conference_day(conference: Conference, monkeypatch: pytest.MonkeyPatch):
    def at(day: date) -> date:
        monkeypatch.setenv("KONFERANSE_NOW", f"{day}T12:00")
        return attendance.day_of(conference, None)

    first, last = conference.dates
    assert [at(first - timedelta(days=9)), at(first), at(last), at(last + timedelta(days=9))] == [first, first, last, last]
    assert attendance.day_of(conference, first.isoformat()) == first


def walk_in(**changes: str) -> dict[str, str]:
    form = {"key": str(uuid4()), "name": "Dør Dørsen", "organisation": "NAV Sør", "organisation_type": "nav", "county": "agder"}
    return form | changes


def test_somebody_at_the_door_is_signed_up_and_checked_in_at_once(conference: Conference, desk: StrictClient):
    sent = walk_in(email="dor@example.org")
    for _pressed_twice in range(2):
        assert desk.submit(f"{BASE}/ny", sent).status_code == 303
    row = person("dor@example.org")
    assert (row.status, row.source, row.dates, row.county) == ("confirmed", "door", [conference.first_date], "agder")
    assert attendance.every_day(row) == [conference.first_date]
    assert (rows(), places.availability(conference).taken) == (1, 1)
    assert len(mails("confirmed", "dor@example.org") + mails("confirmation", "dor@example.org")) == 1


def test_without_a_seat_they_come_in_only_anyway_and_wait_all_the_same(
    conference: Conference, desk: StrictClient, sign_up: SignUp
):
    limit(conference, 1)
    sign_up("a@example.org")
    sent = walk_in()
    refused = desk.submit(f"{BASE}/ny", sent)
    assert refused.status_code == 422
    told = refused.get_data(as_text=True)
    assert "Det er ingen ledig plass" in told
    assert all(value in told for value in sent.values())
    assert (rows(), places.availability(conference)[:4]) == (0, (1, 1, 0, 0))

    assert "står på ventelisten" in page(desk, desk.submit(f"{BASE}/ny", sent | {"anyway": "y"}).location)

    assert (rows(), places.availability(conference)[:4]) == (1, (1, 1, 0, 1))


def test_an_address_signed_up_before_leads_to_the_person(desk: StrictClient, kari: Registration):
    refused = desk.submit(f"{BASE}/ny", walk_in(email="Kari@example.org"))
    assert refused.status_code == 422
    assert f"{BASE}/{kari.uid}" in refused.get_data(as_text=True)
    assert rows() == 0
    assert "Dør Dørsen" in refused.get_data(as_text=True)


@pytest.mark.parametrize("lacks", ["name", "organisation", "organisation_type", "county", "key", "email"])
def test_a_form_with_something_wrong_keeps_what_was_typed(desk: StrictClient, conference: Conference, lacks: str):
    refused = desk.submit(f"{BASE}/ny", walk_in(**{lacks: "ikke@" if lacks == "email" else ""}))
    assert refused.status_code == 422
    assert ("NAV Sør" if lacks != "organisation" else "Dør Dørsen") in refused.get_data(as_text=True)
    assert db.session.scalars(select(Registration)).all() == []


def test_only_the_organiser_checks_in(conference: Conference, sign_in: Callable[..., StrictClient], kari: Registration):
    other = sign_in("moderation", conference=conference)
    for path in ("", f"/{kari.uid}", "/her", "/ny"):
        assert other.get(BASE + path).status_code == 403
    assert sign_in().get(f"{BASE}/{kari.uid}").status_code == 404


def test_a_person_of_another_conference_or_forgotten_is_not_found(
    conference: Conference, desk: StrictClient, kari: Registration
):
    assert desk.get(f"{BASE}/{uuid4()}").status_code == 404
    begin_write()
    person("kari@example.org").forgotten = kari.created
    db.session.commit()
    assert desk.get(f"{BASE}/{kari.uid}").status_code == 404
    assert "Kari" not in page(desk, f"{BASE}?q=Sørøya").split("<main")[1]


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.xdist_group("race")
def test_two_phones_at_once_check_in_once(conference: Conference, environ: dict[str, str], kari: Registration, app: Flask):
    """Twelve phones scan one badge at the same moment, five times: one row each time, and no phone is told of an error."""
    phones, told = 12, []
    cookie = signed_in_cookie(app, conference)
    with serve(environ, workers=4) as server:
        path = f"{server.url}{BASE}/{kari.uid}"
        ready = threading.Barrier(phones)

        def scan(_phone: int) -> int:
            with requests.Session() as phone:
                phone.headers["Connection"] = "close"
                phone.cookies.set(*cookie, domain="127.0.0.1", path="/")
                form = phone.get(path, timeout=60).text
                token = form.split('name="csrf_token" value="')[1].split('"')[0]
                ready.wait(60)
                return phone.post(path, data={"csrf_token": token}, allow_redirects=False, timeout=60).status_code

        for _round in range(5):
            with ThreadPoolExecutor(phones) as pool:
                told += list(pool.map(scan, range(phones)))
            begin_write()
            assert rows() == 1
            attendance.undo(person("kari@example.org"), conference.first_date, "system")
            db.session.commit()
    assert told == [303] * phones * 5


def signed_in_cookie(app: Flask, conference: Conference) -> tuple[str, str]:
    """The session cookie of an organiser."""
    begin_write()
    staff = create_staff("telefon@example.org", "Telefon")
    lifecycle.grant(conference, staff, ["organiser"], "system")
    db.session.commit()
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return app.config["SESSION_COOKIE_NAME"], signer.dumps({"staff": staff.id, "generation": staff.generation})
