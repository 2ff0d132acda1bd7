"""Staff pages where answers are read: what waits to be read, one answer with its words to tick, and a task's answers aloud."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.answers import readings
from konferanse.answers.forms import VersionForm
from konferanse.answers.models import Answer
from konferanse.answers.overview import find_answer
from konferanse.answers.readings import UNREAD, ChangedMeanwhile, Marks, marks_of
from konferanse.conference.access import MODERATION, READ
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.front import moderation, plenary
from konferanse.front.moderation_forms import ReadingForm
from konferanse.front.routes import bp
from konferanse.groups.tasks import find_task, tasks_of

MOST_SHOWN = 50


@bp.get("/admin/k/<slug>/svar/vurdering", endpoint="moderation")
@requires(MODERATION)
def waiting(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """What waits to be read."""
    rows = moderation.to_read(conference)
    return render_template(
        "front/moderation.html",
        conference=conference,
        rows=rows[:MOST_SHOWN],
        count=len(rows),
        pieces=moderation.pieces,
        act=ActForm(),
    )


@bp.post("/admin/k/<slug>/svar/vurdering/<code>/<ref>/<decision>")
@requires(MODERATION)
def decide(conference: Conference, staff: Staff, code: str, ref: str, decision: str) -> ResponseReturnValue:
    """Hide what is suggested ("skjul"), show all of it ("vis"), or leave it out of the plan as off topic ("til-side")."""
    if decision not in ("skjul", "vis", "til-side") or find_answer(conference, code, ref) is None:
        abort(404)
    form = VersionForm()
    if not form.validate_on_submit():
        abort(400)
    begin_write()
    answer = find_answer(conference, code, ref) or abort(404)
    marks = _marks(answer)
    hides = decision != "vis"
    hidden, own = (moderation.suggested(answer, marks), moderation.suggested_own(answer, marks)) if hides else ([], [])
    aside = readings.OFF_TOPIC if decision == "til-side" else marks.aside
    try:
        readings.decide(answer, form.base_version.data, hidden, aside, staff.actor, own=own)
    except ChangedMeanwhile as refusal:
        db.session.rollback()
        flash(refusal.message)
        return _to_waiting(conference)
    db.session.commit()
    flash(
        {"skjul": _("Det som var merket, er skjult."), "vis": _("Hele svaret kan vises.")}.get(
            decision, _("Svaret er lagt til side.")
        )
    )
    return _to_waiting(conference)


@bp.get("/admin/k/<slug>/svar/vurdering/<code>/<ref>")
@requires(MODERATION)
def read_answer(conference: Conference, staff: Staff, code: str, ref: str) -> ResponseReturnValue:
    """One answer, its words to tick."""
    answer = find_answer(conference, code, ref) or abort(404)
    marks = _marks(answer)
    own = moderation.suggested_own(answer, marks)
    form = ReadingForm(formdata=None, base_version=answer.version, aside=marks.aside, own=own)
    return _page(answer, form, moderation.suggested(answer, marks))


@bp.post("/admin/k/<slug>/svar/vurdering/<code>/<ref>")
@requires(MODERATION)
def keep_reading(conference: Conference, staff: Staff, code: str, ref: str) -> ResponseReturnValue:
    """Keep what was ticked."""
    answer = find_answer(conference, code, ref) or abort(404)
    form = ReadingForm()
    wanted = moderation.ticked(answer.text, form.hide.data or [])
    if not form.validate_on_submit():
        return _page(answer, form, wanted), 422
    begin_write()
    answer = find_answer(conference, code, ref) or abort(404)
    try:
        readings.decide(answer, form.base_version.data, wanted, form.aside.data or "", staff.actor, own=form.own.data or [])
    except ChangedMeanwhile as refusal:
        db.session.rollback()
        answer = find_answer(conference, code, ref) or abort(404)
        form.aside.errors = [refusal.message]
        form.base_version.data = answer.version
        return _page(answer, form, moderation.suggested(answer, _marks(answer))), 409
    db.session.commit()
    flash(_("Vurderingen er lagret."))
    return _to_waiting(conference)


@bp.get("/admin/k/<slug>/svar/plenum/<ref>", endpoint="plenary")
@requires(READ)
def plenary_page(conference: Conference, staff: Staff, ref: str) -> ResponseReturnValue:
    """One task's answers in large type, for the one who sums up."""
    task = find_task(conference, ref) or abort(404)
    return render_template(
        "front/plenary.html", conference=conference, task=task, tasks=tasks_of(conference), shown=plenary.plenary(task)
    )


def _marks(answer: Answer) -> Marks:
    return marks_of(answer.conference_id).get(answer.id, UNREAD)


def _page(answer: Answer, form: ReadingForm, hidden: readings.Spans) -> str:
    return render_template(
        "front/read_answer.html",
        conference=answer.conference,
        answer=answer,
        form=form,
        words=moderation.words(answer.text, hidden),
        history=readings.history(answer),
        act=ActForm(),
    )


def _to_waiting(conference: Conference) -> ResponseReturnValue:
    return redirect(url_for("front.moderation", slug=conference.slug), 303)
