"""Moving everything after a time of a day: first what it would do, then the doing."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.errors import Refused
from konferanse.conference.access import PROGRAMME
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import editing, shifting
from konferanse.programme.forms import ShiftForm
from konferanse.programme.routes import bp


@bp.get("/admin/k/<slug>/program/forskyv")
@requires(PROGRAMME)
def shift(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form; filled in, also what would move."""
    asked = "fra" in request.args
    form = ShiftForm(conference, editing.rooms(conference), formdata=request.args if asked else None)
    if not asked:
        form.day.data = request.args.get("dag") or conference.first_date.isoformat()
        return _page(conference, form)
    return _preview(conference, form)


@bp.post("/admin/k/<slug>/program/forskyv")
@requires(PROGRAMME)
def do_shift(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Move it."""
    form = ShiftForm(conference, editing.rooms(conference))
    if not ActForm().validate_on_submit() or not form.validate():
        return _page(conference, form), 422
    begin_write()
    try:
        moved = shifting.apply(conference, form.shift(), staff.actor)
    except Refused as refusal:
        db.session.rollback()
        form.after.errors = [refusal.message]
        return _page(conference, form), 422
    db.session.commit()
    flash(
        ngettext(
            "%(num)s programpost er flyttet. Deltakerne ser det når du publiserer.",
            "%(num)s programposter er flyttet. Deltakerne ser det når du publiserer.",
            len(moved),
        )
    )
    return redirect(url_for("programme.edit", slug=conference.slug, _anchor=f"dag-{form.day.data}"), 303)


def _preview(conference: Conference, form: ShiftForm) -> ResponseReturnValue:
    if not form.validate():
        return _page(conference, form), 422
    try:
        return _page(conference, form, shifting.preview(conference, form.shift()))
    except Refused as refusal:
        form.after.errors = [refusal.message]
        return _page(conference, form), 422


def _page(conference: Conference, form: ShiftForm, moved: list[shifting.Moved] | None = None) -> str:
    return render_template("programme/shift.html", conference=conference, form=form, moved=moved, act=ActForm(formdata=None))
