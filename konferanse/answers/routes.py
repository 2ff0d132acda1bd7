"""Staff pages for answers: the board in the room, the list to moderate, paper and files in, files out, publishing."""

from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from flask import Blueprint, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.answers import delivery, imports, notices, overview, publication, readings, sheets
from konferanse.answers.assigned import tasks_at
from konferanse.answers.delivery import BadAnswer
from konferanse.answers.forms import FlipChartForm, ImportForm, NoticeForm, PaperForm
from konferanse.answers.overview import Filter
from konferanse.common.clock import now
from konferanse.common.fields import clean, printable
from konferanse.common.sheets import BadSheet
from konferanse.conference.access import MODERATION, READ
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import tables as table_logic
from konferanse.groups import tasks as task_logic
from konferanse.groups.routes import checked_act, may_change

bp = Blueprint("answers", __name__)
MOST_BYTES = 10 * 1024 * 1024
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "json": "application/json",
}


@bp.get("/admin/k/<slug>/svar")
@requires(READ)
def board(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Tables × tasks, growing; who needs help. A call from the page itself gets the changing part only."""
    return _board(conference, staff, NoticeForm(formdata=None))


@bp.post("/admin/k/<slug>/svar/melding")
@requires(MODERATION)
def say(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Say something to all tables, or with "fjern" nothing more."""
    form = NoticeForm()
    is_over = "fjern" in request.form
    if not form.validate_on_submit() and (not is_over or "csrf_token" in form.errors):
        return _board(conference, staff, form), 422
    begin_write()
    if is_over:
        notices.take_down(conference)
        flash(_("Bordene ser ikke meldingen lenger."))
    else:
        notices.say(conference, form.text.data, staff.actor)
        flash(_("Meldingen er sendt til bordene. Telefonene viser den innen et kvart minutt."))
    db.session.commit()
    return _to_board(conference)


def _board(conference: Conference, staff: Staff, form: NoticeForm) -> str:
    part = request.headers.get("HX-Request") == "true"
    return render_template(
        "answers/board_part.html" if part else "answers/board.html",
        conference=conference,
        board=overview.board(conference),
        rounds=task_logic.round_count(conference),
        publication=publication.publication(conference),
        notice=notices.notice_of(conference),
        form=form,
        act=ActForm(),
        moment=now(),
        may_change=may_change(staff, conference),
    )


@bp.get("/admin/k/<slug>/svar/liste")
@requires(READ)
def answer_list(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Every answer, by table, task and words."""
    shown = request.args.get("vis", "alle")
    wanted = Filter(
        table=_asked("bord"),
        task=_asked("oppgave"),
        words=_asked("q"),
        shown=shown if shown in overview.SHOWN else "alle",
    )
    side = request.args.get("side", "1")
    number = int(side) if side.isascii() and side.isdecimal() and len(side) < 7 else 1
    marks = readings.marks_of(conference.id)
    return render_template(
        "answers/list.html",
        conference=conference,
        listing=overview.listing(conference, wanted, number),
        wanted=wanted,
        tables=table_logic.tables_of(conference),
        tasks=task_logic.tasks_of(conference),
        published=publication.publication(conference),
        marks=marks,
        shown=lambda answer: marks.get(answer.id, readings.UNREAD).words(answer.words),
        act=ActForm(),
        may_change=may_change(staff, conference),
    )


@bp.post("/admin/k/<slug>/svar/liste/<code>/<ref>/<decision>")
@requires(MODERATION)
def moderate(conference: Conference, staff: Staff, code: str, ref: str, decision: str) -> ResponseReturnValue:
    """Hold an answer back from the public page ("skjul"), or show it again ("vis")."""
    checked_act()
    if decision not in ("skjul", "vis"):
        abort(404)
    begin_write()
    answer = overview.find_answer(conference, code, ref) or abort(404)
    publication.hold_back(answer, decision == "vis", staff.actor)
    db.session.commit()
    flash(_("Svaret vises ikke offentlig.") if decision == "skjul" else _("Svaret kan vises offentlig igjen."))
    back = {name: request.form[name] for name in ("bord", "oppgave", "q", "vis", "side") if request.form.get(name)}
    return redirect(url_for("answers.answer_list", slug=conference.slug, **_plain(back)), 303)


@bp.post("/admin/k/<slug>/svar/publiser")
@requires(MODERATION)
def publish(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Publish what has come in."""
    checked_act()
    begin_write()
    publication.publish(conference, staff.actor)
    db.session.commit()
    flash(_("Svarene er publisert på siden til konferansen."))
    return _to_board(conference)


@bp.post("/admin/k/<slug>/svar/avpubliser")
@requires(MODERATION)
def unpublish(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Take the answers off the public pages."""
    checked_act()
    begin_write()
    publication.unpublish(conference, staff.actor)
    db.session.commit()
    flash(_("Svarene vises ikke offentlig lenger."))
    return _to_board(conference)


@bp.post("/admin/k/<slug>/svar/hjelp/<code>")
@requires(MODERATION)
def help_given(conference: Conference, staff: Staff, code: str) -> ResponseReturnValue:
    """Put out a table's light."""
    checked_act()
    begin_write()
    table = table_logic.find_table(conference, code) or abort(404)
    table.needs_help = None
    db.session.commit()
    return _to_board(conference)


@bp.get("/admin/k/<slug>/svar/papir")
@requires(MODERATION)
def paper(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """A form for a sheet of paper: table, task, one line an answer."""
    form = _paper_form(conference, fresh=True)
    form.table.data, form.task.data = _asked("bord"), _asked("oppgave")
    return _paper_page(conference, form)


@bp.post("/admin/k/<slug>/svar/papir")
@requires(MODERATION)
def type_in(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Store what was typed in from paper."""
    form = _paper_form(conference)
    if not form.validate_on_submit():
        form.key.data = str(as_uuid(form.key.data))
        return _paper_page(conference, form), 422
    begin_write()
    try:
        table = table_logic.find_table(conference, form.table.data) or abort(404)
        task = task_logic.find_task(conference, form.task.data) or abort(404)
        added = imports.from_paper(table, task, form.lines.data, as_uuid(form.key.data), staff.actor)
        name = table.name
        db.session.commit()
    except BadAnswer as refusal:
        db.session.rollback()
        form[refusal.field].errors = [refusal.message]
        return _paper_page(conference, form), 422
    flash(ngettext("%(num)s svar fra %(table)s er lagt til.", "%(num)s svar fra %(table)s er lagt til.", added, table=name))
    return redirect(url_for("answers.paper", slug=conference.slug, oppgave=form.task.data), 303)


@bp.get("/admin/k/<slug>/svar/import")
@requires(MODERATION)
def import_form(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """A form for a file."""
    return render_template("answers/import.html", conference=conference, form=ImportForm(), problems=[], summary=None)


@bp.post("/admin/k/<slug>/svar/import")
@requires(MODERATION)
def import_file(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Take in a file whole, or, with "prove", say what it would do."""
    request.max_content_length = MOST_BYTES
    form = ImportForm()
    if not form.validate_on_submit():
        abort(400)

    def page(problems: list[str], summary: imports.Summary | None = None) -> str:
        db.session.rollback()
        return render_template("answers/import.html", conference=conference, form=form, problems=problems, summary=summary)

    content = form.file.data.read() if form.file.data else b""
    if not content:
        return page([_("Velg en fil som ikke er tom.")]), 422
    begin_write()
    try:
        summary = imports.import_file(conference, content, staff.actor, create=form.create.data)
    except BadSheet as refusal:
        return page(refusal.problems), 422
    if "prove" in request.form:
        return page([], summary)
    db.session.commit()
    flash(_("%(added)s svar er lagt til og %(changed)s endret.", added=summary.added, changed=summary.changed))
    return _to_board(conference)


@bp.get("/admin/k/<slug>/svar/eksport.<form>")
@requires(READ)
def export(conference: Conference, staff: Staff, form: str) -> ResponseReturnValue:
    """Every answer that stands, as a file."""
    if form not in TYPES:
        abort(404)
    content = sheets.write(imports.export(conference), form)
    if form == "csv":
        content = b"\xef\xbb\xbf" + content  # without it Excel reads æ, ø and å wrong
    name = f"svar-{conference.slug}.{form}"
    return send_file(BytesIO(content), mimetype=TYPES[form], as_attachment=True, download_name=name)


def _paper_page(conference: Conference, form: PaperForm) -> str:
    """Once a table is chosen, its own tasks are offered and no others."""
    table = table_logic.find_table(conference, form.table.data or "")
    if table is not None:
        theirs = {task.ref for task in tasks_at(table, delivery.standing(table))}
        form.task.choices = [choice for choice in form.task.choices if choice[0] in {"", *theirs}]
    asks = any(task.asks for task in task_logic.tasks_of(conference))
    return render_template("answers/paper.html", conference=conference, form=form, asks=asks)


def _paper_form(conference: Conference, *, fresh: bool = False) -> PaperForm:
    form = PaperForm(formdata=None, key=str(uuid4())) if fresh else PaperForm()
    offer_choices(form, conference)
    return form


def offer_choices(form: PaperForm | FlipChartForm, conference: Conference) -> None:
    """Let it choose among the conference's tables and tasks."""
    form.table.choices = [("", _("Velg bord"))] + [(t.code, t.name) for t in table_logic.tables_of(conference)]
    form.task.choices = [("", _("Velg oppgave"))] + [(t.ref, t.title) for t in task_logic.tasks_of(conference)]


def as_uuid(value: str | None) -> UUID:
    """The form's key; a new one when it was tampered with."""
    try:
        return UUID(value or "")
    except ValueError:
        return uuid4()


def _asked(name: str) -> str:
    return printable(clean(request.args.get(name)))[:200]


def _plain(values: dict[str, str]) -> dict[str, Any]:
    return {name: clean(value)[:200] for name, value in values.items()}


def _to_board(conference: Conference) -> ResponseReturnValue:
    return redirect(url_for("answers.board", slug=conference.slug), 303)
