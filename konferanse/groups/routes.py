"""Staff pages for tables: how many, who sits where, signs and lists to print."""

from typing import Any
from uuid import UUID

import segno
from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common import links
from konferanse.conference.access import MODERATION, READ, permissions_of
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import arranging, joining, seating, tables, wishes
from konferanse.groups.forms import WAY_LABELS, ArrangeForm, CompositionForm, CountForm, JoinForm, MoveForm
from konferanse.groups.models import Table
from konferanse.groups.ways import MIXED

bp = Blueprint("groups", __name__)


def may_change(staff: Staff, conference: Conference) -> bool:
    """Whether to show the buttons that change something."""
    return "moderation" in permissions_of(staff, conference)


@bp.get("/admin/k/<slug>/bord", endpoint="tables")
@requires(READ)
def tables_page(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Who sits where, and the mix at each table."""
    return tables_shown(conference, staff)


@bp.post("/admin/k/<slug>/bord")
@requires(MODERATION)
def set_count(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Make tables, or remove empty ones."""
    form = CountForm()
    if not form.validate_on_submit():
        return tables_shown(conference, staff, count=form), 422
    begin_write()
    tables.set_count(conference, form.count.data, staff.actor)
    db.session.commit()
    flash(ngettext("Nå er det %(num)s bord.", "Nå er det %(num)s bord.", form.count.data))
    return to_tables(conference)


@bp.post("/admin/k/<slug>/bord/plasser")
@requires(MODERATION)
def place_unplaced(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Give those without a table one; nobody else moves."""
    checked_act()
    begin_write()
    helped = seating.place_unplaced(conference, staff.actor)
    db.session.commit()
    flash(
        ngettext(
            "%(num)s person fikk bord. Ingen andre er flyttet.", "%(num)s personer fikk bord. Ingen andre er flyttet.", helped
        )
    )
    return to_tables(conference)


@bp.post("/admin/k/<slug>/bord/flytt")
@requires(MODERATION)
def move(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Seat one person at another table, or at none."""
    number = asked_round()
    form = _move_form(conference, seating.room(conference, number))
    if not form.validate_on_submit():
        return tables_shown(conference, staff, mover=form), 422
    begin_write()
    person = seating.find_guest(conference, UUID(form.person.data))
    table = tables.find_table(conference, form.table.data) if form.table.data else None
    if person is None:
        abort(404)
    seating.move(conference, person, table, number, staff.actor)
    db.session.commit()
    if table is not None:
        flash(_("%(name)s sitter nå ved bord %(number)s.", name=person.name, number=table.number))
    else:
        flash(_("%(name)s har ikke bord nå.", name=person.name))
    return to_tables(conference, runde=number if number > 1 else None)


@bp.get("/admin/k/<slug>/bord/<code>")
@requires(READ)
def table_details(conference: Conference, staff: Staff, code: str) -> ResponseReturnValue:
    """One table: its people, its description, its link."""
    table = table_or_404(conference, code)
    return _table_page(conference, staff, table, CompositionForm(obj=table))


@bp.post("/admin/k/<slug>/bord/<code>")
@requires(MODERATION)
def describe(conference: Conference, staff: Staff, code: str) -> ResponseReturnValue:
    """Say who sits there."""
    form = CompositionForm()
    if not form.validate_on_submit():
        return _table_page(conference, staff, table_or_404(conference, code), form), 422
    begin_write()
    kinds = {name: form[name].data for name in ("is_accessible", "is_digital")}
    tables.describe(table_or_404(conference, code), form.composition.data, staff.actor, **kinds)
    db.session.commit()
    flash(_("Opplysningene om bordet er lagret."))
    return redirect(url_for("groups.table_details", slug=conference.slug, code=code), 303)


@bp.post("/admin/k/<slug>/bord/<code>/ny-lenke")
@requires(MODERATION)
def revoke_link(conference: Conference, staff: Staff, code: str) -> ResponseReturnValue:
    """A new link; the old one and its sign stop working."""
    checked_act()
    begin_write()
    tables.revoke_link(table_or_404(conference, code), staff.actor)
    db.session.commit()
    flash(_("Bordet har fått ny lenke. Skriv ut et nytt skilt."))
    return redirect(url_for("groups.table_details", slug=conference.slug, code=code), 303)


@bp.post("/admin/k/<slug>/bord/<code>/sla-sammen")
@requires(MODERATION)
def join_table(conference: Conference, staff: Staff, code: str) -> ResponseReturnValue:
    """Let all at the table sit at another, or go back again ("del")."""
    table = table_or_404(conference, code)
    form = _join_form(table)
    parts = "del" in request.form
    if not form.validate_on_submit() and (not parts or "csrf_token" in form.errors):
        return _table_page(conference, staff, table, CompositionForm(formdata=None, obj=table), form), 422
    begin_write()
    table = table_or_404(conference, code)
    if parts:
        joining.part(table, staff.actor)
        told = _("%(table)s er et eget bord igjen.", table=table.name)
    else:
        into = table_or_404(conference, form.into.data)
        joining.join(table, into, staff.actor)
        told = _("%(table)s er slått sammen med %(into)s.", table=table.name, into=into.name)
    db.session.commit()
    flash(told)
    return redirect(url_for("groups.table_details", slug=conference.slug, code=code), 303)


@bp.get("/admin/k/<slug>/bord/skilt")
@requires(MODERATION)  # a sign lets whoever holds it answer for the table
def signs(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """A sign a page for every table, or for the one named by ``?bord=``."""
    wanted = request.args.get("bord")
    rows = [t for t in tables.tables_of(conference) if wanted in (None, t.code)]
    return render_template("groups/signs.html", conference=conference, signs=[(t, link_of(t), _qr(t)) for t in rows])


@bp.get("/admin/k/<slug>/bord/liste")
@requires(READ)
def seating_list(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Everybody by name with their table, to print and hang at the door."""
    rooms = [seating.room(conference, n) for n in range(1, seating.rounds_of(conference) + 1)]
    where: dict[int, list[str]] = {}
    for room in rooms:
        at = {p.id: str(t.table.number) for t in room.tables for p in t.people}
        for person in (*(p for t in room.tables for p in t.people), *room.unplaced):
            where.setdefault(person.id, []).append(at.get(person.id, "–"))
    return render_template(
        "groups/list.html", conference=conference, people=seating.guests(conference), where=where, rooms=rooms
    )


def link_of(table: Table) -> str:
    """The whole address of the table's page."""
    return links.url("bord", table.uid, table.generation)


def _qr(table: Table) -> Markup:
    code = segno.make(link_of(table), error="m", micro=False)
    title = _("QR-kode til siden for bord %(number)s", number=table.number)
    # segno escapes the title; the rest of the SVG is numbers.
    return Markup(code.svg_inline(scale=8, border=2, light="#fff", title=title))  # noqa: S704


def table_or_404(conference: Conference, code: str) -> Table:
    """The table with this code."""
    return tables.find_table(conference, code) or abort(404)


def asked_round() -> int:
    """The round of ``?runde=``, from 1."""
    number = request.args.get("runde", "1")
    return int(number) if number.isascii() and number.isdecimal() and 1 <= int(number) <= 20 else 1


def to_tables(conference: Conference, **arguments: Any) -> ResponseReturnValue:
    """Back to the page of all tables."""
    return redirect(url_for("groups.tables", slug=conference.slug, **arguments), 303)


def checked_act() -> None:
    """400 unless the form has a good token."""
    if not ActForm().validate_on_submit():
        abort(400)


def _move_form(conference: Conference, room: seating.Room) -> MoveForm:
    form = MoveForm()
    people = {_("Uten bord"): room.unplaced} | {t.table.name: t.people for t in room.tables}
    form.person.choices = {
        group: [(str(p.uid), f"{p.name}, {p.organisation_name}" if p.organisation_name else p.name) for p in members]
        for group, members in people.items()
        if members
    }
    open_to = [t for t in room.tables if t.table.joined_to_id is None]
    form.table.choices = [(t.table.code, f"{t.table.name} ({len(t.people)})") for t in open_to] + [("", _("Ikke noe bord"))]
    return form


def tables_shown(
    conference: Conference,
    staff: Staff,
    *,
    count: CountForm | None = None,
    mover: MoveForm | None = None,
    arrange: ArrangeForm | None = None,
) -> str:
    """The page of all tables, with a form that was refused."""
    number = asked_round()
    room, run = seating.room(conference, number), arranging.run_of(conference)
    composed = run.composed if run else []
    if count is None:
        count = CountForm(formdata=None, count=len(room.tables) or None)
    if mover is None:
        mover = _move_form(conference, room)
        mover.person.data = request.args.get("flytt")
    return render_template(
        "groups/tables.html",
        conference=conference,
        room=room,
        rounds=seating.rounds_of(conference),
        count=count,
        mover=mover,
        act=ActForm(),
        run=run,
        arrange=arrange or ArrangeForm(formdata=None, rounds=str(seating.rounds_of(conference)), ways=composed),
        way_of=run.way if run and run.status == "done" else lambda _round: MIXED,
        ways=WAY_LABELS,
        sectors=seating.SECTORS,
        largest=max((len(t.people) for t in room.tables), default=0),
        may_change=may_change(staff, conference),
    )


def _join_form(table: Table, *, fresh: bool = False) -> JoinForm:
    form = JoinForm(formdata=None) if fresh else JoinForm()
    form.into.choices = [("", _("Velg bord")), *((one.code, one.name) for one in joining.may_take(table))]
    return form


def _table_page(
    conference: Conference, staff: Staff, table: Table, form: CompositionForm, joins: JoinForm | None = None
) -> str:
    seated = next(t for t in seating.room(conference, asked_round()).tables if t.table.id == table.id)
    allowed = may_change(staff, conference)
    return render_template(
        "groups/table.html",
        conference=conference,
        seated=seated,
        form=form,
        joins=joins or _join_form(table, fresh=True),
        joined=joining.joined_here(conference).get(table.id, []),
        act=ActForm(),
        may_change=allowed,
        link=link_of(table) if allowed else "",
        round=asked_round(),
        held=wishes.held(conference, asked_round()),
    )
