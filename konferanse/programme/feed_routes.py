"""The published programme for machines: calendar programs, and apps that read frab XML and c3voc JSON."""

from typing import Any

from flask import Response, abort, current_app, request, url_for
from flask.typing import ResponseReturnValue

from konferanse.access.requires import requires
from konferanse.conference.access import PUBLIC
from konferanse.conference.cache import cached_by
from konferanse.conference.models import Conference
from konferanse.programme import feed, releases
from konferanse.programme.exchange import c3voc, frab, schedule
from konferanse.programme.models import ProgrammeRelease
from konferanse.programme.routes import bp


@bp.get("/k/<slug>/program.ics")
@cached_by("dag", "rom", lasting=True)  # not by chosen items: everybody's choice is another
@requires(PUBLIC)
def ics(conference: Conference) -> ResponseReturnValue:
    """A calendar of everything, a day (``dag``), a room (``rom``) or chosen items (``post``)."""
    asked = request.args
    try:
        chosen = feed.selection(asked.get("dag", ""), asked.get("rom", ""), asked.getlist("post"))
    except ValueError:
        abort(404)
    release = releases.published(conference)
    told = {name: asked.getlist(name) for name in ("dag", "rom", "post") if asked.get(name)}
    source = address("programme.ics", conference, **told)
    content = feed.calendar(conference, release.content if release else None, page(conference), chosen, source)
    return _file(content, "text/calendar", f"{conference.slug}.ics")


@bp.get("/k/<slug>/schedule.xml")
@cached_by(lasting=True)
@requires(PUBLIC)
def schedule_xml(conference: Conference) -> ResponseReturnValue:
    """frab XML."""
    found = published_schedule(conference, releases.published(conference))
    return _file(frab.xml_bytes(found, xml_address(conference)), "application/xml", "schedule.xml")


@bp.get("/k/<slug>/schedule.json")
@cached_by(lasting=True)
@requires(PUBLIC)
def schedule_json(conference: Conference) -> ResponseReturnValue:
    """c3voc JSON."""
    found = published_schedule(conference, releases.published(conference))
    return _file(c3voc.json_bytes(found), "application/json", "schedule.json")


def page(conference: Conference) -> str:
    """The whole address of the programme's page."""
    return address("programme.public", conference)


def xml_address(conference: Conference) -> str:
    """The whole address of the frab XML."""
    return address("programme.schedule_xml", conference)


def address(endpoint: str, conference: Conference, **more: Any) -> str:
    """A whole address, always on the configured base URL, in no particular language."""
    base: str = current_app.config["BASE_URL"]
    return base + url_for(endpoint, slug=conference.slug, **{"lang": None, **more})


def published_schedule(
    conference: Conference, release: ProgrammeRelease | None, content: dict[str, Any] | None = None
) -> schedule.Schedule:
    """``release``, or else ``content``, as days and rooms."""
    version = f"{release.number} {release.name}" if release else "0"
    held = release.content if release else content
    return schedule.schedule(conference, held, version, page(conference), feed.anchor)


def _file(content: bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f"inline; filename={name}"
    return response
