"""What to begin with: what is asked, of whom, and from when to when. Votes are ``votes``, what they come to is ``tally``.

Who votes is who has a confirmed seat, or is a table of its own, when it closes: the vote of somebody who gave up the seat
before that goes, and so does that of a table that was joined to another.
"""

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, or_, select, update

from konferanse.answers.models import Answer, Ballot, Prioritising
from konferanse.answers.readings import UNREAD, marks_of
from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Table
from konferanse.groups.tables import hold
from konferanse.registration.models import Registration

VOTERS = {"tables": _l("Hvert bord"), "participants": _l("Hver deltaker som har plass")}
MOST_DOTS = 10
FEWEST_CHOICES, MOST_CHOICES, LONGEST = 2, 40, 200
MOST_FETCHED = 500


class Wanted(NamedTuple):
    """What is asked. ``choices`` are different texts, ``FEWEST_CHOICES`` to ``MOST_CHOICES`` of them."""

    question: str
    voters: str
    dots: int
    stacks: bool
    choices: Sequence[str]


def all_of(conference: Conference) -> Sequence[Prioritising]:
    """Those of the conference, the newest first."""
    query = select(Prioritising).where(Prioritising.conference_id == conference.id)
    return db.session.scalars(query.order_by(Prioritising.id.desc())).all()


def find(conference: Conference, uid: UUID) -> Prioritising | None:
    """The one called ``uid``."""
    return db.session.scalar(select(Prioritising).where(Prioritising.conference_id == conference.id, Prioritising.uid == uid))


def at_hand(conference: Conference, voters: str) -> Prioritising | None:
    """The one ``voters`` vote in now; else the last that came to something."""
    open_now = Prioritising.opened.is_not(None) & Prioritising.closed.is_(None)
    has_votes = select(Ballot.id).where(Ballot.prioritising_id == Prioritising.id).exists()
    query = select(Prioritising).where(Prioritising.conference_id == conference.id, Prioritising.voters == voters)
    query = query.where(or_(open_now, Prioritising.closed.is_not(None) & has_votes))
    return db.session.scalar(query.order_by(open_now.desc(), Prioritising.closed.desc()).limit(1))


def over(conference: Conference, voters: str) -> Sequence[Prioritising]:
    """Those that closed with votes, the latest first."""
    has_votes = select(Ballot.id).where(Ballot.prioritising_id == Prioritising.id).exists()
    query = select(Prioritising).where(Prioritising.conference_id == conference.id, Prioritising.voters == voters)
    return db.session.scalars(
        query.where(Prioritising.closed.is_not(None), has_votes).order_by(Prioritising.closed.desc())
    ).all()


def add(conference: Conference, wanted: Wanted, actor: str) -> Prioritising:
    """A new one, not yet open."""
    row = Prioritising(conference_id=conference.id, **wanted._asdict())
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "prioritising.added", scope=conference.slug, subject=row.uid)
    return row


def change(row: Prioritising, wanted: Wanted, actor: str) -> None:
    """Ask something else. Raises ``Refused`` once it has been opened."""
    _hold_unopened(row)
    for name, value in wanted._asdict().items():
        setattr(row, name, value)
    audit.record(actor, "prioritising.changed", scope=row.conference.slug, subject=row.uid)


def remove(row: Prioritising, actor: str) -> None:
    """Delete it. Raises ``Refused`` once it has been opened."""
    _hold_unopened(row)
    audit.record(actor, "prioritising.removed", scope=row.conference.slug, subject=row.uid)
    db.session.delete(row)


def open_up(row: Prioritising, actor: str) -> None:
    """Open it, or open it again. Raises ``Refused`` while the same voters have another, and when they are forgotten."""
    conference = row.conference
    lock(row)
    if row.state() == "open":
        return
    other = at_hand(conference, row.voters)
    if other is not None and other.state() == "open":
        raise Refused(
            _("Steng «%(question)s» først. De som stemmer, kan bare ha én prioritering om gangen.", question=other.question)
        )
    if row.voters == "participants" and conference.people_forgotten is not None:
        raise Refused(_("Opplysningene om deltakerne er slettet, så ingen kan stemme lenger."))
    row.opened = row.opened or now()
    row.closed = row.electorate = None
    audit.record(actor, "prioritising.opened", scope=conference.slug, subject=row.uid)


def close(row: Prioritising, actor: str) -> None:
    """Close it: what stands now is the result. Raises ``Refused`` for one that never opened."""
    lock(row)
    if row.state() == "closed":
        return
    if row.opened is None:
        raise Refused(_("Prioriteringen er ikke åpnet."))
    if row.voters == "participants":
        seated = select(Registration.id).where(Registration.status == "confirmed")
        gone = or_(Ballot.registration_id.is_(None), Ballot.registration_id.not_in(seated))
    else:
        gone = Ballot.table_id.in_(select(Table.id).where(Table.joined_to_id.is_not(None)))
    db.session.execute(delete(Ballot).where(Ballot.prioritising_id == row.id, gone))
    row.electorate = electorate(row)
    row.closed = now()
    db.session.flush()
    audit.record(actor, "prioritising.closed", scope=row.conference.slug, subject=row.uid)


def on_wall(conference: Conference) -> Prioritising | None:
    """The one the screen in the room shows in place of answers."""
    return db.session.scalar(
        select(Prioritising).where(Prioritising.conference_id == conference.id, Prioritising.on_wall).limit(1)
    )


def put_on_wall(row: Prioritising, actor: str) -> None:
    """Show it on the screen in the room, in place of any other. Raises ``Refused`` for one that never opened."""
    lock(row)
    if row.opened is None:
        raise Refused(_("Prioriteringen er ikke åpnet."))
    for other in all_of(row.conference):
        other.on_wall = other.id == row.id
    audit.record(actor, "prioritising.on_wall", scope=row.conference.slug, subject=row.uid)


def take_off_wall(row: Prioritising, actor: str) -> None:
    """Let the screen show answers again."""
    lock(row)
    row.on_wall = False
    audit.record(actor, "prioritising.off_wall", scope=row.conference.slug, subject=row.uid)


def electorate(row: Prioritising) -> int:
    """How many can vote now."""
    if row.voters == "tables":
        tables = select(func.count()).select_from(Table).where(Table.conference_id == row.conference_id)
        return db.session.scalar(tables.where(Table.joined_to_id.is_(None))) or 0
    people = select(func.count()).select_from(Registration).where(Registration.conference_id == row.conference_id)
    return db.session.scalar(people.where(Registration.status == "confirmed")) or 0


def forget(conference: Conference) -> int:
    """Let no vote tell whose it was, when the people are forgotten; the sums stay. Returns how many votes. One that still is
    open is closed first, as nobody can vote any longer."""
    for row in all_of(conference):
        if row.voters == "participants" and row.state() == "open":
            close(row, "system")
    ours = select(Prioritising.id).where(Prioritising.conference_id == conference.id)
    known = Ballot.prioritising_id.in_(ours), Ballot.registration_id.is_not(None)
    gone = db.session.execute(update(Ballot).where(*known).values(registration_id=None))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def from_answers(task: GroupTask) -> list[str]:
    """What the tables answered, each text once and on one line, what moderators hid in it masked, as a first draft of the
    choices."""
    here = Answer.task_id == task.id, Answer.withdrawn.is_(None), Answer.published
    query = select(Answer).join(Table).where(*here).order_by(Table.number, Answer.position, Answer.id)
    marks = marks_of(task.conference_id)
    found: dict[str, str] = {}
    for answer in db.session.scalars(query):
        words = " ".join(marks.get(answer.id, UNREAD).words(answer.words).text.split())
        short = words if len(words) <= LONGEST else f"{words[: LONGEST - 2].rsplit(' ', 1)[0]} …"
        found.setdefault(short.casefold(), short)
    return list(found.values())[:MOST_FETCHED]


def lock(row: Prioritising) -> None:
    """Hold the conference and the row, and see it as the last writer left it. Votes share the row, so none comes between."""
    hold(row.conference)
    query = select(Prioritising).where(Prioritising.id == row.id).with_for_update()
    db.session.execute(query.execution_options(populate_existing=True))


def _hold_unopened(row: Prioritising) -> None:
    lock(row)
    if row.opened is not None:
        raise Refused(_("Prioriteringen er åpnet, så valgene kan ikke endres lenger. Lag en ny om noe er galt."))
