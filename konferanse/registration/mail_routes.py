"""Mail from the organiser: write to all, see what was sent, send again, and call the conference off."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common import audit, links, outbox
from konferanse.common.clock import local
from konferanse.common.outbox import OutboxMail
from konferanse.common.worker import wake
from konferanse.conference.access import ORGANISER
from konferanse.conference.lifecycle import TRANSITIONS
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import forms, labels, signup
from konferanse.registration.routes import bp

PER_PAGE = 50


@bp.get("/admin/k/<slug>/pamelding/skriv")
@requires(ORGANISER)
def write(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for a mail to all."""
    return _write_page(conference, forms.MessageForm.new())


@bp.post("/admin/k/<slug>/pamelding/skriv")
@requires(ORGANISER)
def preview_message(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """What it will look like, and how many get it. Nothing is sent."""
    form = forms.MessageForm.new()
    if not form.validate_on_submit():
        return _write_page(conference, form), 422
    return _write_page(conference, form, preview=True)


@bp.post("/admin/k/<slug>/pamelding/skriv/send")
@requires(ORGANISER)
def send_message(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Queue one mail each. The form's key makes a second press harmless."""
    form = forms.MessageForm.new()
    if not form.validate_on_submit():
        return _write_page(conference, form), 422
    begin_write()
    sent = signup.write_to(conference, form.statuses, form.subject.data, form.text.data, UUID(form.key.data), staff.actor)
    db.session.commit()
    wake()
    flash(ngettext("Én e-post er lagt i kø.", "%(num)s e-poster er lagt i kø.", sent))
    return redirect(url_for(".outbox", slug=conference.slug), 303)


@bp.get("/admin/k/<slug>/epost", endpoint="outbox")
@requires(ORGANISER)
def mails(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The conference's mail: what waits, what was sent, what failed."""
    status = request.args.get("status", "")
    status = status if status in labels.MAIL_STATUSES else ""
    here = OutboxMail.scope == conference.slug
    rows = db.session.execute(select(OutboxMail.status, func.count()).where(here).group_by(OutboxMail.status)).all()
    counts = {row[0]: row[1] for row in rows}
    total = counts.get(status, 0) if status else sum(counts.values())
    last = max(1, -(-total // PER_PAGE))
    asked = request.args.get("side", "1")
    page = min(last, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    query = select(OutboxMail).where(here).order_by(OutboxMail.id.desc())
    if status:
        query = query.where(OutboxMail.status == status)
    return render_template(
        "registration/outbox.html",
        conference=conference,
        mails=db.session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all(),
        counts=counts,
        status=status,
        page_number=page,
        last=last,
        local=local,
        labels=labels,
        act=ActForm(),
    )


@bp.get("/admin/k/<slug>/epost/<uuid:uid>")
@requires(ORGANISER)
def mail_text(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """One mail. Personal links stay hidden: they open what only the participant may see."""
    mail = _mail(conference, uid)
    body = links.hide(mail.body, _("[lenken til deltakerens egen side]"))
    return render_template("registration/mail.html", conference=conference, mail=mail, body=body, labels=labels, act=ActForm())


@bp.post("/admin/k/<slug>/epost/<uuid:uid>")
@requires(ORGANISER)
def send_again(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Try a failed mail once more."""
    begin_write()
    mail = _mail(conference, uid)
    outbox.send_again(mail)
    audit.record(staff.actor, "mail.again", scope=conference.slug, subject=mail.uid)
    db.session.commit()
    wake()
    flash(_("E-posten er lagt i kø på nytt."))
    return redirect(url_for(".outbox", slug=conference.slug), 303)


@bp.get("/admin/k/<slug>/avlys")
@requires(ORGANISER)
def call_off(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for postponing or cancelling."""
    return _call_off_page(conference, forms.CallOffForm())


@bp.post("/admin/k/<slug>/avlys")
@requires(ORGANISER)
def tell_called_off(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Postpone or cancel, and tell everybody signed up."""
    form = forms.CallOffForm()
    if not form.validate_on_submit():
        return _call_off_page(conference, form), 422
    begin_write()
    told = signup.call_off(conference, form.status.data, form.note.data, staff.actor)
    slug = conference.slug
    db.session.commit()
    wake()
    flash(ngettext("Én har fått beskjed på e-post.", "%(num)s har fått beskjed på e-post.", told))
    return redirect(url_for("front.overview", slug=slug), 303)


def _write_page(conference: Conference, form: forms.MessageForm, *, preview: bool = False) -> str:
    counts = {
        to: signup.count_with_mail(conference, statuses)
        for to, statuses in {"confirmed": ["confirmed"], "waiting": ["waiting"]}.items()
    }
    counts["all"] = sum(counts.values())
    return render_template("registration/write.html", conference=conference, form=form, counts=counts, preview=preview)


def _call_off_page(conference: Conference, form: forms.CallOffForm) -> str:
    return render_template(
        "registration/call_off.html",
        conference=conference,
        form=form,
        possible=bool({"postponed", "cancelled"} & TRANSITIONS[conference.status]),
        told=signup.count_with_mail(conference, ["confirmed", "waiting"]),
    )


def _mail(conference: Conference, uid: UUID) -> OutboxMail:
    query = select(OutboxMail).where(OutboxMail.scope == conference.slug, OutboxMail.uid == uid)
    return db.session.scalar(query) or abort(404)
