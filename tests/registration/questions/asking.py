"""Questions in tests: made as the organiser makes them, answered as a browser does."""

from collections.abc import Mapping
from datetime import date
from io import BytesIO
from typing import Any

from sqlalchemy import select

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration.models import Question, QuestionAnswer
from konferanse.registration.questions import editing, questions
from konferanse.registration.questions.editing import Wanted
from tests.registration.conftest import person

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def ask(
    conference: Conference,
    label: str,
    kind: str = "text",
    *,
    options: tuple[str, ...] = (),
    required: bool = False,
    by: date | None = None,
    when: tuple[Question, str] | None = None,
) -> Question:
    """A question on the form."""
    begin_write()
    parent, value = when or (None, "")
    row = editing.add(conference, Wanted(kind, label, "", options, required, by, parent, value), "system")
    db.session.commit()
    return row


def ready_made(conference: Conference, *packages: str) -> dict[str, Question]:
    """Ready-made questions on the form, by name."""
    begin_write()
    for package in packages:
        editing.add_package(conference, package, "system")
    db.session.commit()
    return {row.preset: row for row in questions.every(conference) if row.preset}


def field(question: Question) -> str:
    """What a question is called in the form."""
    return f"q_{question.uid.hex}"


def answers(email: str) -> Mapping[str, Any]:
    """What somebody has answered, by the question's words or a ready-made one's name; withdrawn consents left out."""
    query = select(Question, QuestionAnswer.value).join(QuestionAnswer).where(QuestionAnswer.withdrawn.is_(None))
    rows = db.session.execute(query.where(QuestionAnswer.registration_id == person(email).id))
    return {question.preset or question.label: value for question, value in rows}


def pdf(name: str = "innlegg.pdf", content: bytes = PDF) -> tuple[BytesIO, str]:
    """A file as the test client sends it."""
    return BytesIO(content), name
