"""What everybody reads: the published plan, as a page and as files."""

from flask import Response, abort, render_template
from flask.typing import ResponseReturnValue

from konferanse.access.requires import requires
from konferanse.conference.access import PUBLIC
from konferanse.conference.cache import cached
from konferanse.conference.models import Conference
from konferanse.plan import exports
from konferanse.plan.pages import document
from konferanse.plan.publishing import published
from konferanse.plan.routes import as_file, bp
from konferanse.plan.withheld import as_shown


@bp.get("/k/<slug>/plan")
@cached
@requires(PUBLIC)
def public(conference: Conference) -> ResponseReturnValue:
    """The newest published version."""
    version = published(conference)
    if version is None:
        return render_template("plan/not_published.html", conference=conference)
    return render_template(
        "plan/public.html", conference=conference, is_preview=False, formats=exports.DOWNLOADS, **document(as_shown(version))
    )


@bp.get("/k/<slug>/plan.json", endpoint="json")
@cached
@requires(PUBLIC)
def as_json(conference: Conference) -> ResponseReturnValue:
    """plan.json of the contract; 404 until something is published."""
    version = published(conference) or abort(404)
    return Response(exports.as_json(as_shown(version)), mimetype="application/json")


@bp.get("/k/<slug>/plan.<format_name>")
@cached
@requires(PUBLIC)
def download(conference: Conference, format_name: str) -> ResponseReturnValue:
    """The newest published version as a file."""
    version = published(conference)
    if format_name not in exports.DOWNLOADS or version is None:
        abort(404)
    return as_file(exports.rendered(as_shown(version), format_name), conference, format_name)
