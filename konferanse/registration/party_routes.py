"""One person signs up several, all or nobody."""

from uuid import UUID

import structlog
from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from konferanse.access.requires import requires
from konferanse.common.clock import now
from konferanse.common.language import language
from konferanse.common.worker import wake
from konferanse.conference.access import PUBLIC
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db, limiter
from konferanse.registration import places, seats, signup
from konferanse.registration.mail import brake
from konferanse.registration.party_forms import PartyForm
from konferanse.registration.receipts import receipt_token
from konferanse.registration.routes import SIGN_UPS, bp

log = structlog.get_logger()


@bp.get("/k/<slug>/pamelding/flere")
@requires(PUBLIC)
def new_party(conference: Conference) -> ResponseReturnValue:
    """The form."""
    return _page(conference, PartyForm.of(conference))


@bp.post("/k/<slug>/pamelding/flere")
@limiter.limit(SIGN_UPS)
@requires(PUBLIC)
def create_party(conference: Conference) -> ResponseReturnValue:
    """Sign them up, or show more rows with what was typed."""
    form = PartyForm.of(conference)
    if "more" in request.form:
        form.show_more()
        return _page(conference, form)
    if not form.validate_on_submit():
        return _page(conference, form), 422
    wishes, key = form.wishes(language=language(), accepted_privacy=now()), UUID(form.key.data)
    if form.leave_empty.data and conference.signup_is_open(now()):
        log.info("registration.trap", conference=conference.slug)
        return _receipt(conference, wishes, key, "confirmed", 0)
    holds_mail = [brake.holds() for _wish in wishes]  # each of them is one more who is mailed
    begin_write()
    try:
        outcomes = signup.sign_up_party(conference, wishes, key)
    except seats.SignupClosed:
        db.session.rollback()
        return _page(conference, form), 422
    if any(holds_mail):
        for outcome in outcomes:
            brake.hold(outcome)
    answer = _receipt(conference, wishes, key, outcomes[0].status, outcomes[0].place)
    db.session.commit()
    wake()
    return answer


def _receipt(conference: Conference, wishes: list[seats.SignUp], key: UUID, status: str, place: int) -> ResponseReturnValue:
    wish = wishes[0]
    token = receipt_token(conference.id, status, place, wish.attendance, wish.days, key, len(wishes))
    return redirect(url_for(".receipt", slug=conference.slug, token=token), 303)


def _page(conference: Conference, form: PartyForm) -> str:
    left = places.availability(conference)
    return render_template(
        "registration/new_party.html",
        conference=conference,
        form=form,
        seats=left,
        told=places.in_short(conference, left),
        is_open=conference.signup_is_open(now()),
        most=10,
    )
