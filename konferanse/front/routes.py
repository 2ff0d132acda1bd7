"""The home page, the public conference page, the organiser's overview, statements and health checks."""

from flask import Blueprint, Response, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text

from konferanse.access.models import Staff
from konferanse.access.requires import EVERYONE, requires
from konferanse.conference.access import PUBLIC, READ
from konferanse.conference.cache import cached
from konferanse.conference.models import Conference
from konferanse.extensions import db

bp = Blueprint("front", __name__)


@bp.get("/")
@requires(EVERYONE)
def home() -> ResponseReturnValue:
    """Every public conference."""
    rows = db.session.scalars(
        select(Conference).where(Conference.status != "draft").order_by(Conference.first_date.desc())
    ).all()
    return render_template("front/home.html", conferences=rows)


@bp.get("/k/<slug>")
@cached
@requires(PUBLIC)
def conference_page(conference: Conference) -> ResponseReturnValue:
    """The public page."""
    return render_template("front/conference.html", conference=conference)


@bp.get("/admin/k/<slug>/forhandsvisning")
@requires(READ)
def preview(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The public page of a draft, for staff."""
    return render_template("front/conference.html", conference=conference)


@bp.get("/admin/k/<slug>/")
@requires(READ)
def overview(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The way as a page: what is done, what waits, what comes."""
    return render_template("front/overview.html", conference=conference)


@bp.get("/personvern")
@requires(EVERYONE)
def privacy() -> ResponseReturnValue:
    """How personal data is handled."""
    return render_template("front/privacy.html")


@bp.get("/tilgjengelighet")
@requires(EVERYONE)
def accessibility() -> ResponseReturnValue:
    """Accessibility statement."""
    return render_template("front/accessibility.html")


@bp.get("/healthz")
@requires(EVERYONE)
def alive() -> ResponseReturnValue:
    """The process answers."""
    return Response("ok\n", mimetype="text/plain")


@bp.get("/readyz")
@requires(EVERYONE)
def ready() -> ResponseReturnValue:
    """The database answers too."""
    db.session.execute(text("SELECT 1"))
    return Response("ok\n", mimetype="text/plain")
