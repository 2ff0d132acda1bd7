"""Staff pages for the screen in the room: on and off, and what is let through to it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.answers import overview, priorities, publication, wall
from konferanse.answers.forms import VersionForm
from konferanse.answers.routes import bp
from konferanse.common import links
from konferanse.conference.access import MODERATION
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups.routes import checked_act


@bp.get("/admin/k/<slug>/svar/vegg", endpoint="wall")
@requires(MODERATION)
def wall_page(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Its link, and the answers that wait to be let through."""
    ours = wall.wall_of(conference)
    is_on = ours is not None and ours.is_on
    return render_template(
        "answers/wall_desk.html",
        conference=conference,
        wall=ours,
        is_on=is_on,
        link=links.url("vegg", ours.uid, ours.generation) if ours and is_on else "",
        task=wall.in_hand(conference),
        waiting=wall.to_read(conference) if ours and is_on and ours.approves else [],
        prioritising=priorities.on_wall(conference),
        act=ActForm(),
    )


@bp.post("/admin/k/<slug>/svar/vegg/<decision>")
@requires(MODERATION)
def switch_wall(conference: Conference, staff: Staff, decision: str) -> ResponseReturnValue:
    """On with approval ("godkjenn"), on without ("alle"), or off ("av")."""
    if decision not in ("godkjenn", "alle", "av"):
        abort(404)
    checked_act()
    begin_write()
    if decision == "av":
        wall.turn_off(conference, staff.actor)
        flash(_("Veggen er slått av, og lenken virker ikke lenger."))
    else:
        wall.turn_on(conference, decision == "godkjenn", staff.actor)
        flash(_("Veggen er slått på."))
    db.session.commit()
    return _to_wall(conference)


@bp.post("/admin/k/<slug>/svar/vegg/slipp/<code>/<ref>")
@requires(MODERATION)
def let_through(conference: Conference, staff: Staff, code: str, ref: str) -> ResponseReturnValue:
    """Let one answer stand on the wall, or hold it back from everything public ("skjul")."""
    if overview.find_answer(conference, code, ref) is None:
        abort(404)
    form = VersionForm()
    if not form.validate_on_submit():
        abort(400)
    begin_write()
    answer = overview.find_answer(conference, code, ref) or abort(404)
    if "skjul" in request.form:
        publication.hold_back(answer, False, staff.actor)
    elif not wall.let_through(answer, form.base_version.data, staff.actor):
        flash(_("Svaret ble endret imens. Les det på nytt."))
    db.session.commit()
    return _to_wall(conference)


def _to_wall(conference: Conference) -> ResponseReturnValue:
    return redirect(url_for("answers.wall", slug=conference.slug), 303)
