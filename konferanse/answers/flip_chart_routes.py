"""Staff pages for photographs of flip charts: send one in, type what it says beside it, and delete it."""

from uuid import UUID, uuid4

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.answers import flip_charts
from konferanse.answers.delivery import BadAnswer
from konferanse.answers.forms import FlipChartForm, LinesForm
from konferanse.answers.models import FlipChart
from konferanse.answers.routes import as_uuid, bp, offer_choices
from konferanse.common import photographs
from konferanse.common.storage import files
from konferanse.conference.access import MODERATION
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, csrf, db
from konferanse.groups import tables as table_logic
from konferanse.groups import tasks as task_logic
from konferanse.groups.routes import checked_act


@bp.get("/admin/k/<slug>/svar/bilder")
@requires(MODERATION)
def flip_chart_list(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Every photograph, those nobody has typed from first, and a form for one more."""
    form = FlipChartForm(formdata=None, table=request.args.get("bord"), task=request.args.get("oppgave"))
    return _list_page(conference, form)


@bp.post("/admin/k/<slug>/svar/bilder")
@requires(MODERATION)
def add_flip_chart(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Keep a photograph, and go on to type what it says."""
    request.max_content_length = 2 * photographs.MAX_BYTES  # so that a somewhat too large one is told so beside the field
    csrf.protect()
    form = FlipChartForm()
    offer_choices(form, conference)
    if not form.validate_on_submit() or form.photo is None:
        return _list_page(conference, form), 422
    name = f"ark{photographs.ENDING}"
    with files.staged(form.photo, name=name, content_type=photographs.CONTENT_TYPE) as file:
        begin_write()
        table = table_logic.find_table(conference, form.table.data) or abort(404)
        task = task_logic.find_task(conference, form.task.data) or abort(404)
        chart = flip_charts.add(table, task, file, staff.actor)
        uid = chart.uid
        db.session.commit()
    return redirect(url_for("answers.flip_chart", slug=conference.slug, uid=uid), 303)


csrf.exempt(add_flip_chart)  # it checks by itself, once the body may be read


@bp.get("/admin/k/<slug>/svar/bilder/<uuid:uid>")
@requires(MODERATION)
def flip_chart(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The photograph, and beside it a field for what it says."""
    return _chart_page(_chart(conference, uid), LinesForm(formdata=None, key=str(uuid4())))


@bp.post("/admin/k/<slug>/svar/bilder/<uuid:uid>")
@requires(MODERATION)
def type_from_flip_chart(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Store what was read off it."""
    chart = _chart(conference, uid)
    form = LinesForm()
    if not form.validate_on_submit():
        form.key.data = str(as_uuid(form.key.data))
        return _chart_page(chart, form), 422
    begin_write()
    try:
        added = flip_charts.type_in(_chart(conference, uid), form.lines.data, as_uuid(form.key.data), staff.actor)
        db.session.commit()
    except BadAnswer as refusal:
        db.session.rollback()
        form.lines.errors = [refusal.message]
        return _chart_page(_chart(conference, uid), form), 422
    flash(ngettext("%(num)s svar er lagt til.", "%(num)s svar er lagt til.", added))
    return redirect(url_for("answers.flip_chart", slug=conference.slug, uid=uid), 303)


@bp.get("/admin/k/<slug>/svar/bilder/<uuid:uid>/bilde")
@requires(MODERATION)
def flip_chart_photo(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The photograph itself."""
    file = _chart(conference, uid).file
    response: Response = send_file(files.path(file), mimetype=file.content_type, etag=file.sha256, last_modified=file.created)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@bp.post("/admin/k/<slug>/svar/bilder/<uuid:uid>/slett")
@requires(MODERATION)
def remove_flip_chart(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Delete the photograph."""
    _chart(conference, uid)
    checked_act()
    begin_write()
    flip_charts.remove(_chart(conference, uid), staff.actor)
    db.session.commit()
    flash(_("Bildet er slettet. Svarene som ble skrevet inn fra det, står."))
    return redirect(url_for("answers.flip_chart_list", slug=conference.slug), 303)


def _chart(conference: Conference, uid: UUID) -> FlipChart:
    return flip_charts.find(conference, uid) or abort(404)


def _list_page(conference: Conference, form: FlipChartForm) -> str:
    offer_choices(form, conference)
    return render_template(
        "answers/flip_charts.html",
        conference=conference,
        form=form,
        charts=flip_charts.charts_of(conference),
    )


def _chart_page(chart: FlipChart, form: LinesForm) -> str:
    return render_template(
        "answers/flip_chart.html",
        conference=chart.conference,
        chart=chart,
        form=form,
        answers=flip_charts.typed_from(chart),
        act=ActForm(),
    )
