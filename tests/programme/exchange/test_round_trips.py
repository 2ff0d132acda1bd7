"""Reading an export again gives the same programme, whatever people wrote in it."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from konferanse.common.clock import local
from konferanse.common.fields import clean, printable
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import editing, feed, releases, sheet
from konferanse.programme.exchange import c3voc, frab, planning, reading, schedule
from konferanse.programme.kinds import ITEM_LANGUAGES
from konferanse.programme.models import ITEM_KINDS
from tests.programme.exchange.making import publish, rich, told

DATES = [date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 26)]
PAGE = "http://localhost/k/x/program"


def exported(conference: Conference, content: dict[str, Any]) -> dict[str, bytes]:
    made = schedule.schedule(conference, content, "1", PAGE, feed.anchor)
    return {
        "frab": frab.xml_bytes(made, f"{PAGE}.xml"),
        "c3voc": c3voc.json_bytes(made),
        "ics": feed.calendar(conference, content, PAGE),
        "csv": sheet.csv_bytes(content),
    }


def take_in(conference: Conference, content: bytes, **how: Any) -> planning.Plan:
    begin_write()
    planned = planning.plan(conference, reading.read(content, conference.dates), **how)
    assert planned.problems == []
    planning.apply(conference, planned, "system")
    db.session.commit()
    return planned


@pytest.fixture
def autumn(app: Flask) -> Conference:
    row = rich(app)
    publish(row)
    return row


@pytest.fixture
def empty(app: Flask) -> Conference:
    begin_write()
    row = lifecycle.create("kopi", "Kopi", "dialogkonferanse", DATES[0], DATES[-1])
    db.session.commit()
    return row


@pytest.mark.parametrize("form", ["frab", "c3voc", "ics"])
def test_reading_our_own_export_changes_nothing(autumn: Conference, form: str) -> None:
    before = releases.working_copy(autumn)
    planned = take_in(autumn, exported(autumn, before)[form], replace=True)
    assert {step.act for step in planned.steps} == {planning.SAME}
    assert releases.working_copy(autumn) == before


@pytest.mark.parametrize("form", ["frab", "c3voc", "ics"])
def test_an_export_makes_the_same_programme_elsewhere(autumn: Conference, empty: Conference, form: str) -> None:
    take_in(empty, exported(autumn, releases.working_copy(autumn))[form])
    assert told(empty) == told(autumn)
    numbers = [{item.title: item.number for item in editing.items(row)} for row in (autumn, empty)]
    if form != "ics":
        assert numbers[0] == numbers[1]


def test_a_sheet_makes_the_same_programme_but_for_what_it_has_no_column_for(autumn: Conference, empty: Conference) -> None:
    take_in(empty, exported(autumn, releases.working_copy(autumn))["csv"])
    without = [item | {"audience": "", "links": []} for item in told(autumn)]
    assert told(empty) == without


def test_a_sheet_read_twice_is_the_same_programme(autumn: Conference) -> None:
    before = releases.working_copy(autumn)
    planned = take_in(autumn, exported(autumn, before)["csv"], replace=True)
    assert {step.act for step in planned.steps} == {planning.SAME}
    assert releases.working_copy(autumn) == before


def test_what_is_read_elsewhere_is_found_again(autumn: Conference, empty: Conference) -> None:
    """An id is one item's everywhere, so the copy's items have others; the file still finds them."""
    for form in ("frab", "c3voc", "ics"):
        content = exported(autumn, releases.working_copy(autumn))[form]
        take_in(empty, content)
        assert {step.act for step in take_in(empty, content, replace=True).steps} == {planning.SAME}
    assert len(editing.items(empty)) == 8
    assert not {item.uid for item in editing.items(empty)} & {item.uid for item in editing.items(autumn)}


def as_kept(text: str) -> str:
    return clean(printable(clean(text)))


def one_line(text: str) -> str:
    return " ".join(as_kept(text).split())


nasty = st.text(st.characters(codec="utf-8"), max_size=200) | st.sampled_from(
    [
        "a\r\nb",
        "&amp;<![CDATA[x]]>",
        "\\n\\,\\;",
        "END:VEVENT",
        "=1+1",
        "'=x",
        "''=x",
        "\ttab\t",
        "e\u0301",
        "﷽" * 70,
        "🎉\u200d",
    ]
)
line = nasty.map(one_line)
title = line.filter(lambda text: text and not text.casefold().startswith("avlyst:"))
name = line.map(lambda text: ", ".join(p for part in text.replace(";", " ").split(",") if (p := " ".join(part.split()))))


@st.composite
def items(draw: Callable[..., Any]) -> dict[str, Any]:
    start = editing.moment(draw(st.sampled_from(DATES)), time(draw(st.integers(3, 23)), draw(st.integers(0, 59))))
    people = list({credit.casefold(): credit for credit in draw(st.lists(name.filter(bool), max_size=3))}.values())
    room = draw(st.sampled_from(["", "Sal", 'Sal; øst, \\ "x"', "<b>"]))
    end = start + timedelta(minutes=draw(st.integers(1, 600)))
    return {
        "uid": str(uuid4()),
        "number": draw(st.integers(1, 10**6)),
        "start": start.isoformat(),
        "end": end.isoformat(),
        "title": draw(title),
        "kind": draw(st.sampled_from(ITEM_KINDS)),
        "room": room,
        "room_uid": str(UUID(int=hash(room) & (2**64 - 1))) if room else "",
        "speaker": "; ".join(people),
        "speakers": [{"uid": str(uuid4()), "name": who, "role": "", "organisation": "", "part": "speaker"} for who in people],
        "language": draw(st.sampled_from(list(ITEM_LANGUAGES))),
        "description": draw(nasty.map(as_kept)),
        "audience": draw(line),
        "links": draw(st.lists(st.sampled_from(["https://example.org/?a=1&b=2", "http://x.no/å"]), unique=True)),
        "status": draw(st.sampled_from(["confirmed", "cancelled"])),
        "sequence": 0,
        "modified": "2026-01-01T00:00:00+00:00",
    }


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(items(), min_size=1, max_size=4))
def test_no_text_is_lost_or_changed(empty: Conference, given_items: list[dict[str, Any]]) -> None:
    for n, item in enumerate(given_items):
        item["number"] += n * 10**6
    content = {"days": [], "items": given_items}
    for form, written in exported(empty, content).items():
        found = {item.title: item for item in reading.read(written, empty.dates).items}
        for item in given_items:
            if sum(one["title"] == item["title"] for one in given_items) > 1:
                continue
            read = found[item["title"]]
            start, end = (datetime.fromisoformat(item[key]) for key in ("start", "end"))
            assert read.start == start, form
            if form != "csv" or not local(end).fold:  # clock times alone cannot tell the two hours of October apart
                assert read.end == end, form
            assert (read.kind, read.room, read.language, read.status) == tuple(
                item[key] for key in ("kind", "room", "language", "status")
            ), form
            assert list(read.speakers or ()) == [who["name"] for who in item["speakers"]], form
            assert read.description == item["description"], form
            if form != "csv":
                assert (read.uid, read.audience, list(read.links or ())) == (item["uid"], item["audience"], item["links"]), form
