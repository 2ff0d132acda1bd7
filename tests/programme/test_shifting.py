"""A delay moves the rest of the day: seen first, then done in one go."""

from collections.abc import Callable
from datetime import date, time

import pytest

from konferanse.common.clock import local
from konferanse.common.errors import Refused
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import editing, shifting
from konferanse.programme.shifting import Shift
from tests.conftest import StrictClient
from tests.programme.making import add

PAGE = "/admin/k/prove/program/forskyv"


@pytest.fixture
def day(conference: Conference) -> date:
    """09.00 and 11.00 in the hall, 11.00 upstairs, and 11.00 the day after."""
    begin_write()
    hall, upstairs = (editing.save_room(conference, None, name, 100) for name in ("Storsalen", "Galleriet"))
    add(conference, "09:00", "10:00", "Åpning", room=hall)
    add(conference, "11:00", "12:00", "Foredrag", room=hall)
    add(conference, "11:15", "12:15", "Samtale", room=upstairs)
    add(conference, "11:00", "12:00", "Neste dag", day=conference.dates[1], room=hall)
    db.session.commit()
    return conference.first_date


def clocks(conference: Conference) -> list[str]:
    db.session.rollback()
    return [f"{item.title} {local(item.start):%H.%M}–{local(item.end):%H.%M}" for item in editing.items(conference)]


BEFORE = ["Åpning 09.00–10.00", "Foredrag 11.00–12.00", "Samtale 11.15–12.15", "Neste dag 11.00–12.00"]


def test_what_begins_then_or_later_that_day_moves(conference: Conference, day: date) -> None:
    begin_write()
    moved = shifting.apply(conference, Shift(day, time(11), 15), "system")
    db.session.commit()
    assert [item.title for item in moved] == ["Foredrag", "Samtale"]
    assert clocks(conference) == ["Åpning 09.00–10.00", "Foredrag 11.15–12.15", "Samtale 11.30–12.30", "Neste dag 11.00–12.00"]


def test_one_room_moves_and_the_others_stay(conference: Conference, day: date) -> None:
    begin_write()
    shifting.apply(conference, Shift(day, time(0), -30, editing.rooms(conference)[0]), "system")
    db.session.commit()
    assert clocks(conference) == ["Åpning 09.00–10.00", "Samtale 10.45–11.45", "Foredrag 11.00–12.00", "Neste dag 11.00–12.00"]


@pytest.mark.parametrize(("minutes", "after"), [(720, time(11)), (-600, time(9))])
def test_nothing_moves_to_another_day(conference: Conference, day: date, minutes: int, after: time) -> None:
    begin_write()
    with pytest.raises(Refused, match="en annen dag"):
        shifting.apply(conference, Shift(day, after, minutes), "system")
    assert clocks(conference) == BEFORE


def test_the_hour_that_the_clock_skips_is_refused_and_lengths_are_kept_around_it(conference: Conference) -> None:
    begin_write()
    spring = date(2027, 3, 28)
    row = lifecycle.create("var", "Vår", "dialogkonferanse", spring, spring)
    add(row, "01:00", "01:30", "Natt")
    db.session.commit()
    with pytest.raises(Refused, match="hopper over"):
        shifting.preview(row, Shift(spring, time(1), 60))
    [moved] = shifting.preview(row, Shift(spring, time(1), 120))
    assert (f"{local(moved.start):%H.%M}", f"{local(moved.end):%H.%M}") == ("03.00", "03.30")


def test_the_page_shows_what_would_move_and_only_the_button_moves_it(
    sign_in: Callable[..., StrictClient], conference: Conference, day: date
) -> None:
    editor = sign_in("programme", conference=conference)
    assert PAGE in editor.get("/admin/k/prove/program").get_data(as_text=True)
    asked = {"dag": day.isoformat(), "fra": "11.00", "minutter": "15", "vei": "senere", "rom": ""}
    seen = editor.get(PAGE, query_string=asked).get_data(as_text=True)
    assert "2 programposter flyttes" in seen
    assert "11.15–12.15" in seen
    assert clocks(conference) == BEFORE
    sent = editor.submit(PAGE, asked, page=f"{PAGE}?dag={day}&fra=11.00&minutter=15&vei=senere&rom=")
    assert (sent.status_code, sent.headers["Location"]) == (303, f"/admin/k/prove/program#dag-{day}")
    assert clocks(conference)[1:3] == ["Foredrag 11.15–12.15", "Samtale 11.30–12.30"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"fra": "elleve"}, "Skriv klokkeslettet slik: 09.30"),
        ({"minutter": "0"}, "Skriv hvor mange minutter, fra 1 til 600."),
        ({"minutter": "-5"}, "Skriv hvor mange minutter, fra 1 til 600."),
        ({"dag": "1999-01-01"}, "Velg en av dagene konferansen varer."),
        ({"rom": "borte"}, "Velg et av rommene i listen."),
        ({"fra": "23.00"}, "Ingen programposter flyttes"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_moves(
    sign_in: Callable[..., StrictClient], conference: Conference, day: date, wrong: dict[str, str], told: str
) -> None:
    editor = sign_in("programme", conference=conference)
    asked = {"dag": day.isoformat(), "fra": "11.00", "minutter": "15", "vei": "senere", "rom": ""} | wrong
    seen = editor.get(PAGE, query_string=asked)
    assert told in seen.get_data(as_text=True)
    editor.submit("/admin/k/prove/program/forskyv", asked, page=PAGE + f"?dag={day}&fra=11.00&minutter=5&vei=senere&rom=")
    assert clocks(conference) == BEFORE
