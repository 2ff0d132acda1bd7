"""Registrations as a sheet: the public form's fields and ``status``. Health data is never in it.

Read from CSV (UTF-8, ``,`` or ``;``) or a spreadsheet; what is wrong is named by line and column. Written so that no cell
becomes a formula.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

import defusedcsv.csv
from email_validator import EmailNotValidError, validate_email

from konferanse.access.signin import address_key
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.common.fields import clean, unprintable
from konferanse.common.language import LANGUAGES
from konferanse.conference.models import Conference
from konferanse.registration.models import COUNTIES, ORGANISATION_TYPES, STATUSES, Registration
from konferanse.registration.seats import SignUp

COLUMNS = (
    "name", "email", "organisation", "organisation_type", "county", "attendance", "days", "accept_privacy", "phone", "inviter",
    "language", "status",
)  # fmt: skip
LENGTHS = {"name": 120, "email": 254, "organisation": 200, "phone": 30, "inviter": 200}
NO = {"", "0", "false", "nei", "no", "n"}
Line = tuple[int, dict[str, str]]


class Entry(NamedTuple):
    """One line read. ``status`` is empty when the seats decide."""

    line: int
    wish: SignUp
    status: str


class Problem(NamedTuple):
    """What is wrong with a line."""

    line: int
    column: str
    message: str


def read(content: bytes, name: str, conference: Conference) -> tuple[list[Entry], list[Problem]]:
    """The entries of a file called ``name``, and every problem in it. Raises ``Refused`` when it cannot be read at all."""
    lines = _spreadsheet(content) if name.lower().endswith((".xlsx", ".ods", ".xls", ".xlsb")) else _csv(content)
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, cells in lines:
        found = list(_problems(cells, conference))
        problems += [Problem(number, column, message) for column, message in found]
        if not found:
            entries.append(Entry(number, _wish(cells, conference), cells.get("status", "").lower()))
    return entries, problems


def csv_bytes(rows: Sequence[Registration], columns: Sequence[str] = COLUMNS) -> bytes:
    """What the import reads, with ``columns`` of ``COLUMNS``."""
    return as_csv(columns, (_cells(row, columns) for row in rows))


def xlsx_bytes(rows: Sequence[Registration], columns: Sequence[str] = COLUMNS) -> bytes:
    """The same as a spreadsheet."""
    return as_xlsx(columns, (_cells(row, columns) for row in rows))


def as_csv(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with BOM, so that spreadsheets read æøå; what looks like a formula is defused."""
    out = io.StringIO(newline="")
    writer = defusedcsv.csv.writer(out, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A spreadsheet of texts."""
    from xlsxwriter import Workbook  # only when asked for: the web process is lighter without it

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, options) as book:
        sheet = book.add_worksheet("registration")
        for number, cells in enumerate(chain([head], rows)):
            for column, text in enumerate(cells):
                sheet.write_string(number, column, text)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, len(head) - 1, 22)
    return out.getvalue()


def _cells(row: Registration, columns: Sequence[str]) -> tuple[str, ...]:
    texts: dict[str, str] = {
        "organisation": row.organisation_name,
        "days": " ".join(day.isoformat() for day in row.dates),
        "accept_privacy": "1" if row.accepted_privacy else "",
    }
    return tuple(texts[column] if column in texts else str(getattr(row, column)) for column in columns)


def _csv(content: bytes) -> Iterator[Line]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Refused(f"line {line}: the file is not UTF-8; save it as “CSV UTF-8”") from error
    head = text.split("\n", 1)[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=";" if head.count(";") > head.count(",") else ",", strict=True)
    columns: list[str] = []
    begins = 1
    try:
        for cells in reader:
            if not columns:
                columns = _columns(cells)
            elif any(cell.strip() for cell in cells):
                if len(cells) > len(columns):
                    raise Refused(f"line {begins}: {len(cells)} cells, but the first line names {len(columns)} columns")
                yield begins, {name: _undefused(cell) for name, cell in zip(columns, cells, strict=False)}
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Refused(f"line {reader.line_num}: {error}") from error
    if not columns:
        raise Refused("line 1: the file is empty")


def _spreadsheet(content: bytes) -> Iterator[Line]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except CalamineError as error:
        raise Refused(f"the file is not a spreadsheet that can be read: {error}") from error
    if not rows:
        raise Refused("line 1: the file is empty")
    columns = _columns([str(cell) for cell in rows[0]])
    for number, cells in enumerate(rows[1:], start=2):
        texts = [_text(cell) for cell in cells]
        if any(text.strip() for text in texts):
            yield number, {name: clean(text) for name, text in zip(columns, texts, strict=False)}


def _text(cell: object) -> str:
    """A spreadsheet's cell as typed: dates as ISO, whole numbers without a decimal."""
    if isinstance(cell, date):
        return cell.isoformat()[:10]
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _columns(cells: list[str]) -> list[str]:
    names = [cell.strip().lower() for cell in cells]
    if "name" not in names:
        raise Refused(f"line 1: no column is called name; the columns are {', '.join(COLUMNS)}")
    if twice := sorted({name for name in names if name in COLUMNS and names.count(name) > 1}):
        raise Refused(f"line 1, column {twice[0]}: the column is there twice")
    return names


def _undefused(cell: str) -> str:
    """A cell as it was before our export put an apostrophe before what looked like a formula."""
    text = clean(cell)
    return text[1:].replace("\\|", "|") if re.match(r"'[@+=|%-]", text) else text


def _problems(cells: dict[str, str], conference: Conference) -> Iterator[tuple[str, str]]:
    if not cells.get("name"):
        yield "name", "is missing"
    for column, length in LENGTHS.items():
        text = cells.get(column, "")
        if len(text) > length:
            yield column, f"is {len(text)} characters; at most {length}"
        if unprintable(text) or "\n" in text:
            yield column, "has line breaks or characters that cannot be shown"
    if not _is_address(cells.get("email", "")):
        yield "email", f"{cells['email'][:60]!r} is not an e-mail address"
    for column, allowed in _choices().items():
        value = cells.get(column, "").lower()
        if value and value not in allowed:
            yield column, f"{value[:60]!r} is unknown; use {' '.join(allowed)}"
    known = {day.isoformat() for day in conference.dates}
    if unknown := [day for day in _days(cells) if day not in known]:
        yield "days", f"{unknown[0][:60]!r} is not a day of the conference; write {' '.join(sorted(known))}"


def _choices() -> dict[str, Sequence[str]]:
    return {
        "organisation_type": ORGANISATION_TYPES,
        "county": COUNTIES,
        "attendance": ("physical", "digital"),
        "language": tuple(LANGUAGES),
        "status": STATUSES,
    }


def _is_address(text: str) -> bool:
    if not text:
        return True
    try:
        validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return False
    return len(address_key(text)) <= 320


def _days(cells: dict[str, str]) -> list[str]:
    return [part for part in re.split(r"[\s,;]+", cells.get("days", "")) if part]


def _wish(cells: dict[str, str], conference: Conference) -> SignUp:
    def chosen(column: str, default: str) -> str:
        return cells.get(column, "").lower() or default

    def text(column: str) -> str:
        return cells.get(column, "")

    return SignUp(
        name=text("name"),
        email=text("email"),
        organisation=text("organisation"),
        organisation_type=chosen("organisation_type", "annet"),
        county=chosen("county", "annet"),
        attendance=chosen("attendance", "physical"),
        days=tuple(date.fromisoformat(day) for day in _days(cells)) or tuple(conference.dates),
        phone=text("phone"),
        inviter=text("inviter"),
        language=chosen("language", conference.language),
        source="import",
        accepted_privacy=None if text("accept_privacy").lower() in NO else now(),
    )
