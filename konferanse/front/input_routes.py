"""What everybody may read of the answers."""

from flask import render_template, request
from flask.typing import ResponseReturnValue

from konferanse.access.requires import requires
from konferanse.answers import publication as publications
from konferanse.answers import web_input
from konferanse.conference.access import PUBLIC
from konferanse.conference.cache import cached
from konferanse.conference.models import Conference
from konferanse.front import inputs as published_inputs
from konferanse.front.routes import bp


@bp.get("/k/<slug>/innspill")
@cached
@requires(PUBLIC)
def inputs(conference: Conference) -> ResponseReturnValue:
    """The answers. Filters are plain links: ``?oppgave=`` a task's ref, ``?bord=`` a table's number."""
    takes_input = web_input.open_window(conference) is not None
    publication = publications.publication(conference)
    if publication is None:
        return render_template("front/inputs_closed.html", conference=conference, takes_input=takes_input)
    shown = published_inputs.chosen(publication, conference, request.args.get("oppgave", ""), request.args.get("bord", ""))
    return render_template("front/inputs.html", conference=conference, takes_input=takes_input, **shown)
