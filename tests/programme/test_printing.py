"""The programme on paper: two pages for two days, a sign for each door, every letter there."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pypdf
import pytest

from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import printing, releases
from konferanse.programme.models import Room
from tests.conftest import StrictClient
from tests.programme.making import add

LETTERS = "Čáhppesáhpi: đ ŋ š ŧ ž æ ø å"


def pages(body: bytes) -> list[str]:
    """The text of each page."""
    assert body.startswith(b"%PDF")
    return [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(io.BytesIO(body)).pages]


def fill(conference: Conference, count: int, **more: Any) -> None:
    """``count`` items on the first day, a quarter of an hour each, and one on the last."""
    for n in range(count):
        start = timedelta(hours=8) + timedelta(minutes=10 * n)
        clock = [f"{(start + timedelta(minutes=m)).seconds // 3600:02}:{(start.seconds // 60 + m) % 60:02}" for m in (0, 10)]
        add(conference, *clock, f"Innlegg {n}", speaker=f"Taler {n}, NAV", **more)
    add(conference, "09:00", "10:00", LETTERS, day=conference.last_date)


def test_two_days_are_two_pages(conference: Conference) -> None:
    begin_write()
    fill(conference, 14, description="Slik gjør vi det. " * 8)
    first, last = pages(printing.pdf(conference, releases.working_copy(conference)))
    assert "Innlegg 13" in first
    assert "Slik gjør vi det." in first
    assert LETTERS in last
    assert "Innlegg" not in last


def test_a_long_day_is_set_smaller_then_without_texts_and_then_flows_on(conference: Conference) -> None:
    begin_write()
    fill(conference, 26, description="Slik gjør vi det. " * 30)
    first, _last = pages(printing.pdf(conference, releases.working_copy(conference)))
    assert "Innlegg 25" in first
    assert "Slik gjør vi det." not in first
    fill(conference, 60)
    many = pages(printing.pdf(conference, releases.working_copy(conference)))
    assert len(many) > 2
    text = " ".join(many)
    assert all(f"Innlegg {n} " in text for n in range(60))
    assert LETTERS in many[-1]


def test_what_is_called_off_says_so_and_nothing_is_markup(conference: Conference) -> None:
    begin_write()
    add(conference, "09:00", "10:00", "Spør #panic() $x$ *NAV* @ref <b>", status="cancelled", audience="Ledere & andre")
    (only,) = pages(printing.pdf(conference, releases.working_copy(conference)))
    assert "AVLYST – Spør #panic() $x$ *NAV* @ref <b>" in only
    assert "For: Ledere & andre" in only


def test_the_public_paper_is_the_release_not_the_working_copy(client: StrictClient, conference: Conference) -> None:
    begin_write()
    add(conference, "09:00", "10:00", "Oppdraget")
    releases.publish(conference, "Endelig", "system")
    add(conference, "11:00", "12:00", "Hemmelig utkast")
    db.session.commit()
    answer = client.get("/k/prove/program.pdf")
    (text,) = pages(answer.get_data())
    assert answer.mimetype == "application/pdf"
    assert "Oppdraget" in text
    assert "Hemmelig" not in text
    assert "Utgave 1, «Endelig»" in text
    again = client.get("/k/prove/program.pdf", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304
    english = pages(client.get("/k/prove/program.pdf?lang=en").get_data())[0]
    assert "09:00–10:00" in english


def test_a_new_release_is_a_new_paper(client: StrictClient, conference: Conference) -> None:
    for title in ("Først", "Sist"):
        begin_write()
        add(conference, "09:00", "10:00", title)
        releases.publish(conference, title, "system")
        db.session.commit()
        assert title in pages(client.get("/k/prove/program.pdf").get_data())[0]


def test_each_door_has_a_sign_for_each_day(
    sign_in: Callable[..., StrictClient], client: StrictClient, conference: Conference
) -> None:
    begin_write()
    rooms = [Room(conference_id=conference.id, name=name) for name in ("Sal 10", "Sal 2", LETTERS)]
    db.session.add_all(rooms)
    add(conference, "09:00", "10:15", "Oppdraget", room=rooms[0])
    add(conference, "10:15", "11:00", "Verksted", room=rooms[1], status="cancelled")
    add(conference, "12:00", "13:00", "Uten rom")
    add(conference, "09:00", "10:00", "Veien videre", day=conference.last_date, room=rooms[2])
    db.session.commit()
    organiser = sign_in("read", conference=conference)
    address = "/admin/k/prove/utskrifter/dorskilt.pdf"
    signs = pages(organiser.get(address).get_data())
    assert len(signs) == 3
    assert "Sal 2" in signs[0]
    assert "10.15–11.00 AVLYST – Verksted" in signs[0]
    assert "Sal 10" in signs[1]
    assert "09.00–10.15 Oppdraget" in signs[1]
    assert LETTERS in signs[2]
    assert len(pages(organiser.get(f"{address}?dag={conference.last_date}").get_data())) == 1
    assert client.get(address).status_code == 303


def test_an_empty_programme_is_refused_with_a_reason(conference: Conference) -> None:
    content = releases.working_copy(conference)
    with pytest.raises(Refused, match="Programmet er tomt"):
        printing.pdf(conference, content)
    with pytest.raises(Refused, match="Ingen programposter har rom"):
        printing.door_signs(conference, content)
