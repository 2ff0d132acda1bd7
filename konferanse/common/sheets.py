"""CSV and XLSX files in, and out again so that nobody's spreadsheet takes a cell for a formula."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from io import BytesIO, StringIO
from typing import Any

from defusedcsv import csv as defused
from flask_babel import gettext as _

from konferanse.common import spreadsheets
from konferanse.common.errors import Refused

MOST_CELL = 100_000
# What ``defused`` puts an apostrophe before when it writes; read back, the apostrophe goes.
_DEFUSED = re.compile(r"'+([@+\-=%]|\\\|)")


class BadSheet(Refused):
    """The file cannot be read; ``problems`` name line and column."""

    status = 422

    def __init__(self, problems: Sequence[str]) -> None:
        more = len(problems) - 1
        rest = " " + _("(og %(n)s feil til)", n=more) if more else ""
        super().__init__(problems[0] + rest)
        self.problems = list(problems)


def lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """The lines of a CSV or XLSX file as it is (blank ones, too), each with the number where it begins, from 1.
    Raises ``BadSheet``."""
    return _xlsx_lines(content) if content.startswith(b"PK") else _csv_lines(content)


def to_csv(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> bytes:
    """``rows`` under ``columns``, UTF-8 without BOM."""
    out = StringIO(newline="")
    writer = defused.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([_csv_cell(row[name]) for name in columns])
    return out.getvalue().encode()


def to_xlsx(name: str, columns: Sequence[str], rows: Iterable[Mapping[str, Any]], wide: Mapping[str, int]) -> bytes:
    """A workbook with one sheet called ``name``; the columns in ``wide`` are so many characters wide and wrap."""
    from xlsxwriter import Workbook  # only when a workbook is asked for; the web process is lighter without it

    out = BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with Workbook(out, safe) as book:
        sheet = book.add_worksheet(name)
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 0)
        for column, heading in enumerate(columns):
            sheet.set_column(column, column, wide.get(heading, 12), wrap if heading in wide else None)
            sheet.write_string(0, column, heading, bold)
        for line, row in enumerate(rows, 1):
            for column, heading in enumerate(columns):
                value = row[heading]
                if isinstance(value, int) and not isinstance(value, bool):
                    sheet.write_number(line, column, value)
                else:
                    sheet.write_string(line, column, str(value).lower() if isinstance(value, bool) else value)
    return out.getvalue()


def _csv_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadSheet(
            [_("Linje %(line)s: filen er ikke i UTF-8. Lagre den som «CSV UTF-8» og prøv igjen.", line=line)]
        ) from error
    heading = text.split("\n", 1)[0]
    delimiter = ";" if heading.count(";") > heading.count(",") else ","
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = 1
    old_limit = csv.field_size_limit(MOST_CELL)
    try:
        for cells in reader:
            yield begins, [_undefused(cell) for cell in cells]
            begins = reader.line_num + 1
    except csv.Error as error:
        raise BadSheet(
            [_("Linje %(line)s kan ikke leses. Se etter et anførselstegn for mye eller for lite.", line=begins)]
        ) from error
    finally:
        csv.field_size_limit(old_limit)


def _xlsx_lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    try:
        rows = spreadsheets.rows(content, skip_empty_area=False)
    except spreadsheets.Unreadable as error:
        raise BadSheet([_("Filen kan ikke leses. Bruk CSV (UTF-8) eller XLSX.")]) from error
    yield from enumerate(rows, 1)


def _undefused(cell: str) -> str:
    if not _DEFUSED.match(cell):
        return cell
    return cell[1:] if cell.startswith("''") else cell[1:].replace("\\|", "|")


def _csv_cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    # A text that already begins like a defused one gets one apostrophe more, so that reading gives it back whole.
    return f"'{value}" if isinstance(value, str) and _DEFUSED.match(value) else value
