"""The organiser's page of questions: own ones, ready-made ones, and how participants see them."""

from collections.abc import Callable
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.forms import ActForm
from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.errors import Refused
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import forms
from konferanse.registration.models import Question
from konferanse.registration.questions import editing, questions
from konferanse.registration.questions.editor_forms import AnswerRulesForm, QuestionForm
from konferanse.registration.questions.forms import KIND_NAMES, asking
from konferanse.registration.questions.presets import PACKAGE_NAMES, PACKAGES
from konferanse.registration.routes import bp

BASE = "/admin/k/<slug>/pamelding/skjema"
Change = Callable[[Conference, Question, str], None]


@bp.get(BASE, endpoint="questions")
@requires(ORGANISER)
def all_questions(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Every question, in order; those taken off the form last."""
    rows = questions.every(conference)
    there = {row.preset for row in rows if row.retired is None}
    described = {row.id: questions.described(row, conference) for row in rows}
    return render_template(
        "registration/questions/questions.html",
        conference=conference,
        rows=[row for row in rows if row.retired is None],
        retired=[row for row in rows if row.retired],
        described=described,
        asked={q.id for q in questions.asked(conference)},
        counts=editing.counts(conference),
        packages=[(name, words) for name, words in PACKAGE_NAMES.items() if not there.issuperset(PACKAGES[name])],
        kind_names=KIND_NAMES,
        words=questions.option_words,
        act=ActForm(),
    )


@bp.post(BASE)
@requires(ORGANISER)
def add_package(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Add ready-made questions."""
    package = request.form.get("package", "")
    if package not in PACKAGES:
        raise Refused(_("Velg et av de ferdige spørsmålene på siden."))
    begin_write()
    editing.add_package(conference, package, staff.actor)
    db.session.commit()
    flash(_("Spørsmålet er lagt til i skjemaet."))
    return _back(conference)


@bp.get(BASE + "/ny")
@requires(ORGANISER)
def new_question(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The form for a question."""
    return _question_page(conference, QuestionForm(conference), None)


@bp.post(BASE + "/ny")
@requires(ORGANISER)
def create_question(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Add it, last."""
    form = QuestionForm(conference)
    if not form.validate_on_submit():
        return _question_page(conference, form, None), 422
    begin_write()
    editing.add(conference, form.wanted(), staff.actor)
    db.session.commit()
    flash(_("«%(question)s» er lagt til i skjemaet.", question=form.label.data))
    return _back(conference)


@bp.get(BASE + "/vis")
@requires(ORGANISER)
def preview_questions(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """The questions as participants see them, in the reader's language; nothing can be sent."""
    form = forms.new(asking(forms.SignUpForm, questions.asked(conference)), conference)
    return render_template("registration/questions/preview.html", conference=conference, form=form)


@bp.get(BASE + "/<uuid:uid>")
@requires(ORGANISER)
def edit_question(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """The form of one question."""
    row = _question(conference, uid)
    return _question_page(conference, _form_of(conference, row), row)


@bp.post(BASE + "/<uuid:uid>")
@requires(ORGANISER)
def update_question(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Change it; what answers would not survive is told beside the field."""
    row = _question(conference, uid)
    form = _form_of(conference, row)
    if not form.validate_on_submit():
        return _question_page(conference, form, row), 422
    begin_write()
    wanted = form.wanted()
    if problem := editing.conflict(conference, row, wanted):
        db.session.rollback()
        field, why = problem
        form[field].errors = [why]
        return _question_page(conference, form, row), 422
    editing.change(conference, row, wanted, staff.actor)
    db.session.commit()
    flash(_("Spørsmålet er endret. Svarene som er gitt, står som de ble skrevet."))
    return _back(conference, uid)


@bp.post(BASE + "/<uuid:uid>/flytt/<direction>")
@requires(ORGANISER)
def move_question(conference: Conference, staff: Staff, uid: UUID, direction: str) -> ResponseReturnValue:
    """Move it up or down."""
    if direction not in ("opp", "ned"):
        abort(404)
    begin_write()
    editing.move(conference, _question(conference, uid), -1 if direction == "opp" else 1, staff.actor)
    db.session.commit()
    return _back(conference, uid)


@bp.post(BASE + "/<uuid:uid>/ta-bort")
@requires(ORGANISER)
def retire_question(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Take it off the form; the answers stay."""
    return _done(conference, staff, uid, editing.retire, _("Spørsmålet er tatt bort fra skjemaet. Svarene er der fortsatt."))


@bp.post(BASE + "/<uuid:uid>/ta-tilbake")
@requires(ORGANISER)
def restore_question(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """Put it back."""
    return _done(conference, staff, uid, editing.restore, _("Spørsmålet er med i skjemaet igjen."))


def _done(conference: Conference, staff: Staff, uid: UUID, act: Change, told: str) -> ResponseReturnValue:
    begin_write()
    act(conference, _question(conference, uid), staff.actor)
    db.session.commit()
    flash(told)
    return _back(conference, uid)


def _question(conference: Conference, uid: UUID) -> Question:
    return questions.find(conference, uid) or abort(404)


def _form_of(conference: Conference, row: Question) -> AnswerRulesForm:
    return AnswerRulesForm(conference, row) if row.preset else QuestionForm(conference, row)


def _question_page(conference: Conference, form: AnswerRulesForm, row: Question | None) -> str:
    return render_template(
        "registration/questions/question.html",
        conference=conference,
        form=form,
        row=row,
        asked=questions.described(row, conference) if row else None,
        answers=editing.counts(conference).get(row.id, 0) if row else 0,
        kind_names=KIND_NAMES,
    )


def _back(conference: Conference, uid: UUID | None = None) -> ResponseReturnValue:
    return redirect(url_for(".questions", slug=conference.slug, _anchor=f"q-{uid}" if uid else None), 303)
