"""What is printed for the tables, as PDF: signs (A4 to fold into a tent, or A5) and sheets to write on."""

from pathlib import Path
from typing import Any

from flask import Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, pgettext
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common import qr, typesetting
from konferanse.common.errors import Refused
from konferanse.conference.access import MODERATION
from konferanse.conference.models import Conference
from konferanse.config import ROOT
from konferanse.groups.models import Table
from konferanse.groups.routes import bp, link_of
from konferanse.groups.tables import tables_of
from konferanse.groups.tasks import find_task, round_count

TEMPLATE = ROOT / "templates" / "groups" / "signs.typ"
SHEETS = ROOT / "templates" / "groups" / "task_sheets.typ"
OWN_LABELS = {"owner": _l("Hvem bør ha ansvaret?"), "deadline": _l("Når bør det være gjort?")}
PAPERS = ("a4", "a5")
REGIONS = {"nb": "NO", "nn": "NO", "en": "GB"}


@bp.get("/admin/k/<slug>/bord/skilt.pdf")
@requires(MODERATION)  # a sign lets whoever holds it answer for the table
def signs_pdf(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """A sign for every table, or for the one named by ``?bord=``, as ``?ark=`` a4 or a5."""
    wanted, paper = request.args.get("bord"), request.args.get("ark", "")
    paper = paper if paper in PAPERS else "a4"
    tables = [table for table in tables_of(conference) if wanted in (None, table.code)]
    if not tables:
        raise Refused(_("Lag bord først."))
    with force_locale(conference.language):
        data = {
            "title": str(_("Bordskilt – %(title)s", title=conference.title)),
            "conference": conference.title,
            "format": paper,
            "word": str(pgettext("one", "Bord")),
            "steps": [
                str(_("Pek kameraet på koden.")),
                str(_("Les oppgaven, snakk sammen, skriv ett svar om gangen.")),
                str(_("Trenger dere oss? Trykk «Be om hjelp».")),
            ],
            "language": _language(conference),
            "signs": [
                {
                    "name": table.name,
                    "number": str(table.number),
                    "link": link_of(table),
                    **_code(link_of(table), table),
                }
                for table in tables
            ],
        }
    return _pdf(TEMPLATE, data, f"bordskilt-{paper}-{conference.slug}.pdf")


@bp.get("/admin/k/<slug>/oppgaver/<ref>/ark.pdf")
@requires(MODERATION)  # as for signs
def task_sheets(conference: Conference, staff: Staff, ref: str) -> ResponseReturnValue:
    """A sheet to write answers on for every table that is asked, with the task and the code of the table's page."""
    task = find_task(conference, ref) or abort(404)
    tables = [table for table in tables_of(conference) if task.is_for(table)]
    if not tables:
        raise Refused(_("Lag bord først."))
    with force_locale(conference.language):
        round_name = _("Runde %(n)s", n=task.round)
        data = {
            "title": str(_("Svarark – %(title)s", title=task.title)),
            "conference": conference.title if round_count(conference) == 1 else f"{conference.title} · {round_name}",
            "task": task.title,
            "text": task.text,
            "how": str(_("Skriv ett svar på hver linje. Ikke skriv navn på personer eller noe om helsen til noen.")),
            "phone": str(_("Eller svar på telefonen")),
            "own": [str(label) for name, label in OWN_LABELS.items() if name in task.asks],
            "language": _language(conference),
            "sheets": [{"name": table.name, **_code(f"{link_of(table)}?oppgave={task.ref}", table)} for table in tables],
        }
    return _pdf(SHEETS, data, f"svarark-{task.ref}-{conference.slug}.pdf")


def _code(link: str, table: Table) -> dict[str, str]:
    alt = _("QR-kode til siden for bord %(number)s", number=table.number)
    return {"qr": qr.picture(link), "alt": str(alt)}


def _language(conference: Conference) -> dict[str, str]:
    return {"lang": conference.language, "region": REGIONS.get(conference.language, "NO")}


def _pdf(template: Path, data: dict[str, Any], name: str) -> Response:
    response = Response(typesetting.pdf(template, data), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    response.headers["Cache-Control"] = "no-store"
    return response
