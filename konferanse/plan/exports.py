"""The plan as files: JSON of the contract, CSV, a workbook, one HTML page, and documents."""

import io
import json
from typing import NamedTuple

from defusedcsv import csv
from flask_babel import gettext as _
from flask_babel import pgettext

from konferanse.plan.content import Content, contract
from konferanse.plan.wording import CHAPTER_LABELS, STATUS_LABELS, reason_words

TYPES = {
    "html": "text/html",
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown",
    "json": "application/json",
    "csv": "text/csv",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
Row = list[str | int]
DOWNLOADS = [name for name in TYPES if name != "html"]
"""What the web hands out: the page itself is the HTML."""
_COLUMNS = (
    "number", "id", "chapter", "theme", "text", "owner", "contributors", "deadline", "deadline_text", "indicator", "status",
    "tables", "answers", "web", "evidence",
)  # fmt: skip


def rendered(content: Content, format_name: str) -> bytes:
    """``content`` as a file of one of ``TYPES``."""
    if format_name == "json":
        return as_json(content)
    if format_name == "csv":
        return as_csv(content)
    if format_name == "xlsx":
        return as_xlsx(content)
    from konferanse.plan import documents  # typesetters and converters are not the web process's to hold

    return documents.render(content, format_name)


def as_json(content: Content) -> bytes:
    """plan.json of the contract."""
    return (json.dumps(contract(content), ensure_ascii=False, indent=1) + "\n").encode()


def as_csv(content: Content) -> bytes:
    """One row a line, UTF-8 with BOM so that spreadsheets read it; cells cannot become formulas."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows(_row(line) for line in content["lines"])
    return out.getvalue().encode("utf-8-sig")


def _row(line: Content) -> Row:
    own = line | {"web": 0} | line["support"]
    own |= {
        "contributors": "; ".join(line["contributors"]),
        "evidence": " ".join(e["answer"] for e in line["evidence"]),
    }
    return [own[column] for column in _COLUMNS]


def as_xlsx(content: Content) -> bytes:
    """A workbook: the plan, the evidence behind it, what was not taken in, and the counts."""
    from xlsxwriter import Workbook

    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(out, options) as book:
        book.set_properties({"title": content["header"]["title"]})
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})
        for sheet in _sheets(content):
            made = book.add_worksheet(sheet.name)
            for column, (words, width) in enumerate(sheet.columns):
                made.set_column(column, column, width, wrap)
                made.write_string(0, column, words, bold)
            for number, row in enumerate(sheet.rows, 1):
                made.write_row(number, 0, row)
            made.freeze_panes(1, 0)
            if sheet.rows:
                made.autofilter(0, 0, len(sheet.rows), len(sheet.columns) - 1)
    return out.getvalue()


class Sheet(NamedTuple):
    """One sheet: ``columns`` are (heading, width in characters)."""

    name: str
    columns: list[tuple[str, int]]
    rows: list[Row]


def _sheets(content: Content) -> list[Sheet]:
    totals = content["totals"]
    plan = [
        (_("Nr."), 7),
        (_("Kapittel"), 16),
        (_("Tema"), 26),
        (_("Tekst"), 60),
        (_("Ansvarlig"), 24),
        (_("Medvirkende"), 24),
        (_("Frist"), 12),
        (_("Frist i ord"), 20),
        (_("Indikator"), 30),
        (_("Bord"), 7),
        (_("Svar"), 7),
        (_("Fra nettet"), 10),
        (_("Id"), 38),
    ]
    said = [
        (_("Nr."), 7),
        (_("Svar"), 12),
        (pgettext("one", "Bord"), 8),
        (_("Oppgave"), 12),
        (_("Sitat"), 90),
        (_("Slått sammen med"), 18),
    ]
    left = [(_("Svar"), 12), (pgettext("one", "Bord"), 8), (_("Oppgave"), 12), (_("Tekst"), 80), (_("Hvorfor"), 40)]
    quotes: list[Row] = [
        [line["number"], e["answer"], _place(e), e["task"], e["quote"], e["merged_into"]]
        for line in content["lines"]
        for e in line["evidence"]
    ]
    parked: list[Row] = [[p["answer"], _place(p), p["task"], p["quote"], reason_words(p["reason"])] for p in content["parked"]]
    counts: list[Row] = [[_("Svar i alt"), totals["answers"]]]
    if totals.get("web"):
        counts.append([_("Av dem fra nettet"), totals["web"]])
    counts += [[str(label), totals.get(key, 0)] for key, label in STATUS_LABELS.items() if key != "unread"]
    return [
        Sheet(_("Plan"), plan, [_plan_row(line) for line in content["lines"]]),
        Sheet(_("Belegg"), said, quotes),
        Sheet(_("Lagt til side"), left, parked),
        Sheet(_("Tall"), [(_("Hva"), 40), (_("Antall"), 10)], counts),
    ]  # fmt: skip


def _place(said: Content) -> str:
    return str(_("nettet") if said.get("web") else said["table"])


def _plan_row(line: Content) -> Row:
    return [
        line["number"],
        str(CHAPTER_LABELS[line["chapter"]]),
        line["theme"],
        line["text"],
        line["owner"],
        "; ".join(line["contributors"]),
        line["deadline"],
        line["deadline_text"],
        line["indicator"],
        line["support"]["tables"],
        line["support"]["answers"],
        line["support"].get("web", 0),
        line["id"],
    ]
