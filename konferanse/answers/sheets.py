"""ANSWERS.csv and its kin: reading what others made, and writing what nobody's spreadsheet can take for a formula."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from konferanse.answers.models import OWN
from konferanse.common import sheets
from konferanse.common.sheets import BadSheet

NEEDED = ("id", "task", "table", "text")
COLUMNS = ("id", "task", "table", "text", "channel", "version", "late", "owner", "deadline")
MOST_ROWS = 20_000


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
    lines = sheets.lines(content)
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
    if form == "json":
        return _to_json(list(rows))
    return sheets.to_csv(COLUMNS, rows) if form == "csv" else sheets.to_xlsx("svar", COLUMNS, rows, {"text": 90})


def _to_json(rows: list[dict[str, Any]]) -> bytes:
    return (json.dumps([{c: row[c] for c in COLUMNS} for row in rows], ensure_ascii=False, indent=1) + "\n").encode()
