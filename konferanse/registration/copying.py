"""What a conference copied from an earlier one gets of the sign-up: limits, questions and mail texts. No people, no answers,
no invitations, no letters."""

from datetime import date
from typing import NamedTuple

from sqlalchemy import select

from konferanse.common.copying import Recipe
from konferanse.conference.copying import Copy
from konferanse.extensions import db
from konferanse.registration.models import MailText, Question, SeatLimit
from konferanse.registration.questions import questions

LIMIT = Recipe(SeatLimit, carried=("kind", "seats"), made=("conference_id", "subject"), left=("id",))
QUESTION = Recipe(
    Question,
    carried=("position", "kind", "preset", "label", "help", "options", "required", "shown_if_value"),
    made=("conference_id", "required_by", "shown_if_id"),
    left=("id", "uid", "retired", "created"),
)
MAIL_TEXT = Recipe(MailText, carried=("kind", "language", "subject", "text"), made=("conference_id",), left=("id", "updated"))
RECIPES = (LIMIT, QUESTION, MAIL_TEXT)


class Brought(NamedTuple):
    """How many came along."""

    limits: int
    questions: int
    mail_texts: int


def bring(copy: Copy) -> Brought:
    """Copy the set-up."""
    return Brought(_limits(copy), _questions(copy), _mail_texts(copy))


def _limits(copy: Copy) -> int:
    rows = db.session.scalars(select(SeatLimit).where(SeatLimit.conference_id == copy.source.id)).all()
    for row in rows:
        subject = copy.day(date.fromisoformat(row.subject)).isoformat() if row.kind == "day" else row.subject
        db.session.add(LIMIT.copy(row, conference_id=copy.target.id, subject=subject))
    db.session.flush()
    return len(rows)


def _questions(copy: Copy) -> int:
    """The questions that were on the form; one that hangs on a question taken off was not."""
    asked = {question.id for question in questions.asked(copy.source)}
    new: dict[int, int] = {}
    for row in questions.every(copy.source):  # in order, so that a question comes after the one it hangs on
        if row.id not in asked:
            continue
        by = copy.day(row.required_by) if row.required_by else None
        parent = new[row.shown_if_id] if row.shown_if_id else None
        made = QUESTION.copy(row, conference_id=copy.target.id, required_by=by, shown_if_id=parent)
        db.session.add(made)
        db.session.flush()
        new[row.id] = made.id
    return len(new)


def _mail_texts(copy: Copy) -> int:
    rows = db.session.scalars(select(MailText).where(MailText.conference_id == copy.source.id)).all()
    db.session.add_all([MAIL_TEXT.copy(row, conference_id=copy.target.id) for row in rows])
    db.session.flush()
    return len(rows)
