"""The pages where staff upload films with captions, and publish them."""

from contextlib import AbstractContextManager, ExitStack
from io import BytesIO
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires, takes_files
from konferanse.common.language import moment_words
from konferanse.common.storage import File, files
from konferanse.conference.access import PROGRAMME, READ
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations import uploads, versions
from konferanse.presentations.checks import FILM_SIZE, SLIDES_SIZE
from konferanse.presentations.forms import ScheduleForm, VideoForm
from konferanse.presentations.models import Video
from konferanse.presentations.routes import attachment, bp
from konferanse.presentations.staff_routes import act_on, back, staged, tell, told_in
from konferanse.programme import editing

FILM_REQUEST = FILM_SIZE + SLIDES_SIZE  # as with slides: one that is a little too large is told so


@bp.get("/admin/k/<slug>/presentasjoner/video/ny")
@requires(PROGRAMME)
def new_video(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for a video."""
    return _video_page(conference, VideoForm(editing.items(conference), formdata=None), None)


@bp.post("/admin/k/<slug>/presentasjoner/video/ny")
@requires(PROGRAMME)
@takes_files(FILM_REQUEST)
def add_video(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Check and keep it."""
    form = VideoForm(editing.items(conference))
    if not form.check(required_file=True) or form.film is None or form.vtt is None:
        return _video_page(conference, form, None), 422
    try:
        with staged(form.film) as film, _captions(form.vtt, form.caption_language.data) as captions:
            begin_write()
            row = uploads.add_video(conference, form.values(), film, captions, staff.actor)
            if form.publish.data:
                uploads.publish(row, staff.actor, conference.slug)
            db.session.commit()
    except versions.NoRoom as refusal:
        return _video_page(conference, told_in(form, refusal), None), 422
    tell(_("«%(title)s» er lastet opp.", title=form.title.data), None)
    return back(conference)


@bp.get("/admin/k/<slug>/presentasjoner/video/<uuid:uid>")
@requires(PROGRAMME)
def edit_video(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The form for a video that is there."""
    row = _video(conference, uid)
    return _video_page(conference, VideoForm(editing.items(conference), row, formdata=None), row)


@bp.post("/admin/k/<slug>/presentasjoner/video/<uuid:uid>")
@requires(PROGRAMME)
@takes_files(FILM_REQUEST)
def change_video(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Change what is said of it, or replace film or captions."""
    form = VideoForm(editing.items(conference))
    if not form.check(required_file=False):
        return _video_page(conference, form, _video(conference, uid)), 422
    try:
        with ExitStack() as stack:
            film = stack.enter_context(staged(form.film)) if form.film else None
            captions = stack.enter_context(_captions(form.vtt, form.caption_language.data)) if form.vtt else None
            begin_write()
            uploads.change_video(_video(conference, uid), form.values(), film, captions, staff.actor, conference.slug)
            db.session.commit()
    except versions.NoRoom as refusal:
        return _video_page(conference, told_in(form, refusal), _video(conference, uid)), 422
    tell(_("«%(title)s» er lagret.", title=form.title.data), None)
    return back(conference)


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
    return act_on(conference, staff, _video(conference, uid), act)


@bp.post("/admin/k/<slug>/presentasjoner/video/<uuid:uid>/publisering")
@requires(PROGRAMME)
def schedule_video(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Publish it by the clock."""
    form = ScheduleForm()
    row = _video(conference, uid)
    moment = form.check(row.item)
    if moment is None:
        fields = VideoForm(editing.items(conference), row, formdata=None)
        return _video_page(conference, fields, row, form), 422
    begin_write()
    row = _video(conference, uid)
    uploads.schedule(row, moment, staff.actor, conference.slug)
    db.session.commit()
    flash(_("«%(title)s» blir publisert %(when)s.", title=row.title, when=moment_words(moment)))
    return redirect(url_for("presentations.edit_video", slug=conference.slug, uid=uid), 303)


def _captions(vtt: bytes, language: str) -> AbstractContextManager[File]:
    return files.staged(BytesIO(vtt), name=f"teksting-{language}.vtt", content_type="text/vtt")


def _video_page(conference: Conference, form: VideoForm, row: Video | None, schedule: ScheduleForm | None = None) -> str:
    return render_template(
        "presentations/film.html",
        conference=conference,
        form=form,
        row=row,
        schedule=schedule or ScheduleForm.of(row),
        megabytes=FILM_SIZE // 1_000_000,
        act=ActForm(formdata=None),
    )


def _video(conference: Conference, uid: UUID) -> Video:
    return uploads.find_video(conference, uid) or abort(404)
