"""The plan's editor: the document, all answers and where they went, drafting and publishing."""

from typing import Any

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common import audit
from konferanse.conference.access import PLAN, READ, permissions_of
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.plan import drafting, editing, exports, publishing
from konferanse.plan.forms import AddForm, PlanForm, PublishForm, ThemeForm
from konferanse.plan.manuscript import manuscript
from konferanse.plan.models import Plan
from konferanse.plan.pages import document, meter
from konferanse.plan.wording import STATUS_LABELS, support_words
from konferanse.themes import runs

bp = Blueprint("plan", __name__)


def plan_or_404(conference: Conference) -> Plan:
    """The plan this conference contributes to."""
    return drafting.plan_of(conference.mandate) or abort(404)


def editor(conference: Conference, staff: Staff) -> editing.Editor:
    """Who decides."""
    return editing.Editor(staff.actor, conference.slug)


def may_edit(conference: Conference, staff: Staff) -> bool:
    """Whether buttons are shown; the routes behind them ask again."""
    return "plan" in permissions_of(staff, conference)


@bp.get("/admin/k/<slug>/plan")
@requires(READ)
def edit(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The plan as a document one writes in."""
    plan = drafting.plan_of(conference.mandate)
    if plan is None:
        return render_template(
            "plan/none.html",
            conference=conference,
            act=ActForm(),
            run=runs.newest_done(conference.id),
            may_edit=may_edit(conference, staff),
        )
    return _document_page(conference, staff, plan)


def _document_page(conference: Conference, staff: Staff, plan: Plan, **forms: Any) -> str:
    own = manuscript(plan)
    given = {
        "publish_form": PublishForm(formdata=None),
        "add_form": AddForm(formdata=None),
        "theme_form": ThemeForm(formdata=None),
    }
    return render_template(
        "plan/edit.html",
        conference=conference,
        plan=plan,
        own=own,
        meter=meter(own.told.totals),
        support_words=support_words,
        may_edit=may_edit(conference, staff),
        version=publishing.published(conference),
        newer_run=_newer_run(conference, plan),
        act=ActForm(),
        formats=exports.DOWNLOADS,
        **(given | forms),
    )


def _newer_run(conference: Conference, plan: Plan) -> bool:
    run = runs.newest_done(conference.id)
    return run is not None and run.id not in plan.drafted_from


@bp.post("/admin/k/<slug>/plan/utkast")
@requires(PLAN)
def draft(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Make the draft, or make it anew."""
    begin_write()
    drafting.draft(conference.mandate, staff.actor, conference.slug)
    db.session.commit()
    flash(_("Planutkastet er laget."))
    return redirect(url_for("plan.edit", slug=conference.slug), 303)


@bp.get("/admin/k/<slug>/plan/innledning")
@requires(READ)
def heading(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Title and introduction."""
    plan = plan_or_404(conference)
    return render_template("plan/heading.html", conference=conference, plan=plan, form=PlanForm(obj=plan))


@bp.post("/admin/k/<slug>/plan/innledning")
@requires(PLAN)
def change_heading(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Change them."""
    plan = plan_or_404(conference)
    form = PlanForm()
    if not form.validate_on_submit():
        return render_template("plan/heading.html", conference=conference, plan=plan, form=form), 422
    begin_write()
    plan.title, plan.introduction = form.title.data, form.introduction.data
    audit.record(staff.actor, "plan.heading.changed", scope=conference.slug, subject=plan.uid)
    db.session.commit()
    return redirect(url_for("plan.edit", slug=conference.slug), 303)


@bp.post("/admin/k/<slug>/plan/tema")
@requires(PLAN)
def rename_theme(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Call a theme something else."""
    plan = plan_or_404(conference)
    form = ThemeForm()
    if not form.validate_on_submit():
        return _document_page(conference, staff, plan, theme_form=form), 422
    begin_write()
    editing.rename_theme(plan, form.old.data, form.name.data, editor(conference, staff))
    db.session.commit()
    return redirect(url_for("plan.edit", slug=conference.slug), 303)


@bp.post("/admin/k/<slug>/plan/ny-linje")
@requires(PLAN)
def add_line(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Add a line of one's own."""
    plan = plan_or_404(conference)
    form = AddForm()
    if not form.validate_on_submit():
        return _document_page(conference, staff, plan, add_form=form), 422
    begin_write()
    line = editing.add(plan, form.chapter.data, form.theme.data, form.text.data, editor(conference, staff))
    db.session.commit()
    return redirect(url_for("plan.edit", slug=conference.slug, _anchor=str(line.uid)), 303)


@bp.get("/admin/k/<slug>/plan/svar")
@requires(READ)
def answers(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """All answers, or those of one part of the meter, and where each went."""
    own = manuscript(plan_or_404(conference))
    status = request.args.get("status", "")
    shown = [
        a for a in own.told.answers.values() if status not in STATUS_LABELS or own.told.where[a.answer_id].status == status
    ]
    return render_template(
        "plan/answers.html",
        conference=conference,
        own=own,
        answers=shown,
        status=status if status in STATUS_LABELS else "",
        labels=STATUS_LABELS,
        meter=meter(own.told.totals),
        may_edit=may_edit(conference, staff),
    )


@bp.get("/admin/k/<slug>/plan/neste")
@requires(READ)
def next_blank(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """On to the next line without owner or deadline."""
    own = manuscript(plan_or_404(conference))
    after = next((line for line in own.lines if str(line.uid) == request.args.get("etter")), None)
    line = own.next_blank(after)
    if line is None:
        return redirect(url_for("plan.edit", slug=conference.slug), 303)
    return redirect(url_for("plan.line", slug=conference.slug, uid=line.uid, fyll=1), 303)


@bp.get("/admin/k/<slug>/plan/forhandsvisning")
@requires(READ)
def preview(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The plan as the public would see it now."""
    content = publishing.exportable(conference)
    return render_template(
        "plan/public.html", conference=conference, is_preview=True, formats=exports.DOWNLOADS, **document(content)
    )


@bp.get("/admin/k/<slug>/plan/fil.<format_name>")
@requires(READ)
def export(conference: Conference, staff: Staff, format_name: str) -> ResponseReturnValue:
    """The plan as it stands, as a file."""
    if format_name not in exports.DOWNLOADS:
        abort(404)
    content = publishing.exportable(conference)
    return as_file(exports.rendered(content, format_name), conference, format_name)


def as_file(body: bytes, conference: Conference, format_name: str) -> Response:
    """A file to keep, never shown in the page's own origin."""
    response = Response(body, content_type=f"{exports.TYPES[format_name]}; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="plan-{conference.slug}.{format_name}"'
    return response


@bp.post("/admin/k/<slug>/plan/publiser")
@requires(PLAN)
def publish(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Check and publish."""
    plan = plan_or_404(conference)
    form = PublishForm()
    if not form.validate_on_submit():
        return _document_page(conference, staff, plan, publish_form=form), 422
    begin_write()
    version = publishing.publish(plan, conference, form.name.data, staff.actor)
    db.session.commit()
    flash(_("Utgave %(n)s er publisert.", n=version.number))
    return redirect(url_for("plan.edit", slug=conference.slug), 303)
