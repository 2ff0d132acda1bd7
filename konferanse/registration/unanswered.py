"""Who has not answered what they must, as a condition the database can find people by.

A question asks of somebody when it is required, still on the form, and nothing hides it; it is answered by a row with a
value. The database keeps an answer as JSON, and that text is what is compared.
"""

import json

from sqlalchemy import ColumnElement, String, and_, cast, exists, false, or_, select
from sqlalchemy.orm import aliased

from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.models import Question, QuestionAnswer, Registration

EMPTY = ("null", '""', "[]", "false")


def lacks_answers(conference: Conference) -> ColumnElement[bool]:
    """True of those who have not answered a required question that is asked of them. Reads the questions first."""
    query = select(Question).where(Question.conference_id == conference.id)
    questions = {question.id: question for question in db.session.scalars(query)}
    asked = [question for question in questions.values() if question.required and not question.retired]
    return or_(false(), *(_lacks(question) for question in asked))


def _lacks(question: Question) -> ColumnElement[bool]:
    lacks = ~_answered(question.id)
    if question.shown_if_id is None:
        return lacks
    return and_(lacks, _answered(question.shown_if_id, question.shown_if_value))


def _answered(question_id: int, with_value: str = "") -> ColumnElement[bool]:
    """Has answered, or with ``with_value`` answered that: as the answer, or as one of several."""
    answer = aliased(QuestionAnswer)
    said = cast(answer.value, String)
    query = exists().where(
        answer.registration_id == Registration.id,
        answer.question_id == question_id,
        answer.withdrawn.is_(None),
        said.not_in(EMPTY) | answer.file_id.is_not(None),
    )
    # Quotation marks inside an answer are escaped, so a quoted value is found only where it is the whole answer or a choice.
    return query.where(said.contains(json.dumps(with_value), autoescape=True)) if with_value else query
