"""The first sheet of an XLSX or ODS file as rows of texts.

Both are zip files of XML. Only the parts needed are unpacked, in memory, to a limit; cells are read one at a time, so that a
sheet that says it is a million columns wide costs nothing. See docs/adr/0007-sheets-of-programmes.md.
"""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from itertools import islice
from typing import Any

from flask_babel import gettext as _
from lxml import etree

from konferanse.common.errors import Refused
from konferanse.programme.exchange import clocks
from konferanse.programme.exchange.found import LONGEST_TEXT, MOST_ITEMS

PART = 40 << 20  # bytes of a part, unpacked
CHARACTERS = 10_000_000
TAGS = 1_000_000
ENTRIES = 2_000
COLUMNS = 60
ROWS = 2 * MOST_ITEMS  # blank ones between, and headings
STRINGS = 200_000
REPEATED = 20  # a row that stands for several
DATES_FROM_1904 = 1462  # days between the two calendars a workbook can count by
ODS = b"application/vnd.oasis.opendocument.spreadsheet"
Row = tuple[int, list[str]]


def rows(content: bytes) -> list[Row]:
    """The rows that hold anything, each with its number, the first being 1. Raises ``Refused``."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            names = packed.namelist()
            if len(names) > ENTRIES or len(set(names)) != len(names) or any(e.flag_bits & 0x41 for e in packed.infolist()):
                raise unreadable()
            if "mimetype" in names and _part(packed, "mimetype").strip() == ODS and "content.xml" in names:
                return list(_limited(_ods(packed)))
            if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
                return list(_limited(_xlsx(packed)))
    except (zipfile.BadZipFile, zlib.error, etree.LxmlError, SyntaxError, OSError, EOFError, RuntimeError) as error:
        raise unreadable() from error
    except (ValueError, KeyError, IndexError, NotImplementedError, OverflowError) as error:
        raise unreadable() from error
    raise unreadable()


def unreadable() -> Refused:
    """It is no spreadsheet that we read."""
    return Refused(_("Filen er ikke et regneark som kan leses. Bruk XLSX, ODS eller CSV."))


def _limited(found: Iterator[Row]) -> Iterator[Row]:
    characters = 0
    for n, (number, cells) in enumerate(found):
        if n >= ROWS:
            raise Refused(_("Regnearket har flere enn %(most)s linjer. Del det opp.", most=ROWS))
        characters += sum(map(len, cells))
        if characters > CHARACTERS:  # a long text can be named by every cell
            raise Refused(_("Filen er for stor. Del den opp."))
        yield number, cells


def _part(packed: zipfile.ZipFile, name: str) -> bytes:
    if packed.getinfo(name).file_size > PART:
        raise Refused(_("Filen er for stor når den pakkes ut."))
    with packed.open(name) as part:
        content = part.read(PART + 1)
    if len(content) > PART:
        raise Refused(_("Filen er for stor når den pakkes ut."))
    return content


def _elements(xml: bytes, tags: tuple[str, ...]) -> Iterator[Any]:
    """Each element of ``tags`` when it ends; what was read is let go of."""
    if any(word in xml[:4096] for word in (b"<!DOCTYPE", b"<!\0D\0", b"\0<\0!")):
        raise unreadable()
    if xml.count(b"<") > TAGS:  # a row is a tree before it can be let go of
        raise Refused(_("Filen er for stor. Del den opp."))
    safe = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
    for _event, element in etree.iterparse(BytesIO(xml), tag=[f"{{*}}{tag}" for tag in tags], **safe):
        yield element
        if element.getroottree().docinfo.internalDTD is not None:
            raise unreadable()


def _forget(element: Any) -> None:
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _xlsx(packed: zipfile.ZipFile) -> Iterator[Row]:
    strings = _strings(packed)
    counts_from_1904 = any(
        e.get("date1904") in ("1", "true") for e in _elements(_part(packed, "xl/workbook.xml"), ("workbookPr",))
    )
    number = 0
    for row in _elements(_part(packed, _first_sheet(packed)), ("row",)):
        given = row.get("r") or ""
        number = int(given) if given.isascii() and given.isdigit() and len(given) < 9 else number + 1
        cells: dict[int, str] = {}
        for cell in islice(row.iterchildren("{*}c"), 4 * COLUMNS):
            column = _column(cell.get("r") or "", max(cells, default=-1) + 1)
            if column < COLUMNS:
                cells[column] = _xlsx_cell(cell, strings, counts_from_1904)
        _forget(row)
        if any(cells.values()):
            yield number, [cells.get(column, "") for column in range(max(cells) + 1)]


def _first_sheet(packed: zipfile.ZipFile) -> str:
    """The part that holds the workbook's first sheet."""
    described = _elements(_part(packed, "xl/workbook.xml"), ("sheet",))
    sheets = [value for sheet in described for key, value in sheet.attrib.items() if key.endswith("}id")]
    names = set(packed.namelist())
    if sheets and "xl/_rels/workbook.xml.rels" in names:
        for relation in _elements(_part(packed, "xl/_rels/workbook.xml.rels"), ("Relationship",)):
            target = (relation.get("Target") or "").lstrip("/")
            found = target if target.startswith("xl/") else f"xl/{target}"
            if relation.get("Id") == sheets[0] and found in names:
                return found
    return min((name for name in names if re.fullmatch(r"xl/worksheets/[^/]+\.xml", name)), default="xl/worksheets/sheet1.xml")


def _strings(packed: zipfile.ZipFile) -> list[str]:
    if "xl/sharedStrings.xml" not in packed.namelist():
        return []
    found = []
    for element in _elements(_part(packed, "xl/sharedStrings.xml"), ("si",)):
        found.append(_runs(element))
        _forget(element)
        if len(found) > STRINGS:
            raise unreadable()
    return found


def _runs(element: Any) -> str:
    """The text of a cell's runs; how a word is pronounced (rPh) is none of it."""
    texts = (t.text or "" for t in element.iter("{*}t") if _local(t.getparent()) != "rPh")
    return "".join(texts)[:LONGEST_TEXT]


def _column(reference: str, following: int) -> int:
    letters = re.match("[A-Z]{1,3}", reference)
    if letters is None:
        return following
    number = 0
    for letter in letters[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _xlsx_cell(cell: Any, strings: list[str], counts_from_1904: bool) -> str:
    kind = cell.get("t") or "n"
    if kind == "inlineStr":
        return _runs(cell)
    value = next((child.text or "" for child in cell.iterchildren("{*}v")), "").strip()
    if kind == "s":
        return strings[int(value)] if value.isascii() and value.isdigit() and int(value[:9]) < len(strings) else ""
    if kind in ("e", "b"):
        return ""
    if kind == "n" and value:
        number = float(value)
        if counts_from_1904 and number + DATES_FROM_1904 >= clocks.SERIAL_DAYS.start:
            number += DATES_FROM_1904
        return str(int(number)) if number.is_integer() else f"{number:.10f}".rstrip("0")
    return value[:LONGEST_TEXT]


def _ods(packed: zipfile.ZipFile) -> Iterator[Row]:
    number = 0
    first: Any = None
    for row in _elements(_part(packed, "content.xml"), ("table-row",)):
        table = next((e for e in row.iterancestors() if _local(e) == "table"), None)
        name = table.get(f"{{{etree.QName(table).namespace}}}name") if table is not None else None
        first = first if first is not None else (name,)
        if first != (name,):
            break
        cells, times = _ods_cells(row), _repeats(row, "number-rows-repeated")
        if any(cells):
            for again in range(min(times, REPEATED)):
                yield number + 1 + again, cells
        number += times
        row.clear()


def _ods_cells(row: Any) -> list[str]:
    cells: list[str] = []
    for cell in row:
        if _local(cell) not in ("table-cell", "covered-table-cell"):
            continue
        times = min(_repeats(cell, "number-columns-repeated"), COLUMNS - len(cells))
        cells += [_ods_cell(cell)] * times
    return cells


def _repeats(element: Any, name: str) -> int:
    said = next((value for key, value in element.attrib.items() if key.endswith("}" + name)), "1")
    return max(1, int(said)) if said.isascii() and said.isdigit() and len(said) < 9 else 1


def _ods_cell(cell: Any) -> str:
    said = {etree.QName(key).localname: value for key, value in cell.attrib.items()}
    kind = said.get("value-type", "")
    if kind == "date":
        return str(said.get("date-value", ""))[:40]
    if kind == "time" and (length := clocks.length(said.get("time-value", ""))) is not None:
        return _as_clock(length)
    if kind in ("float", "currency", "percentage"):
        number = float(said.get("value", "0"))
        return str(int(number)) if number.is_integer() else f"{number:.10f}".rstrip("0")
    paragraphs = ["".join(_spoken(child)) for child in cell if _local(child) == "p"]
    return "\n".join(paragraphs)[:LONGEST_TEXT]


def _as_clock(length: timedelta) -> str:
    seconds = int(length.total_seconds())
    return f"{seconds // 3600 % 24:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _spoken(element: Any) -> Iterator[str]:
    """The text of a paragraph; spaces, tabs and breaks are elements there."""
    yield element.text or ""
    for child in element:
        kind = _local(child)
        if kind == "s":
            yield " "
        elif kind in ("line-break", "tab"):
            yield "\n" if kind == "line-break" else "\t"
        elif kind != "annotation":
            yield from _spoken(child)
        yield child.tail or ""
