"""Table signs as PDF: A4 to fold into a tent, or A5."""

from flask import Response, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, pgettext
from flask_babel import gettext as _

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common import qr, typesetting
from konferanse.common.errors import Refused
from konferanse.conference.access import MODERATION
from konferanse.conference.models import Conference
from konferanse.config import ROOT
from konferanse.groups.routes import bp, link_of
from konferanse.groups.tables import tables_of

TEMPLATE = ROOT / "templates" / "groups" / "signs.typ"
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
            "language": {"lang": conference.language, "region": REGIONS.get(conference.language, "NO")},
            "signs": [
                {
                    "name": table.name,
                    "number": str(table.number),
                    "link": link_of(table),
                    "qr": qr.picture(link_of(table)),
                    "alt": str(_("QR-kode til siden for bord %(number)s", number=table.number)),
                }
                for table in tables
            ],
        }
    response = Response(typesetting.pdf(TEMPLATE, data), content_type="application/pdf")
    response.headers["Content-Disposition"] = f'attachment; filename="bordskilt-{paper}-{conference.slug}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response
