"""Sign-up in pictures: the numbers add up, stand in a table too, and tell nothing of few."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from lxml import html

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration.day import attendance
from konferanse.registration.lists import figures
from konferanse.registration.models import AccessNeed, Invitation, Registration, RegistrationDay
from tests.conftest import StrictClient
from tests.registration.lists.test_desk import queries

PAGE = "/admin/k/prove/pamelding/tall"


def add(conference: Conference, count: int, **values: object) -> list[Registration]:
    """People straight to the table."""
    begin_write()
    made = []
    for _number in range(count):
        given = {"status": "confirmed", "organisation_type": "nav", "county": "agder"} | values
        days = [RegistrationDay(date=day) for day in conference.dates]
        made.append(Registration(conference_id=conference.id, name="Kari Nordmann", days=days, **given))
    db.session.add_all(made)
    db.session.commit()
    return made


def invite(conference: Conference, seats: int, kind: str, **values: object) -> None:
    begin_write()
    about = {"organisation_name": "NAV", "contact_email": "n@example.org", "county": "agder"} | values
    db.session.add(Invitation(conference_id=conference.id, organisation_type=kind, seats=seats, **about))
    db.session.commit()


def at(day: int, hour: int = 12) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def cells(client: StrictClient, caption: str) -> list[list[str]]:
    """The rows of a table on the page."""
    page = html.fromstring(client.get(PAGE).get_data(as_text=True))
    table = page.xpath(f"//table[normalize-space(caption)='{caption}']")[0]
    rows = [[" ".join(cell.text_content().split()) for cell in row.xpath("th|td")] for row in table.xpath("tbody/tr")]
    return [[cell for cell in row if cell] for row in rows]


def test_growth_counts_those_signed_up_now_by_their_norwegian_day(conference: Conference, desk: StrictClient):
    add(conference, 2, created=at(1))
    add(conference, 1, created=at(2, hour=23))  # the third of March in Norway
    add(conference, 1, created=at(3), status="waiting")
    add(conference, 7, created=at(1), status="cancelled")
    assert [(day.day.day, day.new, day.total) for day in figures.growth(conference)] == [(1, 2, 2), (2, 0, 2), (3, 2, 4)]
    assert [row[1:] for row in cells(desk, "Påmeldte over tid")] == [["2", "2"], ["0", "2"], ["2", "4"]]
    picture = desk.get(PAGE).get_data(as_text=True)
    assert "tallet stiger til 4. Halvparten var påmeldt 1. mars 2026." in picture


def test_a_long_time_is_told_by_weeks_that_add_up(conference: Conference):
    add(conference, 3, created=at(2))
    add(conference, 4, created=at(2) + timedelta(days=50))
    days = figures.growth(conference)
    weeks = figures.in_table(days)
    assert len(days) == 51
    assert len(weeks) == 8
    assert all(week.day.weekday() == 6 for week in weeks[:-1])
    assert sum(week.new for week in weeks) == weeks[-1].total == 7


@pytest.mark.parametrize("seats", [None, 0, 4, 40, 4000])
def test_the_curve_stays_in_its_box(conference: Conference, seats: int | None):
    add(conference, 3, created=at(2))
    add(conference, 4, created=at(20))
    curve = figures.curve(figures.growth(conference), seats)
    numbers = [float(n) for n in curve.line.replace("M", " ").replace("H", " ").replace("V", " ").split()]
    assert all(0 <= n <= figures.WIDTH for n in numbers)
    assert curve.up[-1].at >= figures.TOP - 0.1
    assert (curve.limit is not None) == (seats == 4)
    assert curve.across[0].value == at(2).date()


def test_one_person_on_one_day_is_a_picture_too(conference: Conference, desk: StrictClient):
    add(conference, 1)
    assert "der tallet stiger til 1." in desk.get(PAGE).get_data(as_text=True)


def test_who_comes_is_told_against_who_was_invited(conference: Conference, desk: StrictClient):
    add(conference, 6)
    add(conference, 1, status="offered")
    add(conference, 3, status="waiting")
    add(conference, 5, organisation_type="kommune", county="troms")
    invite(conference, 10, "nav")
    invite(conference, 4, "nav", county="troms")
    invite(conference, 30, "ips", county="oslo")
    invite(conference, 99, "rhf", closed=at(1))
    assert cells(desk, "Hvem som har plass, etter type virksomhet") == [
        ["IPS (individuell jobbstøtte)", "30", "vises ikke"],
        ["NAV", "14", "7"],
        ["Kommune", "–", "5"],
    ]
    assert cells(desk, "Hvem som har plass, etter fylke") == [["Oslo", "30", "0"], ["Agder", "10", "7"], ["Troms", "4", "5"]]


def test_types_with_fewer_than_five_are_not_told_of(conference: Conference, desk: StrictClient):
    add(conference, 9)
    add(conference, 4, organisation_type="tillitsvalgt")
    assert "Tillitsvalgt" not in desk.get(PAGE).get_data(as_text=True)
    invite(conference, 8, "tillitsvalgt")
    assert ["Tillitsvalgt", "8", "vises ikke"] in cells(desk, "Hvem som har plass, etter type virksomhet")
    add(conference, 1, organisation_type="tillitsvalgt")
    assert ["Tillitsvalgt", "8", "5"] in cells(desk, "Hvem som har plass, etter type virksomhet")


def test_a_type_left_out_cannot_be_worked_out_from_the_counties(conference: Conference, desk: StrictClient):
    add(conference, 40)
    add(conference, 30, organisation_type="kommune", county="troms")
    add(conference, 2, organisation_type="tillitsvalgt")
    caption = "Hvem som har plass, etter type virksomhet"
    assert cells(desk, "Hvem som har plass, etter fylke") == [["Agder", "42"], ["Troms", "30"]]
    assert cells(desk, caption) == [["NAV", "40"]]
    for kind in ("kommune", "tillitsvalgt"):
        invite(conference, 8, kind)
    assert cells(desk, caption) == [
        ["NAV", "–", "40"],
        ["Kommune", "8", "vises ikke"],
        ["Tillitsvalgt", "8", "vises ikke"],
    ]
    add(conference, 4, organisation_type="ips")  # now those left out are six, of two types
    assert ["Kommune", "8", "30"] in cells(desk, caption)


def test_needs_are_counts_for_those_who_may_open_them(
    conference: Conference, desk: StrictClient, sign_in: Callable[..., StrictClient]
):
    people = add(conference, 3)
    begin_write()
    for person, status in zip(people, ("new", "new", "arranged"), strict=True):
        db.session.add(AccessNeed(registration_id=person.id, kind="allergy", text="Skalldyr", status=status))
    db.session.commit()
    assert "Behov etter status" not in desk.get(PAGE).get_data(as_text=True)
    other = sign_in("needs", conference=conference)
    assert cells(other, "Behov etter status") == [["Allergi eller matønske", "2", "1", "0"]]
    assert "Skalldyr" not in other.get(PAGE).get_data(as_text=True)


def test_attendance_is_told_for_each_day(conference: Conference, desk: StrictClient):
    people = add(conference, 3)
    add(conference, 2, attendance="digital")
    begin_write()
    for person in people[:2]:
        attendance.check_in(person, conference.first_date, "staff:1")
    db.session.commit()
    assert [row[1:3] for row in cells(desk, "Oppmøte hver dag")] == [["3", "2"], ["3", "0"]]


def test_everybody_on_the_staff_sees_pictures_and_nobody_elses_names(
    conference: Conference, sign_in: Callable[..., StrictClient]
):
    reader = sign_in("read", conference=conference)
    assert "Ingen har meldt seg på ennå" in reader.get(PAGE).get_data(as_text=True)
    add(conference, 3)
    assert "Kari" not in reader.get(PAGE).get_data(as_text=True)
    assert sign_in().get(PAGE).status_code == 404


def test_the_page_asks_as_often_for_two_as_for_a_hundred(app: Flask, conference: Conference, desk: StrictClient):
    add(conference, 2)
    few = queries(app, desk, PAGE)
    add(conference, 100, organisation_type="kommune", county="oslo")
    invite(conference, 5, "nav")
    assert queries(app, desk, PAGE) == few
