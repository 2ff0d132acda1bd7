"""Moving one item: past its neighbours, or to another time, day or room."""

from uuid import UUID

from flask import flash, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.clock import local
from konferanse.common.errors import Refused
from konferanse.common.language import time_range
from konferanse.conference.access import PROGRAMME
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import editing, moving
from konferanse.programme.forms import MoveForm, PlaceForm
from konferanse.programme.models import ProgrammeItem
from konferanse.programme.routes import back, bp, find_or_404


@bp.get("/admin/k/<slug>/program/<uuid:uid>/flytt")
@requires(PROGRAMME)
def move_form(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Where it can go."""
    return _page(conference, find_or_404(conference, uid))


@bp.post("/admin/k/<slug>/program/<uuid:uid>/flytt")
@requires(PROGRAMME)
def move(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """To another time or room."""
    form = MoveForm(conference, editing.rooms(conference))
    if not form.validate_on_submit():
        return _page(conference, find_or_404(conference, uid), form), 422
    begin_write()
    item = find_or_404(conference, uid)
    try:
        moving.move(item, form.based_on, *form.where(), staff.actor)
    except Refused as refusal:
        return _refused(conference, uid, refusal, form)
    db.session.commit()
    flash(_("«%(title)s» er flyttet til kl. %(when)s.", title=item.title, when=time_range(item.start, item.end)))
    return back(conference, f"rad-{uid}")


@bp.post("/admin/k/<slug>/program/<uuid:uid>/bytt")
@requires(PROGRAMME)
def place(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Past others of the same day."""
    form = PlaceForm()
    if not form.validate_on_submit():
        return _page(conference, find_or_404(conference, uid), notice=next(iter(form.errors.values()))[0]), 422
    begin_write()
    item = find_or_404(conference, uid)
    try:
        moved = moving.place(conference, item, form.based_on, form.target, staff.actor)
    except Refused as refusal:
        return _refused(conference, uid, refusal)
    db.session.commit()
    when = time_range(item.start, item.end)
    if moved:
        flash(_("«%(title)s» er flyttet til kl. %(when)s.", title=item.title, when=when))
    else:
        flash(_("«%(title)s» står der den sto, kl. %(when)s.", title=item.title, when=when))
    return back(conference, f"rad-{uid}")


def _refused(conference: Conference, uid: UUID, refusal: Refused, form: MoveForm | None = None) -> ResponseReturnValue:
    db.session.rollback()
    item = find_or_404(conference, uid)
    if form:
        form.version.data = item.version
    return _page(conference, item, form, refusal.message), refusal.status


def _page(conference: Conference, item: ProgrammeItem, form: MoveForm | None = None, notice: str = "") -> str:
    return render_template(
        "programme/move.html",
        conference=conference,
        item=item,
        day=local(item.start).date(),
        form=form or MoveForm(conference, editing.rooms(conference), item, formdata=None),
        near=moving.neighbours(conference, item),
        notice=notice,
        act=ActForm(formdata=None),
    )
