"""A participant's own page: everything about one person in one place. GET changes nothing; what acts is in the packages."""

from flask import render_template
from flask.typing import ResponseReturnValue

from konferanse.access.forms import ActForm
from konferanse.access.requires import requires
from konferanse.front.routes import bp
from konferanse.registration import calendar_entries, line, needs
from konferanse.registration.access import PARTICIPANT_LINK
from konferanse.registration.labels import NEED_KINDS, NEED_STATUSES
from konferanse.registration.models import Registration


@bp.get("/min/<token>")
@requires(PARTICIPANT_LINK)
def mine(registration: Registration, token: str) -> ResponseReturnValue:
    """My page."""
    return render_template(
        "front/mine.html",
        conference=registration.conference,
        registration=registration,
        token=token,
        place=line.place(registration),
        hours=calendar_entries.hours(registration.conference),
        needs=needs.of(registration),
        need_kinds=NEED_KINDS,
        need_statuses=NEED_STATUSES,
        act=ActForm(),
    )
