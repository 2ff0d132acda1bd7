"""The page of an invited organisation's contact: who comes, one more, somebody else, no thanks. GET changes nothing."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.forms import ActForm
from konferanse.access.requires import requires
from konferanse.common.errors import Refused
from konferanse.common.language import language
from konferanse.common.worker import wake
from konferanse.extensions import begin_write, db, limiter
from konferanse.registration import labels, seats
from konferanse.registration.access import INVITATION_LINK
from konferanse.registration.invitations import invitations
from konferanse.registration.invitations.forms import DelegateForm, ReplaceForm
from konferanse.registration.models import Invitation, Registration
from konferanse.registration.personal import substitution
from konferanse.registration.routes import bp

# A contact is told whether an address is signed up already, so that nobody can try out thousands.
BY_CONTACT = "120 per hour"


@bp.get("/invitasjon/<token>")
@requires(INVITATION_LINK)
def invitation(invitation: Invitation, token: str) -> ResponseReturnValue:
    """Who comes, and how many seats have no name yet."""
    return _page(invitation, token, DelegateForm.of(invitation.conference))


@bp.post("/invitasjon/<token>")
@limiter.limit(BY_CONTACT)
@requires(INVITATION_LINK)
def fill_seat(invitation: Invitation, token: str) -> ResponseReturnValue:
    """One more comes."""
    form = DelegateForm.of(invitation.conference)
    if not form.validate_on_submit():
        return _page(invitation, token, form), 422
    begin_write()
    try:
        row = invitations.fill(invitation, form.delegate, UUID(form.key.data), language())
    except Refused as refusal:
        db.session.rollback()
        field = form.email
        if isinstance(refusal, invitations.NoRoom):
            field = form.name
        elif isinstance(refusal, seats.NoSeatLeft):
            field = form.attendance
        field.errors = [refusal.message]
        return _page(invitation, token, form), 422
    name = row.name
    db.session.commit()
    wake()
    flash(_("%(name)s er påmeldt.", name=name))
    return redirect(url_for(".invitation", token=token), 303)


@bp.get("/invitasjon/<token>/<uuid:uid>/bytt")
@requires(INVITATION_LINK)
def replace_in(invitation: Invitation, token: str, uid: UUID) -> ResponseReturnValue:
    """The form for somebody else."""
    return _replace_page(invitation, token, _person(invitation, uid), ReplaceForm())


@bp.post("/invitasjon/<token>/<uuid:uid>/bytt")
@limiter.limit(BY_CONTACT)
@requires(INVITATION_LINK)
def replace_with(invitation: Invitation, token: str, uid: UUID) -> ResponseReturnValue:
    """Somebody else comes instead, with the same days."""
    row, form = _person(invitation, uid), ReplaceForm()
    if not form.validate_on_submit():
        return _replace_page(invitation, token, row, form), 422
    begin_write()
    try:
        invitations.replace(row, form.name.data, form.email.data, language())
    except Refused as refusal:
        db.session.rollback()
        form.name.errors = [refusal.message]
        return _replace_page(invitation, token, row, form), 422
    db.session.commit()
    wake()
    flash(_("Plassen er gitt videre."))
    return redirect(url_for(".invitation", token=token), 303)


@bp.post("/invitasjon/<token>/<uuid:uid>/fjern")
@limiter.limit(BY_CONTACT)
@requires(INVITATION_LINK)
def remove_from(invitation: Invitation, token: str, uid: UUID) -> ResponseReturnValue:
    """Somebody does not come; the seat can be filled anew."""
    row = _person(invitation, uid)
    begin_write()
    invitations.remove(row)
    name = row.name
    db.session.commit()
    wake()
    flash(_("%(name)s er meldt av.", name=name))
    return redirect(url_for(".invitation", token=token), 303)


@bp.post("/invitasjon/<token>/nei")
@limiter.limit(BY_CONTACT)
@requires(INVITATION_LINK)
def decline_invitation(invitation: Invitation, token: str) -> ResponseReturnValue:
    """Give the seats without a name back."""
    begin_write()
    invitations.decline(invitation)
    db.session.commit()
    wake()
    flash(_("Takk for at du ga beskjed. Andre kan få plassene."))
    return redirect(url_for(".invitation", token=token), 303)


def _person(invitation: Invitation, uid: UUID) -> Registration:
    return invitations.one(invitation, uid) or abort(404)


def _page(invitation: Invitation, token: str, form: DelegateForm) -> str:
    people = invitations.people(invitation)
    filled, digital = invitations.filled(people), invitations.digital(people)
    return render_template(
        "registration/invitations/invitation.html",
        conference=invitation.conference,
        invitation=invitation,
        token=token,
        people=people,
        filled=filled,
        digital=digital,
        unfilled=max(0, invitation.seats - filled),
        may_add=min(filled, digital) < invitation.seats,
        is_held=invitations.is_held(invitation) and invitation.conference.status == "published",
        may_replace=substitution.possible,
        form=form,
        labels=labels,
        act=ActForm(),
    )


def _replace_page(invitation: Invitation, token: str, row: Registration, form: ReplaceForm) -> str:
    return render_template(
        "registration/invitations/replace.html",
        conference=invitation.conference,
        invitation=invitation,
        token=token,
        person=row,
        form=form,
    )
