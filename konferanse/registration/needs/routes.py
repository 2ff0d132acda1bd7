"""Health data on the organiser's side: its own permission, and every opening logged (the one write a GET may do)."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.errors import Refused
from konferanse.common.worker import wake
from konferanse.conference.access import NEEDS
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import forms, labels
from konferanse.registration.models import AccessNeed
from konferanse.registration.needs import needs
from konferanse.registration.needs.forms import InterpreterForm
from konferanse.registration.routes import bp


@bp.get("/admin/k/<slug>/behov", endpoint="needs")
@requires(NEEDS)
def everybodys_needs(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Every need with its status."""
    shown = _log_opening(conference, staff)
    return _needs_page(conference, shown)


@bp.post("/admin/k/<slug>/behov/tolk")
@requires(NEEDS)
def ask_for_interpreter(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Ask participants whether they need an interpreter, until a day."""
    form = InterpreterForm()
    if not form.validate_on_submit():
        return _needs_page(conference, _log_opening(conference, staff), interpreter=form), 422
    begin_write()
    needs.ask_for_interpreter(conference, form.asks_interpreter.data, form.interpreter_until.data, staff.actor)
    db.session.commit()
    flash(_("Lagret."))
    return redirect(url_for(".needs", slug=conference.slug), 303)


@bp.get("/admin/k/<slug>/behov/kjokken")
@requires(NEEDS)
def kitchen(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Allergies for the kitchen: counts, no names. Made to be printed, for all days or one."""
    day = next((day for day in conference.dates if day.isoformat() == request.args.get("dag")), None)
    begin_write()
    lines = needs.kitchen(conference, day)
    needs.opened(conference, staff.actor, "kitchen", [uid for line in lines for uid in line.uids])
    db.session.commit()
    return render_template("registration/needs/kitchen.html", conference=conference, lines=lines, day=day)


@bp.post("/admin/k/<slug>/behov/<uuid:uid>")
@requires(NEEDS)
def answer_need(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Say what was done, and reply."""
    need = needs.find(conference, uid) or abort(404)
    form = _reply_form(need, sent=True)
    if not form.validate_on_submit():
        return _needs_page(conference, _log_opening(conference, staff), form, uid), 422
    begin_write()
    try:
        needs.answer(need, form.seen.data or "", form.status.data, form.reply.data, staff.actor)
    except Refused as changed:
        db.session.rollback()
        form.reply.errors = [changed.message]
        return _needs_page(conference, _log_opening(conference, staff), form, uid), 409
    db.session.commit()
    wake()
    flash(_("Svaret ligger på deltakerens side."))
    return redirect(url_for(".needs", slug=conference.slug, _anchor=f"b-{uid}"), 303)


def _log_opening(conference: Conference, staff: Staff) -> set[UUID]:
    """Log the opening; returns the rows that may now be shown."""
    begin_write()
    shown = [need.uid for need in needs.everybodys(conference)]
    needs.opened(conference, staff.actor, "opened", shown)
    db.session.commit()
    return set(shown)


def _needs_page(
    conference: Conference,
    shown: set[UUID],
    refused: forms.ReplyForm | None = None,
    refused_uid: UUID | None = None,
    interpreter: InterpreterForm | None = None,
) -> str:
    rows = [
        (need, refused if refused and need.uid == refused_uid else _reply_form(need))
        for need in needs.everybodys(conference)
        if need.uid in shown
    ]
    return render_template(
        "registration/needs/needs.html",
        conference=conference,
        rows=rows,
        refused=refused or interpreter,
        interpreter=interpreter or InterpreterForm(formdata=None, obj=conference),
        labels=labels,
    )


def _reply_form(need: AccessNeed, *, sent: bool = False) -> forms.ReplyForm:
    """The form of one need; ids begin with the need's own, since the page has many."""
    if sent:
        return forms.ReplyForm(prefix=f"b{need.uid.hex}")
    return forms.ReplyForm(formdata=None, prefix=f"b{need.uid.hex}", data={"status": need.status, "reply": need.reply})
