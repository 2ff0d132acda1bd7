"""What follows when a conference gets other dates: the days people come, the limits and mails that name a day.

Dates that mean something by themselves (when sign-up closes, how long seats are held, when answers are due) stay.
"""

from collections.abc import Iterable
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, select, update

from konferanse.common.errors import Refused
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import seats
from konferanse.registration.models import LIVE, Attendance, Mailing, Registration, RegistrationDay, SeatLimit


@lifecycle.when_moved
def move(conference: Conference, first: date, last: date) -> None:
    """Move everybody's days with the whole conference; else only days nobody has chosen may come or go, at the end.

    The day's number in the conference names its calendar entry, so it must be the same after. Raises ``Refused``.
    """
    seats.lock(conference)
    by, old = first - conference.first_date, conference.dates
    is_whole = last - first == conference.last_date - conference.first_date
    if is_whole:
        _refuse_when_begun(conference)
        _shift(conference, reversed(old) if by > timedelta(0) else old, by)
        return
    here = (Registration.conference_id == conference.id, Registration.status.in_(LIVE))
    if by and db.session.scalar(select(Registration.id).where(*here).limit(1)):
        raise Refused(_("Noen er påmeldt. Flytt hele konferansen, eller legg til eller ta bort dager på slutten."))
    gone = [day for day in old if not first <= day <= last]
    chosen = select(RegistrationDay.id).join(Registration).where(*here, RegistrationDay.date.in_(gone))
    if db.session.scalar(chosen.limit(1)):
        raise Refused(_("Noen er påmeldt på en dag som ville falle bort. Endre påmeldingen deres først."))
    days = [day.isoformat() for day in gone]
    _run(delete(SeatLimit).where(*_of_day(conference), SeatLimit.subject.in_(days)))


def _shift(conference: Conference, days: Iterable[date], by: timedelta) -> None:
    """``days`` in the order in which none is moved onto one that is still there."""
    people = select(Registration.id).where(Registration.conference_id == conference.id)
    for day in days:
        theirs = update(RegistrationDay).where(RegistrationDay.date == day, RegistrationDay.registration_id.in_(people))
        _run(theirs.values(date=day + by))
        limit = update(SeatLimit).where(*_of_day(conference), SeatLimit.subject == day.isoformat())
        _run(limit.values(subject=(day + by).isoformat()))
    # The same calendar entries on other dates: newer than those that were sent (RFC 5546, 2.1.4).
    live = update(Registration).where(Registration.conference_id == conference.id, Registration.status.in_(LIVE))
    _run(live.values(sequence=Registration.sequence + 1))
    unsent = select(Mailing).where(Mailing.conference_id == conference.id, Mailing.status.in_(("draft", "scheduled")))
    for mailing in db.session.scalars(unsent):
        if day_of := mailing.audience.get("day"):
            moved = [(date.fromisoformat(one) + by).isoformat() for one in day_of.split()]
            mailing.audience = mailing.audience | {"day": " ".join(moved)}
    db.session.flush()
    db.session.expire_all()


def _refuse_when_begun(conference: Conference) -> None:
    there = select(Attendance.id).join(Registration).where(Registration.conference_id == conference.id)
    if db.session.scalar(there.limit(1)):
        raise Refused(_("Noen er sjekket inn, så konferansen kan ikke flyttes."))


def _of_day(conference: Conference) -> tuple[ColumnElement[bool], ...]:
    return SeatLimit.conference_id == conference.id, SeatLimit.kind == "day"


def _run(statement: object) -> None:
    db.session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[attr-defined]
