"""Where people who were not there give input: no sign-in, no name, and nothing about who sent it is kept."""

from uuid import UUID

import structlog
from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from konferanse.access.requires import requires
from konferanse.answers import web_input
from konferanse.answers.models import WebWindow
from konferanse.common.clock import now
from konferanse.conference.access import PUBLIC
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db, limiter
from konferanse.front.routes import bp
from konferanse.front.web_input_forms import GiveForm

log = structlog.get_logger()
INPUTS = "300 per hour"  # a workplace's network is one address, and many may write from it


@bp.get("/k/<slug>/innspill/gi")
@requires(PUBLIC)
def give_input(conference: Conference) -> ResponseReturnValue:
    """The form, or that input is not taken now."""
    window = web_input.open_window(conference)
    return _page(conference, window, GiveForm.about(web_input.asked(window)))


@bp.post("/k/<slug>/innspill/gi")
@limiter.limit(INPUTS)
@requires(PUBLIC)
def hand_in(conference: Conference) -> ResponseReturnValue:
    """Keep what was written to be read. What a program wrote is not kept, and it learns nothing."""
    window = web_input.open_window(conference)
    form = GiveForm.about(web_input.asked(web_input.window_of(conference)))
    if not form.validate_on_submit() or window is None:
        return _page(conference, window, form), 422
    if form.leave_empty.data:
        log.info("web_input.trap", conference=conference.slug)
    else:
        begin_write()
        web_input.hand_in(conference, form.texts(), UUID(form.key.data))
        db.session.commit()
    return redirect(url_for(".input_given", slug=conference.slug), 303)


@bp.get("/k/<slug>/innspill/gi/takk")
@requires(PUBLIC)
def input_given(conference: Conference) -> ResponseReturnValue:
    """The receipt; the same for everybody."""
    return render_template("front/input_given.html", conference=conference, kept=web_input.KEPT.days)


def _page(conference: Conference, window: WebWindow | None, form: GiveForm) -> str:
    ours = web_input.window_of(conference)
    ahead = ours.opens if ours and ours.opens and ours.opens > now() else None
    return render_template("front/give_input.html", conference=conference, window=window, form=form, ahead=ahead)
