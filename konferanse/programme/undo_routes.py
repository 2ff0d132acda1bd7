"""Taking back what was done to the programme, and doing it again."""

from flask import abort, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.conference.access import PROGRAMME
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import history
from konferanse.programme.forms import EditForm
from konferanse.programme.routes import back, bp


@bp.post("/admin/k/<slug>/program/angre")
@requires(PROGRAMME)
def undo(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Take back the newest change, which the page showed."""
    form = EditForm()
    if not form.validate_on_submit():
        abort(422)
    begin_write()
    history.undo(conference, form.shown, staff.actor)
    db.session.commit()
    flash(_("Endringen er angret."))
    return back(conference)


@bp.post("/admin/k/<slug>/program/gjor-om")
@requires(PROGRAMME)
def redo(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Do again what was taken back last."""
    form = EditForm()
    if not form.validate_on_submit():
        abort(422)
    begin_write()
    history.redo(conference, form.shown, staff.actor)
    db.session.commit()
    flash(_("Endringen er gjort igjen."))
    return back(conference)
