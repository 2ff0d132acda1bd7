"""The organiser sets seats, limits, times, the line and who decides – in one form that keeps what was typed."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from konferanse.common.audit import AuditEntry
from konferanse.common.clock import local
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.models import OrganisationAlias, SeatLimit
from konferanse.registration.organisations import organisation_of
from tests.conftest import StrictClient
from tests.registration.conftest import mails, person

SignUp = Callable[..., str]
PATH = "/admin/k/prove/pamelding/oppsett"


def setup_of(conference: Conference, **changes: Any) -> dict[str, Any]:
    """The form as the page fills it in, with some fields changed."""
    opens = conference.signup_opens
    form = {"seats": conference.seats, "mode": "open", "freed": "now"}
    return form | {"signup_opens": local(opens).strftime("%Y-%m-%dT%H:%M") if opens else ""} | changes


def limits() -> dict[tuple[str, str], int]:
    return {(row.kind, row.subject): row.seats for row in db.session.scalars(select(SeatLimit))}


def test_everything_is_set_in_one_go_and_shown_again(conference: Conference, desk: StrictClient) -> None:
    first, last = (f"day_{day.isoformat()}" for day in conference.dates)
    sent = {
        "seats": "1 500",
        "digital": "300",
        "each": "5",
        "organisations": "Bærum kommune; 10\n\nOslo universitetssykehus HF 12",
        first: "900",
        last: "0",
        "type_nav": "40",
        "mode": "moderated",
        "freed": "offer",
        "offer_hours": "48",
        "signup_opens": "2026-01-01T09:00",
        "signup_closes": "2099-06-01T16:00",
    }
    assert desk.submit(PATH, sent).status_code == 303
    db.session.refresh(conference)
    assert (conference.seats, conference.signup_mode, conference.offer_hours) == (1500, "moderated", 48)
    assert conference.signup_closes
    assert conference.signup_closes.isoformat() == "2099-06-01T14:00:00+00:00"
    days = {("day", day.isoformat()): n for day, n in zip(conference.dates, (900, 0), strict=True)}
    assert limits() == days | {
        ("digital", ""): 300,
        ("organisation", ""): 5,
        ("organisation", "bærum kommune"): 10,
        ("organisation", "oslo universitetssykehus hf"): 12,
        ("type", "nav"): 40,
    }
    page = desk.get(PATH).get_data(as_text=True)
    for shown in ("1500", "300", "Bærum kommune; 10\nOslo universitetssykehus HF; 12", "900", "2099-06-01T16:00"):
        assert shown in page
    assert "registration.set_up" in db.session.scalars(select(AuditEntry.action)).all()


def test_an_emptied_field_is_no_limit(conference: Conference, desk: StrictClient) -> None:
    desk.submit(PATH, setup_of(conference, each="5", digital="3"))
    assert len(limits()) == 2
    assert desk.submit(PATH, setup_of(conference, seats="", each="")).status_code == 303
    db.session.refresh(conference)
    assert (conference.seats, limits()) == (None, {})


def test_an_organisation_by_another_name_is_the_same_one(conference: Conference, desk: StrictClient, write: Any) -> None:
    write()
    known = organisation_of("Oslo universitetssykehus HF")
    db.session.add(OrganisationAlias(organisation_id=known.id, key="ous"))
    db.session.commit()
    desk.submit(PATH, setup_of(conference, organisations="OUS; 12"))
    assert limits() == {("organisation", "oslo universitetssykehus hf"): 12}


def test_more_seats_call_people_in(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    desk.submit(PATH, setup_of(conference, seats="1"))
    for name in "abc":
        sign_up(f"{name}@example.org")
    assert desk.submit(PATH, setup_of(conference, seats="2")).status_code == 303
    assert "Én fra ventelisten fikk plass" in desk.get(PATH).get_data(as_text=True)
    assert [person(f"{n}@example.org").status for n in "abc"] == ["confirmed", "confirmed", "waiting"]
    assert len(mails("promoted", "b@example.org")) == 1


def test_who_is_called_in_keeps_within_the_limits_set_at_the_same_time(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    desk.submit(PATH, setup_of(conference, seats="1"))
    for name in "abc":
        sign_up(f"{name}@example.org")
    desk.submit(PATH, setup_of(conference, seats="3", each="2"))
    assert [person(f"{n}@example.org").status for n in "abc"] == ["confirmed", "confirmed", "waiting"]


def test_seats_that_are_offered_are_offered(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    desk.submit(PATH, setup_of(conference, seats="1"))
    for name in "ab":
        sign_up(f"{name}@example.org")
    desk.submit(PATH, setup_of(conference, seats="2", freed="offer", offer_hours="24"))
    assert person("b@example.org").status == "offered"
    assert len(mails("offered", "b@example.org")) == 1


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"seats": "0"}, "1 har allerede plass"),
        ({"seats": "-1"}, "Skriv et tall"),
        ({"seats": "9" * 30}, "Skriv et tall"),
        ({"seats": "mange"}, "Skriv et tall"),
        ({"type_nav": "²"}, "Skriv et tall"),
        ({"each": "fem"}, "Skriv et tall"),
        ({"signup_opens": "0001-01-01T00:00"}, "Skriv et årstall"),
        ({"signup_opens": "i morgen"}, "Skriv dato og klokkeslett"),
        ({"signup_opens": "2027-01-02T00:00", "signup_closes": "2027-01-01T00:00"}, "må stenge etter at den åpner"),
        ({"organisations": "Bærum kommune"}, "Linje 1: Skriv navnet og så antallet"),
        ({"organisations": "Bærum kommune; 2\nBÆRUM  kommune: 3"}, "Linje 2: Virksomheten står også på linje 1"),
        ({"freed": "offer", "offer_hours": ""}, "mellom 2 og 336"),
        ({"freed": "offer", "offer_hours": "1"}, "mellom 2 og 336"),
        ({"freed": "offer", "offer_hours": "evig"}, "Skriv et tall"),
        ({"mode": "lotteri"}, "Velg hvem som får plass"),
    ],
)
def test_a_wrong_setup_is_kept_and_changes_nothing(
    conference: Conference, desk: StrictClient, sign_up: SignUp, sent: dict[str, str], told: str
) -> None:
    sign_up("a@example.org")
    opens = conference.signup_opens
    page = desk.submit(PATH, setup_of(conference, digital="77") | sent)
    text = page.get_data(as_text=True)
    assert page.status_code == 422
    assert told in text
    assert all(value in text for name, value in sent.items() if name != "mode")
    db.session.refresh(conference)
    assert (conference.seats, conference.signup_opens, conference.signup_mode, limits()) == (20, opens, "open", {})


def test_fewer_than_come_on_a_day_is_told_at_that_day(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("a@example.org")
    sign_up("b@example.org", attendance="digital")
    day = f"day_{conference.dates[1].isoformat()}"
    text = desk.submit(PATH, setup_of(conference, **{day: "0"})).get_data(as_text=True)
    assert f'href="#{day}">1 har allerede plass' in text
    text = desk.submit(PATH, setup_of(conference, digital="0")).get_data(as_text=True)
    assert 'href="#digital">1 har allerede plass' in text
    assert limits() == {}


def test_an_organisation_past_its_new_limit_keeps_its_people_and_gets_no_more(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    for name in "ab":
        sign_up(f"{name}@example.org")
    assert desk.submit(PATH, setup_of(conference, each="1")).status_code == 303
    assert sign_up("c@example.org") == "waiting"
    assert sign_up("d@example.org", organisation="En annen") == "confirmed"
