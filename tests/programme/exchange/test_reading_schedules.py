"""frab XML and c3voc JSON as other programs write them, and as somebody might who means harm."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask

from konferanse.common.errors import Refused
from konferanse.programme.exchange.found import Found, Reading
from konferanse.programme.exchange.reading import read

DATES = [date(2026, 6, 26), date(2026, 6, 27)]
HEAD = "<schedule><conference><title>X</title></conference><day index='1' date='2026-06-26'><room name='Sal A'>"
TAIL = "</room></day></schedule>"
GUID = "8079583e-8321-506c-95af-fd2903a5f075"


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def event(inside: str = "", attributes: str = f"guid='{GUID}' id='7'", date_: str = "2026-06-26T09:00:00+02:00") -> str:
    told = f"<date>{date_}</date><start>09:00</start><duration>00:30</duration><title>A</title>"
    return f"<event {attributes}>{told}{inside}</event>"


def one(content: str | bytes) -> Found:
    [item] = read(content if isinstance(content, bytes) else content.encode(), DATES).items
    return item


def of_json(*events: dict[str, Any], **conference: Any) -> bytes:
    day = {"index": 1, "date": "2026-06-26", "rooms": {"Sal A": list(events)}}
    return json.dumps({"schedule": {"version": "1", "conference": {"title": "X", "days": [day]} | conference}}).encode()


TALK = {"guid": GUID, "id": 7, "title": "A", "date": "2026-06-26T09:00:00+02:00", "start": "09:00", "duration": "00:30"}


def test_a_plain_event_is_read(app: Flask) -> None:
    more = (
        "<subtitle>Under</subtitle><type>workshop</type><language>en-GB</language><abstract>Kort</abstract><description>Langt</description>"
        "<persons><person id='1'>Kari,  NAV</person><person>Ola</person></persons>"
        "<links><link href='https://example.org/a'>a</link><link href='javascript:alert(1)'>b</link></links>"
    )
    item = one(HEAD + event(more) + TAIL)
    assert (item.start, item.end) == (utc("2026-06-26T07:00"), utc("2026-06-26T07:30"))
    assert (item.title, item.uid, item.number, item.room, item.kind, item.language) == ("A", GUID, 7, "Sal A", "parallel", "en")
    assert (item.description, item.speakers, item.links) == (
        "Under\n\nKort\n\nLangt",
        ("Kari, NAV", "Ola"),
        ("https://example.org/a",),
    )
    assert item.notes == ("En lenke er ikke tatt med, for den er ikke en nettadresse vi kan vise.",)


def test_namespaces_unknown_elements_and_lost_structure_do_not_matter(app: Flask) -> None:
    inside = event("<ukjent><title>nei</title></ukjent>")
    item = one(f"<x:schedule xmlns:x='urn:x' xmlns='urn:y'><mellom>{inside}</mellom></x:schedule>")
    assert (item.title, item.room) == ("A", "")


@pytest.mark.parametrize(
    ("attributes", "uid"),
    [("guid='ikke-en-uuid' id='3'", "ikke-en-uuid"), ("id='3'", "id 3"), ("", "")],
)
def test_ids_of_any_kind_are_kept(app: Flask, attributes: str, uid: str) -> None:
    assert one(HEAD + event(attributes=attributes) + TAIL).uid == uid


def test_the_same_id_twice_is_two_items_and_says_so(app: Flask) -> None:
    found = read((HEAD + event() + event("<room>B</room>") + event() + TAIL).encode(), DATES)
    assert [(item.uid, item.number) for item in found.items] == [(GUID, 7), (f"{GUID}#2", 0)]
    assert found.items[1].notes == ("Flere poster i filen har samme id. Denne får en egen.",)
    assert [left.why for left in found.left] == ["Står to ganger i filen."]


@pytest.mark.parametrize(
    ("date_", "starts", "odd"),
    [
        ("2026-06-26T09:00:00", "07:00", "Tiden sier ikke hvilken sone den er i. Lest som norsk tid."),
        ("2026-06-26", "07:00", "Tiden er satt sammen av dagen og klokkeslettet."),
        ("", "07:00", "Tiden er satt sammen av dagen og klokkeslettet."),
        ("2026-06-26T09:00:00Z", "09:00", "Står som kl. 09.00 i filen, men sonen gjør det til kl. 11.00 norsk tid."),
        ("2026-06-26T03:00:00-04:00", "07:00", None),
        ("2026-06-26T09:00:00+2:00", "07:00", None),
    ],
)
def test_times_with_wrong_or_missing_zones(app: Flask, date_: str, starts: str, odd: str | None) -> None:
    item = one(HEAD + event(date_=date_) + TAIL)
    assert item.start == utc(f"2026-06-26T{starts}")
    assert item.notes == ((odd,) if odd else ())


def test_a_zone_for_the_whole_file_counts_for_times_without_one(app: Flask) -> None:
    zone = "<time_zone_name>Europe/Helsinki</time_zone_name>"
    item = one(HEAD.replace("</conference>", f"{zone}</conference>") + event(date_="2026-06-26T10:00:00") + TAIL)
    assert item.start == utc("2026-06-26T07:00")
    found = read(of_json(TALK | {"date": "2026-06-26T09:00:00"}, time_zone_name="Mars/Olympus"), DATES)
    assert found.items[0].start == utc("2026-06-26T07:00")
    assert found.notes == ["Tidssonen «Mars/Olympus» er ukjent. Tider uten sone er lest som norsk tid."]


@pytest.mark.parametrize(
    ("duration", "minutes"), [("00:45", 45), ("1:30:00", 90), ("PT2H", 120), ("45", 45), ("", 30), ("00:00", 30), ("tull", 30)]
)
def test_lengths(app: Flask, duration: str, minutes: int) -> None:
    item = one(of_json(TALK | {"duration": duration}))
    assert (item.end - item.start).total_seconds() == minutes * 60


def test_a_missing_end_is_when_the_next_begins_in_the_room(app: Flask) -> None:
    def at(clock: str, room: str) -> dict[str, str]:
        return {"title": f"{room} {clock}", "date": f"2026-06-26T{clock}:00+02:00", "room": room, "guid": f"{room}{clock}"}

    found = read(of_json(at("09:00", "A"), at("09:20", "B"), at("10:00", "A"), at("23:50", "A")), DATES)
    assert [(item.end - item.start).total_seconds() / 60 for item in found.items] == [60, 40, 830, 30]
    assert found.items[0].notes == ("Slutten mangler. Satt til kl. 10.00.",)


def test_what_cannot_be_an_item_is_left_with_a_reason(app: Flask) -> None:
    found = read(
        of_json(TALK, {"title": "Uten tid"}, TALK | {"title": " ", "guid": "b"}, TALK | {"date": "0001-01-01T00:00:00Z"}), DATES
    )
    assert len(found.items) == 1
    assert {left.why for left in found.left} == {
        "Har ikke noe klokkeslett.",
        "Har ingen tittel.",
        "Har et årstall vi ikke tror på.",
    }


def test_what_is_too_long_is_cut_and_told(app: Flask) -> None:
    long = {"title": "å" * 300, "description": "b" * 5000, "room": "r" * 200, "persons": [{"public_name": "c" * 400}] * 2}
    item = one(of_json(TALK | long))
    assert [len(text) for text in (item.title, item.description or "", item.room or "")] == [200, 4000, 120]
    assert len(item.notes) == 3
    assert item.notes[0] == "Tittelen er kortet ned til 200 tegn."


@pytest.mark.parametrize(
    "odd",
    [
        {"persons": "Kari"}, {"persons": [None, 7, [], "Kari"]}, {"links": {"a": 1}}, {"id": "sju"}, {"id": 10**30}, {"id": -1},
        {"room": None}, {"room": {"en": "Hall"}}, {"language": 7}, {"title": {"en": "A", "nb": "B"}}, {"type": []},
        {"abstract": False},
    ],
)  # fmt: skip
def test_values_of_the_wrong_kind_harm_nothing(app: Flask, odd: dict[str, Any]) -> None:
    assert one(of_json(TALK | odd)).start == utc("2026-06-26T07:00")


def test_rooms_in_a_list_are_read(app: Flask) -> None:
    day = {"date": "2026-06-26", "rooms": [{"name": "Sal B", "events": [TALK]}]}
    assert one(of_json(days=[day])).room == "Sal B"


@pytest.mark.parametrize(
    "encode",
    [
        lambda text: text.encode("utf-8-sig"),
        lambda text: text.encode("utf-16"),
        lambda text: ('<?xml version="1.0" encoding="ISO-8859-1"?>' + text).encode("latin-1"),
        lambda text: text.encode("cp1252"),
        lambda text: text.replace("ø", "&oslash;").encode(),
        lambda text: ("<!-- æ -->\n<?a b?>" + text).replace("ø", "&#248;").encode(),
        lambda text: text.replace("\n", "\r").encode(),
        lambda text: text.replace("Blåbær", "Blåbær\0\x01").encode(),
    ],
)
def test_any_encoding(app: Flask, encode: Any) -> None:
    text = f"{HEAD}\n{event('<description>Blåbær &amp; rømme & sånt</description>')}\n{TAIL}"
    assert one(encode(text)).description == "Blåbær & rømme & sånt"


LAUGHS = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "harm",
    [
        f'<!DOCTYPE x [<!ENTITY a0 "ha">{LAUGHS}]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1:9/x.dtd">',
        "<!-- a --><?b c?>\n<!DOCTYPE x>",
        "<!doctype x>",
    ],
)
def test_a_document_type_is_refused(app: Flask, harm: str) -> None:
    with pytest.raises(Refused, match="dokumenttype"):
        read((harm + HEAD + event("<description>&a9;</description>") + TAIL).encode(), DATES)


def test_entities_and_inclusions_are_only_text(app: Flask) -> None:
    include = "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='/etc/passwd' parse='text'/>"
    assert one(HEAD + event(f"<description>&a; {include}</description>") + TAIL).description == "&a;"


@pytest.mark.parametrize(
    "content",
    [
        b"<a>" * 200_000,
        b"<schedule>" + b"<event/>" * 5_001 + b"</schedule>",
        b"<" * 500_000,
        b'{"a":' * 100_000,
        b'{"schedule":' + b"[" * 300_000,
        b'{"schedule": 1' + b"0" * 5000 + b"}",
        b'{"schedule": {"conference": {"days": [[], null, 7, {"rooms": 7}]}}}',
        b"<schedule><event></schedule>",
        b"<html><body>hei</body></html>",
        b" " * 5_000_001,
        b"<a " + b"x='1' " * 100_000 + b"/>",
    ],
)
def test_what_is_no_programme_is_refused(app: Flask, content: bytes) -> None:
    with pytest.raises(Refused):
        read(content, DATES)


def test_a_line_is_where_the_event_stands(app: Flask) -> None:
    text = json.dumps(json.loads(of_json(TALK, TALK | {"guid": "b", "title": "B"})), indent=1)
    lines = text.splitlines()
    found: Reading = read(text.encode(), DATES)
    assert [f'"guid": "{item.uid}"' in lines[item.line - 1] for item in found.items] == [True, True]
