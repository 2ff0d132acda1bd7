"""The plan as files: JSON of the contract, CSV, a workbook, one HTML page, and documents."""

import io
import json
from collections.abc import Callable
from importlib import import_module, util

from defusedcsv import csv
from flask_babel import gettext as _
from xlsxwriter import Workbook
from xlsxwriter.worksheet import Worksheet

from konferanse.common.errors import Refused
from konferanse.plan.content import Content, contract
from konferanse.plan.wording import CHAPTER_LABELS, reason_words

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
DOCUMENTS = ("pdf", "odt", "docx", "md")
_DOCUMENTS_MODULE = "konferanse.plan.documents"
_COLUMNS = (
    "number", "id", "chapter", "theme", "text", "owner", "contributors", "deadline", "deadline_text", "indicator", "status",
    "tables", "answers", "evidence",
)  # fmt: skip


def rendered(content: Content, format_name: str, page: Callable[[Content], str]) -> bytes:
    """``content`` as a file of one of ``TYPES``; ``page`` renders the HTML page. Raises ``Refused`` for a format that
    cannot be made here."""
    if format_name == "json":
        return as_json(content)
    if format_name == "csv":
        return as_csv(content)
    if format_name == "xlsx":
        return as_xlsx(content)
    if format_name == "html":
        return page(content).encode()
    return _document(content, format_name)


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


def _row(line: Content) -> list[str | int]:
    own = line | line["support"]
    own |= {
        "contributors": "; ".join(line["contributors"]),
        "evidence": " ".join(e["answer"] for e in line["evidence"]),
    }
    return [own[column] for column in _COLUMNS]


def as_xlsx(content: Content) -> bytes:
    """A workbook: the plan, the evidence behind it, what was not taken in, and the counts."""
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": content["header"]["title"]})
        bold = book.add_format({"bold": True, "text_wrap": True, "bottom": 1})
        wrap = book.add_format({"text_wrap": True, "valign": "top"})

        def sheet(name: str, header: list[str], rows: list[list[str | int]], widths: list[int]) -> Worksheet:
            made = book.add_worksheet(name)
            for column, (words, width) in enumerate(zip(header, widths, strict=True)):
                made.set_column(column, column, width, wrap)
                made.write_string(0, column, words, bold)
            for number, row in enumerate(rows, 1):
                made.write_row(number, 0, row)
            made.freeze_panes(1, 0)
            if rows:
                made.autofilter(0, 0, len(rows), len(header) - 1)
            return made

        sheet(
            _("Plan"),
            [_("Nr."), _("Kapittel"), _("Tema"), _("Tekst"), _("Ansvarlig"), _("Medvirkende"), _("Frist"), _("Frist i ord"),
             _("Indikator"), _("Bord"), _("Svar"), _("Id")],
            [_plan_row(line) for line in content["lines"]],
            [7, 16, 26, 60, 24, 24, 12, 20, 30, 7, 7, 38],
        )  # fmt: skip
        sheet(
            _("Belegg"),
            [_("Nr."), _("Svar"), _("Bord"), _("Oppgave"), _("Sitat"), _("Slått sammen med")],
            [
                [line["number"], e["answer"], e["table"], e["task"], e["quote"], e["merged_into"]]
                for line in content["lines"]
                for e in line["evidence"]
            ],
            [7, 12, 8, 12, 90, 18],
        )
        sheet(
            _("Lagt til side"),
            [_("Svar"), _("Bord"), _("Oppgave"), _("Tekst"), _("Hvorfor")],
            [[p["answer"], p["table"], p["task"], p["quote"], reason_words(p["reason"])] for p in content["parked"]],
            [12, 8, 12, 80, 40],
        )
        totals = content["totals"]
        sheet(
            _("Tall"),
            [_("Hva"), _("Antall")],
            [
                [_("Svar i alt"), totals["answers"]],
                [_("Brukt i planen"), totals["used"]],
                [_("Slått sammen med et likt svar"), totals["merged"]],
                [_("Lagt til side"), totals["parked"]],
            ],
            [40, 10],
        )
    return out.getvalue()


def _plan_row(line: Content) -> list[str | int]:
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
        line["id"],
    ]


def _document(content: Content, format_name: str) -> bytes:
    if util.find_spec(_DOCUMENTS_MODULE) is None:
        raise Refused(_("Planen kan ikke lages som %(format)s her.", format=format_name))
    render: Callable[[Content, str], bytes] = import_module(_DOCUMENTS_MODULE).render
    return render(content, format_name)
