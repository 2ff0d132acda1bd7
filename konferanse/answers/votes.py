"""One vote each, however often it is sent: the last one stands. Who voted what is shown to nobody but who voted."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from konferanse.answers.models import Ballot, Prioritising
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.extensions import db
from konferanse.groups.models import Table
from konferanse.registration.models import Registration
from konferanse.registration.personal import substitution

Voter = Table | Registration


class BadVote(Refused):
    """The dots are not laid as they may be."""

    status = 422


def kind_of(voter: Voter) -> str:
    """As ``Prioritising.voters``."""
    return "tables" if isinstance(voter, Table) else "participants"


def may_vote(voter: Voter) -> bool:
    """Whether dots are given to this one. Those at a table that was joined to another vote there, so that they vote once."""
    if isinstance(voter, Table):
        return voter.joined_to_id is None
    return voter.status == "confirmed" and voter.forgotten is None


def cast(row: Prioritising, voter: Voter, dots: Sequence[int]) -> None:
    """Store the vote in place of an earlier one. ``dots`` are for each choice, in their order.

    Raises ``BadVote``, and ``Refused`` when it is not open or not for ``voter``.
    """
    # The voter first and then the vote, in the order answers are delivered in; closing waits until this is stored.
    _hold(type(voter), voter.id)
    _hold(Prioritising, row.id, shared=True)
    if row.state() != "open":
        raise Refused(_("Prioriteringen er stengt, så stemmen ble ikke lagret. En stemme som var sendt før, gjelder."))
    if not may_vote(voter):
        joined = _("Bordet er slått sammen med et annet. Stem på siden til det bordet.")
        raise Refused(joined if isinstance(voter, Table) else _("Bare den som har plass på konferansen, kan stemme."))
    _check(row, dots)
    ballot = db.session.scalar(_of(row, voter))
    if ballot is None:
        ballot = Ballot(prioritising_id=row.id, **{_column(voter): voter.id})
        db.session.add(ballot)
    ballot.dots, ballot.cast = list(dots), now()
    db.session.flush()


def held(row: Prioritising, voter: Voter) -> Ballot | None:
    """What ``voter`` has voted. Whoever got the seat from somebody else has not voted yet, and is not told what they did."""
    ballot = db.session.scalar(_of(row, voter))
    since = _since(voter) if ballot else None
    return ballot if ballot and (since is None or ballot.cast >= since) else None


def about(registration: Registration) -> list[dict[str, Any]]:
    """Every vote of this person, in words."""
    query = select(Ballot).where(Ballot.registration_id == registration.id).options(joinedload(Ballot.prioritising))
    since = _since(registration)
    return [
        {
            "question": ballot.prioritising.question,
            "dots": {choice: n for choice, n in zip(ballot.prioritising.choices, ballot.dots, strict=True) if n},
            "cast": ballot.cast,
        }
        for ballot in db.session.scalars(query.order_by(Ballot.id))
        if since is None or ballot.cast >= since
    ]


def _check(row: Prioritising, dots: Sequence[int]) -> None:
    laid = sum(dots)
    if len(dots) != len(row.choices) or min(dots) < 0 or (max(dots) > 1 and not row.stacks):
        raise BadVote(_("Last siden på nytt, og legg prikkene en gang til."))
    if not laid:
        raise BadVote(_("Legg minst én prikk."))
    if laid > row.dots:
        text = _(
            "%(laid)s prikker er for mange. Ta bort %(over)s, så det blir %(dots)s.",
            laid=laid,
            over=laid - row.dots,
            dots=row.dots,
        )
        raise BadVote(text)


def _hold(model: type[Table | Registration | Prioritising], row_id: int, *, shared: bool = False) -> None:
    """Lock a row on PostgreSQL, and read it anew; SQLite has one writer anyway."""
    query = select(model).where(model.id == row_id).with_for_update(read=shared)
    db.session.execute(query.execution_options(populate_existing=True))


def _of(row: Prioritising, voter: Voter) -> Select[Ballot]:
    return select(Ballot).where(Ballot.prioritising_id == row.id, getattr(Ballot, _column(voter)) == voter.id)


def _column(voter: Voter) -> str:
    return "table_id" if isinstance(voter, Table) else "registration_id"


def _since(voter: Voter) -> datetime | None:
    """When ``voter`` got the seat from somebody else; None for one who always had it."""
    got_it = substitution.last_handed_over(voter.uid) if isinstance(voter, Registration) else None
    return got_it.at if got_it else None
