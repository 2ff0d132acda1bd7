"""The public list of participants, and the organiser's switch for it."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common import audit
from konferanse.conference.access import ORGANISER, PUBLIC
from konferanse.conference.cache import cached
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import labels
from konferanse.registration.lists import public_list
from konferanse.registration.routes import bp


@bp.get("/k/<slug>/deltakere")
@cached
@requires(PUBLIC)
def participants(conference: Conference) -> ResponseReturnValue:
    """Who comes: those who said yes by name, the others as counts."""
    if not conference.lists_participants:
        abort(404)
    return render_template(
        "registration/lists/participants.html", conference=conference, who=public_list.of(conference), labels=labels
    )


@bp.post("/admin/k/<slug>/pamelding/deltakerliste")
@requires(ORGANISER)
def show_participants(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Make the list public, or take it away."""
    begin_write()
    conference.lists_participants = request.form.get("vises") == "ja"
    audit.record(staff.actor, "registration.public_list", scope=conference.slug, shown=conference.lists_participants)
    told = _("Deltakerlisten er offentlig.") if conference.lists_participants else _("Deltakerlisten er ikke lenger offentlig.")
    slug = conference.slug
    db.session.commit()
    flash(told)
    return redirect(url_for(".listing", slug=slug), 303)
