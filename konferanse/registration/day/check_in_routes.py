"""Check-in, made for a phone: find somebody by name, or open the link of their badge's QR code with the phone's camera.

Opening a link never checks anybody in; the button on the page does.
"""

from datetime import date
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.clock import now, today
from konferanse.common.language import clock_time, language
from konferanse.common.worker import wake
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import labels, places, seats
from konferanse.registration.day import attendance, walk_ins
from konferanse.registration.day.check_in_forms import ArrivalForm, WalkInForm
from konferanse.registration.models import Registration
from konferanse.registration.routes import bp


@bp.get("/admin/k/<slug>/innsjekk")
@requires(ORGANISER)
def check_in(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Find somebody by name, and see how many are here."""
    day = attendance.day_of(conference, request.args.get("dag"))
    text = request.args.get("q", "").strip()[:100]
    found = attendance.search(conference, text)
    return render_template(
        "registration/day/check_in.html",
        conference=conference,
        day=day,
        is_today=day == today(),
        text=text,
        most=attendance.FOUND,
        found=[(person, attendance.trouble(person, day)) for person in found],
        rows=attendance.by_person(found, day),
        counts=attendance.counts(conference, day),
        latest=attendance.latest(conference, day),
        labels=labels,
        act=ActForm(),
    )


@bp.get("/admin/k/<slug>/innsjekk/her")
@requires(ORGANISER)
def who_is_here(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Everybody who is here now."""
    day = attendance.day_of(conference, request.args.get("dag"))
    counts = attendance.counts(conference, day)
    last = max(1, -(-counts.here // attendance.PER_PAGE))
    asked = request.args.get("side", "1")
    page = min(last, max(1, int(asked))) if asked.isascii() and asked.isdigit() and len(asked) < 7 else 1
    return render_template(
        "registration/day/who_is_here.html",
        conference=conference,
        day=day,
        counts=counts,
        people=attendance.here(conference, day, page),
        page_number=page,
        last=last,
        act=ActForm(),
    )


@bp.get("/admin/k/<slug>/innsjekk/ny")
@requires(ORGANISER)
def walk_in(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for somebody who is not signed up."""
    form = WalkInForm.new(request.args.get("navn", "").strip()[:120])
    return _walk_in_page(conference, form, attendance.day_of(conference, request.args.get("dag")))


@bp.post("/admin/k/<slug>/innsjekk/ny")
@requires(ORGANISER)
def let_in(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Sign them up and check them in."""
    form = WalkInForm.new()
    day = _sent_day(conference, form.dag.data)
    if not form.validate_on_submit():
        return _walk_in_page(conference, form, day), 422
    begin_write()
    try:
        person, arrival = walk_ins.let_in(
            conference, _wish(form, day), UUID(form.key.data), day, staff.actor, anyway=form.anyway.data
        )
    except walk_ins.SignedUpBefore as refusal:
        before = (refusal.name, refusal.uid)
        db.session.rollback()
        form.email.errors = [refusal.message]
        return _walk_in_page(conference, form, day, before=before), 422
    except seats.NoSeatLeft as refusal:
        db.session.rollback()
        form.anyway.errors = [refusal.message]
        return _walk_in_page(conference, form, day, full=True), 422
    if person.status == "waiting":
        flash(_("%(name)s er sjekket inn, og står på ventelisten til en plass blir ledig.", name=person.name))
    else:
        flash(_told(person, arrival))
    db.session.commit()
    wake()
    return redirect(url_for(".check_in", slug=conference.slug, dag=day.isoformat()), 303)


@bp.get("/admin/k/<slug>/innsjekk/<uuid:uid>")
@requires(ORGANISER)
def arrival(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """What a badge's QR code opens: who it is, and the button."""
    day = attendance.day_of(conference, request.args.get("dag"))
    return _arrival_page(conference, _person(conference, uid), day, just=bool(request.args.get("ny")))


@bp.post("/admin/k/<slug>/innsjekk/<uuid:uid>")
@requires(ORGANISER)
def note_arrival(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Check them in. Somebody who was not expected is let in once the warning has been read."""
    form, person = ArrivalForm(), _person(conference, uid)
    day = _sent_day(conference, form.dag.data)
    if not form.validate_on_submit() or (attendance.trouble(person, day) and not form.anyway.data):
        return _arrival_page(conference, person, day), 422
    begin_write()
    found = attendance.check_in(person, day, staff.actor)
    told = _told(person, found)
    db.session.commit()
    if form.origin.data == "list":
        flash(told)
        return redirect(url_for(".check_in", slug=conference.slug, dag=day.isoformat()), 303)
    just = None if found.how == "already" else 1
    return redirect(url_for(".arrival", slug=conference.slug, uid=uid, dag=day.isoformat(), ny=just), 303)


@bp.post("/admin/k/<slug>/innsjekk/<uuid:uid>/angre")
@requires(ORGANISER)
def undo_arrival(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Take the check-in back."""
    form, person = ArrivalForm(), _person(conference, uid)
    day = _sent_day(conference, form.dag.data)
    begin_write()
    attendance.undo(person, day, staff.actor)
    flash(_("Innsjekkingen av %(name)s er angret.", name=person.name))
    db.session.commit()
    return redirect(url_for(".check_in", slug=conference.slug, dag=day.isoformat()), 303)


@bp.post("/admin/k/<slug>/innsjekk/<uuid:uid>/gatt")
@requires(ORGANISER)
def note_leaving(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """They have gone for the day."""
    form, person = ArrivalForm(), _person(conference, uid)
    day = _sent_day(conference, form.dag.data)
    begin_write()
    if attendance.leave(person, day, staff.actor):
        flash(_("%(name)s har gått.", name=person.name))
    db.session.commit()
    target = ".who_is_here" if form.origin.data == "list" else ".check_in"
    return redirect(url_for(target, slug=conference.slug, dag=day.isoformat()), 303)


def _sent_day(conference: Conference, sent: str | None) -> date:
    """The day a form is for; a day that is not the conference's is nobody's honest mistake."""
    if sent and sent not in {day.isoformat() for day in conference.dates}:
        abort(400)
    return attendance.day_of(conference, sent)


def _person(conference: Conference, uid: UUID) -> Registration:
    return attendance.find(conference, uid) or abort(404)


def _told(person: Registration, found: attendance.Arrival) -> str:
    if found.how == "already":
        return str(_("%(name)s er allerede sjekket inn kl. %(time)s.", name=person.name, time=clock_time(found.row.at)))
    if found.how == "back":
        return str(_("%(name)s er her igjen.", name=person.name))
    return str(_("%(name)s er sjekket inn.", name=person.name))


def _wish(form: WalkInForm, day: date) -> seats.SignUp:
    return seats.SignUp(
        name=form.name.data,
        email=form.email.data,
        organisation=form.organisation.data,
        organisation_type=form.organisation_type.data,
        county=form.county.data,
        attendance="physical",
        days=(day,),
        language=language(),
        source="door",
        accepted_privacy=now(),
    )


def _walk_in_page(
    conference: Conference, form: WalkInForm, day: date, *, full: bool = False, before: tuple[str, UUID] | None = None
) -> str:
    return render_template(
        "registration/day/walk_in.html",
        conference=conference,
        form=form,
        day=day,
        before=before,
        full=full or places.availability(conference).is_full,
    )


def _arrival_page(conference: Conference, person: Registration, day: date, *, just: bool = False) -> str:
    return render_template(
        "registration/day/arrival.html",
        conference=conference,
        person=person,
        day=day,
        is_today=day == today(),
        row=attendance.of(person, day),
        trouble=attendance.trouble(person, day),
        just=just,
        labels=labels,
        act=ActForm(),
    )
