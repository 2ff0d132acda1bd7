"""Copying a day of the programme: first what it would make, then the making."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.errors import Refused
from konferanse.conference.access import PROGRAMME
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import copying
from konferanse.programme.copy_forms import CopyDayForm
from konferanse.programme.routes import bp


@bp.get("/admin/k/<slug>/program/kopier")
@requires(PROGRAMME)
def copy_day(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form; filled in, also what would be made."""
    if "til" not in request.args:
        form = CopyDayForm(conference, formdata=None)
        _begin(form, conference, request.args.get("fra", ""))
        return _page(conference, form)
    form = CopyDayForm(conference, formdata=request.args)
    if not form.validate():
        return _page(conference, form), 422
    source, target = form.days()
    try:
        return _page(conference, form, copying.preview(conference, source, target), target)
    except Refused as refusal:
        form.target.errors = [refusal.message]
        return _page(conference, form), 422


@bp.post("/admin/k/<slug>/program/kopier")
@requires(PROGRAMME)
def do_copy_day(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Make it."""
    form = CopyDayForm(conference)
    if not ActForm().validate_on_submit() or not form.validate():
        return _page(conference, form), 422
    source, target = form.days()
    begin_write()
    try:
        made = copying.copy_day(conference, source, target, staff.actor, with_speakers=form.with_speakers.data)
    except Refused as refusal:
        db.session.rollback()
        form.target.errors = [refusal.message]
        return _page(conference, form), 422
    db.session.commit()
    flash(
        ngettext(
            "%(num)s programpost er kopiert. Deltakerne ser den når du publiserer.",
            "%(num)s programposter er kopiert. Deltakerne ser dem når du publiserer.",
            len(made),
        )
    )
    return redirect(url_for("programme.edit", slug=conference.slug, _anchor=f"dag-{target}"), 303)


def _begin(form: CopyDayForm, conference: Conference, asked: str) -> None:
    """From the day that was asked for to the one after it, or the first for the last."""
    days = [day.isoformat() for day in conference.dates]
    at = days.index(asked) if asked in days else 0
    form.source.data, form.target.data, form.with_speakers.data = days[at], days[(at + 1) % len(days)], True


def _page(
    conference: Conference, form: CopyDayForm, copied: list[copying.Copied] | None = None, target: date | None = None
) -> str:
    return render_template(
        "programme/copy_day.html",
        conference=conference,
        form=form,
        copied=copied,
        target=target,
        there=copying.items_on(conference, target) if target else [],
        act=ActForm(formdata=None),
    )
