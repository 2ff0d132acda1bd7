"""Finding people among those signed up, and numbers about them. The number of queries does not grow with the people."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute
from werkzeug.datastructures import MultiDict

from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.models import (
    COUNTIES,
    ORGANISATION_TYPES,
    STATUSES,
    Organisation,
    OrganisationAlias,
    Registration,
    RegistrationDay,
)
from konferanse.registration.organisations import organisation_key
from konferanse.registration.questions import questions

PER_PAGE = 50
# "Tillitsvalgt" tells of union membership, so a type is only ever shown as a count, and only from here up.
FEWEST_SHOWN = 5


def _alphabetical(column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """å is the last letter, after æ and ø; by code point it would come before them."""
    return func.replace(func.replace(func.lower(column), "Å", "ÿ"), "å", "ÿ")


BY_NAME = _alphabetical(Registration.name)
ORDERS = {
    "navn": (BY_NAME, Registration.id),
    "virksomhet": (_alphabetical(Registration.organisation_name), BY_NAME, Registration.id),
    "fylke": (Registration.county, BY_NAME, Registration.id),
    "tid": (Registration.created.desc(), Registration.id.desc()),
    "ko": (Registration.queued, Registration.id),
}
SOURCES = ("web", "phone", "import", "demo")
CHOICES: dict[str, tuple[str, Sequence[str]]] = {  # field → its name in the address, and what may stand there
    "status": ("status", STATUSES),
    "attendance": ("deltar", ("physical", "digital")),
    "county": ("fylke", COUNTIES),
    "role": ("rolle", ("participant", "facilitator")),
    "source": ("kilde", SOURCES),
    "mail": ("epost", ("feil", "mangler")),
    "answers": ("svar", ("mangler",)),
    "order": ("sorter", tuple(ORDERS)),
}
MOST_COLUMNS = 40


class Search(NamedTuple):
    """What was asked for; anything unknown is left out. ``order`` is a key of ``ORDERS``, ``page`` counts from 1.

    ``mail`` is ``feil`` (the address does not work) or ``mangler`` (there is none), ``answers`` ``mangler`` (a required
    question is unanswered). ``columns`` are keys of ``columns.offered``, none for the usual ones.
    """

    text: str = ""
    status: str = ""
    attendance: str = ""
    day: date | None = None
    organisation: str = ""
    county: str = ""
    role: str = ""
    source: str = ""
    mail: str = ""
    answers: str = ""
    order: str = "navn"
    page: int = 1
    columns: tuple[str, ...] = ()

    @classmethod
    def of(cls, asked: MultiDict[str, str], conference: Conference) -> "Search":
        """From the page's address."""
        chosen = {field: asked.get(name, "") for field, (name, _allowed) in CHOICES.items()}
        chosen = {field: value if value in CHOICES[field][1] else "" for field, value in chosen.items()}
        page = asked.get("side", "")
        return cls(
            text=_said(asked, "q"),
            organisation=_said(asked, "virksomhet"),
            day=next((day for day in conference.dates if day.isoformat() == asked.get("dag")), None),
            page=max(1, min(int(page), 100_000)) if page.isascii() and page.isdigit() and len(page) < 7 else 1,
            columns=tuple(dict.fromkeys(key[:40] for key in asked.getlist("vis") if key))[:MOST_COLUMNS],
            **chosen | {"order": chosen["order"] or ("ko" if chosen["status"] == "waiting" else "navn")},
        )

    def address(self, **changes: object) -> dict[str, Any]:
        """The page's address for this search with some things changed; defaults are left out."""
        asked = self._replace(**changes)  # type: ignore[arg-type]
        values: dict[str, Any] = {"q": asked.text, "virksomhet": asked.organisation}
        values["dag"] = asked.day.isoformat() if asked.day else ""
        values |= {name: getattr(asked, field) for field, (name, _allowed) in CHOICES.items()}
        if asked.order == ("ko" if asked.status == "waiting" else "navn"):
            del values["sorter"]
        values["vis"] = list(asked.columns)
        values["side"] = asked.page if asked.page > 1 else ""
        return {name: value for name, value in values.items() if value}

    @property
    def is_narrow(self) -> bool:
        """Whether anything was asked for but the order and the columns."""
        return self._replace(order="navn", page=1, columns=()) != Search()

    @property
    def is_detailed(self) -> bool:
        """Whether anything was asked for that the page folds away."""
        return any((self.organisation, self.county, self.role, self.source, self.mail, self.answers))


class Found(NamedTuple):
    """One page of what was found."""

    rows: Sequence[Registration]
    total: int
    page: int
    pages: int


class Numbers(NamedTuple):
    """Who comes, and who may. ``types`` has only those of at least ``FEWEST_SHOWN``, most first."""

    in_person: int
    digital: int
    offered: int
    waiting: int
    by_day: list[tuple[date, int]]
    types: list[tuple[str, int]]


def find(conference: Conference, search: Search) -> Found:
    """One page of the people asked for."""
    where = conditions(conference, search)
    total = db.session.scalar(select(func.count()).select_from(Registration).where(*where)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(search.page, pages)
    query = select(Registration).where(*where).order_by(*ORDERS[search.order]).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return Found(db.session.scalars(query).all(), total, page, pages)


def everybody(conference: Conference, search: Search) -> Sequence[Registration]:
    """All the people asked for, on every page."""
    query = select(Registration).where(*conditions(conference, search)).order_by(*ORDERS[search.order])
    return db.session.scalars(query).all()


def conditions(conference: Conference, search: Search) -> list[ColumnElement[bool]]:
    """Whom ``search`` asks for. Cancelled ones are found only when asked for."""
    where = [Registration.conference_id == conference.id]
    where.append(Registration.status == search.status if search.status else Registration.status != "cancelled")
    for field in ("attendance", "county", "role", "source"):
        if value := getattr(search, field):
            where.append(getattr(Registration, field) == value)
    if search.day:
        where.append(Registration.days.any(RegistrationDay.date == search.day))
    if search.mail:
        where.append(Registration.email == "" if search.mail == "mangler" else Registration.mail_trouble != "")
    if search.answers:
        where.append(Registration.id.in_(questions.lacking(conference)))
    if search.organisation:
        where.append(_comes_from(search.organisation))
    if search.text:
        where.append(_says(search.text))
    return where


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
        in_person=counts.get(("confirmed", "physical"), 0),
        offered=counts.get(("offered", "physical"), 0) + counts.get(("offered", "digital"), 0),
        digital=counts.get(("confirmed", "digital"), 0),
        waiting=counts.get(("waiting", "physical"), 0),
        by_day=[(day, by_day.get(day, 0)) for day in conference.dates],
        types=sorted(((row[0], row[1]) for row in types), key=lambda t: (-t[1], ORGANISATION_TYPES.index(t[0]))),
    )


def _said(asked: MultiDict[str, str], name: str) -> str:
    return asked.get(name, "").replace("\0", "").strip()[:100]


def _comes_from(name: str) -> ColumnElement[bool]:
    """The organisation called ``name`` – by its name or an alias – or one whose name holds it."""
    key = organisation_key(name)
    known = select(Organisation.id).where(Organisation.key == key)
    alias = select(OrganisationAlias.organisation_id).where(OrganisationAlias.key == key)
    named = Registration.organisation_id.in_(known.union_all(alias))
    return or_(named, *(Registration.organisation_name.icontains(s, autoescape=True) for s in _spellings(name)))


def _says(text: str) -> ColumnElement[bool]:
    """Name, address, phone or organisation holds ``text``."""
    columns = (Registration.name, Registration.email, Registration.phone, Registration.organisation_name)
    return or_(*(column.icontains(spelling, autoescape=True) for column in columns for spelling in _spellings(text)))


def _spellings(text: str) -> list[str]:
    """SQLite folds only a–z, so æøå are tried in each case."""
    return sorted({text} if text.isascii() else {text, text.lower(), text.upper(), text.title(), text.capitalize()})
