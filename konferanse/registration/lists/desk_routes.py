"""The organiser's desk: who comes, and those who phone."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.clock import local, now
from konferanse.common.language import language
from konferanse.common.worker import wake
from konferanse.conference.access import ORGANISER, READ, permissions_of
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import forms, labels, line, places, seats, signup
from konferanse.registration.lists import bulk, columns, listing
from konferanse.registration.lists.listing import Search
from konferanse.registration.models import Registration
from konferanse.registration.questions import questions
from konferanse.registration.questions.forms import answers_of, asking, takes_answers
from konferanse.registration.questions.questions import Asked
from konferanse.registration.routes import bp


@bp.get("/admin/k/<slug>/pamelding", endpoint="listing")
@requires(READ)
def everybody(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Seats, the window, and who comes. Names and addresses are the organiser's; other staff see the numbers."""
    held = permissions_of(staff, conference)
    search = Search.of(request.args, conference)
    return render_template(
        "registration/lists/listing.html",
        conference=conference,
        search=search,
        shown=columns.page(conference, search) if "organiser" in held else None,
        undoable=bulk.undoable(conference, staff.actor) if "organiser" in held else None,
        columns=columns,
        bulk=bulk,
        act=ActForm(formdata=None),
        numbers=listing.numbers(conference),
        seats=places.tally(conference),
        is_open=conference.signup_is_open(now()),
        sees_needs="needs" in held,
        labels=labels,
        local=local,
    )


@bp.get("/admin/k/<slug>/pamelding/ny")
@requires(ORGANISER)
def phone(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for somebody who phones."""
    return _phone_page(conference, forms.new(asking(forms.PhoneForm, questions.asked(conference)), conference))


@bp.post("/admin/k/<slug>/pamelding/ny")
@requires(ORGANISER)
@takes_answers
def sign_up(conference: Conference, staff: Staff, asked: list[Asked]) -> ResponseReturnValue:
    """Sign them up, also outside the window."""
    form = forms.new(asking(forms.PhoneForm, asked), conference)
    if not form.validate_on_submit():
        return _phone_page(conference, form), 422
    wish = forms.wish(form, language=language(), source="phone", accepted_privacy=now())
    with answers_of(form) as answers:
        begin_write()
        outcome = signup.sign_up(conference, wish, UUID(form.key.data), answers=answers, actor=staff.actor, any_time=True)
        if outcome.earlier:
            db.session.rollback()
            form.email.errors = [_("%(email)s er allerede påmeldt.", email=form.email.data)]
            return _phone_page(conference, form), 422
        db.session.commit()
    wake()
    if outcome.status == "waiting":
        flash(_("%(name)s står som nummer %(n)s på ventelisten.", name=wish.name, n=outcome.place))
    else:
        flash(_("%(name)s er påmeldt.", name=wish.name))
    return redirect(url_for(".listing", slug=conference.slug), 303)


@bp.get("/admin/k/<slug>/pamelding/<uuid:uid>")
@requires(ORGANISER)
def person(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """One person."""
    row = _person(conference, uid)
    return _person_page(conference, row, forms.ChangeForm.of(row))


@bp.post("/admin/k/<slug>/pamelding/<uuid:uid>")
@requires(ORGANISER)
def change_person(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Change days or the way of taking part for somebody."""
    row = _person(conference, uid)
    form = forms.ChangeForm.of(row)
    if not form.validate_on_submit():
        return _person_page(conference, row, form), 422
    begin_write()
    try:
        wanted = form.days.dates, form.attendance.data
        changed = signup.change(row, *wanted, may_wait=form.may_wait.data, actor=staff.actor)
    except seats.NoSeatLeft:
        db.session.rollback()
        form.attendance.errors = [_("Alle plassene er tatt. Kryss av for venteliste, eller behold digital deltakelse.")]
        return _person_page(conference, row, form), 422
    db.session.commit()
    wake()
    flash(_("Påmeldingen er endret.") if changed else _("Ingenting er endret."))
    return redirect(url_for(".person", slug=conference.slug, uid=uid), 303)


@bp.post("/admin/k/<slug>/pamelding/<uuid:uid>/avmeld")
@requires(ORGANISER)
def cancel_person(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Cancel for somebody; the seat goes to the first in line."""
    row = _person(conference, uid)
    begin_write()
    signup.cancel(row, actor=staff.actor)
    name = row.name
    db.session.commit()
    wake()
    flash(_("%(name)s er avmeldt.", name=name))
    return redirect(url_for(".listing", slug=conference.slug), 303)


@bp.post("/admin/k/<slug>/pamelding/<uuid:uid>/lenke")
@requires(ORGANISER)
def renew_link(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Stop the links sent so far and mail a new one: a lost phone, a forwarded mail."""
    row = _person(conference, uid)
    begin_write()
    signup.renew_link(row, staff.actor)
    db.session.commit()
    wake()
    flash(_("De gamle lenkene virker ikke lenger. En ny er sendt."))
    return redirect(url_for(".person", slug=conference.slug, uid=uid), 303)


def _phone_page(conference: Conference, form: forms.PhoneForm) -> str:
    return render_template(
        "registration/lists/phone.html", conference=conference, form=form, seats=places.availability(conference)
    )


def _person(conference: Conference, uid: UUID) -> Registration:
    query = select(Registration).where(Registration.conference_id == conference.id, Registration.uid == uid)
    return db.session.scalar(query) or abort(404)


def _person_page(conference: Conference, row: Registration, form: forms.ChangeForm) -> str:
    is_full = row.attendance == "digital" and places.availability(conference).is_full
    return render_template(
        "registration/lists/person.html",
        conference=conference,
        person=row,
        form=form,
        is_full=is_full,
        place=line.place(row),
        labels=labels,
        act=ActForm(),
        answers=questions.held(row),
        shown_answers=questions.shown,
        consents_of=questions.consents_given,
        search=Search.of(request.args, conference),
    )
