"""The columns a list of participants may have, on the page and in what is downloaded.

The type of organisation is none of them: it can tell of union membership, and is only ever counted.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from konferanse.common.clock import local
from konferanse.common.language import LANGUAGES
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import labels
from konferanse.registration.lists import listing
from konferanse.registration.models import QuestionAnswer, Registration
from konferanse.registration.questions import questions
from konferanse.registration.questions.questions import Asked

USUAL = ("virksomhet", "kontakt", "dager", "status", "tid")
ROLES = {"participant": _l("Deltaker"), "facilitator": _l("Ordstyrer")}
SOURCES = {"web": _l("Nettskjema"), "phone": _l("Telefon"), "door": _l("I døra"), "import": _l("Import"), "demo": _l("Demo")}
Answers = dict[tuple[int, int], QuestionAnswer]
AT_ONCE = 500


class Column(NamedTuple):
    """A column. ``text`` says what stands in it for somebody; ``order`` is what it sorts by, if it can."""

    key: str
    label: str
    text: Callable[[Registration, Answers], str]
    order: str = ""
    question: Asked | None = None


class Shown(NamedTuple):
    """A page of the list: those found, the columns to choose among, the chosen ones, and what stands in them."""

    found: listing.Found
    offers: list[Column]
    columns: list[Column]
    cells: list[list[str]]


def page(conference: Conference, search: listing.Search) -> Shown:
    """One page of the people asked for, in the columns asked for."""
    found, offers = listing.find(conference, search), offered(conference)
    columns = chosen(offers, search.columns)
    return Shown(found, offers, columns, table(found.rows, columns))


def offered(conference: Conference) -> list[Column]:
    """Every column there is to choose: what we know of everybody, and the organiser's own questions."""
    asked = [questions.described(row, conference) for row in questions.every(conference)]
    return [*_known(), *(_of_question(question) for question in asked)]


def chosen(offers: Sequence[Column], keys: Iterable[str]) -> list[Column]:
    """The columns called ``keys``, in the order they are offered; the usual ones when none of them is there."""
    asked = set(keys)
    return [c for c in offers if c.key in asked] or [c for c in offers if c.key in USUAL]


def answers(people: Sequence[Registration], columns: Sequence[Column]) -> Answers:
    """What ``people`` answered to the questions among ``columns``, by person and question."""
    asked = [column.question.id for column in columns if column.question]
    found: Answers = {}
    if asked:
        for begin in range(0, len(people), AT_ONCE):
            query = select(QuestionAnswer).where(
                QuestionAnswer.question_id.in_(asked),
                QuestionAnswer.registration_id.in_([person.id for person in people[begin : begin + AT_ONCE]]),
            )
            rows = db.session.scalars(query.options(joinedload(QuestionAnswer.file)))
            found |= {(row.registration_id, row.question_id): row for row in rows}
    return found


def table(people: Sequence[Registration], columns: Sequence[Column]) -> list[list[str]]:
    """What stands in ``columns`` for each of ``people``."""
    given = answers(people, columns)
    return [[column.text(person, given) for column in columns] for person in people]


def for_download(columns: Sequence[Column]) -> list[Column]:
    """The same columns where contact details stand apart, after the name."""
    name = Column("navn", _("Navn"), lambda p, _given: p.name)
    apart = [
        Column("e-post", _("E-post"), lambda p, _given: p.email),
        Column("telefon", _("Telefon"), lambda p, _given: p.phone),
    ]
    return [name, *(part for column in columns for part in (apart if column.key == "kontakt" else [column]))]


def said(question: Asked, answer: QuestionAnswer | None) -> str:
    """An answer in words; nothing for none."""
    if answer is None:
        return ""
    if answer.withdrawn:
        return str(_("Trukket"))
    return answer.file.name if answer.file else questions.words(question, answer.value)


def _known() -> list[Column]:
    return [
        Column("virksomhet", _("Virksomhet"), lambda p, _given: p.organisation_name, "virksomhet"),
        Column("kontakt", _("Kontakt"), lambda p, _given: p.email or p.phone),
        Column("dager", _("Dager"), lambda p, _given: " ".join(day.isoformat() for day in p.dates)),
        Column("deltar", _("Deltar"), lambda p, _given: str(labels.ATTENDANCE_SHORT[p.attendance])),
        Column("status", _("Status"), lambda p, _given: str(labels.STATUSES[p.status])),
        Column("tid", _("Meldt på"), lambda p, _given: local(p.created).strftime("%d.%m.%Y"), "tid"),
        Column("fylke", _("Fylke"), lambda p, _given: str(labels.COUNTIES.get(p.county, p.county)), "fylke"),
        Column("rolle", _("Rolle"), lambda p, _given: str(ROLES.get(p.role, p.role))),
        Column("sprak", _("Språk"), lambda p, _given: LANGUAGES.get(p.language, p.language)),
        Column("invitert", _("Invitert av"), lambda p, _given: p.inviter),
        Column("kilde", _("Kilde"), lambda p, _given: str(SOURCES.get(p.source, p.source))),
    ]


def _of_question(question: Asked) -> Column:
    number = question.id
    return Column(
        f"s-{question.uid.hex}", question.label, lambda p, given: said(question, given.get((p.id, number))), question=question
    )
