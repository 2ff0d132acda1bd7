"""Everything stored about me, for me alone; and what self-service does for somebody who is offered a seat."""

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import icalendar
import pytest

from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups.models import Seating, Table
from konferanse.registration.models import AccessNeed, Attendance, Invitation
from tests.conftest import StrictClient
from tests.factories.rows import row
from tests.registration.conftest import form_of, path_of, person
from tests.registration.questions.asking import ask, field, ready_made

pytestmark = pytest.mark.postgres
SignUp = Callable[..., str]


def stored(client: StrictClient, page: str) -> dict[str, Any]:
    """The file."""
    answer = client.get(f"{page}/opplysninger.json")
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "no-store"
    found: dict[str, Any] = json.loads(answer.get_data(as_text=True))
    return found


@pytest.fixture
def page(client: StrictClient, conference: Conference, sign_up: SignUp) -> str:
    """Kari has answered, said yes and no, was there, sits at a table, and is invited; Siri is signed up too."""
    rows, text = ready_made(conference, "photo", "dinner"), ask(conference, "Tittel")
    sent = {
        "allergies": "Nøtter",
        "accept_health": "y",
        field(rows["photo"]): "y",
        field(rows["dinner"]): "yes",
        field(text): "Råd",
    }
    client.submit("/k/prove/pamelding", form_of(conference, "kari@example.org") | sent)
    sign_up("siri@example.org", name="Siri Hemmelig")
    mine = path_of(person("kari@example.org"))
    client.submit(f"{mine}/samtykke/{rows['photo'].uid}/trekk", page=mine)
    begin_write()
    kari = person("kari@example.org")
    kari.invitation = row(
        Invitation, conference_id=conference.id, organisation_name="Kommunen", contact_email="leder@example.org", seats=2
    )
    table = row(Table, conference_id=conference.id, number=7, code="B07")
    db.session.flush()
    row(Seating, table_id=table.id, registration_id=kari.id)
    row(Attendance, registration_id=kari.id, date=conference.dates[0], actor="staff:1")
    db.session.commit()
    return mine


def test_all_of_it_is_there(client: StrictClient, conference: Conference, page: str) -> None:
    told = stored(client, page)
    assert told["registration"]["email"] == "kari@example.org"
    assert told["registration"]["days"] == [day.isoformat() for day in conference.dates]
    assert {a["question"]: (a["answer"], bool(a["withdrawn"])) for a in told["answers"]} == {
        "Jeg samtykker i at bilder der jeg kan kjennes igjen, blir brukt i omtale av konferansen": ("Ja", True),
        "Blir du med på middagen?": ("Ja", False),
        "Tittel": ("Råd", False),
    }
    assert [(n["text"], n["status"]) for n in told["needs"]] == [("Nøtter", "new")]
    assert [a["date"] for a in told["attendance"]] == [conference.dates[0].isoformat()]
    assert [t["table"] for t in told["tables"]] == [7]
    assert told["invitation"] == {"organisation": "Kommunen"}
    assert [m["kind"] for m in told["mails"]] == ["confirmed"]
    assert [e["action"] for e in told["log"]] == ["registration.confirmed", "consent.withdrawn"]


def test_no_key_to_a_page_and_nobody_else_is_in_it(client: StrictClient, page: str) -> None:
    text = client.get(f"{page}/opplysninger.json").get_data(as_text=True)
    assert "[lenken til siden din]" in text
    assert "[[min:" not in text
    assert page not in text
    assert "Siri" not in text
    assert "leder@example.org" not in text
    assert "staff:1" not in text


def test_the_page_leads_to_it_also_for_somebody_who_has_cancelled(client: StrictClient, page: str) -> None:
    assert f"{page}/opplysninger.json" in client.get(page).get_data(as_text=True)
    client.submit(f"{page}/avmeld", page=page)
    assert f"{page}/opplysninger.json" in client.get(page).get_data(as_text=True)
    assert stored(client, page)["needs"] == []


def test_a_substitute_sees_nothing_of_the_one_before(client: StrictClient, sign_up: SignUp) -> None:
    sign_up("kari@example.org", name="Kari Forgjenger", allergies="Nøtter", accept_health="y")
    client.submit(path_of(person("kari@example.org")) + "/vikar", {"name": "Ola", "email": "ola@example.org"})
    told = stored(client, path_of(person("ola@example.org")))
    text = json.dumps(told)
    assert "kari" not in text.lower()
    assert [m["kind"] for m in told["mails"]] == ["confirmed"]
    assert [e["action"] for e in told["log"]] == ["registration.handed_over"]


@pytest.mark.parametrize("rows", [1, 12])
def test_it_asks_as_often_with_many_rows_as_with_one(
    client: StrictClient, conference: Conference, sign_up: SignUp, rows: int
) -> None:
    from sqlalchemy import event

    sign_up("kari@example.org")
    for n in range(rows):
        ask(conference, f"Spørsmål {n}")
    mine = path_of(person("kari@example.org"))
    form = client.get(f"{mine}/svar").get_data(as_text=True)
    names = [part.split('"')[0] for part in form.split('name="')[1:] if part.startswith("q_")]
    assert client.submit(f"{mine}/svar", dict.fromkeys(names, "Svar")).status_code == 303
    begin_write()
    for n in range(rows):
        row(AccessNeed, registration_id=person("kari@example.org").id, kind="access", text=f"Behov {n}")
    db.session.commit()
    seen: list[str] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", look)
    try:
        told = stored(client, mine)
    finally:
        event.remove(db.engine, "before_cursor_execute", look)
    assert len(told["answers"]) == len(told["needs"]) == rows
    assert len([s for s in seen if s.startswith("SELECT")]) <= 14


def test_somebody_offered_a_seat_can_leave_and_keeps_a_calendar(
    client: StrictClient, conference: Conference, sign_up: SignUp
) -> None:
    sign_up("kari@example.org")
    begin_write()
    kari = person("kari@example.org")
    kari.status, kari.offer_expires = "offered", now() + timedelta(hours=24)
    db.session.commit()
    mine = path_of(kari)
    assert client.get(mine).status_code == 200
    assert client.get(f"{mine}/vikar").status_code == 200
    calendar = icalendar.Calendar.from_ical(client.get(f"{mine}/kalender.ics").get_data())
    assert calendar.walk("VEVENT") == [], "it is not theirs until they say yes"
    assert client.submit(f"{mine}/avmeld", page=mine).status_code == 303
    assert person("kari@example.org").status == "cancelled"
