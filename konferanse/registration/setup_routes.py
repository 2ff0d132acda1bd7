"""The organiser sets how people sign up: limits, times, the line, and who decides."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.worker import wake
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import labels, places, seats, signup
from konferanse.registration.routes import bp
from konferanse.registration.setup_forms import SetupForm


@bp.get("/admin/k/<slug>/pamelding/oppsett")
@requires(ORGANISER)
def setup(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """What is set, and how much of each limit is taken."""
    return _page(conference, SetupForm.of(conference))


@bp.post("/admin/k/<slug>/pamelding/oppsett")
@requires(ORGANISER)
def set_up(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Change it. More seats call in those who wait."""
    form = SetupForm.of(conference)
    if not form.validate_on_submit():
        return _page(conference, form), 422
    begin_write()
    try:
        promoted = signup.set_up(conference, form.setup(), staff.actor)
    except seats.SeatsInUse as refusal:
        db.session.rollback()
        form.field_of(refusal.key).errors = [refusal.message]
        return _page(conference, form), 422
    db.session.commit()
    wake()
    flash(_("Lagret."))
    if promoted:
        flash(ngettext("Én fra ventelisten fikk plass.", "%(num)s fra ventelisten fikk plass.", promoted))
    return redirect(url_for(".setup", slug=conference.slug), 303)


def _page(conference: Conference, form: SetupForm) -> str:
    return render_template(
        "registration/setup.html",
        conference=conference,
        form=form,
        seats=places.tally(conference),
        labels=labels,
    )
