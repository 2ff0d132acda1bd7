"""The programme as a sheet: ``date,start,end,title,kind,room,speaker,language,description``, from CSV, XLSX or ODS.

A heading may be a column's name or what people call it; columns nobody knows are left alone. A line that cannot be read is
named by number and column, and then nothing is taken in.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from io import StringIO

from flask_babel import gettext as _

from konferanse.common.errors import Refused
from konferanse.programme import speakers
from konferanse.programme.exchange import clocks, words
from konferanse.programme.exchange.found import (
    LONGEST_TEXT,
    MOST_ITEMS,
    Draft,
    Problem,
    Reading,
    finished,
    one_line,
    tidy,
    too_many,
)
from konferanse.programme.exchange.workbooks import Row
from konferanse.programme.sheet import CANCELLED, undefused

HEADINGS = {
    "date": "date dato dag day",
    "start": "start fra kl tid time starttid klokkeslett begynner from klokka",
    "end": "end slutt til sluttid to ferdig",
    "title": "title tittel hva tema programpost innhold emne what post aktivitet",
    "kind": "kind type",
    "room": "room rom sal sted hvor lokale where",
    "speaker": "speaker innleder innledere innleiar hvem foredragsholder foredragsholdere ansvarlig who speakers",
    "language": "language språk",
    "description": "description omtale beskrivelse om kommentar merknad",
    "audience": "audience målgruppe",
    "status": "status",
    "uid": "uid id guid",
}
CALLED = {name: column for column, names in HEADINGS.items() for name in names.split()}
NO_FIELD_LIMIT = 1 << 20


def csv_rows(text: str) -> list[Row]:
    """The rows of a CSV file, whatever stands between cells, each with the line where it begins. Raises ``Refused``."""
    text = text.lstrip("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    head = text[:LONGEST_TEXT].lstrip("\n").split("\n", 1)[0]
    said = re.fullmatch(r"sep=(.)", head.strip())
    between = said[1] if said else max(";,\t|", key=head.count)
    rows: list[Row] = []
    reader = csv.reader(StringIO(text, newline=""), delimiter=between, strict=False)
    old_limit, begins = csv.field_size_limit(NO_FIELD_LIMIT), 1
    try:
        for cells in reader:
            if any(cells) and not (said and begins == 1):
                rows.append((begins, cells))
            if len(rows) > 2 * MOST_ITEMS:
                raise too_many()
            begins = reader.line_num + 1
    except csv.Error as error:
        raise Refused(
            _("Linje %(line)s kan ikke leses. Se etter et anførselstegn for mye eller for lite.", line=begins)
        ) from error
    finally:
        csv.field_size_limit(old_limit)
    return rows


def columns_in(rows: Sequence[Row]) -> dict[str, int] | None:
    """Where each column is, from the first row; None when it is no row of headings."""
    if not rows:
        return None
    found: dict[str, int] = {}
    for place, cell in enumerate(rows[0][1]):
        name = one_line(cell).casefold().rstrip(" .:*").removesuffix(" kl")
        if (column := CALLED.get(name)) and column not in found:
            found[column] = place
    return found if "title" in found and "start" in found else None


def read(rows: Sequence[Row], dates: Sequence[date]) -> Reading:
    """The items under the headings; ``dates`` are the conference's. Raises ``Refused``."""
    columns = columns_in(rows)
    if columns is None:
        raise Refused(_("Linje 1: kolonnene «%(a)s» og «%(b)s» må være med.", a="start", b="title"))
    if len(rows) - 1 > MOST_ITEMS:
        raise too_many()
    sheet = _Sheet(columns, dates)
    drafts = [draft for number, cells in rows[1:] if (draft := sheet.draft(number, cells))]
    return finished(drafts, problems=sheet.problems, notes=sheet.notes)


@dataclass
class _Sheet:
    """Reads lines one after the other: a date stands for those below it, too."""

    columns: dict[str, int]
    dates: Sequence[date]
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    day: date | None = None

    def draft(self, number: int, cells: Sequence[str]) -> Draft | None:
        """The item of a line; None when the line is empty or cannot be read."""
        said = {column: undefused(tidy(cells[place])) for column, place in self.columns.items() if place < len(cells)}
        if not any(said.values()):
            return None
        before = len(self.problems)
        notes: list[str] = []
        day = self._day(number, said)
        start, end = self._times(number, said)
        if not said.get("title"):
            self.problems.append(Problem(number, "title", _("mangler")))
        if len(self.problems) > before or day is None or start is None:
            return None
        begins, there_is = clocks.on_clock(day, start)
        if not there_is:
            notes.append(_("Klokka stilles fram denne natta, så tidspunktet finnes ikke. Tiden er flyttet."))
        made = Draft(number, said["title"], begins, _ends(day, start, end), uid=said.get("uid", ""), notes=notes)
        self._more(said, made)
        return made

    def _day(self, number: int, said: dict[str, str]) -> date | None:
        text = said.get("date", "")
        if text:
            self.day = clocks.day(text, self.dates)
            if self.day is None:
                self.problems.append(Problem(number, "date", _("«%(value)s» er ikke en dato", value=_shown(text))))
        elif self.day is None:
            self.day = self.dates[0]
            if len(self.dates) > 1:
                self.notes.append(_("Linjer uten dato er lagt til den første dagen."))
        return self.day

    def _times(self, number: int, said: dict[str, str]) -> tuple[time | None, time | None]:
        text = said.get("start", "")
        start, end = _clock(text), None
        if start is None and (span := clocks.span(text)) and not span.rest.strip(" .:–-"):
            start, end = span.start, span.end
        if start is None:
            told = _("«%(value)s» er ikke et klokkeslett", value=_shown(text)) if text else _("mangler")
            self.problems.append(Problem(number, "start", told))
        if later := said.get("end"):
            end = _clock(later)
            if end is None:
                self.problems.append(Problem(number, "end", _("«%(value)s» er ikke et klokkeslett", value=_shown(later))))
        return start, end

    def _more(self, said: dict[str, str], made: Draft) -> None:
        if kind := said.get("kind"):
            made.kind = words.kind_of(kind)
            if made.kind is None:
                made.notes.append(_("Typen «%(kind)s» er ukjent.", kind=_shown(kind)))
        if language := said.get("language"):
            made.language = words.language_of(language)
            if made.language is None:
                made.notes.append(_("Språket «%(code)s» er ukjent.", code=_shown(language)))
        made.room, made.description, made.audience = said.get("room"), said.get("description"), said.get("audience")
        if "speaker" in said:
            made.speakers = speakers.credits_in(said["speaker"])
        off = made.title.casefold().startswith(CANCELLED.casefold()) or said.get("status", "").casefold() in CALLED_OFF
        made.status = "cancelled" if off else "confirmed"
        if made.title.casefold().startswith(CANCELLED.casefold()):
            made.title = made.title[len(CANCELLED) :]


CALLED_OFF = {"cancelled", "canceled", "avlyst", "innstilt"}


def _ends(day: date, start: time, end: time | None) -> datetime | None:
    """The end on the clock; before the start it is after midnight."""
    if end is None:
        return None
    found, _there_is = clocks.on_clock(day if end > start else day + timedelta(days=1), end)
    return found


def _clock(text: str) -> time | None:
    """A time of day in a cell of its own: 9 and 9.3 are numbers there, and mean 09.00 and 09.30."""
    if found := clocks.clock(re.sub(r"^.*[ T](?=\d\d:\d\d(:\d\d)?$)", "", text.strip())):
        return found
    number = re.fullmatch(r"(\d{1,2})[.,](\d)", text.strip())
    return clocks.clock(f"{number[1]}:{number[2]}0") if number else None


def _shown(text: str) -> str:
    return tidy(text)[:60]


def table(rows: Iterable[Sequence[str]]) -> bytes:
    """A spreadsheet of texts."""
    from io import BytesIO

    from xlsxwriter import Workbook  # only when asked for: the web process is lighter without it

    out = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(out, options) as book:
        sheet = book.add_worksheet("program")
        for number, cells in enumerate(rows):
            for column, text in enumerate(cells):
                sheet.write_string(number, column, text)
        sheet.freeze_panes(1, 0)
        sheet.set_column(0, 8, 18)
    return out.getvalue()
