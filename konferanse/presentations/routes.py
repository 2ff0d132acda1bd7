"""The public list of presentations, downloads, and the video greeting.

Files leave with a type of our choosing, are never sniffed and never run, and come conditional or partial where asked for.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, render_template, request, send_file
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from konferanse.access.requires import requires
from konferanse.common.clock import local
from konferanse.common.storage import File, files
from konferanse.conference.access import PUBLIC
from konferanse.conference.cache import cached
from konferanse.conference.models import Conference
from konferanse.presentations import archive, office, pages, uploads, versions
from konferanse.presentations.checks import GIF, JPEG, PDF, PNG, WEBP, download_name
from konferanse.presentations.film import MP4, WEBM
from konferanse.presentations.forms import CAPTION_LANGUAGES
from konferanse.presentations.models import Presentation, Video
from konferanse.programme import agenda, feed, releases
from konferanse.programme.kinds import ITEM_LANGUAGES

bp = Blueprint("presentations", __name__)
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
# What a kind of file is called; it stands in "Last ned PDF (1,2 MB)".
FORMATS: dict[str, Any] = {
    PDF: "PDF",
    office.PPTX: "PowerPoint",
    office.ODP: "ODP",
    office.KEY: "Keynote",
    **dict.fromkeys((PNG, JPEG, WEBP, GIF), _l("bilde")),
    MP4: "MP4",
    WEBM: "WebM",
}
MANY = 8  # presentations: with more, over several days, there is a choice of day


@bp.get("/k/<slug>/presentasjoner")
@cached
@requires(PUBLIC)
def public(conference: Conference) -> ResponseReturnValue:
    """What was shown: video greeting and slides, each with what it says in writing."""
    rows = uploads.presentations(conference, only_published=True)
    items = _published_items(conference)
    days = _days(rows, items)
    chosen = next((day for day in days if day.isoformat() == request.args.get("dag")), None)
    if chosen:
        rows = [row for row in rows if _day(row, items) == chosen]
    return render_template(
        "presentations/public.html",
        conference=conference,
        presentations=rows,
        days=days,
        chosen=chosen,
        videos=uploads.videos(conference, only_published=True),
        items=items,
        **_words(),
    )


@bp.get("/k/<slug>/presentasjoner/<uuid:uid>")
@cached
@requires(PUBLIC)
def page(conference: Conference, uid: UUID) -> ResponseReturnValue:
    """One presentation: what was said, pictures of its pages with words for each, and the file."""
    row = _shown(versions.with_pages(conference, uid))
    films = [film for film in uploads.videos(conference, only_published=True) if row.item_id and film.item_id == row.item_id]
    decks = uploads.presentations(conference, only_published=True) if row.item_id else []
    return render_template(
        "presentations/page.html",
        conference=conference,
        row=row,
        version=row.version,
        pictured=pages.pictured(row.version),
        read=pages.read(row.version),
        videos=films,
        others=[deck for deck in decks if deck.item_id == row.item_id and deck.id != row.id],
        items=_published_items(conference),
        **_words(),
    )


@bp.get("/k/<slug>/presentasjoner/<uuid:uid>/sider/<int(max=9999):number>.webp")
@requires(PUBLIC)
def picture(conference: Conference, uid: UUID, number: int) -> ResponseReturnValue:
    """The picture of a page of what is shown."""
    file = pages.picture(_shown(uploads.find(conference, uid)).version, number)
    if file is None or not files.path(file).exists():
        abort(404)
    return inline(file)


@bp.get("/k/<slug>/presentasjoner.zip")
@requires(PUBLIC)
def everything(conference: Conference) -> ResponseReturnValue:
    """Every published presentation with its summary, as one file."""
    given = archive.entries(uploads.presentations(conference, only_published=True))
    if not given:
        abort(404)
    response = Response(archive.stream(given), mimetype="application/zip")
    size = archive.length(given)
    if size is not None:
        response.content_length = size
    response.headers.set("Content-Disposition", "attachment", filename=f"presentasjoner-{conference.slug}.zip")
    response.set_etag(archive.mark(given))
    return _guard(response).make_conditional(request)


@bp.get("/k/<slug>/presentasjoner/<uuid:uid>/<name>")
@requires(PUBLIC)
def download(conference: Conference, uid: UUID, name: str) -> ResponseReturnValue:
    """A file to save. ``name`` is for the reader; the id decides."""
    row = _shown(uploads.find(conference, uid))
    if row.file is None or not files.path(row.file).exists():
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
    return _guard(response)


def _guard(response: Response) -> Response:
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
    if row is None or not row.is_public:
        abort(404)
    return row


def _shown(row: Presentation | None) -> Presentation:
    """``row`` when everybody may see it, else 404."""
    if row is None or row.file is None or not row.is_public:
        abort(404)
    return row


def _words() -> dict[str, Any]:
    """What the public pages call things by."""
    return {
        "anchor": feed.anchor,
        "local_day": local,
        "formats": FORMATS,
        "path_name": path_name,
        "languages_of_captions": CAPTION_LANGUAGES,
        "languages_of_items": ITEM_LANGUAGES,
    }


def _day(row: Presentation, items: dict[str, agenda.Entry]) -> date | None:
    entry = items.get(str(row.item.uid)) if row.item else None
    return local(entry.start).date() if entry else None


def _days(rows: Sequence[Presentation], items: dict[str, agenda.Entry]) -> list[date]:
    """The days to choose between, when there is much to choose from."""
    found = Counter(day for row in rows if (day := _day(row, items)))
    return sorted(found) if len(rows) > MANY and len(found) > 1 else []


def _published_items(conference: Conference) -> dict[str, agenda.Entry]:
    """The items of the published programme by their ids."""
    release = releases.published(conference)
    return {entry.uid: entry for entry in agenda.entries(release.content)} if release else {}
