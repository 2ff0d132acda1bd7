"""Staff pages for placing people: everybody anew, who is to sit with whom, who stays, and when participants see it."""

from collections.abc import Sequence
from uuid import UUID

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.errors import Refused
from konferanse.conference.access import MODERATION
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import arranging, seating, seating_tasks, wishes
from konferanse.groups.forms import ArrangeForm, HoldForm, WishForm
from konferanse.groups.routes import asked_round, bp, checked_act, table_or_404, tables_shown, to_tables
from konferanse.registration.models import Registration


@bp.post("/admin/k/<slug>/bord/fordel")
@requires(MODERATION)
def allocate(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Have everybody placed anew; the worker does it."""
    form = ArrangeForm()
    if not form.validate_on_submit():
        return tables_shown(conference, staff, arrange=form), 422
    begin_write()
    arranging.ask(conference, int(form.rounds.data), staff.actor, compose=form.composed)
    db.session.commit()
    seating_tasks.wake()
    return to_tables(conference)


@bp.post("/admin/k/<slug>/bord/synlig/<decision>")
@requires(MODERATION)
def show(conference: Conference, staff: Staff, decision: str) -> ResponseReturnValue:
    """Let participants see their tables ("vis"), or not ("skjul")."""
    if decision not in ("vis", "skjul"):
        abort(404)
    checked_act()
    begin_write()
    arranging.show(conference, staff.actor, is_shown=decision == "vis")
    db.session.commit()
    flash(_("Deltakerne ser bordet sitt på siden sin.") if decision == "vis" else _("Deltakerne ser ikke bordet sitt lenger."))
    return to_tables(conference)


@bp.get("/admin/k/<slug>/bord/onsker", endpoint="wishes")
@requires(MODERATION)  # who is to be kept apart is not for everybody to read
def wishes_page(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Who is to sit with whom."""
    return _wishes_page(conference, _wish_form(seating.guests(conference)))


@bp.post("/admin/k/<slug>/bord/onsker")
@requires(MODERATION)
def wish(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """One more."""
    form = _wish_form(seating.guests(conference))
    if not form.validate_on_submit():
        return _wishes_page(conference, form), 422
    begin_write()
    person = seating.find_guest(conference, UUID(form.person.data)) or abort(404)
    other = seating.find_guest(conference, UUID(form.other.data)) if form.other.data else None
    try:
        wishes.add(conference, form.kind.data, person, other, staff.actor)
    except Refused as refusal:
        db.session.rollback()
        form.other.errors = [refusal.message]
        return _wishes_page(conference, form), 422
    db.session.commit()
    flash(_("Ønsket er lagret. Det gjelder neste gang du fordeler alle."))
    return _to_wishes(conference)


@bp.post("/admin/k/<slug>/bord/onsker/<int:number>/slett")
@requires(MODERATION)
def unwish(conference: Conference, staff: Staff, number: int) -> ResponseReturnValue:
    """Take one back."""
    checked_act()
    begin_write()
    if not wishes.remove(conference, number, staff.actor):
        abort(404)
    db.session.commit()
    flash(_("Ønsket er tatt bort."))
    return _to_wishes(conference)


@bp.post("/admin/k/<slug>/bord/<code>/hold")
@requires(MODERATION)
def hold(conference: Conference, staff: Staff, code: str) -> ResponseReturnValue:
    """Say who stays at this table when everybody is placed anew."""
    number = asked_round()
    table = table_or_404(conference, code)
    form = HoldForm()
    form.people.choices = [(str(person.uid), "") for person in _sitting(conference, table.id, number)]
    if not form.validate_on_submit():
        raise Refused(_("Noen har flyttet imens. Last siden på nytt."))
    begin_write()
    table = table_or_404(conference, code)
    there = _sitting(conference, table.id, number)
    stay = [person for person in there if str(person.uid) in (form.people.data or [])]
    wishes.release(conference, [person.id for person in there], number)
    wishes.hold_at(conference, stay, table, number, staff.actor)
    db.session.commit()
    flash(ngettext("%(num)s person blir sittende her.", "%(num)s personer blir sittende her.", len(stay)))
    return redirect(url_for("groups.table_details", slug=conference.slug, code=code, runde=number if number > 1 else None), 303)


def _sitting(conference: Conference, table_id: int, number: int) -> Sequence[Registration]:
    return next(seated.people for seated in seating.room(conference, number).tables if seated.table.id == table_id)


def _wish_form(people: Sequence[Registration]) -> WishForm:
    form = WishForm()
    named = [(str(p.uid), f"{p.name}, {p.organisation_name}" if p.organisation_name else p.name) for p in people]
    form.person.choices = form.other.choices = [("", _("Velg person")), *named]
    return form


def _wishes_page(conference: Conference, form: WishForm) -> str:
    return render_template(
        "groups/wishes.html",
        conference=conference,
        form=form,
        wishes=wishes.wishes_of(conference),
        kinds=wishes.KINDS,
        act=ActForm(),
    )


def _to_wishes(conference: Conference) -> ResponseReturnValue:
    return redirect(url_for("groups.wishes", slug=conference.slug), 303)
