"""Sign-up, its receipt, and "send me my link again"."""

from uuid import UUID

import structlog
from flask import Blueprint, abort, redirect, render_template, session, url_for
from flask.typing import ResponseReturnValue

from konferanse.access.requires import requires
from konferanse.common.clock import now
from konferanse.common.evenly import evenly
from konferanse.common.language import language
from konferanse.common.worker import wake
from konferanse.conference.access import PUBLIC
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db, limiter
from konferanse.registration import forms, places, seats, signup
from konferanse.registration.mail import brake
from konferanse.registration.questions import questions
from konferanse.registration.questions.forms import answers_of, asking, takes_answers
from konferanse.registration.questions.questions import Asked
from konferanse.registration.receipts import read_receipt, receipt_token

bp = Blueprint("registration", __name__)
log = structlog.get_logger()

# A hotel's network is one address, and 200 people may sign up from it.
SIGN_UPS, LINKS, CHANGES = "300 per hour", "120 per hour", "300 per hour"


@bp.get("/k/<slug>/pamelding")
@requires(PUBLIC)
def new(conference: Conference) -> ResponseReturnValue:
    """The form, or when sign-up opens."""
    return _form_page(conference, forms.new(asking(forms.SignUpForm, questions.asked(conference)), conference))


@bp.post("/k/<slug>/pamelding")
@limiter.limit(SIGN_UPS)
@requires(PUBLIC)
@takes_answers
def create(conference: Conference, asked: list[Asked]) -> ResponseReturnValue:
    """Sign up."""
    form = forms.new(asking(forms.SignUpForm, asked), conference)
    if not form.validate_on_submit():
        return _form_page(conference, form), 422
    wish, key = forms.wish(form, language=language(), accepted_privacy=now()), UUID(form.key.data)
    if form.leave_empty.data and conference.signup_is_open(now()):
        return _receipt_for_a_bot(conference, wish, key)
    holds_mail = brake.holds()
    with answers_of(form) as answers:
        begin_write()
        try:
            outcome = signup.sign_up(conference, wish, key, form.texts, answers)
            if holds_mail:
                brake.hold(outcome)
        except seats.SignupClosed:
            db.session.rollback()
            return _form_page(conference, form), 422
        answer = _to_receipt(conference, wish, key, outcome.status, outcome.place)
        db.session.commit()
    wake()
    return answer


def _to_receipt(conference: Conference, wish: seats.SignUp, key: UUID, status: str, place: int) -> ResponseReturnValue:
    token = receipt_token(conference.id, status, place, wish.attendance, wish.days, key)
    # Only this browser is told the address it wrote; the receipt's own address says nothing of the person.
    session["receipt"] = [key.hex, wish.email]
    return redirect(url_for(".receipt", slug=conference.slug, token=token), 303)


def _receipt_for_a_bot(conference: Conference, wish: seats.SignUp, key: UUID) -> ResponseReturnValue:
    """What a person would have got. Nothing is stored or mailed, and the bot learns nothing."""
    log.info("registration.trap", conference=conference.slug)
    now_left = places.availability(conference)
    if wish.attendance == "physical" and now_left.is_full:
        return _to_receipt(conference, wish, key, "waiting", now_left.waiting + 1)
    return _to_receipt(conference, wish, key, "confirmed", 0)


@bp.get("/k/<slug>/pamelding/kvittering/<token>")
@requires(PUBLIC)
def receipt(conference: Conference, token: str) -> ResponseReturnValue:
    """What the sign-up came to. It is told by the signed token alone, so it looks the same whoever was signed up before."""
    told = read_receipt(token)
    if told is None or told.conference_id != conference.id:
        abort(404)
    key, email = session.get("receipt") or ("", "")
    return render_template(
        "registration/receipt.html", conference=conference, receipt=told, email=email if key == told.key else ""
    )


@bp.get("/k/<slug>/pamelding/lenke")
@requires(PUBLIC)
def lost_link(conference: Conference) -> ResponseReturnValue:
    """Ask for the personal link."""
    return render_template("registration/lost_link.html", conference=conference, form=forms.LostLinkForm())


@bp.post("/k/<slug>/pamelding/lenke")
@limiter.limit(LINKS)
@requires(PUBLIC)
def send_link(conference: Conference) -> ResponseReturnValue:
    """Mail it; the page says the same for every address."""
    form = forms.LostLinkForm()
    if not form.validate_on_submit():
        return render_template("registration/lost_link.html", conference=conference, form=form), 422
    with evenly():
        begin_write()
        signup.send_link(conference, form.email.data)
        db.session.commit()
        wake()
    return render_template("registration/link_sent.html", conference=conference, email=form.email.data)


def _form_page(conference: Conference, form: forms.SignUpForm) -> str:
    left = places.availability(conference)
    return render_template(
        "registration/new.html",
        conference=conference,
        form=form,
        seats=left,
        told=places.in_short(conference, left),
        is_open=conference.signup_is_open(now()),
    )
