"""The outbox: what waits, was sent and failed; send again; let go of held mail; and call the conference off."""

from collections.abc import Sequence
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import func, select

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common import audit, links, outbox, postman
from konferanse.common.clock import local
from konferanse.common.errors import Refused
from konferanse.common.outbox import OutboxMail
from konferanse.common.worker import wake
from konferanse.conference.access import ORGANISER
from konferanse.conference.lifecycle import TRANSITIONS
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import forms, labels, signup
from konferanse.registration.mail import mailings
from konferanse.registration.models import LIVE
from konferanse.registration.routes import bp

PER_PAGE = 50


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
        "registration/mail/outbox.html",
        conference=conference,
        mails=db.session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all(),
        counts=counts,
        status=status,
        mailings=mailings.of(conference) if not status and page == 1 else [],
        when=mailings.moment,
        title=mailings.title,
        trouble=postman.trouble(),
        entries_are_old=mailings.entries_are_old(conference),
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
    body = links.hide(mail.body, _("[lenken til mottakerens egen side]"))
    return render_template(
        "registration/mail/mail.html", conference=conference, mail=mail, body=body, labels=labels, act=ActForm()
    )


@bp.post("/admin/k/<slug>/epost/<uuid:uid>")
@requires(ORGANISER)
def send_again(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Try a failed mail once more, or let go of one that is held."""
    begin_write()
    mail = _mail(conference, uid)
    outbox.send_again(mail)
    audit.record(staff.actor, "mail.again", scope=conference.slug, subject=mail.uid)
    slug = conference.slug
    db.session.commit()
    wake()
    flash(_("E-posten er lagt i kø på nytt."))
    return redirect(url_for(".outbox", slug=slug), 303)


@bp.post("/admin/k/<slug>/epost/<uuid:uid>/slett")
@requires(ORGANISER)
def delete_held(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Throw away a mail that is held, or a draft. It was never sent."""
    begin_write()
    mail = _mail(conference, uid)
    if mail.status not in ("held", "draft"):
        raise Refused(_("Bare e-post som er holdt tilbake, og utkast, kan slettes."))
    db.session.delete(mail)
    audit.record(staff.actor, "mail.deleted", scope=conference.slug, subject=uid)
    slug = conference.slug
    db.session.commit()
    flash(_("E-posten er slettet og blir ikke sendt."))
    return redirect(url_for(".outbox", slug=slug), 303)


@bp.post("/admin/k/<slug>/epost/mislykkede")
@requires(ORGANISER)
def send_failed_again(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Try every failed mail once more, but for old ones whose text has been deleted."""
    begin_write()
    mails = [mail for mail in _all(conference, "failed") if mail.body]
    for mail in mails:
        outbox.send_again(mail)
    audit.record(staff.actor, "mail.all_again", scope=conference.slug, mails=len(mails))
    slug = conference.slug
    db.session.commit()
    wake()
    flash(ngettext("Én e-post er lagt i kø på nytt.", "%(num)s e-poster er lagt i kø på nytt.", len(mails)))
    return redirect(url_for(".outbox", slug=slug), 303)


@bp.post("/admin/k/<slug>/epost/holdt-tilbake")
@requires(ORGANISER)
def decide_held(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Send all that is held, or delete it."""
    act = request.form.get("act")
    if act not in ("send", "slett"):
        raise Refused(_("Velg om e-posten skal sendes eller slettes."))
    begin_write()
    count = outbox.release(conference.slug) if act == "send" else outbox.drop_held(conference.slug)
    audit.record(staff.actor, f"mail.held_{'sent' if act == 'send' else 'deleted'}", scope=conference.slug, mails=count)
    slug = conference.slug
    db.session.commit()
    wake()
    if act == "send":
        flash(ngettext("Én e-post er lagt i kø.", "%(num)s e-poster er lagt i kø.", count))
    else:
        flash(ngettext("Én e-post er slettet.", "%(num)s e-poster er slettet.", count))
    return redirect(url_for(".outbox", slug=slug), 303)


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


def _call_off_page(conference: Conference, form: forms.CallOffForm) -> str:
    return render_template(
        "registration/mail/call_off.html",
        conference=conference,
        form=form,
        possible=bool({"postponed", "cancelled"} & TRANSITIONS[conference.status]),
        told=signup.count_with_mail(conference, LIVE),
    )


def _mail(conference: Conference, uid: UUID) -> OutboxMail:
    query = select(OutboxMail).where(OutboxMail.scope == conference.slug, OutboxMail.uid == uid)
    return db.session.scalar(query) or abort(404)


def _all(conference: Conference, status: str) -> Sequence[OutboxMail]:
    query = select(OutboxMail).where(OutboxMail.scope == conference.slug, OutboxMail.status == status)
    return db.session.scalars(query.with_for_update()).all()
