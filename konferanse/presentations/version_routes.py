"""The pages where staff look after one presentation: when it is published, its versions, and the descriptions of its pages."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common import audit
from konferanse.common.language import moment_words
from konferanse.common.storage import files
from konferanse.conference.access import PROGRAMME, READ
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations import pages, uploads, versions
from konferanse.presentations.forms import AltForm, ScheduleForm
from konferanse.presentations.models import Presentation
from konferanse.presentations.routes import attachment, bp, inline
from konferanse.presentations.staff_routes import found, presentation_page


@bp.post("/admin/k/<slug>/presentasjoner/<uuid:uid>/publisering")
@requires(PROGRAMME)
def schedule(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Publish it by the clock."""
    form = ScheduleForm()
    row = found(conference, uid)
    moment = form.check(row.item)
    if moment is None:
        return presentation_page(conference, row, schedule=form), 422
    begin_write()
    row = found(conference, uid)
    uploads.schedule(row, moment, staff.actor, conference.slug)
    db.session.commit()
    flash(_("«%(title)s» blir publisert %(when)s.", title=row.title, when=moment_words(moment)))
    return _page_of(conference, uid, "publisering")


@bp.get("/admin/k/<slug>/presentasjoner/<uuid:uid>/versjoner/<int(max=9999):number>/fil")
@requires(READ)
def version_file(conference: Conference, staff: Staff, uid: UUID, number: int) -> ResponseReturnValue:
    """The file of one version."""
    version = versions.find(found(conference, uid), number)
    if version is None or not files.path(version.file).exists():
        abort(404)
    return attachment(version.file)


@bp.post("/admin/k/<slug>/presentasjoner/<uuid:uid>/versjoner/<int(max=9999):number>/<any(bruk, slett):act>")
@requires(PROGRAMME)
def act_on_version(conference: Conference, staff: Staff, uid: UUID, number: int, act: str) -> ResponseReturnValue:
    """Let everybody see an earlier version again, or delete one."""
    begin_write()
    row = found(conference, uid)
    version = versions.find(row, number) or abort(404)
    if act == "bruk":
        versions.bring_back(row, version, staff.actor, conference.slug)
        told = _("Versjon %(n)s vises nå.", n=number)
    else:
        versions.remove(row, version, staff.actor, conference.slug)
        told = _("Versjon %(n)s er slettet.", n=number)
    db.session.commit()
    flash(told)
    return _page_of(conference, uid, "versjoner")


@bp.get("/admin/k/<slug>/presentasjoner/<uuid:uid>/sider")
@requires(PROGRAMME)
def page_texts(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The pages as they will be shown, each with what describes it."""
    row = versions.with_pages(conference, uid) or abort(404)
    return _texts_page(conference, row, AltForm.of(pages.pictured(row.version), formdata=None))


@bp.post("/admin/k/<slug>/presentasjoner/<uuid:uid>/sider")
@requires(PROGRAMME)
def change_page_texts(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Change what describes them."""
    row = versions.with_pages(conference, uid) or abort(404)
    form = AltForm.of(pages.pictured(row.version))
    if not form.validate_on_submit():
        return _texts_page(conference, row, form), 422
    begin_write()
    row = versions.with_pages(conference, uid) or abort(404)
    changed = pages.describe(row, form.texts(), looked_over=form.looked_over.data)
    audit.record(staff.actor, "presentation.described", scope=conference.slug, subject=row.uid, pages=changed)
    db.session.commit()
    flash(_("Bildetekstene er lagret."))
    return _page_of(conference, uid, "forhandsvisning")


@bp.get("/admin/k/<slug>/presentasjoner/<uuid:uid>/sider/<int(max=9999):number>.webp")
@requires(READ)
def staff_picture(conference: Conference, staff: Staff, uid: UUID, number: int) -> ResponseReturnValue:
    """The picture of a page, published or not."""
    file = pages.picture(found(conference, uid).version, number)
    if file is None or not files.path(file).exists():
        abort(404)
    return inline(file)


def _texts_page(conference: Conference, row: Presentation, form: AltForm) -> str:
    shown = [(page, form[f"alt_{page.number}"]) for page in pages.pictured(row.version)]
    return render_template("presentations/texts.html", conference=conference, row=row, form=form, shown=shown)


def _page_of(conference: Conference, uid: UUID, anchor: str) -> ResponseReturnValue:
    return redirect(url_for("presentations.presentation", slug=conference.slug, uid=uid, _anchor=anchor), 303)
