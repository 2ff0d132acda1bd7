"""The page where a table lays its dots, and sees what it came to once it is closed."""

from typing import Any
from uuid import UUID

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from konferanse.access.requires import requires
from konferanse.answers import priorities, votes
from konferanse.answers.models import Prioritising
from konferanse.answers.priority_forms import vote_form
from konferanse.answers.routes import bp
from konferanse.answers.tally import results
from konferanse.answers.votes import BadVote, Voter
from konferanse.extensions import begin_write, db
from konferanse.groups.access import TABLE, token_of
from konferanse.groups.models import Table


@bp.get("/bord/<token>/prioriter")
@requires(TABLE)
def table_vote(table: Table) -> ResponseReturnValue:
    """The form while it is open, with what the table has voted; and the results of those that are over."""
    return _page(table, to_show(table))


@bp.post("/bord/<token>/prioriter")
@requires(TABLE)
def vote_at_table(table: Table) -> ResponseReturnValue:
    """Vote, or vote again instead."""
    row = asked_for(table)
    form = vote_form(row)
    if not form.validate_on_submit():
        return _page(table, to_show(table) | {"form": form}), 422
    begin_write()
    try:
        votes.cast(row, table, form.dots)
        db.session.commit()
    except BadVote as refusal:
        db.session.rollback()
        form.prikker.errors = [refusal.message]
        return _page(table, to_show(table) | {"form": form}), 422
    flash(_("Stemmen er levert. Dere kan endre den til prioriteringen stenger."))
    return redirect(url_for("answers.table_vote", token=token_of(table)), 303)


def asked_for(voter: Voter) -> Prioritising:
    """The one the form is about; 400 unless it has been opened and is for ``voter``."""
    try:
        row = priorities.find(voter.conference, UUID(request.form.get("prioritising", "")))
    except ValueError:
        row = None
    if row is None or row.voters != votes.kind_of(voter) or row.opened is None:
        abort(400)
    return row


def to_show(voter: Voter) -> dict[str, Any]:
    """What the page of ``voter`` shows: ``row`` and ``form`` while one is open, whether there is a vote, and what is ``over``,
    with its result. Nothing of it to somebody without a seat."""
    if not votes.may_vote(voter):
        return {"row": None, "form": None, "has_voted": False, "over": []}
    conference, voters = voter.conference, votes.kind_of(voter)
    row = priorities.at_hand(conference, voters)
    if row is not None and row.state() != "open":
        row = None
    ballot = votes.held(row, voter) if row else None
    over = priorities.over(conference, voters)
    return {
        "row": row,
        "form": vote_form(row, ballot.dots if ballot else []) if row else None,
        "has_voted": ballot is not None,
        "over": list(zip(over, results(over), strict=True)),
    }


def _page(table: Table, shown: dict[str, Any]) -> str:
    return render_template("answers/table_vote.html", conference=table.conference, table=table, token=token_of(table), **shown)
