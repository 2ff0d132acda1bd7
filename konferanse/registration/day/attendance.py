"""Who is there: one row per person and day, however often a badge is scanned.

Letting somebody in never takes or gives a seat: whoever is on the waiting list and is let in all the same still waits
(invariant 1), and has a row here.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import contains_eager

from konferanse.common import audit
from konferanse.common.alphabet import alphabetical
from konferanse.common.clock import now, today
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.models import Attendance, Registration, RegistrationDay

FOUND, PER_PAGE, LATEST = 30, 200, 5


class Arrival(NamedTuple):
    """What a check-in came to: ``how`` is "new", "already", or "back" for somebody who had left."""

    row: Attendance
    how: str


class Counts(NamedTuple):
    """One day in numbers. ``expected`` have a seat for the day, ``here`` have come and not left."""

    expected: int
    came: int
    here: int


def day_of(conference: Conference, asked: str | None) -> date:
    """The day ``asked`` for (ISO) when it is one of the conference's; else today, or the conference's day nearest to it."""
    chosen = next((day for day in conference.dates if day.isoformat() == asked), None)
    return chosen or min(max(today(), conference.first_date), conference.last_date)


def find(conference: Conference, uid: UUID) -> Registration | None:
    """Somebody signed up for this conference, also one who cancelled; none who are forgotten."""
    return db.session.scalar(
        select(Registration).where(
            Registration.conference_id == conference.id, Registration.uid == uid, Registration.forgotten.is_(None)
        )
    )


def search(conference: Conference, text: str) -> Sequence[Registration]:
    """The first ``FOUND`` whose name or organisation holds every word of ``text``, also those who cancelled."""
    words = text.split()[:8]
    if not words:
        return []
    return db.session.scalars(
        select(Registration)
        .where(Registration.conference_id == conference.id, Registration.forgotten.is_(None), *map(_says, words))
        .order_by(Registration.status == "cancelled", alphabetical(Registration.name), Registration.id)
        .limit(FOUND)
    ).all()


def trouble(registration: Registration, day: date) -> str:
    """Why somebody was not expected on ``day``: "cancelled", "waiting", "offered", "digital", "day", or nothing."""
    if registration.status != "confirmed":
        return registration.status
    if registration.attendance == "digital":
        return "digital"
    return "" if day in registration.dates else "day"


def of(registration: Registration, day: date) -> Attendance | None:
    """The person's row for ``day``."""
    return db.session.scalar(select(Attendance).where(Attendance.registration_id == registration.id, Attendance.date == day))


def every_day(registration: Registration) -> list[date]:
    """The days the person was there, in order."""
    query = select(Attendance.date).where(Attendance.registration_id == registration.id).order_by(Attendance.date)
    return list(db.session.scalars(query))


def by_person(people: Iterable[Registration], day: date) -> dict[int, Attendance]:
    """Each one's row for ``day`` by registration id, in one query."""
    ids = [person.id for person in people]
    query = select(Attendance).where(Attendance.registration_id.in_(ids), Attendance.date == day)
    return {row.registration_id: row for row in db.session.scalars(query)} if ids else {}


def check_in(registration: Registration, day: date, actor: str) -> Arrival:
    """Note that somebody came. A second scan changes nothing, unless they had left."""
    _hold(registration)
    row = of(registration, day)
    if row is None:
        row = Attendance(registration_id=registration.id, date=day, at=now(), actor=actor)
        db.session.add(row)
        _record(actor, "checked_in", registration, day)
        db.session.flush()
        return Arrival(row, "new")
    if row.left is None:
        return Arrival(row, "already")
    row.left = None
    _record(actor, "came_back", registration, day)
    return Arrival(row, "back")


def undo(registration: Registration, day: date, actor: str) -> bool:
    """Take a check-in back; whether there was one."""
    _hold(registration)
    row = of(registration, day)
    if row is None:
        return False
    db.session.delete(row)
    _record(actor, "undone", registration, day)
    return True


def leave(registration: Registration, day: date, actor: str) -> bool:
    """Note that somebody has gone for the day; whether they were here."""
    _hold(registration)
    row = of(registration, day)
    if row is None or row.left is not None:
        return False
    row.left = now()
    _record(actor, "left", registration, day)
    return True


def counts(conference: Conference, day: date) -> Counts:
    """The day in numbers, in two queries."""
    expected = db.session.scalar(
        select(func.count())
        .select_from(RegistrationDay)
        .join(Registration)
        .where(
            Registration.conference_id == conference.id,
            Registration.status == "confirmed",
            Registration.attendance == "physical",
            RegistrationDay.date == day,
        )
    )
    came, left = db.session.execute(
        select(func.count(), func.count(Attendance.left))
        .select_from(Attendance)
        .join(Registration)
        .where(Registration.conference_id == conference.id, Attendance.date == day)
    ).one()
    return Counts(expected or 0, came, came - left)


def latest(conference: Conference, day: date) -> Sequence[Attendance]:
    """The last ``LATEST`` who came, the last first, each with its registration."""
    query = _rows(conference, day).order_by(Attendance.at.desc(), Attendance.id.desc()).limit(LATEST)
    return db.session.scalars(query).all()


def here(conference: Conference, day: date, page: int = 1) -> Sequence[Attendance]:
    """Those who have come and not left, by name, ``PER_PAGE`` at a time, each with its registration."""
    query = _rows(conference, day).where(Attendance.left.is_(None)).order_by(alphabetical(Registration.name), Registration.id)
    return db.session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()


def everybody(conference: Conference) -> Sequence[Attendance]:
    """Every row of the conference, each with its registration."""
    query = select(Attendance).join(Attendance.registration).options(contains_eager(Attendance.registration))
    return db.session.scalars(query.where(Registration.conference_id == conference.id).order_by(Attendance.id)).all()


def _rows(conference: Conference, day: date) -> Select[Attendance]:
    query = select(Attendance).join(Attendance.registration).options(contains_eager(Attendance.registration))
    return query.where(Registration.conference_id == conference.id, Attendance.date == day)


def _hold(registration: Registration) -> None:
    """Let one phone at a time write about a person on PostgreSQL; SQLite has one writer anyway."""
    db.session.execute(select(Registration.id).where(Registration.id == registration.id).with_for_update())


def _record(actor: str, what: str, registration: Registration, day: date) -> None:
    scope = registration.conference.slug
    audit.record(actor, f"attendance.{what}", scope=scope, subject=registration.uid, day=day.isoformat())


def _says(word: str) -> ColumnElement[bool]:
    """Name or organisation holds ``word``. SQLite folds only a–z, so æøå are tried in each case."""
    spellings = {word} if word.isascii() else {word, word.lower(), word.upper(), word.title(), word.capitalize()}
    columns = (Registration.name, Registration.organisation_name)
    return or_(*(column.icontains(spelling, autoescape=True) for column in columns for spelling in sorted(spellings)))
