"""The pages where staff upload presentations, publish them and put them in order."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TypeVar
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires, takes_files
from konferanse.common.errors import Refused
from konferanse.common.storage import File, files
from konferanse.conference.access import PROGRAMME, READ, permissions_of
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations import outline, tasks, uploads, versions
from konferanse.presentations.checks import SLIDES_SIZE, Accepted
from konferanse.presentations.forms import ScheduleForm, SlidesForm, VideoForm
from konferanse.presentations.models import Presentation, Video
from konferanse.presentations.routes import FORMATS, attachment, bp
from konferanse.programme import editing

# A file a little too large is still read, so that the form comes back with what was typed; far larger is cut off (413).
SLIDES_REQUEST = 2 * SLIDES_SIZE
REMOVED = {
    "javascript": _l("skript"),
    "action": _l("handlinger som starter av seg selv"),
    "launch": _l("lenker som åpner andre filer"),
    "form": _l("skjema som sender svar"),
    "media": _l("lyd og video"),
    "attachment": _l("vedlagte filer"),
    "metadata": _l("opplysninger som lå skjult i bildet, for eksempel hvor det er tatt"),
}
LIMITS = {
    "versions": versions.MOST_VERSIONS,
    "presentations": versions.MOST_PRESENTATIONS,
    "gigabytes": versions.MOST_BYTES // 1_000_000_000,
}
Uploading = TypeVar("Uploading", SlidesForm, VideoForm)


@bp.get("/admin/k/<slug>/presentasjoner")
@requires(READ)
def edit(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Everything that was handed in, with its state."""
    return render_template(
        "presentations/edit.html",
        conference=conference,
        presentations=uploads.presentations(conference),
        videos=uploads.videos(conference),
        storage=versions.storage(conference),
        limits=LIMITS,
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
    try:
        with staged(accepted) as file:
            begin_write()
            uid = form.uid
            row = uploads.find(conference, uid)
            if row is None:
                row = uploads.add(conference, form.values(), file, staff.actor, uid=uid)
            else:  # the answer to the first try was lost on the way
                uploads.change(row, form.values(), file, staff.actor, conference.slug)
            if form.publish.data:
                uploads.publish(row, staff.actor, conference.slug)
            db.session.commit()
    except (uploads.NoSummary, versions.NoRoom) as refusal:
        return _slides_page(conference, told_in(form, refusal), None), 422
    tasks.wake()
    tell(_("«%(title)s» er lastet opp.", title=form.title.data), accepted)
    return back(conference)


@bp.get("/admin/k/<slug>/presentasjoner/<uuid:uid>")
@requires(PROGRAMME)
def presentation(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The form for a presentation that is there."""
    return presentation_page(conference, found(conference, uid))


@bp.post("/admin/k/<slug>/presentasjoner/<uuid:uid>")
@requires(PROGRAMME)
@takes_files(SLIDES_REQUEST)
def change(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Change what is said of it, or upload its next version."""
    row = found(conference, uid)
    form = SlidesForm(editing.items(conference))
    if not form.check(required_file=False, public=bool(row.published or row.publish_at)):
        return presentation_page(conference, row, form), 422
    accepted = form.accepted
    try:
        with ExitStack() as stack:
            file = stack.enter_context(staged(accepted)) if accepted else None
            begin_write()
            uploads.change(found(conference, uid), form.values(), file, staff.actor, conference.slug)
            db.session.commit()
    except (uploads.NoSummary, versions.NoRoom) as refusal:
        return presentation_page(conference, found(conference, uid), told_in(form, refusal)), 422
    if accepted:
        tasks.wake()
    tell(_("«%(title)s» er lagret.", title=form.title.data), accepted)
    return back(conference)


@bp.get("/admin/k/<slug>/presentasjoner/<uuid:uid>/fil")
@requires(READ)
def file(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The file, published or not."""
    row = found(conference, uid)
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
    row = found(conference, uid)
    uploads.move(conference, row, -1 if direction == "opp" else 1, staff.actor)
    db.session.commit()
    return back(conference, f"p-{uid}")


@bp.post("/admin/k/<slug>/presentasjoner/<uuid:uid>/<any(publiser, trekk, slett):act>")
@requires(PROGRAMME)
def act(conference: Conference, staff: Staff, uid: UUID, act: str) -> ResponseReturnValue:
    """Publish, withdraw or delete a presentation."""
    begin_write()
    return act_on(conference, staff, found(conference, uid), act)


def act_on(conference: Conference, staff: Staff, row: Presentation | Video, act: str) -> ResponseReturnValue:
    """Carry out ``act`` on it, and commit."""
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
    return back(conference)


@contextmanager
def staged(accepted: Accepted) -> Iterator[File]:
    """The file on disk, before the write begins."""
    with (
        accepted.content as content,
        files.staged(content, name=accepted.name, content_type=accepted.content_type) as file,
    ):
        yield file


def told_in(form: Uploading, refusal: Refused) -> Uploading:
    """``form`` with what was wrong in it, so that it comes back with what was typed; nothing was stored."""
    db.session.rollback()
    field = form.summary if isinstance(refusal, uploads.NoSummary) else form.file
    field.errors = [refusal.message]
    return form


def tell(what: str, accepted: Accepted | None) -> None:
    """Say that it went well, and what was taken out of the file."""
    if accepted and accepted.removed:
        words = ", ".join(str(REMOVED[why]) for why in accepted.removed if why in REMOVED)
        what += " " + _(
            "Av sikkerhetsgrunner tok vi ut dette av filen: %(what)s. Se over at den fortsatt er riktig.", what=words
        )
    flash(what)


def presentation_page(
    conference: Conference, row: Presentation, form: SlidesForm | None = None, schedule: ScheduleForm | None = None
) -> str:
    """The page of a presentation that is there: what is said of it, when it is published, its preview and versions."""
    full = versions.with_pages(conference, row.uid) or abort(404)
    titles = uploads.titles(full)
    if form is None:
        form = SlidesForm(editing.items(conference), full, outline.draft(titles), formdata=None)
    return _slides_page(
        conference,
        form,
        full,
        schedule=schedule or ScheduleForm.of(full),
        has_draft=bool(titles) and not full.summary,
        names=versions.names(full.versions),
    )


def _slides_page(conference: Conference, form: SlidesForm, row: Presentation | None, **more: object) -> str:
    return render_template(
        "presentations/slides.html",
        conference=conference,
        form=form,
        row=row,
        formats=FORMATS,
        megabytes=SLIDES_SIZE // 1_000_000,
        limits=LIMITS,
        act=ActForm(formdata=None),
        **more,
    )


def found(conference: Conference, uid: UUID) -> Presentation:
    """The presentation of this conference with that id, else 404."""
    return uploads.find(conference, uid) or abort(404)


def back(conference: Conference, anchor: str | None = None) -> ResponseReturnValue:
    """Off to the list."""
    return redirect(url_for("presentations.edit", slug=conference.slug, _anchor=anchor), 303)
