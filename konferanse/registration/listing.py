"""Finding people among those signed up, and numbers about them. The number of queries does not grow with the people."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, func, or_, select

from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.models import ORGANISATION_TYPES, Registration, RegistrationDay

PER_PAGE = 50
# "Tillitsvalgt" tells of union membership, so a type is only ever shown as a count, and only from here up.
FEWEST_SHOWN = 5
ORDERS = {
    "navn": (Registration.name, Registration.id),
    "virksomhet": (Registration.organisation_name, Registration.name, Registration.id),
    "tid": (Registration.created.desc(), Registration.id.desc()),
    "ko": (Registration.queued, Registration.id),
}


class Search(NamedTuple):
    """What was asked for; anything unknown is left out. ``order`` is a key of ``ORDERS``, ``page`` counts from 1."""

    text: str = ""
    status: str = ""
    attendance: str = ""
    day: date | None = None
    order: str = "navn"
    page: int = 1

    @classmethod
    def of(cls, asked: Mapping[str, str], conference: Conference) -> "Search":
        """From the page's address."""
        status, attendance, order, page = (asked.get(k, "") for k in ("status", "deltar", "sorter", "side"))
        return cls(
            text=asked.get("q", "").strip()[:100],
            status=status if status in ("confirmed", "waiting", "cancelled") else "",
            attendance=attendance if attendance in ("physical", "digital") else "",
            day=next((day for day in conference.dates if day.isoformat() == asked.get("dag")), None),
            order=order if order in ORDERS else ("ko" if status == "waiting" else "navn"),
            page=max(1, min(int(page), 100_000)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
        )

    def address(self, **changes: object) -> dict[str, object]:
        """The page's address for this search with some things changed; defaults are left out."""
        asked = self._replace(**changes)  # type: ignore[arg-type]
        day = asked.day.isoformat() if asked.day else ""
        values = {"q": asked.text, "status": asked.status, "deltar": asked.attendance, "dag": day}
        known: dict[str, object] = {name: value for name, value in values.items() if value}
        if asked.order != "navn":
            known["sorter"] = asked.order
        return known | ({"side": asked.page} if asked.page > 1 else {})


class Found(NamedTuple):
    """One page of what was found."""

    rows: Sequence[Registration]
    total: int
    page: int
    pages: int


class Numbers(NamedTuple):
    """Who comes. ``types`` has only those of at least ``FEWEST_SHOWN``, most first."""

    confirmed: int
    digital: int
    waiting: int
    by_day: list[tuple[date, int]]
    types: list[tuple[str, int]]


def find(conference: Conference, search: Search) -> Found:
    """The people asked for. Cancelled ones are found only when asked for."""
    where = [Registration.conference_id == conference.id]
    where.append(Registration.status == search.status if search.status else Registration.status != "cancelled")
    if search.attendance:
        where.append(Registration.attendance == search.attendance)
    if search.day:
        where.append(Registration.days.any(RegistrationDay.date == search.day))
    if search.text:
        where.append(_says(search.text))
    total = db.session.scalar(select(func.count()).select_from(Registration).where(*where)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(search.page, pages)
    query = select(Registration).where(*where).order_by(*ORDERS[search.order]).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return Found(db.session.scalars(query).all(), total, page, pages)


def numbers(conference: Conference) -> Numbers:
    """Three counts, whatever the size."""
    here = Registration.conference_id == conference.id
    counts = {
        (row[0], row[1]): row[2]
        for row in db.session.execute(
            select(Registration.status, Registration.attendance, func.count())
            .where(here)
            .group_by(Registration.status, Registration.attendance)
        )
    }
    days = db.session.execute(
        select(RegistrationDay.date, func.count())
        .join(Registration)
        .where(here, Registration.status == "confirmed")
        .group_by(RegistrationDay.date)
    )
    by_day = {row[0]: row[1] for row in days}
    types = db.session.execute(
        select(Registration.organisation_type, func.count())
        .where(here, Registration.status == "confirmed")
        .group_by(Registration.organisation_type)
        .having(func.count() >= FEWEST_SHOWN)
    )
    return Numbers(
        confirmed=counts.get(("confirmed", "physical"), 0) + counts.get(("confirmed", "digital"), 0),
        digital=counts.get(("confirmed", "digital"), 0),
        waiting=counts.get(("waiting", "physical"), 0),
        by_day=[(day, by_day.get(day, 0)) for day in conference.dates],
        types=sorted(((row[0], row[1]) for row in types), key=lambda t: (-t[1], ORGANISATION_TYPES.index(t[0]))),
    )


def _says(text: str) -> ColumnElement[bool]:
    """Name, address, phone or organisation holds ``text``. SQLite folds only a–z, so æøå are tried in each case."""
    spellings = {text} if text.isascii() else {text, text.lower(), text.upper(), text.title(), text.capitalize()}
    columns = (Registration.name, Registration.email, Registration.phone, Registration.organisation_name)
    return or_(*(column.icontains(spelling, autoescape=True) for column in columns for spelling in sorted(spellings)))
