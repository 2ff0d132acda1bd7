"""iCalendar as calendar programs write it, right or wrong."""

from datetime import UTC, date, datetime

import pytest
from flask import Flask

from konferanse.common.errors import Refused
from konferanse.programme.exchange.found import Found, Reading
from konferanse.programme.exchange.reading import read

DATES = [date(2026, 6, 26), date(2026, 6, 27)]
ALARM = "BEGIN:VALARM\nSUMMARY:nei\nEND:VALARM"
WHEN = "DTSTART;TZID=Europe/Oslo:20260626T090000\nDTEND;TZID=Europe/Oslo:20260626T100000"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def calendar(*events: str, before: str = "") -> Reading:
    inside = "".join(f"BEGIN:VEVENT\nUID:a{n}\n{event}\nEND:VEVENT\n" for n, event in enumerate(events))
    return read(f"BEGIN:VCALENDAR\n{before}{inside}END:VCALENDAR\n".encode(), DATES)


def one(event: str, before: str = "") -> Found:
    [item] = calendar(event, before=before).items
    return item


def test_an_event_of_a_calendar_program(app: Flask) -> None:
    item = one(f"{WHEN}\nSUMMARY:Møte\\, del 1\nLOCATION:Sal A\nDESCRIPTION:En\\nto\\;\nSTATUS:CANCELLED\n{ALARM}")
    assert (item.title, item.room, item.description, item.status) == ("Møte, del 1", "Sal A", "En\nto;", "cancelled")
    assert (item.start, item.end, item.uid) == (utc("2026-06-26T07:00"), utc("2026-06-26T08:00"), "a0")
    assert (item.speakers, item.audience, item.kind) == (None, None, None)


def test_folded_lines_and_lines_that_should_have_been(app: Flask) -> None:
    folded = "DESCRIPTION:Lang tek\n st her\n\t og der\nSUMMARY:A"
    assert one(f"{WHEN}\n{folded}").description == "Lang tekst her og der"
    unfolded = "SUMMARY:A\nDESCRIPTION:Først\nog så mer: med kolon\n\nMerk: til slutt\nSTATUS:CONFIRMED"
    assert one(f"{WHEN}\n{unfolded}").description == "Først\nog så mer: med kolon\nMerk: til slutt"


CUSTOM = (
    "BEGIN:VTIMEZONE\nTZID:Vår egen\nBEGIN:DAYLIGHT\nTZOFFSETTO:+0200\nEND:DAYLIGHT\n"
    "BEGIN:STANDARD\nTZOFFSETTO:+0100\nEND:STANDARD\nEND:VTIMEZONE\n"
    "BEGIN:VTIMEZONE\nTZID:Fast\nBEGIN:STANDARD\nTZOFFSETTO:-0330\nRRULE:FREQ=SECONDLY\nEND:STANDARD\nEND:VTIMEZONE\n"
)


@pytest.mark.parametrize(
    ("zone", "starts"),
    [
        (";TZID=Europe/Oslo", "07:00"),
        (";TZID=W. Europe Standard Time", "07:00"),
        (';TZID="/freeassociation.sourceforge.net/Europe/Helsinki"', "06:00"),
        (";TZID=Vår egen", "07:00"),
        (";TZID=Fast", "12:30"),
        (";TZID=../../etc/passwd", "07:00"),
        (";TZID=Mars/Olympus", "07:00"),
        ("", "07:00"),
    ],
)
def test_zones_known_described_and_unknown(app: Flask, zone: str, starts: str) -> None:
    found = calendar(f"DTSTART{zone}:20260626T090000\nSUMMARY:A", before=CUSTOM)
    assert found.items[0].start == utc(f"2026-06-26T{starts}")
    unknown = [note for note in found.notes if "er ukjent" in note]
    assert len(unknown) == (1 if "passwd" in zone or "Mars" in zone else 0)


def test_times_in_utc_and_floating_ones(app: Flask) -> None:
    assert one("DTSTART:20260626T090000Z\nDURATION:PT45M\nSUMMARY:A").end == utc("2026-06-26T09:45")
    item = one("DTSTART:20260626T090000\nDTEND:20260626T100000\nSUMMARY:A")
    assert item.notes == ("Tiden sier ikke hvilken sone den er i. Lest som norsk tid.",)
    assert one("DTSTART:20260626T090000\nSUMMARY:A", before="X-WR-TIMEZONE:Europe/London\n").start == utc("2026-06-26T08:00")


def test_a_whole_day_is_left_out_and_a_broken_time_too(app: Flask) -> None:
    found = calendar(
        f"{WHEN}\nSUMMARY:A",
        "DTSTART;VALUE=DATE:20260626\nSUMMARY:Hele",
        "DTSTART:20269926T990000\nSUMMARY:Feil",
        "SUMMARY:Uten",
    )
    assert [item.title for item in found.items] == ["A"]
    assert [(left.title, left.why) for left in found.left] == [
        ("Hele", "Varer hele dagen, og har ikke klokkeslett."),
        ("Feil", "Har ikke noe klokkeslett."),
        ("Uten", "Har ikke noe klokkeslett."),
    ]


def test_what_repeats_every_day_is_an_item_a_day_and_one_may_differ(app: Flask) -> None:
    lunch = f"{WHEN}\nRRULE:FREQ=DAILY;COUNT=3\nEXDATE;TZID=Europe/Oslo:20260628T090000\nSUMMARY:Lunsj"
    moved = (
        "UID:a0\nRECURRENCE-ID;TZID=Europe/Oslo:20260627T090000\nDTSTART;TZID=Europe/Oslo:20260627T110000\nSUMMARY:Sen lunsj"
    )
    found = read(
        f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a0\n{lunch}\nEND:VEVENT\nBEGIN:VEVENT\n{moved}\nEND:VEVENT\n".encode(), DATES
    )
    starts = [(item.title, item.start) for item in found.items]
    assert starts == [("Lunsj", utc("2026-06-26T07:00")), ("Sen lunsj", utc("2026-06-27T09:00"))]
    assert len({item.uid for item in found.items}) == 2


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=DAILY",
        "FREQ=DAILY;COUNT=999999999",
        "FREQ=DAILY;INTERVAL=0;COUNT=3",
        "FREQ=YEARLY;BYDAY=-1SU",
        "x=y",
    ],
)
def test_what_repeats_without_end_is_one_item(app: Flask, rule: str) -> None:
    found = calendar(f"{WHEN}\nRRULE:{rule}\nSUMMARY:A")
    assert [item.notes for item in found.items] == [("Gjentas i kalenderen. Bare den første er tatt med.",)]


def test_repeating_until_a_day_across_the_october_change_keeps_the_clock(app: Flask) -> None:
    event = "DTSTART;TZID=Europe/Oslo:20261024T090000\nDURATION:PT1H\nRRULE:FREQ=DAILY;UNTIL=20261026\nSUMMARY:A"
    assert [item.start.hour for item in calendar(event).items] == [7, 8, 8]


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_small_letters_other_line_ends_and_an_end_that_is_missing(app: Flask, end: str) -> None:
    text = end.join(["begin:vcalendar", "begin:vevent", "uid:x", "dtstart:20260626T090000Z", "summary:a", "begin:valarm"])
    [item] = read(text.encode("utf-8-sig"), DATES).items
    assert (item.title, item.uid) == ("a", "x")


@pytest.mark.parametrize(
    "text",
    [
        "BEGIN:VCALENDAR\nEND:VCALENDAR",
        "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\n" * 30,
        "BEGIN:VCALENDAR\n" + "BEGIN:VEVENT\nEND:VEVENT\n" * 5001,
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + "A:b\n" * 300_000,
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20260626T090000Z\nRRULE:FREQ=DAILY;COUNT=31\nSUMMARY:A\nEND:VEVENT\n".replace(
            "BEGIN:VCALENDAR\n", ""
        )
        * 170,
    ],
)
def test_what_is_no_calendar_or_too_much_of_one_is_refused(app: Flask, text: str) -> None:
    with pytest.raises(Refused):
        read((text if text.startswith("BEGIN:VCAL") else f"BEGIN:VCALENDAR\n{text}").encode(), DATES)
