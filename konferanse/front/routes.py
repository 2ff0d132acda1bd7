"""The home page, the public conference page, the organiser's overview, statements and health checks."""

from flask import Blueprint, Response, current_app, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select, text
from sqlalchemy.orm import joinedload

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import EVERYONE, requires
from konferanse.answers import web_input
from konferanse.common.clock import now, today
from konferanse.conference.access import PUBLIC, READ, permissions_of
from konferanse.conference.cache import cached
from konferanse.conference.models import Conference, Host
from konferanse.extensions import db
from konferanse.front import copied, public, retention
from konferanse.presentations import uploads
from konferanse.programme import agenda, events, releases
from konferanse.registration.places import availability, in_short

bp = Blueprint("front", __name__)


@bp.get("/")
@requires(EVERYONE)
def home() -> ResponseReturnValue:
    """Every public conference: what comes, and what was."""
    rows = db.session.scalars(
        select(Conference)
        .where(Conference.status != "draft")
        .options(joinedload(Conference.host))
        .order_by(Conference.first_date)
    ).all()
    coming = [c for c in rows if c.status != "closed" and c.last_date >= today()]
    return render_template("front/home.html", coming=coming, held=[c for c in reversed(rows) if c not in coming])


@bp.get("/k/<slug>")
@cached
@requires(PUBLIC)
def conference_page(conference: Conference) -> ResponseReturnValue:
    """The public page."""
    return _conference_page(conference, is_preview=False)


@bp.get("/admin/k/<slug>/forhandsvisning")
@requires(READ)
def preview(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The public page of a draft, for staff."""
    return _conference_page(conference, is_preview=True)


def _conference_page(conference: Conference, *, is_preview: bool) -> str:
    picture = ""
    if conference.picture is not None:
        endpoint = "conference.picture_preview" if is_preview else "conference.picture"
        picture = url_for(endpoint, slug=conference.slug, v=conference.picture.sha256[:10])
    base = current_app.config["BASE_URL"]
    address = f"{base}{url_for('front.conference_page', slug=conference.slug, lang=None)}"
    release = releases.published(conference)
    data = events.conference(conference, address, f"{base}{picture}" if picture else "")
    if release is not None:
        programme = base + url_for("programme.public", slug=conference.slug, lang=None)
        data = events.with_items(data, conference, agenda.shown(release.content), programme)
    left = availability(conference)
    return render_template(
        "front/conference.html",
        conference=conference,
        is_preview=is_preview,
        address=address,
        picture=picture,
        sign_up=public.sign_up(conference, left),
        told=in_short(conference, left),
        is_open=conference.signup_is_open(now()),
        signup_url=url_for("registration.new", slug=conference.slug),
        days=public.programme_days(release),
        decks=uploads.presentations(conference, only_published=True),
        films=uploads.videos(conference, only_published=True),
        stations=public.stations(conference),
        takes_input=conference.is_public and web_input.open_window(conference) is not None,
        data=data,
    )


@bp.get("/admin/k/<slug>/")
@requires(READ)
def overview(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The way as a page: what is done, what waits, what comes."""
    may_organise = "organiser" in permissions_of(staff, conference)
    return render_template(
        "front/overview.html",
        conference=conference,
        act=ActForm(),
        may_organise=may_organise,
        warnings=retention.warnings(conference) if may_organise else [],
        is_copy=conference.status == "draft" and may_organise and copied.origin(conference) is not None,
    )


@bp.get("/personvern")
@requires(EVERYONE)
def privacy() -> ResponseReturnValue:
    """How personal data is handled, and until when each conference keeps it."""
    conferences = db.session.scalars(
        select(Conference).where(Conference.status != "draft", ~Conference.is_demo).order_by(Conference.last_date.desc())
    ).all()
    hosts = db.session.scalars(
        select(Host).join(Conference).where(Conference.status != "draft").distinct().order_by(Host.name)
    ).all()
    return render_template("front/privacy.html", hosts=hosts, conferences=conferences)


@bp.get("/tilgjengelighet")
@requires(EVERYONE)
def accessibility() -> ResponseReturnValue:
    """Accessibility statement."""
    hosts = db.session.scalars(
        select(Host)
        .join(Conference)
        .where(Conference.status != "draft", Host.accessibility_url != "")
        .distinct()
        .order_by(Host.name)
    ).all()
    return render_template("front/accessibility.html", hosts=hosts)


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
