"""Mail to many: write it, see what people will get, try it on yourself, send it or leave it for later."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.worker import wake
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import labels, seats
from konferanse.registration.mail import mailing_tasks, mailings, previews, wording
from konferanse.registration.mail.forms import MailingForm
from konferanse.registration.models import Mailing
from konferanse.registration.routes import bp


@bp.get("/admin/k/<slug>/pamelding/skriv")
@requires(ORGANISER)
def write(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for a mail to many."""
    return _page(conference, MailingForm.of(conference))


@bp.post("/admin/k/<slug>/pamelding/skriv")
@requires(ORGANISER)
def preview_message(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """What it will look like, when it is sent, and how many get it. Nothing is stored."""
    form = MailingForm.of(conference)
    if not form.validate_on_submit():
        return _page(conference, form), 422
    begin_write()
    mailing = mailings.keep(conference, UUID(form.key.data), form.wanted(), staff.actor)
    count, when = mailings.count(conference, mailing.audience), mailings.moment(mailing)
    seen = previews.of_mailing(mailing)
    db.session.rollback()
    return _page(conference, form, letters=seen, count=count, moment=when)


@bp.post("/admin/k/<slug>/pamelding/skriv/send")
@requires(ORGANISER)
def send_message(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Send it, or leave it to the worker. The form's key makes a second press harmless."""
    form = MailingForm.of(conference)
    if not form.validate_on_submit():
        return _page(conference, form), 422
    key, slug = UUID(form.key.data), conference.slug
    begin_write()
    seats.lock(conference)
    known = mailings.find(conference, key)
    if known is not None and known.status not in mailings.OPEN:  # pressed twice
        return redirect(url_for(".outbox", slug=slug), 303)
    mailing = mailings.keep(conference, key, form.wanted(), staff.actor)
    if form.when.data == "now":
        mailings.start(mailing)
        count = mailings.count(conference, mailing.audience)
        more = mailings.send_some(mailing.id)
        told = ngettext("Én e-post er lagt i kø.", "%(num)s e-poster er lagt i kø.", count)
    else:
        mailings.schedule(mailing)
        more, told = False, _("E-posten er planlagt.")
    db.session.commit()
    if more:
        mailing_tasks.send_mailings()
    wake()
    flash(told)
    return redirect(url_for(".outbox", slug=slug), 303)


@bp.post("/admin/k/<slug>/pamelding/skriv/utkast")
@requires(ORGANISER)
def save_draft(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Keep it as a draft, finished or not."""
    form = MailingForm.of(conference)
    form.allow_unfinished()
    if not form.validate_on_submit():
        return _page(conference, form), 422
    key, slug = UUID(form.key.data), conference.slug
    begin_write()
    mailings.keep(conference, key, form.wanted(), staff.actor)
    db.session.commit()
    flash(_("Utkastet er lagret. Ingen har fått det."))
    return redirect(url_for(".mailing", slug=slug, uid=key), 303)


@bp.post("/admin/k/<slug>/pamelding/skriv/prove")
@requires(ORGANISER)
def test_message(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Mail it to whoever is signed in, as one recipient in each language would get it."""
    form = MailingForm.of(conference)
    if not form.validate_on_submit():
        return _page(conference, form), 422
    begin_write()
    mailing = mailings.keep(conference, UUID(form.key.data), form.wanted(), staff.actor)
    count, when = mailings.count(conference, mailing.audience), mailings.moment(mailing)
    seen = previews.of_mailing(mailing)
    begin_write_again()
    for letter in seen:
        previews.send(letter, conference, staff.email)
    address = staff.email
    db.session.commit()
    wake()
    return _page(conference, form, letters=seen, count=count, moment=when, tried=address)


@bp.get("/admin/k/<slug>/epost/utsending/<uuid:uid>")
@requires(ORGANISER)
def mailing(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """A draft or a scheduled one to change, or one that was sent to read."""
    row = _mailing(conference, uid)
    if row.status not in mailings.OPEN:
        return render_template(
            "registration/mail/mailing.html", conference=conference, mailing=row, title=mailings.title(row), labels=labels
        )
    return _page(conference, MailingForm.of(conference, row), mailing=row, moment=mailings.moment(row))


@bp.post("/admin/k/<slug>/epost/utsending/<uuid:uid>/stopp")
@requires(ORGANISER)
def take_back_mailing(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Make a scheduled one a draft again."""
    slug = conference.slug
    begin_write()
    mailings.take_back(_mailing(conference, uid))
    db.session.commit()
    flash(_("E-posten er ikke lenger planlagt. Den ligger som utkast."))
    return redirect(url_for(".mailing", slug=slug, uid=uid), 303)


@bp.post("/admin/k/<slug>/epost/utsending/<uuid:uid>/slett")
@requires(ORGANISER)
def delete_mailing(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Throw away one that is not sent."""
    slug = conference.slug
    begin_write()
    mailings.delete(_mailing(conference, uid))
    db.session.commit()
    flash(_("Utkastet er slettet."))
    return redirect(url_for(".outbox", slug=slug), 303)


def begin_write_again() -> None:
    """Undo what was written to be looked at, and begin anew."""
    db.session.rollback()
    begin_write()


def _mailing(conference: Conference, uid: UUID) -> Mailing:
    return mailings.find(conference, uid) or abort(404)


def _page(conference: Conference, form: MailingForm, **more: object) -> str:
    statuses = {to: {"status": to} for to in ("all", "confirmed", "offered", "waiting")}
    return render_template(
        "registration/mail/write.html",
        conference=conference,
        form=form,
        counts={to: mailings.count(conference, audience) for to, audience in statuses.items()},
        placeholders=wording.GENERAL,
        **{"letters": None, "mailing": None, "moment": None, "tried": "", "count": 0} | more,
    )
