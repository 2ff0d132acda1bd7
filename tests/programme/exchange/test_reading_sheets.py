"""Programmes in spreadsheets and CSV files."""

import zipfile
from datetime import date, datetime
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from xlsxwriter import Workbook

from konferanse.common.clock import local
from konferanse.common.errors import Refused
from konferanse.programme.exchange.found import Found, Reading
from konferanse.programme.exchange.reading import read

DATES = [date(2026, 6, 26), date(2026, 6, 27)]
OFFICE = 'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
TABLE = 'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
TEXT = 'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'


def told(reading: Reading) -> list[tuple[str, str, str]]:
    return [(item.title, f"{local(item.start):%d %H:%M}", f"{local(item.end):%d %H:%M}") for item in reading.items]


def of_csv(text: str) -> Reading:
    return read(text.encode(), DATES)


def one(text: str) -> Found:
    [item] = of_csv(text).items
    return item


def xlsx(*rows: list[Any], **options: Any) -> bytes:
    out = BytesIO()
    with Workbook(out, {"in_memory": True} | options) as book:
        sheet = book.add_worksheet()
        day, clock = book.add_format({"num_format": "dd.mm.yyyy"}), book.add_format({"num_format": "hh:mm"})
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, date):
                    sheet.write_datetime(r, c, datetime(value.year, value.month, value.day), day)  # noqa: DTZ001
                elif isinstance(value, float):
                    sheet.write_number(r, c, value, clock)
                elif value is not None:
                    sheet.write(r, c, value)
    return out.getvalue()


def ods(inside: str, mimetype: str = "application/vnd.oasis.opendocument.spreadsheet") -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", mimetype)
        table = f"<table:table table:name='A'>{inside}</table:table>"
        body = f"<office:body><office:spreadsheet>{table}</office:spreadsheet></office:body>"
        packed.writestr("content.xml", f"<office:document-content {OFFICE} {TABLE} {TEXT}>{body}</office:document-content>")
    return out.getvalue()


def ods_row(*cells: str, repeated: int = 1) -> str:
    inside = "".join(c if c.startswith("<") else f"<table:table-cell><text:p>{c}</text:p></table:table-cell>" for c in cells)
    return f"<table:table-row table:number-rows-repeated='{repeated}'>{inside}</table:table-row>"


@pytest.mark.parametrize("between", [",", ";", "\t", "|"])
def test_whatever_stands_between_the_cells(app: Flask, between: str) -> None:
    text = "date,start,end,title,ukjent\n2026-06-26,09:00,10:00,Åpning,x\n".replace(",", between)
    assert told(of_csv(text)) == [("Åpning", "26 09:00", "26 10:00")]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
def test_whatever_the_encoding_and_the_line_ends(app: Flask, encoding: str, end: str) -> None:
    text = f"Dato;Kl.;Slutt;Tittel;Innleder{end}26.06.2026;9.00;10.00;Møte;Åse; Øst{end}"
    found = read(text.encode(encoding), DATES)
    assert told(found) == [("Møte", "26 09:00", "26 10:00")]
    assert ("Filen er ikke i UTF-8. Se over æ, ø og å." in found.notes) == (encoding == "cp1252")


@pytest.mark.parametrize(
    ("day", "is_"),
    [
        ("2026-06-27", 27), ("27.06.2026", 27), ("27.6.", 27), ("27. juni", 27), ("Lørdag 27. juni 2026", 27), ("27/6-26", 27),
        ("lørdag", 27), ("Dag 2", 27), ("46200", 27), ("June 27, 2026", 27), ("2026-06-27 00:00:00", 27), ("", 26),
    ],
)  # fmt: skip
def test_dates_as_people_write_them(app: Flask, day: str, is_: int) -> None:
    assert local(one(f'date,start,title\n"{day}",09:00,A\n').start).date() == date(2026, 6, is_)


@pytest.mark.parametrize(
    ("clock", "is_"),
    [
        ("09:30", "09:30"), ("9.30", "09:30"), ("kl. 09.30", "09:30"), ("Kl 9:30", "09:30"), ("0930", "09:30"),
        ("9", "09:00"), ("9,3", "09:30"), ("0.3958333333", "09:30"), ("0,3958333333", "09:30"), ("46199.3958333333", "09:30"),
        ("2 pm", "14:00"), ("09:30:00", "09:30"),
        ("1899-12-31T09:30:00", "09:30"),
    ],
)  # fmt: skip
def test_times_as_people_and_spreadsheets_write_them(app: Flask, clock: str, is_: str) -> None:
    assert f"{local(one(f'date;start;title{chr(10)}2026-06-26;{clock};A').start):%H:%M}" == is_


def test_a_date_counts_for_the_lines_below_and_midnight_is_passed(app: Flask) -> None:
    found = of_csv("date,start,end,title\n27.6.,20.00,01.30,Fest\n,22.00,,Sent\n")
    assert told(found) == [("Fest", "27 20:00", "28 01:30"), ("Sent", "27 22:00", "27 22:30")]


def test_both_times_in_one_cell(app: Flask) -> None:
    assert told(of_csv("dato;tid;hva;hvem\n26.6.;09.00–10.15;Åpning;Direktøren")) == [("Åpning", "26 09:00", "26 10:15")]


def test_the_other_columns(app: Flask) -> None:
    head = "date,start,title,kind,room,speaker,language,description,status\n"
    item = one(f'{head}2026-06-26,9:00,A,Gruppearbeid,Sal,"Kari, NAV; Ola",Nynorsk,"En\nto",avlyst\n')
    assert (item.kind, item.room, item.speakers, item.language) == ("group_work", "Sal", ("Kari, NAV", "Ola"), "nn")
    assert (item.description, item.status) == ("En\nto", "cancelled")
    strange = one(f"{head}2026-06-26,9:00,Lunsj,kaffekos,,,klingon,,\n")
    assert (strange.kind, strange.language) == (None, None)
    assert strange.notes[:2] == ("Typen «kaffekos» er ukjent.", "Språket «klingon» er ukjent.")


def test_columns_that_are_not_there_say_nothing(app: Flask) -> None:
    item = one("date,start,title\n2026-06-26,9:00,A\n")
    assert (item.room, item.speakers, item.description, item.language, item.kind) == (None,) * 5


def test_a_time_that_summer_time_skips(app: Flask) -> None:
    found = read(b"date,start,end,title\n2027-03-28,02:30,04:00,Natt\n", DATES)
    assert told(found) == [("Natt", "28 03:30", "28 04:00")]
    assert "Klokka stilles fram" in found.items[0].notes[0]


def test_a_spreadsheet_with_real_dates_and_times(app: Flask) -> None:
    rows = [
        ["Program for alle"],
        [],
        ["Dato", "Fra", "Til", "Tittel"],
        [DATES[0], 0.375, 0.40625, "Åpning"],
        [None, 9.3, "10.00", "Pause"],
    ]
    found = read(xlsx(*rows), DATES)
    assert told(found) == [("Åpning", "26 09:00", "26 09:45"), ("Pause", "26 09:30", "26 10:00")]
    assert [item.line for item in found.items] == [4, 5]
    assert told(read(xlsx(*rows, date_1904=True), DATES)) == told(found)
    assert told(read(xlsx(*rows, constant_memory=True), DATES)) == told(found)


def test_a_spreadsheet_in_the_free_layout(app: Flask) -> None:
    rows = [["Fredag 26. juni"], ["Tid", "Hva", "Hvem"], [0.375, "Åpning", "Direktøren"], ["09.30–10.00", "Pause"]]
    found = read(xlsx(*rows), DATES)
    assert told(found) == [("Åpning", "26 09:00", "26 09:30"), ("Pause", "26 09:30", "26 10:00")]
    assert found.items[0].speakers == ("Direktøren",)


def test_an_opendocument_sheet(app: Flask) -> None:
    day = (
        "<table:table-cell office:value-type='date' office:date-value='2026-06-26'><text:p>26.06.26</text:p></table:table-cell>"
    )
    clock = (
        "<table:table-cell office:value-type='time' office:time-value='PT09H30M00S'><text:p>9.30</text:p></table:table-cell>"
    )
    empty = "<table:table-cell table:number-columns-repeated='16380'/>"
    sheet = ods_row("date", "start", "title", "room", empty) + ods_row(day, clock, "Åp<text:s/>ning", "Sal", empty)
    found = read(ods(sheet + ods_row(empty, repeated=1_048_570)), DATES)
    assert told(found) == [("Åp ning", "26 09:30", "26 10:00")]


BIG = '<c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c>'
SHEET = "xl/worksheets/sheet1.xml"
LONG = b"<sst><si><t>" + b"x" * 30_000 + b"</t></si></sst>"  # named by a quarter of a million cells
NAMED = b"<worksheet><sheetData>" + (b"<row>" + b"<c t='s'><v>0</v></c>" * 50 + b"</row>") * 4_900 + b"</sheetData></worksheet>"


def changed(part: str, change: Any, content: bytes | None = None) -> bytes:
    """A workbook in which one part is another."""
    source = zipfile.ZipFile(BytesIO(content or xlsx(["date", "start", "title"], [DATES[0], 0.375, "A"])))
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in source.namelist():
            packed.writestr(name, change(source.read(name)) if name == part else source.read(name))
    return out.getvalue()


def test_a_sheet_that_claims_to_be_huge_costs_nothing(app: Flask) -> None:
    row = f"<row r='1048576'>{BIG}</row></sheetData>".encode()
    assert told(read(changed(SHEET, lambda xml: xml.replace(b"</sheetData>", row)), DATES)) == [("A", "26 09:00", "26 09:30")]
    repeated = "<table:table-cell table:number-columns-repeated='1048576'><text:p>x</text:p></table:table-cell>"
    wide = (
        ods_row("date", "start", "title") + ods_row("2026-06-26", "9", "A", repeated) + ods_row("", "", "", repeated="99999999")
    )  # type: ignore[arg-type]
    assert len(read(ods(wide), DATES).items) == 1


@pytest.mark.parametrize(
    "content",
    [
        changed(SHEET, lambda xml: b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + xml),
        changed(SHEET, lambda _xml: b"<a>" + b" " * (41 << 20) + b"</a>"),
        changed("xl/sharedStrings.xml", lambda _xml: b"<sst>" + b"<si><t>x</t></si>" * 200_001 + b"</sst>"),
        changed(SHEET, lambda xml: xml[:-30]),
        changed("xl/workbook.xml", lambda _xml: b""),
        changed(
            SHEET,
            lambda _xml: (
                b"<worksheet><sheetData>"
                + b"<row><c t='inlineStr'><is><t>x</t></is></c></row>" * 10_001
                + b"</sheetData></worksheet>"
            ),
        ),
        changed(SHEET, lambda _xml: b"<worksheet><sheetData><row>" + b"<c/>" * 2_000_000 + b"</row></sheetData></worksheet>"),
        changed(SHEET, lambda _xml: NAMED, changed("xl/sharedStrings.xml", lambda _xml: LONG)),
        ods("", "application/vnd.oasis.opendocument.text"),
        b"PK\x03\x04" + b"\0" * 1000,
        b"PK\x05\x06" + b"\0" * 18,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 1000,
        b"date,start,title\n" + b"2026-06-26,09:00,A\n" * 5_001,
        b'date,start,title\n2026-06-26,09:00,"' + b"a" * 2_000_000,
    ],
    ids=[str(n) for n in range(14)],
)
def test_what_is_no_sheet_or_too_much_of_one_is_refused(app: Flask, content: bytes) -> None:
    with pytest.raises(Refused):
        read(content, DATES)


def test_formulas_links_and_errors_are_only_what_they_show(app: Flask) -> None:
    formulas = b"<c r='B3'><f>NOW()</f><v>0.5</v></c><c r='C3' t='str'><f>WEBSERVICE(1)</f><v>B</v></c>"
    cells = b"<row r='3'><c r='A3'><v>46199</v></c>" + formulas + b"</row>"
    found = read(changed(SHEET, lambda xml: xml.replace(b"</sheetData>", cells + b"</sheetData>")), DATES)
    assert told(found)[1] == ("B", "26 12:00", "26 12:30")
