"""Tasks in from a sheet and out to one: upload, see line by line what would happen, then do exactly that.

Between the two steps the file stands in the page itself, sealed: nothing is kept on the server, and nothing can be swapped. If
the tasks have changed meanwhile, the new outcome is shown and nothing is done.
"""

import zlib
from base64 import b64decode, b64encode
from io import BytesIO

from flask import abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires, takes_files
from konferanse.common import links
from konferanse.common.sheets import BadSheet
from konferanse.conference.access import MODERATION, READ
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import table_lists, task_files, tasks
from konferanse.groups.forms import TaskFileForm
from konferanse.groups.routes import bp
from konferanse.groups.tables import tables_of

LARGEST = 1_000_000
PURPOSE = "task-import"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
ACTS = {task_files.NEW: _l("Legges til"), task_files.CHANGED: _l("Endres"), task_files.SAME: _l("Uendret")}


@bp.get("/admin/k/<slug>/oppgaver/fil/eksport.<form>")
@requires(READ)
def export_tasks(conference: Conference, staff: Staff, form: str) -> ResponseReturnValue:
    """The tasks as a sheet that can be taken in again."""
    if form not in TYPES:
        abort(404)
    content = task_files.write(conference, form)
    if form == "csv":
        content = b"\xef\xbb\xbf" + content  # without it Excel reads æ, ø and å wrong
    name = f"oppgaver-{conference.slug}.{form}"
    return send_file(BytesIO(content), mimetype=TYPES[form], as_attachment=True, download_name=name)


@bp.get("/admin/k/<slug>/oppgaver/fil/import", endpoint="task_import")
@requires(MODERATION)
def import_form(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Choose a file."""
    return _page(conference, TaskFileForm(formdata=None))


@bp.post("/admin/k/<slug>/oppgaver/fil/import")
@requires(MODERATION)
@takes_files(LARGEST + 100_000)
def try_task_import(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Say line by line what it would do, and do nothing."""
    form = TaskFileForm()
    upload = request.files.get("file")  # a text in the field's place is no file
    content = upload.read() if upload else b""
    try:
        if not content:
            raise BadSheet([_("Velg en fil som ikke er tom.")])
        if len(content) > LARGEST:
            raise BadSheet([_("Filen er for stor. Del den opp.")])
        planned = task_files.plan(conference, task_files.read(content))
    except BadSheet as refusal:
        form.file.errors = [refusal.message]
        return _page(conference, form), 422
    token = _sealed(conference, staff, content, planned)
    return _page(conference, form, planned, token), 422 if planned.problems else 200


@bp.post("/admin/k/<slug>/oppgaver/fil/import/ta-inn")
@requires(MODERATION)
@takes_files(2 * LARGEST)
def take_in_tasks(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Do what was shown, or show anew what has changed."""
    content, shown = _unsealed(conference, staff)
    lines = task_files.read(content)
    begin_write()
    tasks.hold(conference, tables_of(conference))
    planned = task_files.plan(conference, lines)
    if planned.problems or planned.mark != shown:
        db.session.rollback()
        notice = _("Oppgavene er endret siden du så på listen. Se over på nytt. Ingenting er lagret ennå.")
        token = _sealed(conference, staff, content, planned)
        return _page(conference, TaskFileForm(formdata=None), planned, token, notice), 409
    task_files.apply(conference, planned, staff.actor)
    slug = conference.slug
    db.session.commit()
    added, changed = planned.count(task_files.NEW), planned.count(task_files.CHANGED)
    flash(_("Hentet fra regnearket: %(added)s lagt til, %(changed)s endret.", added=added, changed=changed))
    return redirect(url_for("groups.tasks", slug=slug), 303)


def _sealed(conference: Conference, staff: Staff, content: bytes, planned: task_files.Plan) -> str:
    if planned.problems:
        return ""
    return links.sealed(PURPOSE, [conference.id, staff.id, planned.mark, b64encode(zlib.compress(content)).decode()])


def _unsealed(conference: Conference, staff: Staff) -> tuple[bytes, object]:
    """The file, and what was shown of it; not somebody else's, nor another conference's."""
    values = links.unsealed(PURPOSE, request.form.get("fil", ""))
    if values is None or values[:2] != [conference.id, staff.id]:
        abort(422)
    return zlib.decompress(b64decode(values[3])), values[2]


def _page(
    conference: Conference, form: TaskFileForm, planned: task_files.Plan | None = None, token: str = "", notice: str = ""
) -> str:
    return render_template(
        "groups/task_import.html",
        conference=conference,
        form=form,
        plan=planned,
        token=token,
        notice=notice,
        acts=ACTS,
        headings=task_files.HEADINGS,
        kinds=tasks.KIND_LABELS,
        numbers=table_lists.in_words,
        most=task_files.MOST_LINES,
        act=ActForm(formdata=None),
    )
