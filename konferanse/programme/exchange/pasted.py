"""A programme as people write it in a document: "09.00–09.30 Velkommen v/ Direktøren", or a table of time, what and who.

A line that is a date begins a day, a line that begins with a time begins an item, and other lines tell more of the item above.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import islice

from flask_babel import gettext as _

from konferanse.programme import speakers
from konferanse.programme.exchange import clocks
from konferanse.programme.exchange.found import LONGEST_TEXT, MOST_ITEMS, Draft, Left, Reading, finished, one_line, too_many
from konferanse.programme.exchange.sheets import CALLED
from konferanse.programme.exchange.workbooks import Row
from konferanse.programme.sheet import CANCELLED

MOST_LINES = 50_000
BY = re.compile(r"\s*(?:,\s*|–\s*|-\s*)?\b(?:v/|w/|innleder:|innledere:|foredragsholder:|ved:)\s*", re.IGNORECASE)
WHERE = re.compile(r"(?:rom|sal|sted|hvor|room)\s*:\s*(.{1,200})", re.IGNORECASE)
BULLET = re.compile(r"^(?:[•·▪*>]|[-–—](?=\s))\s*")
RULE = re.compile(r"[\s|:+=_–—-]*")
USUAL = ("title", "speaker", "room", "description")


def read(rows: Sequence[Row], dates: Sequence[date]) -> Reading:
    """The items in lines of cells; ``dates`` are the conference's. Raises ``Refused``."""
    document = _Document(dates)
    for number, cells in rows:
        document.take(number, [one_line(cell) for cell in cells])
        if len(document.drafts) > MOST_ITEMS:
            raise too_many()
    return finished(document.drafts, left=document.left, days=document.days, notes=document.notes)


def lines(text: str) -> list[Row]:
    """The lines of ``text`` that hold anything, as cells: what tabs or bars stand between."""
    found = re.split("\r\n|\r|\n|\u2028|\u2029|\v", text.lstrip("\ufeff"))
    if len(found) > MOST_LINES:
        raise too_many()
    return [(number, _cells(line)) for number, line in enumerate(found, 1) if not RULE.fullmatch(line[:LONGEST_TEXT])]


def _cells(line: str) -> list[str]:
    if "\t" in line:
        return line.split("\t")
    return line.strip().strip("|").split("|") if "|" in line else [line]


@dataclass
class _Document:
    dates: Sequence[date]
    day: date | None = None
    columns: Sequence[str] = USUAL  # what the cells after the time hold
    drafts: list[Draft] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    days: list[tuple[date, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    last: time | None = None

    def take(self, number: int, cells: list[str]) -> None:
        """One line more."""
        cells = [BULLET.sub("", cells[0]), *cells[1:]]
        while cells and not cells[0]:
            cells = cells[1:]
        if not cells:
            return
        if not (self._heading(cells) or self._day(cells)):
            span = clocks.span(cells[0])
            if span:
                self._item(number, span, cells)
            else:
                self._more(number, cells)

    def _heading(self, cells: list[str]) -> bool:
        """Whether this is the row that says what the columns are."""
        named = [CALLED.get(cell.casefold().rstrip(":")) for cell in cells]
        if named[0] != "start" or len(named) < 2 or not any(named[1:]):
            return False
        after = named[2:] if named[1] == "end" else named[1:]
        self.columns = [column or "description" for column in after]
        return True

    def _day(self, cells: list[str]) -> bool:
        text = " ".join(cell for cell in cells if cell)
        numbered = re.match(r"(?:dag|day)\s*\d{1,2}\b[.:]?\s*[-–—,:]?\s*", text, re.IGNORECASE)
        tried = text[numbered.end() :] if numbered else text
        heads = [(tried, "")] + [(tried[: m.start()], tried[m.end() :]) for m in islice(re.finditer(r"\s*[:–—-]\s+", tried), 3)]
        found = next(((day, rest) for head, rest in heads if (day := clocks.day(head.strip("() "), self.dates))), None)
        if found is None and numbered and (day := clocks.day(numbered[0].strip(" .:,–—-"), self.dates)):
            found = day, tried
        if found is None:
            return False
        self.day, self.last = found[0], None
        if found[1].strip():
            self.days.append((found[0], found[1].strip()))
        return True

    def _item(self, number: int, span: clocks.Span, cells: list[str]) -> None:
        end, rest, others = span.end, re.sub(r"^[\s:.–—-]+", "", span.rest), cells[1:]
        if end is None and not rest and len(others) > 1 and (until := clocks.span(others[0])) and not until.rest.strip():
            end, others = until.start, others[1:]  # a column for the start and one for the end
        day = self._day_of(span.start)
        start, there_is = clocks.on_clock(day, span.start)
        made = Draft(number, "", start, status="confirmed")
        if end is not None:
            made.end = clocks.on_clock(day if end > span.start else day + timedelta(days=1), end)[0]
        if not there_is:
            made.notes.append(_("Klokka stilles fram denne natta, så tidspunktet finnes ikke. Tiden er flyttet."))
        said = [rest, *others] if rest else others
        for column, text in zip([*self.columns, *["description"] * len(said)], said, strict=False):
            _put(made, column, text)
        self._split(made)
        self.drafts.append(made)

    def _day_of(self, start: time) -> date:
        if self.day is None:
            self.day = self.dates[0]
            if len(self.dates) > 1:
                self.notes.append(_("Teksten sier ikke hvilken dag den begynner på. Den er lest som den første dagen."))
        later = [day for day in self.dates if day > self.day]
        if self.last is not None and start < self.last and not self.days and later and start.hour < 11 and self.last.hour >= 14:
            self.day = later[0]
            self.notes.append(_("Klokkeslettene begynner forfra uten at teksten sier at det er en ny dag. Lest som neste dag."))
        self.last = start
        return self.day

    def _split(self, made: Draft) -> None:
        """Take "v/ Direktøren" and "Avlyst:" out of a title."""
        if made.title.casefold().startswith(CANCELLED.casefold()):
            made.title, made.status = made.title[len(CANCELLED) :], "cancelled"
        if (by := BY.search(made.title)) and by.start() > 0:
            said = made.title[by.end() :]
            made.title = made.title[: by.start()]
            made.speakers = [*(made.speakers or []), *speakers.credits_in(said)]

    def _more(self, number: int, cells: list[str]) -> None:
        """More about the item above, or a line about nothing."""
        text = " ".join(cell for cell in cells if cell)
        if not self.drafts:
            self.left.append(Left(number, text[:200], _("Har ikke noe klokkeslett.")))
            return
        item = self.drafts[-1]
        if where := WHERE.fullmatch(text):
            item.room = where[1]
        elif (by := BY.match(text)) and by.end() < len(text):
            item.speakers = [*(item.speakers or []), *speakers.credits_in(text[by.end() :])]
        elif not item.title:
            item.title = text
            self._split(item)
        elif len(item.description or "") < LONGEST_TEXT:
            item.description = "\n".join(part for part in (item.description, text) if part)


def _put(made: Draft, column: str, text: str) -> None:
    if not text:
        return
    if column == "title":
        made.title = text
    elif column == "speaker":
        made.speakers = [*(made.speakers or []), *speakers.credits_in(text)]
    elif column == "room":
        made.room = text
    else:
        made.description = "\n".join(part for part in (made.description, text) if part)
