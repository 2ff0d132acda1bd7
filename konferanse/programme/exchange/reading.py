"""A file or a pasted text as items, by what it is and not by what it is called."""

from collections.abc import Sequence
from datetime import date

from flask_babel import gettext as _

from konferanse.common.errors import Refused
from konferanse.programme.exchange import c3voc, calendars, clocks, frab, pasted, sheets, texts, workbooks
from konferanse.programme.exchange.found import LARGEST, Reading

OLD_OFFICE = b"\xd0\xcf\x11\xe0"


def read(content: bytes, dates: Sequence[date]) -> Reading:
    """The programme in ``content``; ``dates`` are the conference's, for days without a year. Raises ``Refused``."""
    if not content.strip():
        raise Refused(_("Filen er tom."))
    if len(content) > LARGEST:
        raise Refused(_("Filen er for stor. Del den opp."))
    found = _rows(workbooks.rows(content), dates) if content.startswith(b"PK") else _plain(content, dates)
    if not (found.items or found.problems):
        first = found.left[0]
        raise Refused(_("Ingen programposter kan tas inn. Linje %(line)s: %(why)s", line=first.line, why=first.why))
    return found


def _plain(content: bytes, dates: Sequence[date]) -> Reading:
    if content.startswith(OLD_OFFICE):
        raise Refused(_("Filen er i et eldre Office-format. Lagre den som XLSX og prøv igjen."))
    if content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")):
        raise Refused(_("Denne filtypen kan vi ikke lese. Bruk XML, JSON, ICS, XLSX, ODS eller CSV, eller lim inn teksten."))
    text, guessed = texts.decoded(content)
    text = text.replace("\0", "")
    found = _text(text, dates)
    if guessed:
        note = _("Filen er ikke i UTF-8. Se over æ, ø og å.")
        found = found._replace(notes=[note, *found.notes])
    return found


def _text(text: str, dates: Sequence[date]) -> Reading:
    begins = text[:1000].lstrip("\ufeff \t\r\n")
    if begins.startswith("<"):
        return frab.read(text)
    if begins.startswith("{"):
        return c3voc.read(text)
    if begins.upper().startswith("BEGIN:VCALENDAR"):
        return calendars.read(text)
    head = begins.split("\n", 1)[0].casefold()
    if sheets.columns_in([(1, [cell.strip('" \r') for cell in _split(head)])]) or head.startswith("sep="):
        rows = sheets.csv_rows(text)
        if sheets.columns_in(rows):
            return sheets.read(rows, dates)
    return pasted.read(pasted.lines(text), dates)


def _rows(rows: Sequence[workbooks.Row], dates: Sequence[date]) -> Reading:
    """A spreadsheet with headings, somewhere among its first lines, or a table of time, what and who."""
    for first in range(min(5, len(rows))):
        columns = sheets.columns_in(rows[first:])
        if columns and ("date" in columns or "end" in columns or "kind" in columns):
            return sheets.read(rows[first:], dates)
    return pasted.read([(number, [_shown(cell) for cell in cells]) for number, cells in rows], dates)


def _shown(cell: str) -> str:
    """A cell of a spreadsheet as its reader saw it: the fraction of a day that it stores is a time."""
    clock = clocks.clock(cell) if "." in cell and cell.replace(".", "", 1).isdigit() else None
    return clock.strftime("%H:%M") if clock else cell


def _split(head: str) -> list[str]:
    return head.split(max(";,\t|", key=head.count))
