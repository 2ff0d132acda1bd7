"""A thousand damaged copies of each kind of file: each is read or refused, never anything else."""

import random
import time
import zipfile
from collections.abc import Callable
from html import escape
from io import BytesIO

import pytest
from flask import Flask

from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.programme import feed, releases, sheet
from konferanse.programme.exchange import c3voc, frab, planning, schedule, sheets
from konferanse.programme.exchange.reading import read
from tests.programme.exchange.making import rich
from tests.programme.exchange.test_reading_sheets import ods, ods_row

COPIES = 1000
PIECES = [
    b"", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"<", b">", b"&", b"]]>", b"<!DOCTYPE a>", b"<!--", b"&#0;", b"&#xD800;", b'"',
    b"'", b"{", b"}", b"[", b"]", b",", b";", b"\\", b"\\u0000", b"\\ud800", b"null", b"-1", b"1e999", b"9" * 20, b"0001-01-01",
    b"9999-12-31", b"24:00", b"99:99", b"P9999D", b"PT99999H", b"+99:99", b"-14:00", b"\r", b"\n", b"\r\n ", b"\t", b"|",
    b"BEGIN:VEVENT\n", b"END:VEVENT\n", b"RRULE:FREQ=DAILY;COUNT=31\n", b"TZID=", b":", b"\xc3", b"\xf0\x9f\x8e\x89",
    b"\xe2\x80\xae", b"kl. ", b"v/", b"31. februar", b"=1+1", b"1048576", b"XFD1", b" " * 300, b"A" * 5000, b"\xc2\xb2",
    b"\xd9\xa3", b"00", b"T",
]  # fmt: skip
TEXT = "Lørdag 24. oktober – Først\n09.00–09.30 Velkommen v/ Direktøren\nRom: Sal\n10 | Pause\nkl. 10.30\tGruppe\tAlle\tSal\n"


def mutated(content: bytes, chance: random.Random) -> bytes:
    """A copy with one to six pieces changed, taken out, doubled or put in."""
    copy = bytearray(content)
    for _again in range(chance.randint(1, 6)):
        at = chance.randrange(len(copy) + 1)
        length = chance.choice((0, 1, 2, 5, 40, 400))
        kind = chance.randrange(5)
        if kind == 0:
            copy[at : at + length] = chance.choice(PIECES)
        elif kind == 1:
            copy[at : at + length] = b""
        elif kind == 2:
            copy[at:at] = copy[at : at + length] * chance.randint(1, 3)
        elif kind == 3:
            copy[at : at + 1] = bytes([chance.randrange(256)])
        else:
            other = chance.randrange(len(copy) + 1)
            copy[at:at] = copy[other : other + length]
    return bytes(copy)


def inside_zip(content: bytes, chance: random.Random) -> bytes:
    """A zip in which a part is damaged, or that is damaged itself."""
    if chance.random() < 0.2:
        return mutated(content, chance)
    source, out = zipfile.ZipFile(BytesIO(content)), BytesIO()
    hit = chance.choice([name for name in source.namelist() if name != "mimetype"])
    with zipfile.ZipFile(out, "w") as packed:
        for name in source.namelist():
            packed.writestr(name, mutated(source.read(name), chance) if name == hit else source.read(name))
    return out.getvalue()


def kinds(conference: Conference) -> dict[str, bytes]:
    """A good file of each kind."""
    content = releases.working_copy(conference)
    page = "http://localhost/k/x/program"
    made = schedule.schedule(conference, content, "1", page, feed.anchor)
    csv = sheet.csv_bytes(content)
    rows = [row for _line, row in sheets.csv_rows(csv.decode("utf-8-sig"))]
    return {
        "frab": frab.xml_bytes(made, page),
        "c3voc": c3voc.json_bytes(made),
        "ics": feed.calendar(conference, content, page),
        "csv": csv,
        "xlsx": sheets.table(rows),
        "ods": ods("".join(ods_row(*map(escape, row)) for row in rows)),
        "text": (TEXT * 5).encode(),
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["frab", "c3voc", "ics", "csv", "xlsx", "ods", "text"])
def test_a_damaged_file_is_read_or_refused(app: Flask, kind: str) -> None:
    conference = rich(app)
    content = kinds(conference)[kind]
    chance = random.Random(f"{kind} 1")
    damage: Callable[[bytes, random.Random], bytes] = inside_zip if kind in ("xlsx", "ods") else mutated
    read_, begun = 0, time.monotonic()
    for n in range(COPIES):
        copy = damage(content, chance)
        try:
            planned = planning.plan(conference, read(copy, conference.dates), replace=n % 2 == 0, move=n % 3 - 1)
        except Refused:
            continue
        read_ += 1
        for step in planned.steps:
            assert step.start < step.end
            assert 0 < len(step.title) <= 200
    assert read_ > COPIES / 50, "hardly any copy was read: the test tries nothing"
    assert time.monotonic() - begun < 300, "something in a damaged file makes reading hang"
