"""ANSWERS.csv and its kin: reading what others made, and writing what nobody's spreadsheet can take for a formula."""

import csv
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO, StringIO
from typing import Any

from defusedcsv import csv as defused
from flask_babel import gettext as _

from konferanse.answers.models import OWN
from konferanse.common import spreadsheets
from konferanse.common.errors import Refused

NEEDED = ("id", "task", "table", "text")
COLUMNS = ("id", "task", "table", "text", "channel", "version", "late", "owner", "deadline")
MOST_ROWS = 20_000
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


@dataclass(frozen=True)
class Row:
    """A line of the file; ``line`` is where it begins, the heading being line 1. ``owner`` and ``deadline`` are None where the
    file has no such column, or the line does not reach it."""

    line: int
    id: str
    task: str
    table: str
    text: str
    owner: str | None = None
    deadline: str | None = None


def read(content: bytes) -> list[Row]:
    """The rows of a CSV or XLSX file. Raises ``BadSheet``."""
    lines = _xlsx_lines(content) if content.startswith(b"PK") else _csv_lines(content)
    try:
        _number, heading = next(lines)
    except StopIteration:
        raise BadSheet([_("Filen er tom.")]) from None
    names = [cell.strip().lower() for cell in heading]
    if missing := [name for name in NEEDED if name not in names]:
        raise BadSheet(
            [_("Linje 1: kolonnen «%(name)s» mangler. Filen må ha kolonnene id, task, table og text.", name=missing[0])]
        )
    if twice := [name for name in (*NEEDED, *OWN) if names.count(name) > 1]:
        raise BadSheet([_("Linje 1: kolonnen «%(name)s» står to ganger.", name=twice[0])])
    rows: list[Row] = []
    problems: list[str] = []
    for number, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if len(rows) >= MOST_ROWS:
            raise BadSheet([_("Linje %(line)s: filen har flere enn %(most)s svar. Del den opp.", line=number, most=MOST_ROWS)])
        values = dict(zip(names, cells, strict=False))
        if short := [name for name in NEEDED if name not in values]:
            problems.append(_("Linje %(line)s: kolonnen «%(name)s» mangler på linjen.", line=number, name=short[0]))
            continue
        id_, task, table = (values[name].strip() for name in NEEDED[:3])
        rows.append(Row(number, id_, task, table, values["text"], values.get("owner"), values.get("deadline")))
    if problems:
        raise BadSheet(problems)
    return rows


def write(rows: Iterable[dict[str, Any]], form: str) -> bytes:
    """``rows`` with ``COLUMNS`` as csv, xlsx or json."""
    return {"csv": _to_csv, "xlsx": _to_xlsx, "json": _to_json}[form](list(rows))


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


def _to_csv(rows: list[dict[str, Any]]) -> bytes:
    out = StringIO(newline="")
    writer = defused.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([_csv_cell(row[name]) for name in COLUMNS])
    return out.getvalue().encode()


def _to_xlsx(rows: list[dict[str, Any]]) -> bytes:
    from xlsxwriter import Workbook  # only when a workbook is asked for; the web process is lighter without it

    out = BytesIO()
    safe = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with Workbook(out, safe) as book:
        sheet = book.add_worksheet("svar")
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 2, 12)
        sheet.set_column(3, 3, 90, wrap)
        for column, name in enumerate(COLUMNS):
            sheet.write_string(0, column, name, bold)
        for line, row in enumerate(rows, 1):
            for column, name in enumerate(COLUMNS):
                value = row[name]
                if isinstance(value, bool) or not isinstance(value, int):
                    sheet.write_string(line, column, str(value).lower() if isinstance(value, bool) else value)
                else:
                    sheet.write_number(line, column, value)
    return out.getvalue()


def _to_json(rows: list[dict[str, Any]]) -> bytes:
    return (json.dumps([{c: row[c] for c in COLUMNS} for row in rows], ensure_ascii=False, indent=1) + "\n").encode()
