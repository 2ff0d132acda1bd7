"""Staff pages for tasks: write them, order them, open and close them, give more time."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.conference.access import MODERATION, READ
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import table_lists, tasks
from konferanse.groups.forms import ExtendForm, TaskForm
from konferanse.groups.models import GroupTask
from konferanse.groups.routes import bp, may_change
from konferanse.groups.tables import tables_of

BACK = {"board": "answers.board", "tasks": "groups.tasks"}


@bp.get("/admin/k/<slug>/oppgaver", endpoint="tasks")
@requires(READ)
def tasks_page(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The tasks in order, and a form for a new one."""
    return _tasks_page(conference, staff, _form(conference, fresh=True))


@bp.post("/admin/k/<slug>/oppgaver")
@requires(MODERATION)
def add_task(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """A new task."""
    form = _form(conference)
    if not form.validate_on_submit():
        return _tasks_page(conference, staff, form), 422
    begin_write()
    tasks.add(
        conference,
        tasks.free_ref(conference),
        form.title.data,
        staff.actor,
        text=form.text.data,
        kind=form.kind.data,
        minutes=form.minutes.data,
        is_tryout=form.is_tryout.data,
        asks_owner=form.asks_owner.data,
        asks_deadline=form.asks_deadline.data,
        round_number=form.round.data or 1,
        tables=form.asked,
    )
    db.session.commit()
    flash(_("Oppgaven er lagt til. Bordene kan svare når du åpner den."))
    return _back(conference, "tasks")


@bp.get("/admin/k/<slug>/oppgaver/<ref>")
@requires(READ)
def edit_task(conference: Conference, staff: Staff, ref: str) -> ResponseReturnValue:
    """One task's form."""
    task = _task(conference, ref)
    return _task_page(conference, staff, task, _form(conference, task, fresh=True))


@bp.post("/admin/k/<slug>/oppgaver/<ref>")
@requires(MODERATION)
def change_task(conference: Conference, staff: Staff, ref: str) -> ResponseReturnValue:
    """Change its words, round or tables; an open task stays open."""
    task = _task(conference, ref)
    form = _form(conference)
    if not form.validate_on_submit():
        return _task_page(conference, staff, task, form), 422
    begin_write()
    names = ("title", "text", "kind", "minutes", "is_tryout", "asks_owner", "asks_deadline")
    values = {name: form[name].data for name in names}
    tasks.change(conference, task, values | {"round": form.round.data or 1}, form.asked)
    db.session.commit()
    flash(_("Oppgaven er lagret."))
    return _back(conference, "tasks")


@bp.post("/admin/k/<slug>/oppgaver/<ref>/apne")
@requires(MODERATION)
def open_task(conference: Conference, staff: Staff, ref: str) -> ResponseReturnValue:
    """Let the tables answer."""
    task = _begin(conference, ref)
    tasks.open_task(conference, task, staff.actor)
    db.session.commit()
    flash(_("«%(title)s» er åpen. Bordene kan svare.", title=task.title))
    return _back(conference, request.form.get("back"))


@bp.post("/admin/k/<slug>/oppgaver/<ref>/steng")
@requires(MODERATION)
def close_task(conference: Conference, staff: Staff, ref: str) -> ResponseReturnValue:
    """Stop; answers written before now and still on their way are taken."""
    task = _begin(conference, ref)
    tasks.close_task(conference, task, staff.actor)
    db.session.commit()
    flash(_("«%(title)s» er stengt. Svar som alt var skrevet, kommer med.", title=task.title))
    return _back(conference, request.form.get("back"))


@bp.post("/admin/k/<slug>/oppgaver/<ref>/forleng")
@requires(MODERATION)
def extend_task(conference: Conference, staff: Staff, ref: str) -> ResponseReturnValue:
    """More time on the clock."""
    form = ExtendForm()
    _task(conference, ref)
    if not form.validate_on_submit():
        abort(422)
    task = _begin(conference, ref)
    tasks.extend(conference, task, form.minutes.data, staff.actor)
    db.session.commit()
    return _back(conference, request.form.get("back"))


@bp.post("/admin/k/<slug>/oppgaver/<ref>/flytt/<direction>")
@requires(MODERATION)
def move_task(conference: Conference, staff: Staff, ref: str, direction: str) -> ResponseReturnValue:
    """Up or down in the order."""
    if direction not in ("opp", "ned"):
        abort(404)
    task = _begin(conference, ref)
    tasks.move(conference, task, -1 if direction == "opp" else 1)
    db.session.commit()
    return _back(conference, "tasks")


@bp.post("/admin/k/<slug>/oppgaver/<ref>/slett")
@requires(MODERATION)
def remove_task(conference: Conference, staff: Staff, ref: str) -> ResponseReturnValue:
    """Delete a task nobody has answered."""
    task = _begin(conference, ref)
    tasks.remove(conference, task, staff.actor)
    db.session.commit()
    flash(_("Oppgaven er slettet."))
    return _back(conference, "tasks")


def _task(conference: Conference, ref: str) -> GroupTask:
    return tasks.find_task(conference, ref) or abort(404)


def _form(conference: Conference, task: GroupTask | None = None, *, fresh: bool = False) -> TaskForm:
    """The form as it was sent, or a ``fresh`` one about ``task`` or a new one."""
    known = tables_of(conference)
    named = table_lists.in_words(tasks.numbers(task, known)) if task else ""
    form = TaskForm(formdata=None, obj=task, tables=named) if fresh else TaskForm()
    form.known = known
    return form


def _begin(conference: Conference, ref: str) -> GroupTask:
    """The task, under the write lock, of a form with a good token."""
    if not ActForm().validate_on_submit():
        abort(400)
    _task(conference, ref)
    begin_write()
    return _task(conference, ref)


def _back(conference: Conference, page: str | None) -> ResponseReturnValue:
    return redirect(url_for(BACK.get(page or "", "groups.tasks"), slug=conference.slug), 303)


def _tasks_page(conference: Conference, staff: Staff, form: TaskForm) -> str:
    return render_template(
        "groups/tasks.html",
        conference=conference,
        tasks=tasks.tasks_of(conference),
        kinds=tasks.KIND_LABELS,
        rounds=tasks.round_count(conference),
        named={task.id: table_lists.in_words(tasks.numbers(task, form.known)) for task in tasks.tasks_of(conference)},
        form=form,
        act=ActForm(),
        may_change=may_change(staff, conference),
    )


def _task_page(conference: Conference, staff: Staff, task: GroupTask, form: TaskForm) -> str:
    return render_template(
        "groups/task.html",
        conference=conference,
        task=task,
        form=form,
        act=ActForm(),
        may_change=may_change(staff, conference),
    )
