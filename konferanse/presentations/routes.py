"""The public list of presentations, downloads, and the video greeting."""

from uuid import UUID

from flask import Blueprint, abort, render_template
from flask.typing import ResponseReturnValue

from konferanse.access.requires import requires
from konferanse.common.clock import local
from konferanse.common.storage import files
from konferanse.conference.access import PUBLIC
from konferanse.conference.cache import cached
from konferanse.conference.models import Conference
from konferanse.presentations import serving, uploads
from konferanse.presentations.checks import ENDINGS
from konferanse.presentations.forms import CAPTION_LANGUAGES
from konferanse.presentations.models import Presentation, Video
from konferanse.programme import agenda, feed, releases

bp = Blueprint("presentations", __name__)
FORMATS = {kind: ending[1:].upper() for kind, ending in ENDINGS.items()}


@bp.get("/k/<slug>/presentasjoner")
@cached
@requires(PUBLIC)
def public(conference: Conference) -> ResponseReturnValue:
    """What was shown: video greeting and slides, each with what it says in writing."""
    return render_template(
        "presentations/public.html",
        conference=conference,
        presentations=uploads.presentations(conference, only_published=True),
        videos=uploads.videos(conference, only_published=True),
        items=_published_items(conference),
        anchor=feed.anchor,
        local_day=local,
        formats=FORMATS,
        path_name=path_name,
        languages_of_captions=CAPTION_LANGUAGES,
    )


@bp.get("/k/<slug>/presentasjoner/<uuid:uid>/<name>")
@requires(PUBLIC)
def download(conference: Conference, uid: UUID, name: str) -> ResponseReturnValue:
    """A file to save. ``name`` is for the reader; the id decides."""
    row = uploads.find(conference, uid)
    if row is None or row.published is None or row.file is None or not files.path(row.file).exists():
        abort(404)
    return serving.attachment(row.file)


@bp.get("/k/<slug>/presentasjoner/video/<uuid:uid>")
@cached
@requires(PUBLIC)
def video(conference: Conference, uid: UUID) -> ResponseReturnValue:
    """The player on a page of its own, for those who come without JavaScript."""
    row = _video(conference, uid)
    return render_template(
        "presentations/video.html", conference=conference, video=row, languages_of_captions=CAPTION_LANGUAGES
    )


@bp.get("/k/<slug>/presentasjoner/video/<uuid:uid>/film")
@requires(PUBLIC)
def film(conference: Conference, uid: UUID) -> ResponseReturnValue:
    """The film itself, in the parts the player asks for."""
    row = _video(conference, uid)
    if not files.path(row.file).exists():
        abort(404)
    return serving.inline(row.file)


@bp.get("/k/<slug>/presentasjoner/video/<uuid:uid>/teksting.vtt")
@requires(PUBLIC)
def captions(conference: Conference, uid: UUID) -> ResponseReturnValue:
    """Its captions."""
    row = _video(conference, uid)
    if row.captions is None or not files.path(row.captions).exists():
        abort(404)
    return serving.inline(row.captions)


def path_name(row: Presentation) -> str:
    """The last part of a download's address: readable, and the same for the same file."""
    return row.file.name.replace("/", " ").replace("\\", " ").strip(". ") or "fil" if row.file else "fil"


def _video(conference: Conference, uid: UUID) -> Video:
    row = uploads.find_video(conference, uid)
    if row is None or row.published is None:
        abort(404)
    return row


def _published_items(conference: Conference) -> dict[str, agenda.Entry]:
    """The items of the published programme by their ids."""
    release = releases.published(conference)
    return {entry.uid: entry for entry in agenda.entries(release.content)} if release else {}
