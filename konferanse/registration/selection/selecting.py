"""The organiser selects who comes: those who wait, those who have a seat, and an answer for everybody."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from konferanse.common import audit
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import places, seats, signup
from konferanse.registration.mail import letters
from konferanse.registration.models import SEATED, Registration
from konferanse.registration.needs import needs
from konferanse.registration.questions import questions
from konferanse.registration.selection.breadth import Applicant, suggest


class Field(NamedTuple):
    """Who is selected among: ``waiting`` in the order they came, and ``seated``, who come in person."""

    waiting: Sequence[Registration]
    seated: Sequence[Registration]
    first_timers: frozenset[int]
    asks_first_time: bool

    def applicant(self, row: Registration) -> Applicant:
        """Somebody as ``breadth`` sees them."""
        return Applicant(row.uid, row.organisation_type, row.county, row.id in self.first_timers, row.party)

    @property
    def everybody(self) -> list[Applicant]:
        """All who applied, those with a seat first."""
        return [self.applicant(row) for row in (*self.seated, *self.waiting)]


def field(conference: Conference) -> Field:
    """Those to select among; four queries."""
    rows = db.session.scalars(
        select(Registration)
        .where(
            Registration.conference_id == conference.id,
            (Registration.status == "waiting") | (Registration.status.in_(SEATED) & (Registration.attendance == "physical")),
        )
        .order_by(Registration.queued, Registration.id)
    ).all()
    first = frozenset(db.session.scalars(questions.answering(conference, "first-time")))
    return Field(
        waiting=[row for row in rows if row.status == "waiting"],
        seated=[row for row in rows if row.status != "waiting"],
        first_timers=first,
        asks_first_time=any(asked.preset == "first-time" for asked in questions.asked(conference)),
    )


def suggestion(conference: Conference, among: Field) -> list[UUID]:
    """A balanced choice for the seats that are left; nothing is stored."""
    in_person = [among.applicant(row) for row in among.waiting if row.attendance == "physical"]
    return suggest(in_person, [among.applicant(row) for row in among.seated], places.tally(conference).left)


def give(conference: Conference, uids: Iterable[UUID], actor: str) -> int:
    """Seat those of ``uids`` who wait, all or none, and tell them; returns how many. Raises ``seats.NoSeatLeft``."""
    seats.lock(conference)
    given = seats.give(conference, _waiting(conference, uids))
    db.session.flush()
    signup.tell_promoted(given, actor)
    return len(given)


def decline(conference: Conference, uids: Iterable[UUID], actor: str) -> int:
    """Say no to those of ``uids`` who wait, delete what they said of health, and tell them; returns how many."""
    seats.lock(conference)
    rows = _waiting(conference, uids)
    promoted = seats.turn_down(conference, rows)
    needs.erase(*rows)
    for row in rows:
        letters.declined(row)
        audit.record(actor, "registration.declined", scope=conference.slug, subject=row.uid)
    signup.tell_promoted(promoted)
    return len(rows)


def _waiting(conference: Conference, uids: Iterable[UUID]) -> list[Registration]:
    wanted = set(uids)
    query = select(Registration).where(Registration.conference_id == conference.id, Registration.status == "waiting")
    rows = db.session.scalars(query.order_by(Registration.queued, Registration.id).execution_options(populate_existing=True))
    return [row for row in rows if row.uid in wanted]
