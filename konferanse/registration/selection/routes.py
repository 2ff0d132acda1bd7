"""The organiser's page for selecting who comes, with the breadth of the choice beside it."""

from uuid import UUID

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.worker import wake
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import labels, places, seats
from konferanse.registration.routes import bp
from konferanse.registration.selection import breadth, selecting


@bp.get("/admin/k/<slug>/pamelding/utvalg")
@requires(ORGANISER)
def selection(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Those who wait, and the breadth of those who have a seat."""
    return _page(conference, [])


@bp.post("/admin/k/<slug>/pamelding/utvalg")
@requires(ORGANISER)
def select_people(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Show what the ticks come to, tick a suggestion, or give the ticked a seat."""
    chosen, wanted = _chosen(), request.form.get("do", "")
    if not ActForm().validate_on_submit():
        return _page(conference, chosen, _("Siden var åpen for lenge. Prøv igjen.")), 422
    if wanted == "suggest":
        return _page(conference, selecting.suggestion(conference, selecting.field(conference)))
    if wanted != "give":
        return _page(conference, chosen)
    if not chosen:
        return _page(conference, chosen, _("Kryss av for dem som skal få plass.")), 422
    begin_write()
    try:
        given = selecting.give(conference, chosen, staff.actor)
    except seats.NoSeatLeft as refusal:
        db.session.rollback()
        return _page(conference, chosen, _("%(why)s Velg færre, så ingen får plass som ikke finnes.", why=refusal.message)), 422
    db.session.commit()
    wake()
    flash(ngettext("Én har fått plass og får beskjed.", "%(num)s har fått plass og får beskjed.", given))
    return redirect(url_for(".selection", slug=conference.slug), 303)


@bp.post("/admin/k/<slug>/pamelding/utvalg/avslag")
@requires(ORGANISER)
def decline_people(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Ask once whether to say no to the ticked, or to all the others; then do it."""
    chosen, who = _chosen(), request.form.get("who", "")
    if not ActForm().validate_on_submit():
        return _page(conference, chosen, _("Siden var åpen for lenge. Prøv igjen.")), 422
    if who != "sure":
        waiting = selecting.field(conference).waiting
        people = [row for row in waiting if (row.uid in chosen) == (who != "rest")]
        if not people:
            return _page(conference, chosen, _("Kryss av for dem som skal få avslag.")), 422
        return render_template("registration/selection/decline.html", conference=conference, people=people, act=ActForm())
    begin_write()
    declined = selecting.decline(conference, chosen, staff.actor)
    db.session.commit()
    wake()
    flash(ngettext("Én har fått avslag og får beskjed.", "%(num)s har fått avslag og får beskjed.", declined))
    return redirect(url_for(".selection", slug=conference.slug), 303)


def _chosen() -> list[UUID]:
    """Those ticked; what is no id is nobody."""
    found = []
    for value in request.form.getlist("valgt"):
        try:
            found.append(UUID(value))
        except ValueError:
            continue
    return found


def _page(conference: Conference, chosen: list[UUID], error: str = "") -> str:
    among = selecting.field(conference)
    waiting = {row.uid for row in among.waiting}
    picked = [uid for uid in chosen if uid in waiting]
    everybody = among.everybody
    return render_template(
        "registration/selection/selection.html",
        conference=conference,
        waiting=among.waiting,
        chosen=set(picked),
        rows=breadth.tallies(everybody, [*picked, *(row.uid for row in among.seated)]),
        seated={(row.kind, row.code): row.chosen for row in breadth.tallies(everybody, [row.uid for row in among.seated])},
        group=breadth.folded(everybody),
        first_timers=among.first_timers,
        asks_first_time=among.asks_first_time,
        left=places.tally(conference).left,
        error=error,
        labels=labels,
        act=ActForm(),
    )
