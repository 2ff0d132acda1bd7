"""Health data on the organiser's side: its own permission, and every opening logged (the one write a GET may do)."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.worker import wake
from konferanse.conference.access import NEEDS
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import forms, labels, needs
from konferanse.registration.models import AccessNeed
from konferanse.registration.routes import bp


@bp.get("/admin/k/<slug>/behov", endpoint="needs")
@requires(NEEDS)
def everybodys_needs(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Every need with its status."""
    _log_opening(conference, staff, "opened")
    return _needs_page(conference)


@bp.get("/admin/k/<slug>/behov/kjokken")
@requires(NEEDS)
def kitchen(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Allergies for the kitchen: counts, no names. Made to be printed."""
    _log_opening(conference, staff, "kitchen")
    return render_template("registration/kitchen.html", conference=conference, lines=needs.kitchen(conference))


@bp.post("/admin/k/<slug>/behov/<uuid:uid>")
@requires(NEEDS)
def answer_need(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Say what was done, and reply."""
    need = needs.find(conference, uid) or abort(404)
    form = _reply_form(need, sent=True)
    valid = form.validate_on_submit()
    begin_write()
    if not valid:
        needs.opened(conference, staff.actor, "opened")
        db.session.commit()
        return _needs_page(conference, form, uid), 422
    needs.answer(need, form.status.data, form.reply.data, staff.actor)
    db.session.commit()
    wake()
    flash(_("Svaret ligger på deltakerens side."))
    return redirect(url_for(".needs", slug=conference.slug, _anchor=f"b-{uid}"), 303)


def _log_opening(conference: Conference, staff: Staff, what: str) -> None:
    begin_write()
    needs.opened(conference, staff.actor, what)
    db.session.commit()


def _needs_page(conference: Conference, refused: forms.ReplyForm | None = None, refused_uid: UUID | None = None) -> str:
    rows = [
        (need, refused if refused and need.uid == refused_uid else _reply_form(need)) for need in needs.everybodys(conference)
    ]
    return render_template("registration/needs.html", conference=conference, rows=rows, refused=refused, labels=labels)


def _reply_form(need: AccessNeed, *, sent: bool = False) -> forms.ReplyForm:
    """The form of one need; ids begin with the need's own, since the page has many."""
    if sent:
        return forms.ReplyForm(prefix=f"b{need.uid.hex}")
    return forms.ReplyForm(formdata=None, prefix=f"b{need.uid.hex}", data={"status": need.status, "reply": need.reply})
