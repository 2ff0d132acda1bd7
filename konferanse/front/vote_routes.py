"""The page where a participant lays dots, and sees what it came to once it is closed."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.requires import requires
from konferanse.answers import votes
from konferanse.answers.priority_forms import vote_form
from konferanse.answers.vote_routes import asked_for, to_show
from konferanse.answers.votes import BadVote
from konferanse.extensions import begin_write, db
from konferanse.front.routes import bp
from konferanse.registration.access import PARTICIPANT_LINK, hold
from konferanse.registration.models import Registration


@bp.get("/min/<token>/prioriter", endpoint="my_vote")
@requires(PARTICIPANT_LINK)
def my_vote(registration: Registration, token: str) -> ResponseReturnValue:
    """The form while it is open, with what I have voted; and the results of those that are over."""
    return _page(registration, token)


@bp.post("/min/<token>/prioriter", endpoint="vote")
@requires(PARTICIPANT_LINK)  # no limit per network: everybody in the hall is on the same one, and each has one vote
def vote(registration: Registration, token: str) -> ResponseReturnValue:
    """Vote, or vote again instead."""
    row = asked_for(registration)
    form = vote_form(row)
    if not form.validate_on_submit():
        return _page(registration, token, form=form), 422
    begin_write()
    hold(registration, token)
    try:
        votes.cast(row, registration, form.dots)
        db.session.commit()
    except BadVote as refusal:
        db.session.rollback()
        form.prikker.errors = [refusal.message]
        return _page(registration, token, form=form), 422
    flash(_("Stemmen er levert. Du kan endre den til prioriteringen stenger."))
    return redirect(url_for("front.my_vote", token=token), 303)


def _page(registration: Registration, token: str, **more: Any) -> str:
    shown = to_show(registration) | more
    return render_template("front/my_vote.html", conference=registration.conference, token=token, **shown)
