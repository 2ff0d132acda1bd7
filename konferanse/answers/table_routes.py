"""The table's page: one thumb, one field, and everything works as plain forms."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from flask import abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from konferanse.access.forms import ActForm
from konferanse.access.requires import EVERYONE, requires
from konferanse.answers import delivery
from konferanse.answers.assigned import may_answer, tasks_at
from konferanse.answers.delivery import BadAnswer, StaleAnswer
from konferanse.answers.forms import AnswerForm, EditForm, MoveForm, SwitchForm, VersionForm
from konferanse.answers.models import MAX_LENGTH, MAX_OWN, Answer
from konferanse.answers.notices import notice_of
from konferanse.answers.packing import packed
from konferanse.answers.priorities import at_hand
from konferanse.answers.routes import bp
from konferanse.common.clock import now
from konferanse.common.errors import RETRY, log_unavailable
from konferanse.extensions import begin_write, db
from konferanse.groups.access import TABLE, token_of
from konferanse.groups.joining import joined_here
from konferanse.groups.models import GroupTask, Table, TaskDone
from konferanse.groups.tasks import find_task, round_count, table_state


@dataclass
class Sheet:
    """What the page shows: the task in hand, its neighbours, its time and the table's answers to it, newest first. ``tasks``
    are the table's; ``rounds`` is how many the conference has."""

    tasks: list[GroupTask]
    rounds: int
    task: GroupTask | None
    answers: list[Answer]
    is_done: bool
    withdrawn: Answer | None
    moment: datetime
    is_joined: bool

    @property
    def of_round(self) -> list[GroupTask]:
        """The tasks of the round in hand."""
        return [t for t in self.tasks if self.task and t.round == self.task.round]

    @property
    def number(self) -> int:
        """The task's place among those of its round, from 1."""
        return self.of_round.index(self.task) + 1 if self.task else 0

    @property
    def previous(self) -> GroupTask | None:
        """The task before, of whichever round."""
        here = self.tasks.index(self.task) if self.task else 0
        return self.tasks[here - 1] if here else None

    @property
    def following(self) -> GroupTask | None:
        """The task after."""
        there = self.tasks.index(self.task) + 1 if self.task else 0
        return self.tasks[there] if 0 < there < len(self.tasks) else None

    @property
    def is_open(self) -> bool:
        """Whether the page takes answers now. At a joined table people write at the other; what phones still send arrives."""
        return self.task is not None and self.task.is_open(self.moment) and not self.is_joined

    @property
    def minutes_left(self) -> int | None:
        """Whole minutes left, rounded up; 0 when time is out; None without a time box."""
        if self.task is None or self.task.closes is None:
            return None
        return max(0, -int((self.moment - self.task.closes).total_seconds() // 60))

    @property
    def other_open(self) -> GroupTask | None:
        """Another task that is open, when this one is not."""
        open_now = [t for t in self.tasks if t.is_open(self.moment)]
        return open_now[0] if open_now and not self.is_open and not self.is_joined else None


@bp.get("/bord/<token>")
@requires(TABLE)
def table(table: Table) -> ResponseReturnValue:
    """The task in hand and the table's answers to it."""
    sheet = _sheet(table, request.args.get("oppgave"), request.args.get("trukket"))
    response = make_response(_page(table, sheet, _new_form(sheet.task)))
    response.headers["Table-State"] = table_state(sheet.tasks)
    return packed(response)


@bp.get("/bord/uten-nett.js")
@requires(EVERYONE)
def worker() -> ResponseReturnValue:
    """The tables' service worker. It lies here because a worker may answer for addresses below its own, and for no others."""
    response = make_response(render_template("answers/worker.js"))
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)


@bp.post("/bord/<token>/svar")
@requires(TABLE)
def add_answer(table: Table) -> ResponseReturnValue:
    """A new answer."""
    form = AnswerForm()
    if not delivery.UUID_FORM.fullmatch(form.ref.data or ""):
        form.ref.data = str(uuid4())
    if not form.validate_on_submit():
        return _page(table, _sheet(table, form.task.data), form), 422
    task_ref = form.task.data
    _task(table, task_ref)
    try:
        begin_write()
        delivery.deliver(table, _task(table, task_ref), form.ref.data, form.text.data, 0, None, **form.own())
        db.session.commit()
    except (BadAnswer, StaleAnswer) as refusal:
        db.session.rollback()
        form.tell(getattr(refusal, "field", "text"), refusal.message)
        return _page(table, _sheet(table, task_ref), form), 422
    except OperationalError as error:
        _not_saved(form, error)
        return _page(table, _sheet(table, task_ref), form), 503, RETRY
    flash(_("Svaret er levert."))
    return _back(table, task_ref)


@bp.get("/bord/<token>/svar/<ref>")
@requires(TABLE)
def edit_answer(table: Table, ref: str) -> ResponseReturnValue:
    """A form for one answer."""
    answer = _answer(table, ref)
    form = EditForm(formdata=None, base_version=answer.version, **answer.words._asdict())
    return _edit_page(table, answer, form)


@bp.post("/bord/<token>/svar/<ref>")
@requires(TABLE)
def change_answer(table: Table, ref: str) -> ResponseReturnValue:
    """Store an edit; a stale one shows both answers. ``as_new`` stores it as an answer of its own."""
    form = EditForm()
    answer = _answer(table, ref)
    if not form.validate_on_submit():
        return _edit_page(table, answer, form), 422
    task_ref = answer.task.ref
    try:
        begin_write()
        new_ref, base = (request.form["as_new"][:64], 0) if "as_new" in request.form else (ref, form.base_version.data)
        delivery.deliver(table, answer.task, new_ref, form.text.data, base, None, **form.own())
        db.session.commit()
    except StaleAnswer as stale:
        db.session.rollback()
        return _both(table, ref, stale), 409
    except BadAnswer as refusal:
        db.session.rollback()
        form.tell(refusal.field, refusal.message)
        return _edit_page(table, _answer(table, ref), form), 422
    except OperationalError as error:
        _not_saved(form, error)
        return _edit_page(table, _answer(table, ref), form), 503, RETRY
    flash(_("Endringen er levert."))
    return _back(table, task_ref)


@bp.post("/bord/<token>/svar/<ref>/trekk")
@requires(TABLE)
def withdraw_answer(table: Table, ref: str) -> ResponseReturnValue:
    """Withdraw an answer; the page offers to undo it."""
    form = VersionForm()
    if not form.validate_on_submit():
        abort(400)
    task_ref = _answer(table, ref).task.ref
    begin_write()
    try:
        delivery.withdraw(table, ref, form.base_version.data)
    except StaleAnswer:
        db.session.rollback()
        flash(_("Noen endret svaret imens, så det er ikke trukket. Les det og prøv igjen."))
        return _back(table, task_ref)
    db.session.commit()
    return _back(table, task_ref, trukket=ref)


@bp.post("/bord/<token>/svar/<ref>/flytt")
@requires(TABLE)
def move_answer(table: Table, ref: str) -> ResponseReturnValue:
    """Move an answer past its neighbour: up the page ("opp"), where the newest stand, or down."""
    task_ref = _answer(table, ref).task.ref
    form = MoveForm()
    if not form.validate_on_submit():
        abort(400)
    begin_write()
    try:
        delivery.move(table, _answer(table, ref), 1 if form.way.data == "opp" else -1)
        db.session.commit()
    except BadAnswer as refusal:
        db.session.rollback()
        flash(refusal.message)
    return _back(table, task_ref)


@bp.post("/bord/<token>/svar/<ref>/angre")
@requires(TABLE)
def restore_answer(table: Table, ref: str) -> ResponseReturnValue:
    """Bring a withdrawn answer back."""
    form = VersionForm()
    if not form.validate_on_submit():
        abort(400)
    _answer(table, ref)
    begin_write()
    answer = _answer(table, ref)
    task_ref = answer.task.ref
    delivery.deliver(table, answer.task, ref, answer.text, form.base_version.data, None)
    db.session.commit()
    flash(_("Svaret er tilbake."))
    return _back(table, task_ref)


@bp.post("/bord/<token>/hjelp")
@requires(TABLE)
def ask_help(table: Table) -> ResponseReturnValue:
    """Light the table on the organiser's board, or put the light out."""
    form = _switch()
    begin_write()
    table.seen = now()
    table.needs_help = (table.needs_help or now()) if form.on.data else None
    db.session.commit()
    return _back(table, form.task.data or None)


@bp.post("/bord/<token>/ferdig")
@requires(TABLE)
def say_done(table: Table) -> ResponseReturnValue:
    """ "Vi er ferdige" with a task, or not after all."""
    form = _switch()
    task_ref = form.task.data
    _task(table, task_ref)
    begin_write()
    task = _task(table, task_ref)
    if not may_answer(table, task):
        abort(404)
    table.seen = now()
    row = db.session.get(TaskDone, (table.id, task.id))
    if form.on.data and row is None:
        db.session.add(TaskDone(table_id=table.id, task_id=task.id))
    elif not form.on.data and row is not None:
        db.session.delete(row)
    db.session.commit()
    return _back(table, task_ref)


def _sheet(table: Table, asked: str | None, withdrawn: str | None = None) -> Sheet:
    moment = now()
    standing = delivery.standing(table)
    tasks = tasks_at(table, standing)
    task = next((t for t in tasks if t.ref == asked), None) or _in_hand(tasks, moment)
    answers = [a for a in standing if task and a.task_id == task.id]
    done = task is not None and db.session.get(TaskDone, (table.id, task.id)) is not None
    regretted = db.session.scalar(
        select(Answer).where(Answer.table_id == table.id, Answer.ref == withdrawn, Answer.withdrawn.is_not(None))
    )
    rounds, is_joined = round_count(table.conference), table.joined_to_id is not None
    return Sheet(tasks, rounds, task, answers[::-1], done, regretted, moment, is_joined)


def _in_hand(tasks: list[GroupTask], moment: datetime) -> GroupTask | None:
    """The task opened last; else the next to open; else the last one. Practice gives way to a real task."""
    open_now = [t for t in tasks if t.is_open(moment)]
    if open_now:
        return max(open_now, key=lambda t: (not t.is_tryout, t.opened))
    ahead = [t for t in tasks if t.opened is None]
    return ahead[0] if ahead else tasks[-1] if tasks else None


def _new_form(task: GroupTask | None) -> AnswerForm:
    return AnswerForm(formdata=None, ref=str(uuid4()), task=task.ref if task else "")


def _page(table: Table, sheet: Sheet, form: AnswerForm) -> str:
    return render_template(
        "answers/table.html",
        conference=table.conference,
        table=table,
        token=token_of(table),
        sheet=sheet,
        notice=notice_of(table.conference),
        joined_token=token_of(table.joined_to) if table.joined_to else "",
        joined=joined_here(table.conference).get(table.id, []),
        vote=at_hand(table.conference, "tables") if table.joined_to_id is None else None,
        form=form,
        act=ActForm(),
        max_length=MAX_LENGTH,
        max_own=MAX_OWN,
    )


def _edit_page(table: Table, answer: Answer, form: EditForm) -> str:
    return render_template(
        "answers/edit.html",
        conference=table.conference,
        table=table,
        token=token_of(table),
        answer=answer,
        task=answer.task,
        form=form,
        act=ActForm(),
    )


def _both(table: Table, ref: str, stale: StaleAnswer) -> str:
    form = EditForm(formdata=None, base_version=stale.version, **stale.yours._asdict())
    return render_template(
        "answers/stale.html",
        conference=table.conference,
        table=table,
        token=token_of(table),
        task=_answer(table, ref).task,
        ref=ref,
        theirs=stale.theirs,
        form=form,
        new_ref=str(uuid4()),
        act=ActForm(),
    )


def _not_saved(form: AnswerForm | EditForm, error: OperationalError) -> None:
    """The database was locked or the disk full: what was written stays in the field."""
    db.session.rollback()
    log_unavailable(error, request.url_rule)
    form.text.errors = [_("Svaret er ikke lagret ennå. Det står fortsatt her; vent litt, og trykk på knappen en gang til.")]


def _answer(table: Table, ref: str) -> Answer:
    return delivery.find(table, ref) or abort(404)


def _task(table: Table, ref: str | None) -> GroupTask:
    return find_task(table.conference, (ref or "").replace("\0", "")) or abort(404)


def _switch() -> SwitchForm:
    form = SwitchForm()
    if not form.validate_on_submit():
        abort(400)
    return form


def _back(table: Table, task_ref: str | None, **arguments: Any) -> ResponseReturnValue:
    return redirect(url_for("answers.table", token=token_of(table), oppgave=task_ref, **arguments), 303)
