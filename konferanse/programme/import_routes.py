"""Taking in a programme: upload or paste, see line by line what would happen, then do exactly that.

Between the two steps the file stands in the page itself, sealed: nothing is kept on the server, and nothing can be swapped.
If the working copy has changed meanwhile, the new outcome is shown and nothing is done.
"""

import zlib
from base64 import b64decode, b64encode
from io import BytesIO
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires, takes_files
from konferanse.common import links
from konferanse.common.errors import Refused
from konferanse.conference.access import PROGRAMME
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import sheet
from konferanse.programme.exchange import planning, reading, sheets
from konferanse.programme.exchange.found import LARGEST, MOST_ITEMS, Reading
from konferanse.programme.import_forms import MOST_PASTED, ImportForm
from konferanse.programme.kinds import KIND_LABELS
from konferanse.programme.releases import WHAT
from konferanse.programme.routes import bp

SEALED = 2 * LARGEST + 100_000  # a file as text, twice
PURPOSE = "programme-import"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
ACTS = {
    planning.NEW: _l("Legges til"),
    planning.CHANGED: _l("Endres"),
    planning.SAME: _l("Uendret"),
    planning.REMOVED: _l("Tas ut"),
}
COLOURS = {planning.NEW: "success", planning.CHANGED: "warning", planning.SAME: "neutral", planning.REMOVED: "danger"}
CHANGES = {name: WHAT["speaker" if name == "speakers" else name] for name in planning.TOLD}
COLUMNS = {
    "date": _l("Dato"),
    "start": _l("Start"),
    "end": _l("Slutt"),
    "title": _l("Tittel"),
    "kind": _l("Type"),
    "room": _l("Rom"),
    "speaker": _l("Innleder"),
    "language": _l("Språk"),
    "description": _l("Omtale"),
}


class Offer(NamedTuple):
    """A file, and how it is to be taken in."""

    content: bytes
    replace: bool
    move: int

    def planned(self, conference: Conference, found: Reading | None = None) -> planning.Plan:
        """What it comes to now. Raises ``Refused``."""
        found = found or reading.read(self.content, conference.dates)
        return planning.plan(conference, found, replace=self.replace, move=self.move)

    def token(self, conference: Conference, staff: Staff, mark: str) -> str:
        """All of it, and what was shown, as the page carries it."""
        packed = b64encode(zlib.compress(self.content)).decode()
        return links.sealed(PURPOSE, [conference.id, staff.id, mark, packed, self.replace, self.move])


@bp.get("/admin/k/<slug>/program/import")
@requires(PROGRAMME)
def import_form(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Choose a file, or paste."""
    return _page(conference, ImportForm(formdata=None))


@bp.post("/admin/k/<slug>/program/import")
@requires(PROGRAMME)
@takes_files(LARGEST + 4 * MOST_PASTED)
def try_import(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Say line by line what it would do, and do nothing."""
    form = ImportForm()
    if not form.validate_on_submit():
        return _page(conference, form), 422
    upload = request.files.get("file")  # a text in the field's place is no file
    content = upload.read() if upload else b""
    field = form.file if content or not form.text.data else form.text
    offer = Offer(content or form.text.data.encode(), form.replace.data, 0)
    try:
        if not offer.content:
            raise Refused(_("Velg en fil, eller lim inn et program."))
        planned = offer.planned(conference)
    except Refused as refusal:
        field.errors = [refusal.message]
        return _page(conference, form), 422
    return _shown(conference, staff, offer, planned, form)


@bp.post("/admin/k/<slug>/program/import/flytt")
@requires(PROGRAMME)
@takes_files(SEALED)
def move_import(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The same, moved so that its first day is the conference's first."""
    offer, _mark = _unsealed(conference, staff)
    planned = offer.planned(conference)
    offer = offer._replace(move=offer.move + planned.suggested)
    return _shown(conference, staff, offer, offer.planned(conference))


@bp.post("/admin/k/<slug>/program/import/ta-inn")
@requires(PROGRAMME)
@takes_files(SEALED)
def take_in(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Do what was shown, or show anew what has changed."""
    offer, mark = _unsealed(conference, staff)
    found = reading.read(offer.content, conference.dates)  # it takes time: before others wait for us
    begin_write()
    planned = offer.planned(conference, found)
    if planned.problems or planned.mark != mark:
        db.session.rollback()
        notice = _("Programmet er endret siden du så på listen. Se over på nytt. Ingenting er tatt inn ennå.")
        return _page(conference, ImportForm(formdata=None), offer, staff, planned, notice), 409
    planning.apply(conference, planned, staff.actor)
    slug = conference.slug
    db.session.commit()
    counts = {act: planned.count(act) for act in (planning.NEW, planning.CHANGED, planning.REMOVED)}
    flash(
        _("Hentet inn: %(new)s nye, %(changed)s endret, %(removed)s tatt ut. Deltakerne ser det når du publiserer.", **counts)
    )
    return redirect(url_for("programme.edit", slug=slug), 303)


@bp.get("/admin/k/<slug>/program/import/mal.xlsx")
@requires(PROGRAMME)
def import_template(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """A sheet with the headings, and two lines that show how."""
    day = conference.first_date.isoformat()
    examples = [
        [day, "09.00", "09.15", _("Velkommen"), "plenary", _("Storsalen"), _("Direktøren"), conference.language, ""],
        [day, "09.15", "09.30", _("Pause"), "break", "", "", "", ""],
    ]
    content = sheets.table([sheet.COLUMNS, *examples])
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name="program-mal.xlsx")


def _shown(
    conference: Conference, staff: Staff, offer: Offer, planned: planning.Plan, form: ImportForm | None = None
) -> ResponseReturnValue:
    page = _page(conference, form or ImportForm(formdata=None), offer, staff, planned)
    return page, 422 if planned.problems else 200


def _unsealed(conference: Conference, staff: Staff) -> tuple[Offer, str]:
    """What was shown; not somebody else's, nor another conference's."""
    values = links.unsealed(PURPOSE, request.form.get("fil", ""))
    if values is None or values[:2] != [conference.id, staff.id]:
        abort(422)
    mark, packed, replace, move = values[2:]
    return Offer(zlib.decompress(b64decode(packed)), replace, move), mark


def _page(
    conference: Conference,
    form: ImportForm,
    offer: Offer | None = None,
    staff: Staff | None = None,
    planned: planning.Plan | None = None,
    notice: str = "",
) -> str:
    token = offer.token(conference, staff, planned.mark) if offer and staff and planned and not planned.problems else ""
    return render_template(
        "programme/import.html",
        conference=conference,
        form=form,
        plan=planned,
        token=token,
        notice=notice,
        acts=ACTS,
        colours=COLOURS,
        changes=CHANGES,
        when=planning.when,
        columns=COLUMNS,
        kinds=KIND_LABELS,
        most=MOST_ITEMS,
        act=ActForm(formdata=None),
    )
