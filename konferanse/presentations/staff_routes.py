"""The pages where staff upload presentations and videos, publish them and put them in order."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from io import BytesIO
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires, takes_files
from konferanse.common.storage import File, files
from konferanse.conference.access import PROGRAMME, READ, permissions_of
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations import uploads
from konferanse.presentations.checks import FILM_SIZE, SLIDES_SIZE, Accepted
from konferanse.presentations.forms import SlidesForm, VideoForm
from konferanse.presentations.models import Presentation, Video
from konferanse.presentations.routes import FORMATS, attachment, bp
from konferanse.programme import editing

# A file a little too large is still read, so that the form comes back with what was typed; far larger is cut off (413).
SLIDES_REQUEST = 2 * SLIDES_SIZE
FILM_REQUEST = FILM_SIZE + SLIDES_SIZE
REMOVED = {
    "javascript": _l("skript"),
    "action": _l("handlinger som starter av seg selv"),
    "launch": _l("lenker som åpner andre filer"),
    "form": _l("skjema som sender svar"),
    "media": _l("lyd og video"),
    "attachment": _l("vedlagte filer"),
}


@bp.get("/admin/k/<slug>/presentasjoner")
@requires(READ)
def edit(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Everything that was handed in, with its state."""
    return render_template(
        "presentations/edit.html",
        conference=conference,
        presentations=uploads.presentations(conference),
        videos=uploads.videos(conference),
        formats=FORMATS,
        may_change=PROGRAMME.permission in permissions_of(staff, conference),
        act=ActForm(formdata=None),
    )


@bp.get("/admin/k/<slug>/presentasjoner/ny")
@requires(PROGRAMME)
def new(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for a new presentation."""
    return _slides_page(conference, SlidesForm(editing.items(conference), formdata=None), None)


@bp.post("/admin/k/<slug>/presentasjoner/ny")
@requires(PROGRAMME)
@takes_files(SLIDES_REQUEST)
def add(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Check and keep it."""
    form = SlidesForm(editing.items(conference))
    if not form.check(required_file=True) or form.accepted is None:
        return _slides_page(conference, form, None), 422
    accepted = form.accepted
    with staged(accepted) as file:
        begin_write()
        row = uploads.add(conference, form.values(), file, staff.actor)
        if form.publish.data:
            uploads.publish(row, staff.actor, conference.slug)
        db.session.commit()
    tell(_("«%(title)s» er lastet opp.", title=form.title.data), accepted)
    return _back(conference)


@bp.get("/admin/k/<slug>/presentasjoner/<uuid:uid>")
@requires(PROGRAMME)
def presentation(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The form for a presentation that is there."""
    row = _presentation(conference, uid)
    return _slides_page(conference, SlidesForm(editing.items(conference), row, formdata=None), row)


@bp.post("/admin/k/<slug>/presentasjoner/<uuid:uid>")
@requires(PROGRAMME)
@takes_files(SLIDES_REQUEST)
def change(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Change what is said of it, or replace the file."""
    row = _presentation(conference, uid)
    form = SlidesForm(editing.items(conference))
    if not form.check(required_file=False, public=row.published is not None):
        return _slides_page(conference, form, row), 422
    accepted = form.accepted
    with ExitStack() as stack:
        file = stack.enter_context(staged(accepted)) if accepted else None
        begin_write()
        uploads.change(_presentation(conference, uid), form.values(), file, staff.actor, conference.slug)
        db.session.commit()
    tell(_("«%(title)s» er lagret.", title=form.title.data), accepted)
    return _back(conference)


@bp.get("/admin/k/<slug>/presentasjoner/<uuid:uid>/fil")
@requires(READ)
def file(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The file, published or not."""
    row = _presentation(conference, uid)
    if row.file is None or not files.path(row.file).exists():
        abort(404)
    return attachment(row.file)


@bp.post("/admin/k/<slug>/presentasjoner/<uuid:uid>/flytt/<direction>")
@requires(PROGRAMME)
def move(conference: Conference, staff: Staff, uid: UUID, direction: str) -> ResponseReturnValue:
    """Move it up or down in the list."""
    if direction not in ("opp", "ned"):
        abort(404)
    begin_write()
    row = _presentation(conference, uid)
    uploads.move(conference, row, -1 if direction == "opp" else 1, staff.actor)
    db.session.commit()
    return _back(conference, f"p-{uid}")


@bp.post("/admin/k/<slug>/presentasjoner/<uuid:uid>/<any(publiser, trekk, slett):act>")
@requires(PROGRAMME)
def act(conference: Conference, staff: Staff, uid: UUID, act: str) -> ResponseReturnValue:
    """Publish, withdraw or delete a presentation."""
    begin_write()
    return _act(conference, staff, _presentation(conference, uid), act)


@bp.get("/admin/k/<slug>/presentasjoner/video/ny")
@requires(PROGRAMME)
def new_video(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for a video."""
    return _video_page(conference, VideoForm(formdata=None), None)


@bp.post("/admin/k/<slug>/presentasjoner/video/ny")
@requires(PROGRAMME)
@takes_files(FILM_REQUEST)
def add_video(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Check and keep it."""
    form = VideoForm()
    if not form.check(required_file=True) or form.film is None or form.vtt is None:
        return _video_page(conference, form, None), 422
    with staged(form.film) as film, _staged_captions(form.vtt, form.caption_language.data) as captions:
        begin_write()
        row = uploads.add_video(conference, form.values(), film, captions, staff.actor)
        if form.publish.data:
            uploads.publish(row, staff.actor, conference.slug)
        db.session.commit()
    tell(_("«%(title)s» er lastet opp.", title=form.title.data), None)
    return _back(conference)


@bp.get("/admin/k/<slug>/presentasjoner/video/<uuid:uid>")
@requires(PROGRAMME)
def edit_video(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The form for a video that is there."""
    row = _video(conference, uid)
    return _video_page(conference, VideoForm(row, formdata=None), row)


@bp.post("/admin/k/<slug>/presentasjoner/video/<uuid:uid>")
@requires(PROGRAMME)
@takes_files(FILM_REQUEST)
def change_video(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Change what is said of it, or replace film or captions."""
    form = VideoForm()
    if not form.check(required_file=False):
        return _video_page(conference, form, _video(conference, uid)), 422
    with ExitStack() as stack:
        film = stack.enter_context(staged(form.film)) if form.film else None
        captions = stack.enter_context(_staged_captions(form.vtt, form.caption_language.data)) if form.vtt else None
        begin_write()
        uploads.change_video(_video(conference, uid), form.values(), film, captions, staff.actor, conference.slug)
        db.session.commit()
    tell(_("«%(title)s» er lagret.", title=form.title.data), None)
    return _back(conference)


@bp.get("/admin/k/<slug>/presentasjoner/video/<uuid:uid>/film")
@requires(READ)
def staff_film(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The film, published or not."""
    row = _video(conference, uid)
    if not files.path(row.file).exists():
        abort(404)
    return attachment(row.file)


@bp.post("/admin/k/<slug>/presentasjoner/video/<uuid:uid>/<any(publiser, trekk, slett):act>")
@requires(PROGRAMME)
def act_on_video(conference: Conference, staff: Staff, uid: UUID, act: str) -> ResponseReturnValue:
    """Publish, withdraw or delete a video."""
    begin_write()
    return _act(conference, staff, _video(conference, uid), act)


def _act(conference: Conference, staff: Staff, row: Presentation | Video, act: str) -> ResponseReturnValue:
    title = row.title
    if act == "publiser":
        uploads.publish(row, staff.actor, conference.slug)
        told = _("«%(title)s» er publisert.", title=title)
    elif act == "trekk":
        uploads.withdraw(row, staff.actor, conference.slug)
        told = _("«%(title)s» er trukket tilbake. Filen er her fortsatt.", title=title)
    else:
        uploads.remove(row, staff.actor, conference.slug)
        told = _("«%(title)s» er slettet.", title=title)
    db.session.commit()
    flash(told)
    return _back(conference)


@contextmanager
def staged(accepted: Accepted) -> Iterator[File]:
    """The bytes of ``accepted`` on disk, to be kept with what the body writes."""
    with (
        accepted.content as content,
        files.staged(content, name=accepted.name, content_type=accepted.content_type) as file,
    ):
        yield file


def _staged_captions(vtt: bytes, language: str) -> AbstractContextManager[File]:
    return files.staged(BytesIO(vtt), name=f"teksting-{language}.vtt", content_type="text/vtt")


def tell(what: str, accepted: Accepted | None) -> None:
    """Say that it went well, and what was taken out of a PDF."""
    if accepted and accepted.removed:
        words = ", ".join(str(REMOVED[why]) for why in accepted.removed if why in REMOVED)
        what += " " + _(
            "Av sikkerhetsgrunner tok vi ut dette av filen: %(what)s. Se over at den fortsatt er riktig.", what=words
        )
    flash(what)


def _slides_page(conference: Conference, form: SlidesForm, row: Presentation | None) -> str:
    return render_template(
        "presentations/slides.html",
        conference=conference,
        form=form,
        row=row,
        formats=FORMATS,
        megabytes=SLIDES_SIZE // 1_000_000,
        act=ActForm(formdata=None),
    )


def _video_page(conference: Conference, form: VideoForm, row: Video | None) -> str:
    return render_template(
        "presentations/film.html",
        conference=conference,
        form=form,
        row=row,
        megabytes=FILM_SIZE // 1_000_000,
        act=ActForm(formdata=None),
    )


def _presentation(conference: Conference, uid: UUID) -> Presentation:
    return uploads.find(conference, uid) or abort(404)


def _video(conference: Conference, uid: UUID) -> Video:
    return uploads.find_video(conference, uid) or abort(404)


def _back(conference: Conference, anchor: str | None = None) -> ResponseReturnValue:
    return redirect(url_for("presentations.edit", slug=conference.slug, _anchor=anchor), 303)
