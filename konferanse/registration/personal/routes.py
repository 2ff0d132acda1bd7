"""What a participant does on their own page. The page itself shows several parts together and lives in ``front``."""

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.requires import requires
from konferanse.common.clock import today
from konferanse.common.errors import Refused
from konferanse.common.worker import wake
from konferanse.extensions import begin_write, db, limiter
from konferanse.registration import forms, places, seats, signup
from konferanse.registration.access import PARTICIPANT_LINK, hold
from konferanse.registration.mail import calendar_entries
from konferanse.registration.models import Registration
from konferanse.registration.needs import needs
from konferanse.registration.needs.forms import NeedsForm
from konferanse.registration.routes import CHANGES, bp


@bp.get("/min/<token>/endre")
@requires(PARTICIPANT_LINK)
def edit(registration: Registration, token: str) -> ResponseReturnValue:
    """The form for other days, or another way of taking part."""
    if registration.status == "cancelled":
        return redirect(url_for("front.mine", token=token))
    return _change_page(registration, token, forms.ChangeForm.of(registration))


@bp.post("/min/<token>/endre")
@limiter.limit(CHANGES)
@requires(PARTICIPANT_LINK)
def change(registration: Registration, token: str) -> ResponseReturnValue:
    """Change them."""
    form = forms.ChangeForm.of(registration)
    if not form.validate_on_submit():
        return _change_page(registration, token, form), 422
    begin_write()
    hold(registration, token)
    _refuse_when_over(registration)
    try:
        changed = signup.change(registration, form.days.dates, form.attendance.data, may_wait=form.may_wait.data)
    except seats.NoSeatLeft as full:
        db.session.rollback()
        form.attendance.errors = [_("%(why)s Påmeldingen din står som før.", why=full.message)]
        return _change_page(registration, token, form), 422
    db.session.commit()
    wake()
    told = _("Påmeldingen er endret. Du får en e-post om det.")
    flash(told if changed else _("Du endret ingenting. Påmeldingen står som før."))
    return redirect(url_for("front.mine", token=token), 303)


@bp.post("/min/<token>/avmeld")
@limiter.limit(CHANGES)
@requires(PARTICIPANT_LINK)
def cancel(registration: Registration, token: str) -> ResponseReturnValue:
    """Sign off, or leave the waiting list."""
    begin_write()
    hold(registration, token)
    signup.cancel(registration)
    db.session.commit()
    wake()
    return redirect(url_for("front.mine", token=token), 303)


@bp.get("/min/<token>/behov")
@requires(PARTICIPANT_LINK)
def edit_needs(registration: Registration, token: str) -> ResponseReturnValue:
    """The form for allergies and adjustments."""
    if registration.status == "cancelled":
        return redirect(url_for("front.mine", token=token))
    held = needs.of(registration)
    texts = {"allergies": "allergy", "access_needs": "access", "interpreter": "interpreter"}
    written = {field: held[kind].text if kind in held else "" for field, kind in texts.items()}
    form = NeedsForm(data=written | {"accept_health": bool(held)})
    form.ask_as(registration.conference)
    return _needs_page(registration, token, form)


@bp.post("/min/<token>/behov")
@limiter.limit(CHANGES)
@requires(PARTICIPANT_LINK)
def update_needs(registration: Registration, token: str) -> ResponseReturnValue:
    """Change them."""
    form = NeedsForm()
    form.ask_as(registration.conference)
    if not form.validate_on_submit():
        return _needs_page(registration, token, form), 422
    begin_write()
    hold(registration, token)
    if registration.status == "cancelled":
        raise Refused(_("Du er meldt av. Meld deg på igjen hvis du vil være med."))
    if today() >= registration.conference.health_deleted_on:
        raise Refused(_("Konferansen er over, og helseopplysningene er slettet. Ta kontakt med arrangøren."))
    needs.update(registration, form.texts)
    db.session.commit()
    flash(_("Arrangøren ser nå det du har skrevet."))
    return redirect(url_for("front.mine", token=token), 303)


@bp.post("/min/<token>/behov/trekk")
@limiter.limit(CHANGES)
@requires(PARTICIPANT_LINK)
def withdraw_consent(registration: Registration, token: str) -> ResponseReturnValue:
    """Withdraw consent: everything about health is deleted."""
    begin_write()
    hold(registration, token)
    needs.withdraw(registration)
    db.session.commit()
    flash(_("Samtykket er trukket, og opplysningene er slettet."))
    return redirect(url_for("front.mine", token=token), 303)


@bp.get("/min/<token>/kalender.ics")
@requires(PARTICIPANT_LINK)
def calendar(registration: Registration, token: str) -> ResponseReturnValue:
    """My days for a calendar program; empty for somebody without a seat yet, cancelled for a conference that is off."""
    off = registration.conference.status in ("postponed", "cancelled") or registration.status == "cancelled"
    days = [] if registration.status in ("waiting", "offered") else registration.dates
    text = calendar_entries.entry(registration, "CANCEL" if off else "PUBLISH", days)
    headers = {"Content-Disposition": 'attachment; filename="konferanse.ics"', "Cache-Control": "no-store"}
    return Response(text, mimetype="text/calendar", headers=headers)


def _change_page(registration: Registration, token: str, form: forms.ChangeForm) -> str:
    conference = registration.conference
    is_full = registration.attendance == "digital" and places.availability(conference).is_full
    return render_template(
        "registration/personal/change.html",
        conference=conference,
        registration=registration,
        token=token,
        form=form,
        is_full=is_full,
    )


def _needs_page(registration: Registration, token: str, form: NeedsForm) -> str:
    return render_template(
        "registration/personal/needs.html",
        conference=registration.conference,
        registration=registration,
        token=token,
        form=form,
        interpreter=needs.of(registration).get("interpreter"),
    )


def _refuse_when_over(registration: Registration) -> None:
    if registration.conference.status != "published":
        raise Refused(
            _("Konferansen er avlyst, utsatt eller over, så påmeldingen kan ikke endres nå. Du kan fortsatt melde deg av.")
        )
