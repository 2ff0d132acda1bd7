"""Staff pages to ask what to begin with: make it, open and close it, see what it comes to."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.answers import priorities, wall
from konferanse.answers.models import Prioritising
from konferanse.answers.priority_forms import PriorityForm
from konferanse.answers.routes import bp
from konferanse.answers.tally import result
from konferanse.conference.access import MODERATION, READ
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups.routes import checked_act, may_change
from konferanse.groups.tasks import find_task, tasks_of


@bp.get("/admin/k/<slug>/svar/prioritering", endpoint="priorities")
@requires(READ)
def priorities_page(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Each one that was asked, and a form for a new one."""
    return _list_page(conference, staff, _form(conference, PriorityForm(formdata=None, voters="tables", dots=3)))


@bp.post("/admin/k/<slug>/svar/prioritering")
@requires(MODERATION)
def add_priority(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """A new one; or with "hent" the form with a task's answers among the choices, and nothing stored."""
    form = _form(conference, PriorityForm())
    if "hent" in request.form:
        return _list_page(conference, staff, form, fetched=_fetch(conference, form))
    if not form.validate_on_submit():
        return _list_page(conference, staff, form), 422
    begin_write()
    row = priorities.add(conference, form.wanted, staff.actor)
    db.session.commit()
    flash(_("Prioriteringen er laget. Se over den, og åpne den når det skal stemmes."))
    return _to(conference, row.uid)


@bp.get("/admin/k/<slug>/svar/prioritering/<uuid:uid>")
@requires(READ)
def priority(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """One: its form before it is opened, and then what it comes to."""
    row = _row(conference, uid)
    return _page(conference, staff, row, _form(conference, PriorityForm(formdata=None, obj=row)))


@bp.post("/admin/k/<slug>/svar/prioritering/<uuid:uid>")
@requires(MODERATION)
def change_priority(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Ask something else, or with "hent" as for a new one."""
    row = _row(conference, uid)
    form = _form(conference, PriorityForm())
    if "hent" in request.form:
        return _page(conference, staff, row, form, fetched=_fetch(conference, form))
    if not form.validate_on_submit():
        return _page(conference, staff, row, form), 422
    begin_write()
    priorities.change(_row(conference, uid), form.wanted, staff.actor)
    db.session.commit()
    flash(_("Prioriteringen er lagret."))
    return _to(conference, uid)


@bp.post("/admin/k/<slug>/svar/prioritering/<uuid:uid>/<decision>")
@requires(MODERATION)
def decide_priority(conference: Conference, staff: Staff, uid: UUID, decision: str) -> ResponseReturnValue:
    """Open ("apne"), close ("steng") or delete ("slett") it; show it on the wall ("vegg") or not any longer ("av-veggen")."""
    done = {
        "apne": (priorities.open_up, _("Prioriteringen er åpen. De som har prikker, kan stemme.")),
        "steng": (priorities.close, _("Prioriteringen er stengt. De som stemte, kan se resultatet.")),
        "vegg": (priorities.put_on_wall, _("Prioriteringen vises på veggen.")),
        "av-veggen": (priorities.take_off_wall, _("Veggen viser svarene igjen.")),
        "slett": (priorities.remove, _("Prioriteringen er slettet.")),
    }
    if decision not in done:
        abort(404)
    _row(conference, uid)
    checked_act()
    begin_write()
    act, told = done[decision]
    act(_row(conference, uid), staff.actor)
    db.session.commit()
    flash(told)
    return _to(conference, uid if decision != "slett" else None)


def _row(conference: Conference, uid: UUID) -> Prioritising:
    return priorities.find(conference, uid) or abort(404)


def _form(conference: Conference, form: PriorityForm) -> PriorityForm:
    form.task.choices = [("", _("Velg oppgave")), *((task.ref, task.title) for task in tasks_of(conference))]
    return form


def _fetch(conference: Conference, form: PriorityForm) -> str:
    """Add the answers to the choices that are written; returns what to tell."""
    checked_act()
    task = find_task(conference, (form.task.data or "").replace("\0", ""))
    if task is None:
        return str(_("Velg hvilken oppgave svarene skal hentes fra."))
    known = {line.casefold() for line in form.lines}
    new = [line for line in priorities.from_answers(task) if line.casefold() not in known]
    form.choices.data = "\n".join([*form.lines, *new])
    told = ngettext("%(num)s svar er hentet.", "%(num)s svar er hentet.", len(new))
    more = _("Ta bort og skriv om til det står høyst %(most)s valg igjen.", most=priorities.MOST_CHOICES)
    return f"{told} {more}" if new else told


def _list_page(conference: Conference, staff: Staff, form: PriorityForm, fetched: str = "") -> str:
    return render_template(
        "answers/priorities.html",
        conference=conference,
        rows=priorities.all_of(conference),
        voters=priorities.VOTERS,
        form=form,
        fetched=fetched,
        may_change=may_change(staff, conference),
    )


def _wall_is_on(conference: Conference) -> bool:
    ours = wall.wall_of(conference)
    return ours is not None and ours.is_on


def _page(conference: Conference, staff: Staff, row: Prioritising, form: PriorityForm, fetched: str = "") -> str:
    return render_template(
        "answers/priority.html",
        conference=conference,
        row=row,
        result=result(row) if row.opened else None,
        wall_is_on=_wall_is_on(conference),
        voters=priorities.VOTERS,
        form=form,
        fetched=fetched,
        act=ActForm(),
        may_change=may_change(staff, conference),
    )


def _to(conference: Conference, uid: UUID | None) -> ResponseReturnValue:
    if uid is None:
        return redirect(url_for("answers.priorities", slug=conference.slug), 303)
    return redirect(url_for("answers.priority", slug=conference.slug, uid=uid), 303)
