"""The programme as a sheet: ``date,start,end,title,kind,room,speaker,language,description``, times as the clock shows them.

It has no column for what was cancelled, so that stands before the title; reading takes it away again.
"""

import io
import re
from datetime import datetime
from typing import Any

from defusedcsv import csv

from konferanse.common.clock import local
from konferanse.programme import agenda

COLUMNS = ("date", "start", "end", "title", "kind", "room", "speaker", "language", "description")
CANCELLED = "Avlyst: "
DEFUSED = re.compile(r"'+([@+\-=%]|\\?\|)")


def csv_bytes(content: dict[str, Any]) -> bytes:
    """UTF-8 with BOM, so that spreadsheets read æøå; what looks like a formula is defused."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in agenda.entries(content):
        if entry.status == "removed":
            continue
        start, end = local(entry.start), local(entry.end)
        title = f"{CANCELLED}{entry.title}" if entry.status == "cancelled" else entry.title
        texts = (title, entry.kind, entry.room, entry.speaker, entry.language, entry.description)
        writer.writerow([start.date().isoformat(), _clock(start), _clock(end), *map(_cell, texts)])
    return out.getvalue().encode("utf-8-sig")


def undefused(cell: str) -> str:
    """A cell as it was before ``csv_bytes`` put an apostrophe before what looked like a formula."""
    if not DEFUSED.match(cell):
        return cell
    return cell[1:] if cell.startswith("''") else cell[1:].replace("\\|", "|")


def _cell(text: str) -> str:
    # A text that already begins like a defused one gets one apostrophe more, so that reading gives it back whole.
    return f"'{text}" if DEFUSED.match(text) else text


def _clock(moment: datetime) -> str:
    return moment.strftime("%H:%M:%S" if moment.second else "%H:%M")
