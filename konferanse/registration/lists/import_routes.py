"""Taking in a list of participants: upload, see line by line what would happen, then do exactly that.

Between the two steps the lines stand in the page itself, sealed: nothing is kept on the server, and nothing can be
swapped. If seats have changed meanwhile, the new outcome is shown and nothing is done.
"""

from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from typing import NamedTuple

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from wtforms import FileField

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires, takes_files
from konferanse.common import links
from konferanse.common.errors import Refused
from konferanse.common.fields import Form
from konferanse.common.worker import wake
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import labels, signup
from konferanse.registration.lists import intake, sheet
from konferanse.registration.lists.export_routes import TYPES
from konferanse.registration.routes import bp

LARGEST = 5_000_000
MOST_LINES = 5000
OUTCOMES = {
    "confirmed": _l("Får plass"),
    "offered": _l("Får tilbud om plass"),
    "waiting": _l("Venteliste"),
    "cancelled": _l("Lagres som avmeldt"),
    "already": _l("Finnes fra før, endres ikke"),
}


class ImportForm(Form):
    """A file."""

    file = FileField(_l("Fil"))


class Trial(NamedTuple):
    """What a sheet would come to: either ``problems`` or ``taken``, and the ``token`` that does it."""

    problems: Sequence[sheet.Problem] = ()
    taken: Sequence[intake.Taken] = ()
    token: str = ""

    @property
    def counts(self) -> list[tuple[str, int]]:
        """How many of each outcome, in the order the page tells them."""
        counts = Counter(person.status for person in self.taken)
        return [(status, counts[status]) for status in OUTCOMES if counts[status]]


@bp.get("/admin/k/<slug>/pamelding/import")
@requires(ORGANISER)
def import_form(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Choose a file."""
    return _page(conference, ImportForm(formdata=None))


@bp.post("/admin/k/<slug>/pamelding/import")
@requires(ORGANISER)
@takes_files(LARGEST + 100_000)
def try_import(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Say line by line what it would do, and do nothing."""
    form = ImportForm()
    upload = request.files.get("file")  # a text in the field's place is no file
    content = upload.read() if upload else b""
    try:
        if not content:
            raise Refused(_("Velg en fil som ikke er tom."))
        if len(content) > LARGEST:
            raise Refused(_("Filen er for stor. Del den opp."))
        found = sheet.lines(content, (upload and upload.filename) or "")
        if len(found) > MOST_LINES:
            raise Refused(_("Filen har %(n)s linjer. Del den opp i filer på høyst %(most)s.", n=len(found), most=MOST_LINES))
        if not found:
            raise Refused(_("Filen har ingen linjer under overskriftene."))
    except Refused as refusal:
        form.file.errors = [refusal.message]
        return _page(conference, form), 422
    trial = _try(conference, staff, found)
    return _page(conference, form, trial), 422 if trial.problems else 200


@bp.post("/admin/k/<slug>/pamelding/import/ta-inn")
@requires(ORGANISER)
@takes_files(LARGEST)
def take_in(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Do what was shown, or show anew what has changed."""
    found, shown = _unsealed(conference, staff, request.form.get("ark", ""))
    entries, problems = sheet.check(found, conference)
    if not problems:
        begin_write()
        try:
            taken = signup.take_in(conference, entries, staff.actor)
        except intake.NoRoom:
            taken = []
        if _mark(taken) == shown:
            counts, slug = Counter(person.status for person in taken), conference.slug
            db.session.commit()
            wake()
            new = len(taken) - counts[intake.ALREADY]
            flash(ngettext("Én er tatt inn.", "%(num)s er tatt inn.", new))
            return redirect(url_for(".listing", slug=slug, kilde="import"), 303)
        db.session.rollback()
    notice = _("Påmeldingen har endret seg siden du så på listen. Se over på nytt. Ingenting er tatt inn ennå.")
    return _page(conference, ImportForm(formdata=None), _try(conference, staff, found), notice=notice), 409


@bp.get("/admin/k/<slug>/pamelding/import/mal.xlsx")
@requires(ORGANISER)
def import_template(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """An empty sheet with the headings."""
    content = sheet.as_xlsx([str(heading) for heading in sheet.HEADINGS.values()], [])
    return send_file(BytesIO(content), mimetype=TYPES["xlsx"], as_attachment=True, download_name="deltakere-mal.xlsx")


def _try(conference: Conference, staff: Staff, found: Sequence[sheet.Line]) -> Trial:
    """Take everybody in and take it back."""
    entries, problems = sheet.check(found, conference)
    if problems:
        return Trial(problems)
    begin_write()
    try:
        taken = signup.take_in(conference, entries, staff.actor)
    except intake.NoRoom as full:
        return Trial([sheet.Problem(full.line, "status", full.message)])
    finally:
        db.session.rollback()
    cells = [[number, *(line.get(column, "") for column in sheet.COLUMNS)] for number, line in found]
    token = links.sealed("import", [conference.id, staff.id, _mark(taken), cells])
    return Trial(taken=taken, token=token)


def _unsealed(conference: Conference, staff: Staff, token: str) -> tuple[list[sheet.Line], list[list[object]]]:
    """The lines that were shown, and what they came to; not somebody else's, nor another conference's."""
    values = links.unsealed("import", token)
    if values is None or values[:2] != [conference.id, staff.id]:
        abort(422)
    lines = [(number, dict(zip(sheet.COLUMNS, cells, strict=True))) for number, *cells in values[3]]
    return lines, values[2]


def _mark(taken: Sequence[intake.Taken]) -> list[list[object]]:
    """What was shown, as the token carries it: the first line of each run of one outcome."""
    return [
        [person.line, person.status]
        for before, person in zip([None, *taken], taken, strict=False)
        if before is None or before.status != person.status
    ]


def _page(conference: Conference, form: ImportForm, trial: Trial | None = None, *, notice: str = "") -> str:
    return render_template(
        "registration/lists/import.html",
        conference=conference,
        form=form,
        trial=trial,
        notice=notice,
        outcomes=OUTCOMES,
        headings=sheet.HEADINGS,
        labels=labels,
        words=sheet.WORDS,
        most=MOST_LINES,
        act=ActForm(formdata=None),
    )
