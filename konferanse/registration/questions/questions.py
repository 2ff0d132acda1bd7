"""The organiser's own questions and what people answer.

``Asked`` is a question as plain values in the reader's language: it outlives the transaction it was read in, and what
decides about answers (``applies``, ``due``) needs no database. Answers are never lost by a change of the form: a question
taken off it keeps them, and a renamed option leaves them as written.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, Text, and_, bindparam, cast, exists, false, or_, select, true
from sqlalchemy.orm import aliased, joinedload

from konferanse.common import audit
from konferanse.common.clock import now, today
from konferanse.common.erasure import erasures
from konferanse.common.language import date_words, weekday_date
from konferanse.common.storage import File, files
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.models import LIVE, Question, QuestionAnswer, Registration
from konferanse.registration.questions.presets import PRESETS, YES_NO

PARTICIPANT = "participant"
Values = Mapping[int, Any]  # question id → answer, as QuestionAnswer.value


@dataclass(frozen=True)
class Asked:
    """One question on the form. ``parent`` is the id of the question whose answer ``parent_value`` shows this one."""

    id: int
    uid: UUID
    kind: str
    preset: str
    label: str
    help: str
    options: tuple[tuple[str, str], ...]
    required: bool
    required_by: date | None
    parent: int | None
    parent_value: str

    @property
    def name(self) -> str:
        """What the field is called in a form."""
        return f"q_{self.uid.hex}"

    def due(self, day: date) -> bool:
        """Whether it must be answered on ``day``."""
        return self.required and (self.required_by is None or self.required_by <= day)


class Given(NamedTuple):
    """An answer to store. ``file`` has its bytes on disk already."""

    question_id: int
    value: Any
    file: File | None = None


class Consent(NamedTuple):
    """A consent on the form, or one that was given before it was taken off; ``answer`` is None when never given."""

    asked: Asked
    answer: QuestionAnswer | None
    is_offered: bool

    @property
    def stands(self) -> bool:
        """Whether it is given now."""
        return self.answer is not None and self.answer.withdrawn is None


class Mine(NamedTuple):
    """What the personal page shows. ``due`` is when the first of ``missing`` must be answered; None for now."""

    shown: list["Shown"]
    consents: list[Consent]
    missing: list[Asked]
    due: date | None
    is_asked: bool


class Shown(NamedTuple):
    """An answer as it is read: the question's words, the answer's, and the row."""

    asked: Asked
    words: str
    answer: QuestionAnswer


EVERY = select(Question).where(Question.conference_id == bindparam("conference")).order_by(Question.position, Question.id)


def every(conference: Conference) -> list[Question]:
    """All questions, also those taken off the form, in order. One query."""
    return in_order(db.session.scalars(EVERY, {"conference": conference.id}).all())


def in_order(rows: Iterable[Question]) -> list[Question]:
    """``rows`` with no question before the one that decides whether it is shown."""
    waiting, found, seen = list(rows), [], set[int]()
    ids = {row.id for row in waiting}
    while waiting:
        row = next(
            (r for r in waiting if r.shown_if_id is None or r.shown_if_id in seen or r.shown_if_id not in ids), waiting[0]
        )
        waiting.remove(row)
        found.append(row)
        seen.add(row.id)
    return found


def asked(conference: Conference) -> list[Asked]:
    """The questions on the form now, in the reader's language. One that hangs on a question taken off is not asked."""
    found: list[Asked] = []
    live: set[int] = set()
    for row in every(conference):
        if row.retired is None and (row.shown_if_id is None or row.shown_if_id in live):
            live.add(row.id)
            found.append(described(row, conference))
    return found


def described(row: Question, conference: Conference) -> Asked:
    """A question as plain values, a ready-made one in the reader's words."""
    preset = PRESETS.get(row.preset)
    return Asked(
        id=row.id,
        uid=row.uid,
        kind=row.kind,
        preset=row.preset,
        label=str(preset.label) if preset else row.label,
        help=str(preset.help) if preset else row.help,
        options=preset.options_for(conference) if preset else tuple((option, option) for option in row.options),
        required=row.required,
        required_by=row.required_by,
        parent=row.shown_if_id,
        parent_value=row.shown_if_value,
    )


def applies(question: Asked, values: Values, among: Mapping[int, Asked]) -> bool:
    """Whether ``question`` is asked of somebody who answers ``values``; ``among`` are the questions of the form by id."""
    if question.parent is None:
        return True
    parent = among.get(question.parent)
    if parent is None or not applies(parent, values, among):
        return False
    value = values.get(parent.id)
    if value is True:
        return question.parent_value == "yes"
    return question.parent_value in value if isinstance(value, list) else value == question.parent_value


def words(question: Asked, value: Any) -> str:
    """An answer as people read it."""
    known = dict(question.options)
    if isinstance(value, list):
        return ", ".join(_option(known, v) for v in value)
    if question.kind == "consent":
        return str(YES_NO["yes" if value else "no"])
    if question.kind == "choice":
        return _option(known, value)
    if question.kind == "date":
        return date_words(date.fromisoformat(value))
    if question.kind == "number":
        return str(number_words(value))
    return str(value)


def number_words(value: Any) -> Any:
    """A number with a decimal comma; anything else as it is."""
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value).replace(".", ",") if is_number else value


def option_words(question: Asked, value: str) -> str:
    """One option's words, also of one that is offered no more."""
    if question.kind == "consent":
        return str(YES_NO["yes"])
    return _option(dict(question.options), value)


def _option(known: Mapping[str, str], value: str) -> str:
    if value in known:
        return known[value]
    try:  # a hotel night of before the conference was moved
        return str(_("Natt til %(day)s", day=weekday_date(date.fromisoformat(value))))
    except ValueError:
        return str(value)


def held(registration: Registration) -> dict[int, QuestionAnswer]:
    """A person's answers by question id, withdrawn consents among them. One query."""
    query = select(QuestionAnswer).where(QuestionAnswer.registration_id == registration.id)
    rows = db.session.scalars(query.options(joinedload(QuestionAnswer.file), joinedload(QuestionAnswer.question))).all()
    return {row.question_id: row for row in rows}


def values_of(answers: Mapping[int, QuestionAnswer]) -> dict[int, Any]:
    """What stands: withdrawn consents are left out."""
    return {question_id: row.value for question_id, row in answers.items() if row.withdrawn is None}


def missing(registration: Registration) -> list[Asked]:
    """What this person has to answer and has not, also where the date for it has not come. Two queries."""
    return lacked(asked(registration.conference), values_of(held(registration)))


def lacked(questions: Sequence[Asked], values: Values) -> list[Asked]:
    """Those of ``questions`` that are required and asked of somebody with ``values``, who has not answered."""
    among = {q.id: q for q in questions}
    return [q for q in questions if q.required and q.id not in values and applies(q, values, among)]


def shown(registration: Registration, answers: Mapping[int, QuestionAnswer]) -> list[Shown]:
    """A person's answers in the order of the form, also to questions taken off it; consents are apart."""
    rows = [row for row in answers.values() if row.question.kind != "consent"]
    rows.sort(key=lambda row: (row.question.position, row.question_id))
    described_rows = [(described(row.question, registration.conference), row) for row in rows]
    return [Shown(question, words(question, row.value), row) for question, row in described_rows]


def mine(registration: Registration, answers: Mapping[int, QuestionAnswer]) -> Mine:
    """The questions as one person's page shows them; ``answers`` from ``held``. One query."""
    conference = registration.conference
    on_form = asked(conference)
    offered = {q.id for q in on_form}
    consents = [Consent(q, answers.get(q.id), True) for q in on_form if q.kind == "consent"]
    consents += [c._replace(is_offered=False) for c in consents_given(registration, answers) if c.asked.id not in offered]
    lacks = lacked(on_form, values_of(answers))
    is_asked = any(q.kind != "consent" for q in on_form)
    return Mine(shown(registration, answers), consents, lacks, next_due(lacks), is_asked)


def consents_given(registration: Registration, answers: Mapping[int, QuestionAnswer]) -> list[Consent]:
    """The consents somebody has given, withdrawn ones among them."""
    rows = [row for row in answers.values() if row.question.kind == "consent"]
    return [Consent(described(row.question, registration.conference), row, row.question.retired is None) for row in rows]


def keep(registration: Registration, given: Iterable[Given]) -> None:
    """Store the answers of a new registration, in the transaction that signs it up."""
    for answer in given:
        _add(registration, answer)


def update(registration: Registration, given: Sequence[Given], emptied: Iterable[int]) -> None:
    """What the person now answers; the questions ``emptied`` lose theirs."""
    rows = held(registration)
    for answer in given:
        row = rows.get(answer.question_id)
        if row is None:
            _add(registration, answer)
        elif row.value != answer.value or answer.file:
            _drop_file(row)
            row.value, row.file, row.given, row.withdrawn = answer.value, answer.file, now(), None
    erase([rows[question_id] for question_id in emptied if question_id in rows])
    audit.record(PARTICIPANT, "answers.changed", scope=registration.conference.slug, subject=registration.uid)
    db.session.flush()


def erase(rows: Sequence[QuestionAnswer]) -> None:
    """Delete answers for good, also from a backup that is restored."""
    erasures.note("question_answer", [row.uid for row in rows])
    erasures.note("file", [row.file.uid for row in rows if row.file])
    for row in rows:
        db.session.delete(row)
    db.session.flush()
    for row in rows:
        if row.file is not None:
            files.drop(row.file)


def delete(registration: Registration, answer: QuestionAnswer) -> None:
    """The person deletes one answer."""
    erase([answer])
    audit.record(PARTICIPANT, "answers.changed", scope=registration.conference.slug, subject=registration.uid)


def consent(registration: Registration, question: Question, *, given: bool) -> None:
    """Give or withdraw a consent; a withdrawn one keeps its row, which says when."""
    row = held(registration).get(question.id)
    if row is None and given:
        _add(registration, Given(question.id, True))
    elif row is not None and given and row.withdrawn:
        row.given, row.withdrawn = now(), None
    elif row is not None and not given and not row.withdrawn:
        row.withdrawn = now()
    action = "consent.given" if given else "consent.withdrawn"
    audit.record(PARTICIPANT, action, scope=registration.conference.slug, subject=registration.uid, question=str(question.uid))


def find(conference: Conference, uid: UUID) -> Question | None:
    """A question of this conference."""
    return db.session.scalar(select(Question).where(Question.conference_id == conference.id, Question.uid == uid))


def answer_of(conference: Conference, uid: UUID) -> QuestionAnswer | None:
    """An answer of this conference."""
    query = select(QuestionAnswer).join(Registration).where(Registration.conference_id == conference.id)
    return db.session.scalar(query.where(QuestionAnswer.uid == uid).options(joinedload(QuestionAnswer.file)))


def lacking(conference: Conference) -> Select[int]:
    """The ids of those signed up who lack an answer that is required of them, also where its date has not come.

    Reads the questions (one query); the rest is one ``SELECT`` to run or to put in a filter.
    """
    rows = asked(conference)
    among = {row.id: row for row in rows}
    wanting = [and_(_asked_of(q, among), ~_answered(q.id)) for q in rows if q.required]
    here = (Registration.conference_id == conference.id, Registration.status.in_(LIVE))
    return select(Registration.id).where(*here, or_(*wanting) if wanting else false())


def answering(conference: Conference, preset: str, value: str = "yes") -> Select[int]:
    """The ids of those whose answer to a ready-made question is ``value`` (for a consent: who has given it)."""
    said = QuestionAnswer.registration_id
    query = select(said).join(Question).where(Question.conference_id == conference.id, Question.preset == preset)
    return query.where(QuestionAnswer.withdrawn.is_(None), _says(QuestionAnswer, value))


def _asked_of(question: Asked, among: Mapping[int, Asked]) -> ColumnElement[bool]:
    """``applies`` in SQL."""
    if question.parent is None:
        return true()
    return and_(_asked_of(among[question.parent], among), _answered(question.parent, question.parent_value))


def _answered(question_id: int, value: str | None = None) -> ColumnElement[bool]:
    row = aliased(QuestionAnswer)
    where = [row.registration_id == Registration.id, row.question_id == question_id, row.withdrawn.is_(None)]
    return exists().where(*where, *([_says(row, value)] if value is not None else []))


def _says(row: Any, value: str) -> ColumnElement[bool]:
    """The stored JSON is ``value``, a list with it, or (for "yes") true."""
    text, quoted = cast(row.value, Text), json.dumps(value)
    listed = [text.contains(f"{before}{quoted}", autoescape=True) for before in ("[", ", ")]
    return or_(text == quoted, and_(text.startswith("["), or_(*listed)), *([text == "true"] if value == "yes" else []))


def _add(registration: Registration, given: Given) -> None:
    if given.file is not None:
        db.session.add(given.file)
    row = QuestionAnswer(registration=registration, question_id=given.question_id, value=given.value, file=given.file)
    db.session.add(row)


def _drop_file(row: QuestionAnswer) -> None:
    old, row.file = row.file, None
    if old is not None:
        erasures.note("file", [old.uid])
        db.session.flush()
        files.drop(old)


def before(day: date) -> str:
    """When a question must be answered, in words."""
    return str(_("Må besvares før %(day)s.", day=date_words(day)))


def next_due(questions: Sequence[Asked]) -> date | None:
    """The first date to come among ``questions``; None when one of them is due now, or has no date."""
    dates = [q.required_by for q in questions if q.required_by]
    return min(dates) if dates and len(dates) == len(questions) and min(dates) > today() else None
