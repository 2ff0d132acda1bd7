"""The public page of each programme item, and the pictures of those who speak."""

from uuid import UUID

from flask import abort, current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from konferanse.access.requires import requires
from konferanse.common.storage import files
from konferanse.conference.access import PUBLIC
from konferanse.conference.cache import cached_by
from konferanse.conference.models import Conference
from konferanse.front import items
from konferanse.front.routes import bp
from konferanse.presentations.routes import FORMATS, inline, path_name
from konferanse.programme import events
from konferanse.programme.kinds import PART_LABELS
from konferanse.programme.reading_routes import calendar_addresses, words


@bp.get("/k/<slug>/program/<uuid:uid>")
@cached_by()
@requires(PUBLIC)
def programme_item(conference: Conference, uid: UUID) -> ResponseReturnValue:
    """Everything about one item."""
    page = items.item_page(conference, uid) or abort(404)
    base = current_app.config["BASE_URL"]
    whole = events.conference(conference, base + url_for("front.conference_page", slug=conference.slug, lang=None))
    address = base + url_for("front.programme_item", slug=conference.slug, uid=uid, lang=None)
    return render_template(
        "front/item.html",
        conference=conference,
        shown=page,
        entry=page.entry,
        address=address,
        data=events.page_of(conference, page.entry, address, whole),
        calendar=calendar_addresses(conference),
        parts=PART_LABELS,
        formats=FORMATS,
        path_name=path_name,
        **words(),
    )


@bp.get("/k/<slug>/program/portrett/<uuid:uid>")
@requires(PUBLIC)
def portrait(conference: Conference, uid: UUID) -> ResponseReturnValue:
    """The picture of a speaker who agreed to it."""
    picture = items.portrait(conference, uid)
    if picture is None or not files.path(picture).exists():
        abort(404)
    return inline(picture)
