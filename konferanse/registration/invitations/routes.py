"""The organiser invites organisations: one by one or as a list, sends, reminds, changes, withdraws."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.errors import Refused
from konferanse.common.worker import wake
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import labels, places, seats
from konferanse.registration.invitations import invitations, pasted
from konferanse.registration.invitations.forms import HoldForm, InviteForm, ListForm
from konferanse.registration.invitations.pasted import Line, Problem
from konferanse.registration.models import Invitation
from konferanse.registration.routes import bp


@bp.get("/admin/k/<slug>/pamelding/invitasjoner")
@requires(ORGANISER)
def invited(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Every invitation, and how many of its seats have a name."""
    rows = invitations.every(conference)
    return render_template(
        "registration/invitations/invited.html",
        conference=conference,
        rows=rows,
        seats=places.tally(conference),
        new=sum(row.state == "new" for row in rows),
        due=sum(invitations.may_be_reminded(row) for row in rows),
        labels=labels,
        act=ActForm(),
    )


@bp.get("/admin/k/<slug>/pamelding/invitasjoner/ny")
@requires(ORGANISER)
def invite(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for one."""
    return _invite_page(conference, InviteForm.of(conference))


@bp.post("/admin/k/<slug>/pamelding/invitasjoner/ny")
@requires(ORGANISER)
def add_invitation(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Hold seats for it. The mail is sent from the list."""
    form = InviteForm.of(conference)
    if not form.validate_on_submit():
        return _invite_page(conference, form), 422
    begin_write()
    try:
        invitations.add(conference, form.invited, form.held_until.data, form.language.data, staff.actor)
    except Refused as refusal:
        db.session.rollback()
        field = form.seats if isinstance(refusal, seats.NoSeatLeft) else form.organisation
        field.errors = [refusal.message]
        return _invite_page(conference, form), 422
    db.session.commit()
    wake()
    flash(_("Plassene er holdt av. Send invitasjonen når du er klar."))
    return redirect(url_for(".invited", slug=conference.slug), 303)


@bp.get("/admin/k/<slug>/pamelding/invitasjoner/liste")
@requires(ORGANISER)
def invite_many(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for many."""
    return _list_page(conference, ListForm.of(conference))


@bp.post("/admin/k/<slug>/pamelding/invitasjoner/liste")
@requires(ORGANISER)
def add_invitations(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """First show what the lines come to; then, when the organiser is sure, do exactly that."""
    form = ListForm.of(conference)
    if not form.validate_on_submit():
        return _list_page(conference, form), 422
    found, problems = pasted.read(form.lines.data)
    if not problems:
        begin_write()
        problems = _take_in(conference, form, found, staff)
    if problems or not form.sure.data:
        db.session.rollback()
        return _list_page(conference, form, found, problems), 422 if problems else 200
    db.session.commit()
    wake()
    flash(ngettext("Én virksomhet er lagt til.", "%(num)s virksomheter er lagt til.", len(found)))
    return redirect(url_for(".invited", slug=conference.slug), 303)


def _take_in(conference: Conference, form: ListForm, found: list[Line], staff: Staff) -> list[Problem]:
    for line in found:
        try:
            invitations.add(conference, line.invited, form.held_until.data, form.language.data, staff.actor)
        except Refused as refusal:
            return [Problem(line.number, refusal.message)]
    return []


@bp.post("/admin/k/<slug>/pamelding/invitasjoner/send")
@requires(ORGANISER)
def send_invitations(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Mail those who have not been written to."""
    begin_write()
    sent = invitations.send(conference, staff.actor)
    db.session.commit()
    wake()
    flash(ngettext("Én invitasjon er sendt.", "%(num)s invitasjoner er sendt.", sent))
    return redirect(url_for(".invited", slug=conference.slug), 303)


@bp.post("/admin/k/<slug>/pamelding/invitasjoner/minn")
@requires(ORGANISER)
def remind_invited(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Remind those with seats that have no name."""
    begin_write()
    sent = invitations.remind(conference, staff.actor)
    db.session.commit()
    wake()
    flash(ngettext("Én påminnelse er sendt.", "%(num)s påminnelser er sendt.", sent))
    return redirect(url_for(".invited", slug=conference.slug), 303)


@bp.get("/admin/k/<slug>/pamelding/invitasjoner/<uuid:uid>")
@requires(ORGANISER)
def one_invitation(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """One organisation: who comes, and what is held."""
    row = _find(conference, uid)
    return _one_page(conference, row, HoldForm.of(row))


@bp.post("/admin/k/<slug>/pamelding/invitasjoner/<uuid:uid>")
@requires(ORGANISER)
def change_invitation(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Hold another number of seats, or until another day."""
    row = _find(conference, uid)
    form = HoldForm.of(row)
    if not form.validate_on_submit():
        return _one_page(conference, row, form), 422
    begin_write()
    try:
        invitations.change(row, form.seats.data, form.held_until.data, staff.actor)
    except seats.NoSeatLeft as refusal:
        db.session.rollback()
        form.seats.errors = [refusal.message]
        return _one_page(conference, row, form), 422
    db.session.commit()
    wake()
    flash(_("Lagret."))
    return redirect(url_for(".one_invitation", slug=conference.slug, uid=uid), 303)


@bp.post("/admin/k/<slug>/pamelding/invitasjoner/<uuid:uid>/trekk")
@requires(ORGANISER)
def withdraw_invitation(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Hold nothing for it any more."""
    row = _find(conference, uid)
    begin_write()
    invitations.withdraw(row, staff.actor)
    db.session.commit()
    wake()
    flash(_("Invitasjonen er trukket. De som er meldt på, beholder plassen."))
    return redirect(url_for(".invited", slug=conference.slug), 303)


@bp.post("/admin/k/<slug>/pamelding/invitasjoner/<uuid:uid>/lenke")
@requires(ORGANISER)
def renew_invitation_link(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Stop the links sent so far and mail a new one."""
    row = _find(conference, uid)
    begin_write()
    invitations.renew_link(row, staff.actor)
    db.session.commit()
    wake()
    flash(_("De gamle lenkene virker ikke lenger. En ny er sendt."))
    return redirect(url_for(".one_invitation", slug=conference.slug, uid=uid), 303)


def _find(conference: Conference, uid: UUID) -> Invitation:
    return invitations.find(conference, uid) or abort(404)


def _invite_page(conference: Conference, form: InviteForm) -> str:
    return render_template(
        "registration/invitations/invite.html", conference=conference, form=form, seats=places.tally(conference)
    )


def _list_page(
    conference: Conference, form: ListForm, found: list[Line] | None = None, problems: list[Problem] | None = None
) -> str:
    if problems:
        form.lines.errors = [ngettext("Én linje er feil.", "%(num)s linjer er feil.", len({p.line for p in problems}))]
    return render_template(
        "registration/invitations/invite_many.html",
        conference=conference,
        form=form,
        found=found or [],
        problems=problems or [],
        seats=places.tally(conference),
        labels=labels,
    )


def _one_page(conference: Conference, row: Invitation, form: HoldForm) -> str:
    people = invitations.people(row)
    filled = invitations.filled(people)
    return render_template(
        "registration/invitations/invitation_of.html",
        conference=conference,
        invitation=row,
        people=people,
        filled=filled,
        state=invitations.Row(row, filled, None).state,
        form=form,
        labels=labels,
        act=ActForm(),
    )
