"""Answers on the personal page, and each consent given or withdrawn; the organiser's look at them."""

from uuid import UUID

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.models import Staff
from konferanse.access.requires import requires
from konferanse.common.errors import Refused
from konferanse.common.fields import Form
from konferanse.common.storage import files
from konferanse.conference.access import ORGANISER
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db, limiter
from konferanse.presentations.routes import attachment
from konferanse.registration.access import PARTICIPANT_LINK, hold
from konferanse.registration.models import LIVE, QuestionAnswer, Registration
from konferanse.registration.questions import answer_sheet, questions
from konferanse.registration.questions.forms import answers_of, asking, filled_in, takes_answers
from konferanse.registration.questions.questions import Asked
from konferanse.registration.questions.routes import BASE
from konferanse.registration.routes import CHANGES, bp


@bp.get("/min/<token>/svar")
@requires(PARTICIPANT_LINK)
def edit_answers(registration: Registration, token: str) -> ResponseReturnValue:
    """The form with what I have answered."""
    asked = questions.asked(registration.conference)
    held = questions.values_of(questions.held(registration))
    form = asking(Form, asked, held, consents=False)(data=filled_in(asked, held))
    return _answers_page(registration, token, form)


@bp.post("/min/<token>/svar")
@limiter.limit(CHANGES)
@requires(PARTICIPANT_LINK)
@takes_answers
def change_answers(registration: Registration, token: str, asked: list[Asked]) -> ResponseReturnValue:
    """Change my answers."""
    held = questions.values_of(questions.held(registration))
    form = asking(Form, asked, held, consents=False)()
    if not form.validate_on_submit():
        return _answers_page(registration, token, form), 422
    with answers_of(form) as answers:
        begin_write()
        hold(registration, token)
        _refuse_when_off(registration)
        if asked:
            questions.update(registration, answers, form.emptied())
        db.session.commit()
    flash(_("Svarene dine er lagret."))
    return redirect(url_for("front.mine", token=token), 303)


@bp.post("/min/<token>/samtykke/<uuid:uid>/gi")
@limiter.limit(CHANGES)
@requires(PARTICIPANT_LINK)
def give_consent(registration: Registration, token: str, uid: UUID) -> ResponseReturnValue:
    """Consent, or consent again."""
    begin_write()
    hold(registration, token)
    _refuse_when_off(registration)
    return _consent(registration, token, uid, given=True)


@bp.post("/min/<token>/samtykke/<uuid:uid>/trekk")
@limiter.limit(CHANGES)
@requires(PARTICIPANT_LINK)
def take_back_consent(registration: Registration, token: str, uid: UUID) -> ResponseReturnValue:
    """Withdraw a consent: always possible, as easily as it was given (GDPR art. 7(3))."""
    begin_write()
    hold(registration, token)
    return _consent(registration, token, uid, given=False)


@bp.get("/min/<token>/svar/<uuid:uid>/fil")
@requires(PARTICIPANT_LINK)
def my_file(registration: Registration, token: str, uid: UUID) -> ResponseReturnValue:
    """The file I sent."""
    answer = questions.answer_of(registration.conference, uid)
    return _file(answer if answer and answer.registration_id == registration.id else None)


@bp.post("/min/<token>/svar/<uuid:uid>/slett")
@limiter.limit(CHANGES)
@requires(PARTICIPANT_LINK)
def delete_answer(registration: Registration, token: str, uid: UUID) -> ResponseReturnValue:
    """Delete one answer: a file cannot be emptied in a form, and a question taken off is in none."""
    begin_write()
    hold(registration, token)
    answer = questions.answer_of(registration.conference, uid)
    if answer is None or answer.registration_id != registration.id or answer.question.kind == "consent":
        abort(404)
    questions.delete(registration, answer)
    db.session.commit()
    flash(_("Svaret er slettet."))
    return redirect(url_for("front.mine", token=token), 303)


@bp.get(BASE + "/svar")
@requires(ORGANISER)
def all_answers(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Answers counted question by question; ``?sporsmal=`` lists those to one."""
    asked = answer_sheet.every(conference)
    chosen = next((q for q in asked if q.uid.hex == request.args.get("sporsmal")), None)
    number = request.args.get("side", "1")
    page = int(number) if number.isascii() and number.isdigit() and len(number) < 6 else 1
    return render_template(
        "registration/personal/answers.html",
        conference=conference,
        totals=answer_sheet.totals(conference, asked) if chosen is None else [],
        chosen=chosen,
        found=answer_sheet.listed(conference, chosen, page) if chosen else None,
        lacking=answer_sheet.count_lacking(conference),
    )


@bp.get(BASE + "/svar.csv")
@requires(ORGANISER)
def answers_csv(conference: Conference, staff: Staff) -> ResponseReturnValue:
    """Everybody's answers, a line each. Health data is not among them."""
    content = answer_sheet.csv_bytes(conference)
    name = f"svar-{conference.slug}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(content, mimetype="text/csv", headers=headers)


@bp.get(BASE + "/svar/<uuid:uid>/fil")
@requires(ORGANISER)
def answer_file(conference: Conference, staff: Staff, uid: UUID) -> ResponseReturnValue:
    """A file somebody sent, to save."""
    return _file(questions.answer_of(conference, uid))


def _consent(registration: Registration, token: str, uid: UUID, *, given: bool) -> ResponseReturnValue:
    question = questions.find(registration.conference, uid)
    if question is None or question.kind != "consent" or (given and question.retired):
        abort(404)
    questions.consent(registration, question, given=given)
    db.session.commit()
    flash(_("Takk. Samtykket er gitt.") if given else _("Samtykket er trukket."))
    return redirect(url_for("front.mine", token=token, _anchor="mine-samtykker"), 303)


def _file(answer: QuestionAnswer | None) -> ResponseReturnValue:
    if answer is None or answer.file is None or not files.path(answer.file).exists():
        abort(404)
    response = attachment(answer.file)
    response.headers["Cache-Control"] = "no-store"
    return response


def _answers_page(registration: Registration, token: str, form: Form) -> str:
    return render_template(
        "registration/personal/my_answers.html",
        conference=registration.conference,
        registration=registration,
        token=token,
        form=form,
    )


def _refuse_when_off(registration: Registration) -> None:
    if registration.status not in LIVE:
        raise Refused(_("Du er meldt av. Meld deg på igjen hvis du vil være med."))
