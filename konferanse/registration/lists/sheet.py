"""Registrations as a sheet: the public form's fields and ``status``. Health data is never in it.

Read from CSV (UTF-8, ``,`` or ``;``) or a spreadsheet; what is wrong is named by line and column. Written so that no cell
becomes a formula.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import chain
from typing import NamedTuple

import defusedcsv.csv
from email_validator import EmailNotValidError, validate_email
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from konferanse.access.signin import address_key
from konferanse.common import spreadsheets
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.common.fields import clean, printable, unprintable
from konferanse.common.language import LANGUAGES
from konferanse.conference.models import Conference
from konferanse.registration import labels
from konferanse.registration.models import COUNTIES, ORGANISATION_TYPES, STATUSES, Registration
from konferanse.registration.seats import SignUp

COLUMNS = (
    "name", "email", "organisation", "organisation_type", "county", "attendance", "days", "accept_privacy", "phone", "inviter",
    "language", "status",
)  # fmt: skip
HEADINGS = {
    "name": _l("Navn"),
    "email": _l("E-post"),
    "organisation": _l("Virksomhet"),
    "organisation_type": _l("Type virksomhet"),
    "county": _l("Fylke"),
    "attendance": _l("Deltar"),
    "days": _l("Dager"),
    "accept_privacy": _l("Har lest om personvern"),
    "phone": _l("Telefon"),
    "inviter": _l("Invitert av"),
    "language": _l("Språk"),
    "status": _l("Status"),
}
LENGTHS = {"name": 120, "email": 254, "organisation": 200, "phone": 30, "inviter": 200}
NO = {"", "0", "false", "nei", "no", "n"}
Line = tuple[int, dict[str, str]]
WORDS: dict[str, Mapping[str, object]] = {
    "organisation_type": labels.TYPES,
    "county": labels.COUNTIES,
    "attendance": labels.ATTENDANCE_SHORT,
    "language": LANGUAGES,
    "status": labels.STATUSES,
}


class Entry(NamedTuple):
    """One line read. ``status`` is empty when the seats decide."""

    line: int
    wish: SignUp
    status: str


class Problem(NamedTuple):
    """What is wrong with a line. ``column`` is its name in ``COLUMNS``, ``message`` in the language in use."""

    line: int
    column: str
    message: str


def read(content: bytes, name: str, conference: Conference) -> tuple[list[Entry], list[Problem]]:
    """The entries of a file called ``name``, and every problem in it. Raises ``Refused`` when it cannot be read at all."""
    return check(lines(content, name), conference)


def lines(content: bytes, name: str) -> list[Line]:
    """The lines of a file, with what stands in the columns we know. A heading may be a column's name or what the page calls
    it. Raises ``Refused``."""
    found = _spreadsheet(content) if name.lower().endswith((".xlsx", ".ods", ".xls", ".xlsb")) else _csv(content)
    return [(number, _coded({column: cells[column] for column in COLUMNS if column in cells})) for number, cells in found]


def check(found: Iterable[Line], conference: Conference) -> tuple[list[Entry], list[Problem]]:
    """The entries of the lines in which nothing is wrong, and what is wrong with the others."""
    entries: list[Entry] = []
    problems: list[Problem] = []
    for number, cells in found:
        wrong = [Problem(number, column, message) for column, message in _problems(cells, conference)]
        problems += wrong
        if not wrong:
            entries.append(Entry(number, _wish(cells, conference), cells.get("status", "")))
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
        raise Refused(
            _("Linje %(line)s: filen er ikke i UTF-8. Lagre den som «CSV UTF-8» og prøv igjen.", line=line)
        ) from error
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
                    raise Refused(_too_wide(begins, len(cells), len(columns)))
                yield begins, {name: _undefused(cell) for name, cell in zip(columns, cells, strict=False)}
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Refused(
            _("Linje %(line)s kan ikke leses. Se etter et anførselstegn for mye eller for lite.", line=reader.line_num)
        ) from error
    if not columns:
        raise Refused(_("Filen er tom."))


def _too_wide(line: int, cells: int, columns: int) -> str:
    told = _(
        "Linje %(line)s har %(cells)s celler, men den første linjen har %(columns)s.", line=line, cells=cells, columns=columns
    )
    return str(told)


def _spreadsheet(content: bytes) -> Iterator[Line]:
    try:
        rows = spreadsheets.rows(content)
    except spreadsheets.Unreadable as error:
        raise Refused(_("Filen er ikke et regneark som kan leses. Bruk XLSX, ODS eller CSV.")) from error
    if not rows:
        raise Refused(_("Filen er tom."))
    columns = _columns(rows[0])
    for number, texts in enumerate(rows[1:], start=2):
        if any(text.strip() for text in texts):
            yield number, {name: clean(text) for name, text in zip(columns, texts, strict=False)}


def _columns(cells: list[str]) -> list[str]:
    called = {str(heading).casefold(): column for column, heading in HEADINGS.items()}
    names = [called.get(cell.strip().casefold(), cell.strip().lower()) for cell in cells]
    if "name" not in names:
        raise Refused(_("Linje 1: ingen kolonne heter name. Kolonnene er %(columns)s.", columns=", ".join(COLUMNS)))
    if twice := sorted({name for name in names if name in COLUMNS and names.count(name) > 1}):
        raise Refused(_("Linje 1: kolonnen «%(name)s» står to ganger.", name=twice[0]))
    return names


def _coded(cells: dict[str, str]) -> dict[str, str]:
    """``cells`` with codes for what the page calls them."""
    for column, words in WORDS.items():
        if value := cells.get(column):
            codes = {str(word).casefold(): code for code, word in words.items()}
            cells[column] = codes.get(value.casefold(), value.lower())
    return cells


def _undefused(cell: str) -> str:
    """A cell as it was before our export put an apostrophe before what looked like a formula."""
    text = clean(cell)
    return text[1:].replace("\\|", "|") if re.match(r"'[@+=|%-]", text) else text


def _problems(cells: dict[str, str], conference: Conference) -> Iterator[tuple[str, str]]:
    if not cells.get("name"):
        yield "name", _("mangler")
    for column, length in LENGTHS.items():
        text = cells.get(column, "")
        if len(text) > length:
            yield column, _("har %(n)s tegn, og det er plass til %(max)s", n=len(text), max=length)
        if unprintable(text) or "\n" in text:
            yield column, _("har linjeskift eller tegn som ikke kan vises")
    if not _is_address(cells.get("email", "")):
        yield "email", _("«%(value)s» er ikke en e-postadresse", value=_shown(cells["email"]))
    for column, allowed in _choices().items():
        value = cells.get(column, "")
        if value and value not in allowed:
            yield column, _("«%(value)s» er ukjent. Bruk %(allowed)s", value=_shown(value), allowed=", ".join(allowed))
    known = {day.isoformat() for day in conference.dates}
    if unknown := [day for day in _days(cells) if day not in known]:
        days = ", ".join(sorted(known))
        yield "days", _("«%(value)s» er ikke en dag i konferansen. Bruk %(days)s", value=_shown(unknown[0]), days=days)


def _shown(value: str) -> str:
    return printable(value)[:60]


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
        return cells.get(column) or default

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
