"""Starting a new conference from an earlier one: choose it, say what is new, and see what to look over."""

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from konferanse.access.models import Staff
from konferanse.access.requires import ADMINISTRATOR, requires
from konferanse.common.errors import Refused
from konferanse.conference.access import ORGANISER, find, permissions_of
from konferanse.conference.copying import staff_of
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.front import copied, copying
from konferanse.front.copy_forms import CopyForm
from konferanse.front.routes import bp


@bp.get("/admin/kopier")
@requires(ADMINISTRATOR)
def choose_copy(staff: Staff) -> ResponseReturnValue:
    """The conferences there are to begin from, the newest first."""
    conferences = db.session.scalars(select(Conference).order_by(Conference.first_date.desc(), Conference.title)).all()
    return render_template("front/choose_copy.html", conferences=conferences)


@bp.get("/admin/kopier/<slug>")
@requires(ADMINISTRATOR)
def copy(staff: Staff, slug: str) -> ResponseReturnValue:
    """What comes along, and what is new."""
    source = _source(staff, slug)
    return _page(CopyForm(source, staff_of(source, but=staff)))


@bp.post("/admin/kopier/<slug>")
@requires(ADMINISTRATOR)
def do_copy(staff: Staff, slug: str) -> ResponseReturnValue:
    """Make it."""
    source = _source(staff, slug)
    form = CopyForm(source, staff_of(source, but=staff))
    if not form.validate_on_submit():
        return _page(form), 422
    begin_write()
    try:
        made = copying.copy(source, form.wanted(), staff)
    except Refused as refusal:
        db.session.rollback()
        form.first_date.errors = [refusal.message]
        return _page(form), 422
    db.session.commit()
    return redirect(url_for("front.was_copied", slug=made.slug), 303)


@bp.get("/admin/k/<slug>/kopiert")
@requires(ORGANISER)
def was_copied(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """What came along, and what must be looked over."""
    origin = copied.origin(conference) or abort(404)
    return render_template(
        "front/was_copied.html",
        conference=conference,
        source=origin.source if origin.source and permissions_of(staff, origin.source) else None,
        came=copied.came(origin),
        checks=copied.to_look_over(conference, origin),
    )


def _source(staff: Staff, slug: str) -> Conference:
    """The conference to copy, which takes its organiser."""
    source = find(slug)
    if source is None or ORGANISER.permission not in permissions_of(staff, source):
        abort(404)
    return source


def _page(form: CopyForm) -> str:
    return render_template("front/copy.html", conference=form.source, form=form)
