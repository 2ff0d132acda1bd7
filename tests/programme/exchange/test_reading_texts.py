"""Programmes pasted from a document."""

from contextlib import suppress
from datetime import date

import pytest
from flask import Flask

from konferanse.common.clock import local
from konferanse.common.errors import Refused
from konferanse.programme.exchange.found import Reading
from konferanse.programme.exchange.reading import read

DATES = [date(2026, 6, 26), date(2026, 6, 27)]


def pasted(text: str) -> Reading:
    return read(text.encode(), DATES)


def told(reading: Reading) -> list[tuple[str, str, str, str]]:
    return [
        (f"{local(i.start):%d %H:%M}", f"{local(i.end):%H:%M}", i.title, "; ".join(i.speakers or ())) for i in reading.items
    ]


@pytest.mark.parametrize(
    "text",
    [
        "09.00–09.30 Velkommen v/ Direktøren",
        "kl. 09.00 - 09.30: Velkommen v/Direktøren",
        "• 9.00-9.30  Velkommen, v/ Direktøren",
        "09:00–09:30 | Velkommen | Direktøren",
        "| 09.00–09.30 | Velkommen | Direktøren |",
        "09.00\t09.30\tVelkommen\tDirektøren",
        "09.00–09.30\tVelkommen\tDirektøren",
        "Kl 09.00 til kl 09.30\tVelkommen\tDirektøren",
        "09.00–09.30\nVelkommen\nv/ Direktøren",
        "Tid\tHva\tHvem\n09.00–09.30\tVelkommen\tDirektøren",
        "tid | hvem | hva\n--- | --- | ---\n09.00–09.30 | Direktøren | Velkommen",
        "Tid;Hva;Hvem\n09.00–09.30;Velkommen;Direktøren",
        "09.00–09.30 Velkommen\nInnleder: Direktøren",
    ],
)
def test_one_item_however_it_is_written(app: Flask, text: str) -> None:
    assert told(pasted(text)) == [("26 09:00", "09:30", "Velkommen", "Direktøren")]


def test_a_whole_document(app: Flask) -> None:
    found = pasted(
        "Program for Innspillskonferansen\n\nDag 1: fredag 26. juni – Hva hindrer oss?\n09.30 Registrering og kaffe\n"
        "10.00–10.15 Velkommen v/ Møteleder, Helse Nord RHF\nVi ønsker velkommen.\nRom: Storsalen\n19.00–00.30 Middag\n\n"
        "Lørdag 27. juni 2026\n08.30 Morgenkaffe\n09.00 Gruppearbeid\n14.00–15.00 Avslutning\n"
    )
    assert told(found) == [
        ("26 09:30", "10:00", "Registrering og kaffe", ""),
        ("26 10:00", "10:15", "Velkommen", "Møteleder, Helse Nord RHF"),
        ("26 19:00", "00:30", "Middag", ""),
        ("27 08:30", "09:00", "Morgenkaffe", ""),
        ("27 09:00", "14:00", "Gruppearbeid", ""),
        ("27 14:00", "15:00", "Avslutning", ""),
    ]
    assert (found.items[1].description, found.items[1].room) == ("Vi ønsker velkommen.", "Storsalen")
    assert found.days == [(DATES[0], "Hva hindrer oss?")]
    assert [(left.line, left.title) for left in found.left] == [(1, "Program for Innspillskonferansen")]


def test_clock_times_that_begin_anew_are_the_next_day(app: Flask) -> None:
    found = pasted("09.00 A\n15.00–16.00 B\n09.00 C\n")
    assert [line[0] for line in told(found)] == ["26 09:00", "26 15:00", "27 09:00"]
    assert "Klokkeslettene begynner forfra" in found.notes[1]


def test_what_is_cancelled(app: Flask) -> None:
    [item] = pasted("09.00–10.00 AVLYST: Foredrag v/ Kari").items
    assert (item.title, item.status, item.speakers) == ("Foredrag", "cancelled", ("Kari",))


@pytest.mark.parametrize("text", ["Bare prat", "2026 var et godt år", "26. juni", "[Utkast]", "1.2 noe", "| --- | --- |"])
def test_a_text_without_times_is_refused(app: Flask, text: str) -> None:
    with pytest.raises(Refused):
        pasted(text)


@pytest.mark.parametrize(
    "text",
    [
        "9.00 a\n" * 5001,
        "\n".join("x" * 3 for _ in range(50_001)),
        "9.00 " + "v/" * 400_000,
        "- " * 900_000,
        ("9.00 a" + " " * 19_000 + "b\n") * 250,
    ],
)
def test_a_text_without_end_ends(app: Flask, text: str) -> None:
    with suppress(Refused):
        assert len(pasted(text).items) <= 250
