"""The programme as a sheet: ``date,start,end,title,kind,room,speaker,language,description``, times as the clock shows them."""

import io
from typing import Any

from defusedcsv import csv

from konferanse.common.clock import local
from konferanse.programme import agenda

COLUMNS = ("date", "start", "end", "title", "kind", "room", "speaker", "language", "description")


def csv_bytes(content: dict[str, Any]) -> bytes:
    """UTF-8 with BOM, so that spreadsheets read æøå; what looks like a formula is defused."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for entry in agenda.entries(content):
        if entry.status == "removed":
            continue
        start, end = local(entry.start), local(entry.end)
        texts = (entry.title, entry.kind, entry.room, entry.speaker, entry.language, entry.description)
        writer.writerow([start.date().isoformat(), f"{start:%H:%M}", f"{end:%H:%M}", *texts])
    return out.getvalue().encode("utf-8-sig")
