"""The public list of presentations, downloads, and the video greeting.

Files leave with a type of our choosing, are never sniffed and never run, and come conditional or partial where asked for.
"""

from uuid import UUID

from flask import Blueprint, Response, abort, render_template, send_file
from flask.typing import ResponseReturnValue

from konferanse.access.requires import requires
from konferanse.common.clock import local
from konferanse.common.storage import File, files
from konferanse.conference.access import PUBLIC
from konferanse.conference.cache import cached
from konferanse.conference.models import Conference
from konferanse.presentations import uploads
from konferanse.presentations.checks import ENDINGS, download_name
from konferanse.presentations.forms import CAPTION_LANGUAGES
from konferanse.presentations.models import Presentation, Video
from konferanse.programme import agenda, feed, releases

bp = Blueprint("presentations", __name__)
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
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
    return attachment(row.file)


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
    return inline(row.file)


@bp.get("/k/<slug>/presentasjoner/video/<uuid:uid>/teksting.vtt")
@requires(PUBLIC)
def captions(conference: Conference, uid: UUID) -> ResponseReturnValue:
    """Its captions."""
    row = _video(conference, uid)
    if row.captions is None or not files.path(row.captions).exists():
        abort(404)
    return inline(row.captions)


def attachment(file: File) -> Response:
    """``file`` as something to save, under a name that no header can break."""
    return _guarded(file, download_name(file.name), as_attachment=True)


def inline(file: File) -> Response:
    """``file`` for a ``<video>`` or ``<track>`` element; Range requests get 206."""
    return _guarded(file, download_name(file.name), as_attachment=False)


def _guarded(file: File, name: str, *, as_attachment: bool) -> Response:
    response = send_file(
        files.path(file),
        mimetype=file.content_type,
        as_attachment=as_attachment,
        download_name=name,
        conditional=True,
        etag=file.sha256,
        last_modified=file.created,
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # Asked about each time, so that what is withdrawn is gone; unchanged costs a 304.
    response.headers["Cache-Control"] = "no-cache"
    return response


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
