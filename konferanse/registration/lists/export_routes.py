"""Taking the list of participants out as a file."""

from io import BytesIO

from flask import abort, request, send_file
from flask.typing import ResponseReturnValue

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common import audit
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration.lists import columns, listing, sheet
from konferanse.registration.routes import bp

TYPES = {"csv": "text/csv", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
# The type of organisation can tell of union membership, and is never listed person by person on the web.
FIELDS = tuple(column for column in sheet.COLUMNS if column != "organisation_type")


@bp.post("/admin/k/<slug>/pamelding/eksport")
@requires(ORGANISER)
def export(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Everybody the search finds, in the columns chosen. Health data is not in it. It is logged, so it is not a GET."""
    form = request.form.get("format", "csv")
    if form not in TYPES:
        abort(422)
    search = listing.Search.of(request.args, conference)
    to_import = request.form.get("felt") == "import"
    # Whoever is taken in first stands first in line, so the order of the line is kept.
    people = listing.everybody(conference, search._replace(order="ko") if to_import else search)
    if to_import:
        write = sheet.csv_bytes if form == "csv" else sheet.xlsx_bytes
        content = write(people, FIELDS)
    else:
        chosen = columns.for_download(columns.chosen(columns.offered(conference), search.columns))
        lay_out = sheet.as_csv if form == "csv" else sheet.as_xlsx
        content = lay_out([column.label for column in chosen], columns.table(people, chosen))
    count, name = len(people), f"deltakere-{conference.slug}.{form}"
    begin_write()
    audit.record(staff.actor, "registration.exported", scope=conference.slug, people=count, format=form)
    db.session.commit()
    return send_file(BytesIO(content), mimetype=TYPES[form], as_attachment=True, download_name=name)
