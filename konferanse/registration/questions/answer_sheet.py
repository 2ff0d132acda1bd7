"""What everybody answered: counted, listed, and as a sheet. The number of queries does not grow with the people."""

import io
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import defusedcsv.csv
from flask_babel import gettext as _
from sqlalchemy import Select, Text, cast, func, select
from sqlalchemy.orm import joinedload

from konferanse.common.alphabet import alphabetical
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.labels import STATUSES
from konferanse.registration.models import LIVE, QuestionAnswer, Registration
from konferanse.registration.questions import questions
from konferanse.registration.questions.questions import Asked

PER_PAGE = 50
COUNTED = ("choice", "choices", "consent")


class Total(NamedTuple):
    """How many answered a question, and with what: [(words, count)] for choices, in the form's order; else empty."""

    asked: Asked
    answered: int
    counts: list[tuple[str, int]]


class Listed(NamedTuple):
    """One page of answers: (registration, words, row)."""

    rows: list[tuple[Registration, str, QuestionAnswer]]
    total: int
    page: int
    pages: int


def every(conference: Conference) -> list[Asked]:
    """Every question, those taken off the form last."""
    rows = questions.every(conference)
    rows.sort(key=lambda row: row.retired is not None)
    return [questions.described(row, conference) for row in rows]


def totals(conference: Conference, asked: Sequence[Asked]) -> list[Total]:
    """Counts of those signed up. Two queries."""
    counted = [q.id for q in asked if q.kind in COUNTED]
    numbers = _standing(conference, select(QuestionAnswer.question_id, func.count()))
    answered = {row[0]: row[1] for row in db.session.execute(numbers.group_by(QuestionAnswer.question_id))}
    alike = _standing(conference, select(QuestionAnswer.question_id, func.min(QuestionAnswer.id), func.count()))
    alike = alike.where(QuestionAnswer.question_id.in_(counted))
    groups = db.session.execute(alike.group_by(QuestionAnswer.question_id, cast(QuestionAnswer.value, Text))).all()
    firsts = {row.id: row.value for row in _values([row[1] for row in groups])}
    said: dict[int, Counter[str]] = {}
    for question_id, first, count in groups:
        value = firsts[first]
        for one in value if isinstance(value, list) else ["yes" if value is True else value]:
            said.setdefault(question_id, Counter())[one] += count
    return [Total(q, answered.get(q.id, 0), _in_words(q, said.get(q.id, Counter()))) for q in asked]


def listed(conference: Conference, asked: Asked, page: int) -> Listed:
    """A page of the answers to one question, by name."""
    mine = QuestionAnswer.question_id == asked.id
    total = db.session.scalar(_standing(conference, select(func.count(QuestionAnswer.id))).where(mine)) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = max(1, min(page, pages))
    query = _standing(conference, select(QuestionAnswer)).where(mine).options(joinedload(QuestionAnswer.file))
    query = query.add_columns(Registration).order_by(alphabetical(Registration.name), Registration.id)
    rows = db.session.execute(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return Listed([(person, questions.words(asked, row.value), row) for row, person in rows], total, page, pages)


def count_lacking(conference: Conference) -> int:
    """How many lack an answer that is required of them."""
    return db.session.scalar(select(func.count()).select_from(questions.lacking(conference).subquery())) or 0


def csv_bytes(conference: Conference) -> bytes:
    """Everybody signed up with all they answered: UTF-8 with BOM; what looks like a formula is defused."""
    asked = every(conference)
    answers: dict[int, dict[int, str]] = {}
    by_id = {q.id: q for q in asked}
    query = _standing(conference, select(QuestionAnswer.registration_id, QuestionAnswer.question_id, QuestionAnswer.value))
    for person, question, value in db.session.execute(query):
        answers.setdefault(person, {})[question] = questions.words(by_id[question], value)
    columns = (Registration.id, Registration.name, Registration.email, Registration.organisation_name, Registration.status)
    people = db.session.execute(
        select(*columns)
        .where(Registration.conference_id == conference.id, Registration.status.in_(LIVE))
        .order_by(alphabetical(Registration.name), Registration.id)
    )
    head = [_("Navn"), _("E-post"), _("Virksomhet"), _("Status"), *(q.label for q in asked)]
    lines = (
        [name, email, organisation, str(STATUSES.get(status, status)), *(answers.get(person, {}).get(q.id, "") for q in asked)]
        for person, name, email, organisation, status in people
    )
    out = io.StringIO(newline="")
    defusedcsv.csv.writer(out, lineterminator="\r\n").writerows([head, *lines])
    return out.getvalue().encode("utf-8-sig")


def _standing(conference: Conference, query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """Answers that stand, of those signed up."""
    return query.join(Registration, QuestionAnswer.registration_id == Registration.id).where(
        Registration.conference_id == conference.id, Registration.status.in_(LIVE), QuestionAnswer.withdrawn.is_(None)
    )


def _values(ids: Iterable[int]) -> Sequence[QuestionAnswer]:
    return db.session.scalars(select(QuestionAnswer).where(QuestionAnswer.id.in_(list(ids)))).all()


def _in_words(q: Asked, said: Counter[str]) -> list[tuple[str, int]]:
    """Every option, also those nobody chose, and what is offered no more."""
    if q.kind == "consent":
        return [(questions.option_words(q, "yes"), said["yes"])] if said else []
    for value, _words in q.options if q.kind in COUNTED else ():
        said.setdefault(value, 0)
    order = {value: n for n, (value, _words) in enumerate(q.options)}
    values = sorted(said, key=lambda value: (order.get(value, len(order)), value))
    return [(questions.option_words(q, value), said[value]) for value in values]
