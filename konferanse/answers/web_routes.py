"""Staff pages for input from the web: when it is taken and about what, and reading it."""

from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.answers import web_input, web_moderation
from konferanse.answers.forms import WindowForm
from konferanse.answers.models import WebInput
from konferanse.answers.routes import bp
from konferanse.answers.web_moderation import IN, REJECTED, WAITING
from konferanse.common.clock import now
from konferanse.conference.access import MODERATION
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import tasks as task_logic
from konferanse.groups.models import GroupTask
from konferanse.groups.routes import checked_act

STATUSES = {"": WAITING, "sluppet": IN, "avvist": REJECTED}


@bp.get("/admin/k/<slug>/svar/nett", endpoint="web")
@requires(MODERATION)
def web_desk(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """What waits to be read, or with ``?vis=`` what was let in or rejected; and when input is taken."""
    return _page(conference, fresh=True)


@bp.post("/admin/k/<slug>/svar/nett")
@requires(MODERATION)
def set_up_web(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Say from when to when input is taken, and about what."""
    tasks = _tasks(conference)
    form = WindowForm.of(web_input.window_of(conference), list(tasks.values()))
    if not form.validate_on_submit():
        return _page(conference, form), 422
    begin_write()
    chosen = [task for ref, task in _tasks(conference).items() if ref in form.tasks.data]
    opens, closes = form.moment("opens"), form.moment("closes")
    web_input.set_up(conference, chosen, opens, closes, form.introduction.data, staff.actor)
    db.session.commit()
    flash(_("Lagret."))
    return _to_desk(conference)


@bp.post("/admin/k/<slug>/svar/nett/<decision>")
@requires(MODERATION)
def decide_web(conference: Conference, staff: Staff, decision: str) -> ResponseReturnValue:
    """Take input from now on ("apne") or no longer ("steng"); of those chosen, let in ("slipp"), reject ("avvis") or take
    back ("angre")."""
    if decision not in ("apne", "steng", "slipp", "avvis", "angre"):
        abort(404)
    uids = _chosen(conference)
    refs = {uid: request.form.get(f"oppgave-{uid}", "").replace("\0", "") for uid in uids}
    if decision == "slipp" and not set(refs.values()) <= set(_tasks(conference)):
        abort(404)
    checked_act()
    begin_write()
    if decision in ("apne", "steng"):
        web_input.switch(conference, decision == "apne", staff.actor)
        told = _("Det er åpent for innspill.") if decision == "apne" else _("Det er stengt for innspill.")
    elif not uids:
        told = _("Kryss av for minst ett innspill først.")
    elif decision == "slipp":
        tasks = _tasks(conference)
        n = web_moderation.let_in(conference, {uid: tasks[ref] for uid, ref in refs.items()}, staff.actor)
        told = ngettext("%(num)s innspill er sluppet inn.", "%(num)s innspill er sluppet inn.", n)
    elif decision == "avvis":
        n = web_moderation.reject(conference, uids, staff.actor)
        told = ngettext("%(num)s innspill er avvist.", "%(num)s innspill er avvist.", n)
    else:
        n = web_moderation.take_back(conference, uids, staff.actor)
        told = ngettext("%(num)s innspill venter på deg igjen.", "%(num)s innspill venter på deg igjen.", n)
    db.session.commit()
    flash(told)
    return _to_desk(conference)


def _tasks(conference: Conference) -> dict[str, GroupTask]:
    """What can be asked about, by ref: every task but those to try out."""
    return {task.ref: task for task in task_logic.tasks_of(conference) if not task.is_tryout}


def _chosen(conference: Conference) -> list[UUID]:
    """The one whose own button was pressed, else those ticked; 404 unless all are the conference's."""
    try:
        uids = [UUID(value) for value in request.form.getlist("en") or request.form.getlist("valgt")]
    except ValueError:
        abort(404)
    return uids if web_moderation.known(conference, uids) else abort(404)


def _page(conference: Conference, form: WindowForm | None = None, *, fresh: bool = False) -> str:
    window, tasks = web_input.window_of(conference), list(_tasks(conference).values())
    shown = request.args.get("vis", "")
    shown = shown if shown in STATUSES else ""
    side = request.args.get("side", "1")
    number = int(side) if side.isascii() and side.isdecimal() and len(side) < 7 else 1
    moment = now()
    last: list[WebInput] = [] if shown else list(web_moderation.latest(conference))
    return render_template(
        "answers/web_desk.html",
        conference=conference,
        window=window,
        is_open=web_input.open_window(conference) is not None,
        moment=moment,
        tasks=tasks,
        shown=shown,
        counts=web_moderation.counts(conference),
        pile=web_moderation.pile(conference, STATUSES[shown], number),
        last=last,
        form=form or WindowForm.of(window, tasks, fresh=fresh),
        act=ActForm(),
        kept=web_input.KEPT.days,
    )


def _to_desk(conference: Conference) -> ResponseReturnValue:
    return redirect(url_for("answers.web", slug=conference.slug), 303)
