"""One line of the plan: its words, its evidence, its place, and whether it is in."""

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.conference.access import PLAN, READ
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.plan import editing
from konferanse.plan.forms import ChapterForm, LineForm, MergeForm, RemoveForm
from konferanse.plan.manuscript import is_blank, manuscript
from konferanse.plan.models import NEED_OWNER, PlanLine
from konferanse.plan.routes import bp, editor, may_edit, plan_or_404
from konferanse.plan.wording import support_words


def line_or_404(conference: Conference, uid: UUID) -> PlanLine:
    """The line of this conference's plan."""
    return editing.find_line(plan_or_404(conference), uid) or abort(404)


@bp.get("/admin/k/<slug>/plan/linje/<uuid:uid>")
@requires(READ)
def line(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """A line with the evidence beside it."""
    return _page(conference, staff, line_or_404(conference, uid))


def _page(conference: Conference, staff: Staff, shown: PlanLine, **given: Any) -> str:
    own = manuscript(shown.plan)
    shown = next(other for other in own.lines if other.id == shown.id)
    used, merged = own.evidence(shown)
    forms = {
        "form": LineForm.showing(shown, request.args.get("fyll", "")),
        "chapter_form": ChapterForm(formdata=None, chapter=shown.chapter),
        "merge_form": MergeForm(formdata=None),
        "remove_form": RemoveForm(formdata=None),
    }
    return render_template(
        "plan/line.html",
        conference=conference,
        own=own,
        line=shown,
        used=used,
        merged=merged,
        suggested=own.suggested([*used, *merged]),
        parts=own.lineage.get(shown.id, []),
        support=own.told.support(shown),
        table_numbers=own.table_numbers,
        task_titles=own.task_titles,
        support_words=support_words,
        blank=shown.chapter in NEED_OWNER and is_blank(shown),
        may_edit=may_edit(conference, staff),
        act=ActForm(),
        **({"theirs": None} | forms | given),
    )


@bp.post("/admin/k/<slug>/plan/linje/<uuid:uid>")
@requires(PLAN)
def change_line(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Change what a line says; on to the next blank one when that is what the person is doing."""
    row = line_or_404(conference, uid)
    form = LineForm()
    if not form.validate_on_submit():
        return _page(conference, staff, row, form=form), 422
    begin_write()
    try:
        editing.edit(row, form.words(), form.based_on.data or 0, editor(conference, staff))
    except editing.StaleLine as stale:
        db.session.rollback()
        form.based_on.process_data(stale.line.revision)
        form.based_on.raw_data = None
        return _page(conference, staff, row, form=form, theirs=stale.line), stale.status
    db.session.commit()
    if form.fill.data:
        return redirect(url_for("plan.next_blank", slug=conference.slug, etter=uid), 303)
    return _to_line(conference, row)


@bp.post("/admin/k/<slug>/plan/linje/<uuid:uid>/flytt/<direction>")
@requires(PLAN)
def move_line(conference: Conference, staff: Staff, uid: UUID, direction: str) -> ResponseReturnValue:
    """One step up (opp) or down (ned)."""
    steps = {"opp": "up", "ned": "down"}
    if direction not in steps:
        abort(404)
    row = line_or_404(conference, uid)
    if row.status != "draft":
        abort(404)
    begin_write()
    editing.move(row, steps[direction], editor(conference, staff))
    db.session.commit()
    return _to_line(conference, row)


@bp.post("/admin/k/<slug>/plan/linje/<uuid:uid>/kapittel")
@requires(PLAN)
def move_line_to(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """To another chapter."""
    row = line_or_404(conference, uid)
    form = ChapterForm()
    if not form.validate_on_submit():
        return _page(conference, staff, row, chapter_form=form), 422
    begin_write()
    editing.move_to(row, form.chapter.data, editor(conference, staff))
    db.session.commit()
    return _to_line(conference, row)


@bp.post("/admin/k/<slug>/plan/linje/<uuid:uid>/sla-sammen")
@requires(PLAN)
def merge_line(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Let the line be part of another; its answers follow."""
    row = line_or_404(conference, uid)
    form = MergeForm()
    into = manuscript(row.plan).with_number(form.number.data or "") if form.validate_on_submit() else None
    if into is None or into.id == row.id:
        if not form.number.errors:
            form.number.errors = [_("Ingen annen linje har det nummeret. Skriv det slik det står i planen, for eksempel 2.3.")]
        return _page(conference, staff, row, merge_form=form), 422
    begin_write()
    editing.merge(row, into, editor(conference, staff))
    db.session.commit()
    flash(_("Linjene er slått sammen."))
    return _to_line(conference, into)


@bp.post("/admin/k/<slug>/plan/linje/<uuid:uid>/ta-ut")
@requires(PLAN)
def remove_line(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Leave the line out; its answers are parked with the reason."""
    row = line_or_404(conference, uid)
    form = RemoveForm()
    if not form.validate_on_submit():
        return _page(conference, staff, row, remove_form=form), 422
    begin_write()
    editing.remove(row, form.reason.data, editor(conference, staff))
    db.session.commit()
    flash(_("Linjen er tatt ut. Du finner den nederst i planen."))
    return redirect(url_for("plan.edit", slug=conference.slug), 303)


@bp.post("/admin/k/<slug>/plan/linje/<uuid:uid>/ta-inn")
@requires(PLAN)
def put_back_line(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Take a removed or merged line in again."""
    row = line_or_404(conference, uid)
    begin_write()
    editing.put_back(row, editor(conference, staff))
    db.session.commit()
    return _to_line(conference, row)


@bp.post("/admin/k/<slug>/plan/linje/<uuid:uid>/forslag")
@requires(PLAN)
def decide_proposal(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Take the proposed words (``ja``) or keep one's own."""
    row = line_or_404(conference, uid)
    begin_write()
    decide = editing.accept if request.form.get("svar") == "ja" else editing.dismiss
    decide(row, editor(conference, staff))
    db.session.commit()
    return _to_line(conference, row)


def _to_line(conference: Conference, row: PlanLine) -> ResponseReturnValue:
    return redirect(url_for("plan.edit", slug=conference.slug, _anchor=str(row.uid)), 303)
