"""The organiser's page about deletion: what goes when, how long things are kept, and what has been deleted."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.language import date_words
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.front import retention
from konferanse.front.retention_forms import RetentionForm
from konferanse.front.routes import bp


@bp.get("/admin/k/<slug>/sletting")
@requires(ORGANISER)
def forgetting(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """What is deleted when."""
    return _page(conference, RetentionForm(obj=conference))


@bp.post("/admin/k/<slug>/sletting")
@requires(ORGANISER)
def set_retention(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Change how long things are kept."""
    form = RetentionForm()
    if not form.validate_on_submit():
        return _page(conference, form), 422
    begin_write()
    retention.set_clocks(conference, form.retention_days.data, form.health_days.data, staff.actor)
    told = _(
        "Lagret. Helseopplysningene slettes %(health)s, påmeldingene %(people)s.",
        health=date_words(conference.health_deleted_on),
        people=date_words(conference.people_forgotten_on),
    )
    slug = conference.slug
    db.session.commit()
    flash(told)
    return redirect(url_for("front.forgetting", slug=slug), 303)


def _page(conference: Conference, form: RetentionForm) -> str:
    return render_template(
        "front/forgetting.html",
        conference=conference,
        form=form,
        deletions=retention.deletions(conference),
        left=retention.days_left(conference),
        act=ActForm(),
    )
