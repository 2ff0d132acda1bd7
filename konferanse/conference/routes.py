"""The organiser's conferences: list, make, describe, publish, and who works with them."""

from uuid import UUID

from flask import Blueprint, Response, abort, flash, make_response, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import ADMINISTRATOR, SIGNED_IN, requires
from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.common.storage import files
from konferanse.conference import assignments, hosts, lifecycle, pictures
from konferanse.conference.access import ORGANISER, PUBLIC, READ
from konferanse.conference.forms import (
    PERMISSION_LABELS,
    ColleagueForm,
    ConferenceForm,
    HostForm,
    MandateForm,
    NewConferenceForm,
    PictureForm,
)
from konferanse.conference.models import Conference, Membership
from konferanse.extensions import begin_write, csrf, db

bp = Blueprint("conference", __name__)


@bp.get("/admin/")
@requires(SIGNED_IN)
def mine(staff: Staff) -> ResponseReturnValue:
    """The conferences I work with."""
    query = select(Conference).order_by(Conference.first_date.desc())
    if not staff.is_admin:
        query = query.join(Membership).where(Membership.staff_id == staff.id)
    return render_template("conference/mine.html", conferences=db.session.scalars(query).all())


@bp.get("/admin/ny")
@requires(ADMINISTRATOR)
def new(staff: Staff) -> ResponseReturnValue:
    """The form for a new conference."""
    return render_template("conference/new.html", form=NewConferenceForm())


@bp.post("/admin/ny")
@requires(ADMINISTRATOR)
def create(staff: Staff) -> ResponseReturnValue:
    """Make it; whoever makes it is its organiser."""
    form = NewConferenceForm()
    if not form.validate_on_submit():
        return render_template("conference/new.html", form=form), 422
    begin_write()
    conference = lifecycle.create(
        form.slug.data,
        form.title.data,
        form.kind.data,
        form.first_date.data,
        form.last_date.data,
        seats=form.seats.data,
        retention_days=form.retention_days.data,
        health_days=form.health_days.data,
    )
    lifecycle.grant(conference, staff, ["organiser"], staff.actor)
    db.session.commit()
    return redirect(url_for("front.overview", slug=conference.slug), 303)


@bp.get("/admin/k/<slug>/om")
@requires(READ)
def about(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """What the public page says."""
    return render_template("conference/about.html", conference=conference, form=ConferenceForm(obj=conference))


@bp.post("/admin/k/<slug>/om")
@requires(ORGANISER)
def change_about(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Change it."""
    form = ConferenceForm()
    if not form.validate_on_submit():
        return render_template("conference/about.html", conference=conference, form=form), 422
    begin_write()
    try:
        lifecycle.move(conference, form.first_date.data, form.last_date.data, staff.actor)
    except Refused as refusal:
        db.session.rollback()
        form.last_date.errors = [refusal.message]
        return render_template("conference/about.html", conference=conference, form=form), 422
    form.populate_obj(conference)
    conference.updated = now()
    audit.record(staff.actor, "conference.described", scope=conference.slug)
    db.session.commit()
    flash(_("Lagret."))
    return redirect(url_for("conference.about", slug=conference.slug), 303)


@bp.get("/admin/k/<slug>/oppdrag")
@requires(READ)
def mandate(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The assignment."""
    return _mandate_page(conference, MandateForm(obj=conference.mandate))


@bp.post("/admin/k/<slug>/oppdrag")
@requires(ORGANISER)
def change_mandate(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Change the assignment."""
    form = MandateForm()
    if not form.validate_on_submit():
        return _mandate_page(conference, form), 422
    begin_write()
    try:
        assignments.changed_by(staff, conference)
    except Refused as refusal:
        db.session.rollback()
        form.title.errors = [refusal.message]
        return _mandate_page(conference, form), 422
    form.populate_obj(conference.mandate)
    audit.record(staff.actor, "mandate.changed", scope=conference.slug)
    db.session.commit()
    flash(_("Oppdraget er lagret."))
    return redirect(url_for("front.overview", slug=conference.slug), 303)


def _mandate_page(conference: Conference, form: MandateForm) -> str:
    sharing = assignments.others(conference)
    return render_template("conference/mandate.html", conference=conference, form=form, sharing=sharing)


@bp.get("/admin/k/<slug>/vertskap")
@requires(READ)
def host(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Who answers for the data."""
    return render_template("conference/host.html", conference=conference, form=HostForm(obj=conference.host))


@bp.post("/admin/k/<slug>/vertskap")
@requires(ORGANISER)
def change_host(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Change it."""
    form = HostForm()
    if not form.validate_on_submit():
        return render_template("conference/host.html", conference=conference, form=form), 422
    begin_write()
    hosts.describe(conference, hosts.Details(**{name: form[name].data for name in hosts.Details._fields}), staff)
    db.session.commit()
    flash(_("Vertskapet er lagret."))
    return redirect(url_for("front.overview", slug=conference.slug), 303)


@bp.get("/admin/k/<slug>/bilde")
@requires(READ)
def picture_page(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The picture on top of the page."""
    form = PictureForm(alt=conference.picture_alt, credit=conference.picture_credit)
    return render_template("conference/picture.html", conference=conference, form=form, act=ActForm())


@bp.post("/admin/k/<slug>/bilde")
@requires(ORGANISER)
def change_picture(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Put a picture there, or change its words."""
    request.max_content_length = 4 * pictures.MAX_BYTES  # so that a somewhat too large picture is told so beside the field
    csrf.protect()
    form = PictureForm()
    if form.validate_on_submit() and not (form.content or conference.picture_id):
        form.file.errors = [_("Velg en bildefil.")]
    if form.errors:
        return render_template("conference/picture.html", conference=conference, form=form, act=ActForm()), 422
    begin_write()
    if form.content:
        pictures.put(conference, form.content)
    conference.picture_alt, conference.picture_credit, conference.updated = form.alt.data, form.credit.data, now()
    audit.record(staff.actor, "conference.picture", scope=conference.slug)
    db.session.commit()
    flash(_("Bildet er lagret."))
    return redirect(url_for("conference.picture_page", slug=conference.slug), 303)


csrf.exempt(change_picture)  # it checks by itself, once the body may be read


@bp.post("/admin/k/<slug>/bilde/fjern")
@requires(ORGANISER)
def remove_picture(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Take the picture away."""
    begin_write()
    pictures.take_away(conference)
    conference.updated = now()
    audit.record(staff.actor, "conference.picture_removed", scope=conference.slug)
    db.session.commit()
    return redirect(url_for("conference.picture_page", slug=conference.slug), 303)


@bp.get("/k/<slug>/bilde")
@requires(PUBLIC)
def picture(conference: Conference) -> ResponseReturnValue:
    """The picture itself; the address carries a hash of it, so a copy is good for a year."""
    response = _picture_of(conference)
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if "v" in request.args else "public, no-cache"
    return response


@bp.get("/admin/k/<slug>/bilde/fil")
@requires(READ)
def picture_preview(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The picture of a draft, for staff."""
    return _picture_of(conference)


def _picture_of(conference: Conference) -> Response:
    kept = conference.picture
    if kept is None or kept.content_type not in pictures.TYPES:
        abort(404)
    response = make_response(send_file(files.path(kept), mimetype=kept.content_type, etag=kept.sha256))
    response.headers["Content-Security-Policy"] = "default-src 'none'"
    return response


@bp.post("/admin/k/<slug>/status/<status>")
@requires(ORGANISER)
def change_status(conference: Conference, staff: Staff, status: str) -> ResponseReturnValue:
    """Publish, close or open again. Postponing and cancelling tell everybody, so they live with registration."""
    if status not in ("published", "closed"):
        abort(404)
    begin_write()
    lifecycle.change_status(conference, status, staff.actor)
    db.session.commit()
    return redirect(url_for("front.overview", slug=conference.slug), 303)


@bp.get("/admin/k/<slug>/kolleger")
@requires(ORGANISER)
def colleagues(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Who works with this conference."""
    return _colleagues_page(conference, ColleagueForm())


@bp.post("/admin/k/<slug>/kolleger")
@requires(ORGANISER)
def grant(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Add a colleague or change what one may do."""
    form = ColleagueForm()
    if not form.validate_on_submit():
        return _colleagues_page(conference, form), 422
    begin_write()
    lifecycle.grant(conference, lifecycle.colleague(form.email.data), form.permissions.data or ["read"], staff.actor)
    db.session.commit()
    return redirect(url_for("conference.colleagues", slug=conference.slug), 303)


@bp.post("/admin/k/<slug>/kolleger/<uuid:uid>/fjern")
@requires(ORGANISER)
def remove_colleague(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Take a colleague off this conference."""
    begin_write()
    row = db.session.scalar(select(Membership).join(Staff).where(Membership.conference_id == conference.id, Staff.uid == uid))
    if row is None:
        abort(404)
    lifecycle.grant(conference, row.staff, [], staff.actor)
    db.session.commit()
    return redirect(url_for("conference.colleagues", slug=conference.slug), 303)


def _colleagues_page(conference: Conference, form: ColleagueForm) -> str:
    rows = db.session.scalars(
        select(Membership)
        .where(Membership.conference_id == conference.id)
        .options(db.joinedload(Membership.staff))
        .order_by(Membership.id)
    ).all()
    return render_template(
        "conference/colleagues.html",
        conference=conference,
        memberships=rows,
        labels=PERMISSION_LABELS,
        form=form,
        act=ActForm(),
    )
