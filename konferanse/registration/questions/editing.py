"""Making the form: the organiser adds, changes, moves and takes off questions. No answer is ever deleted by it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import func, select

from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import seats
from konferanse.registration.models import Question, QuestionAnswer
from konferanse.registration.questions import questions
from konferanse.registration.questions.presets import PACKAGES, PRESETS

MOST_QUESTIONS = 60


@dataclass(frozen=True)
class Wanted:
    """What the organiser asks for. ``parent`` with ``parent_value`` decides whether the question is shown."""

    kind: str
    label: str
    help: str
    options: tuple[str, ...]
    required: bool
    required_by: date | None
    parent: Question | None
    parent_value: str


def counts(conference: Conference) -> Mapping[int, int]:
    """How many have answered each question (by id), those who have withdrawn a consent among them. One query."""
    query = select(QuestionAnswer.question_id, func.count()).join(Question)
    found = db.session.execute(query.where(Question.conference_id == conference.id).group_by(QuestionAnswer.question_id))
    return {row[0]: row[1] for row in found}


def add(conference: Conference, wanted: Wanted, actor: str) -> Question:
    """Put a question last. Raises ``Refused`` when there are too many."""
    seats.lock(conference)
    row = Question(conference_id=conference.id, position=_room(conference, 1))
    _set(row, wanted)
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "question.added", scope=conference.slug, subject=row.uid, kind=row.kind)
    return row


def add_package(conference: Conference, package: str, actor: str) -> None:
    """Put the ready-made questions of ``package`` last; those that were taken off come back with their answers."""
    seats.lock(conference)
    there = {row.preset: row for row in questions.every(conference) if row.preset}
    names = PACKAGES[package]
    position = _room(conference, sum(name not in there for name in names))
    for name in names:
        preset = PRESETS[name]
        row = there.get(name)
        if row is None:
            parent = there.get(preset.parent)
            row = Question(
                conference_id=conference.id,
                position=position,
                kind=preset.kind,
                preset=name,
                label="",
                required=preset.required,
                shown_if_id=parent.id if parent else None,
                shown_if_value="yes" if parent else "",
            )
            db.session.add(row)
            db.session.flush()
            there[name], position = row, position + 1
            audit.record(actor, "question.added", scope=conference.slug, subject=row.uid, preset=name)
        elif row.retired:
            restore(conference, row, actor)


def change(conference: Conference, row: Question, wanted: Wanted, actor: str) -> None:
    """Change a question; answers stay as they were written. Raises ``Refused`` for what answers would not survive."""
    seats.lock(conference)
    if problem := conflict(conference, row, wanted):
        raise Refused(problem[1])
    _set(row, wanted)
    audit.record(actor, "question.changed", scope=conference.slug, subject=row.uid)
    db.session.flush()


def conflict(conference: Conference, row: Question, wanted: Wanted) -> tuple[str, str] | None:
    """(field, why) when ``wanted`` cannot replace what is there; None when it can."""
    answered = db.session.scalar(select(QuestionAnswer.id).where(QuestionAnswer.question_id == row.id).limit(1)) is not None
    if answered and wanted.kind != row.kind:
        return "kind", _(
            "Noen har svart, og svarene passer ikke i en annen type. Ta spørsmålet bort fra skjemaet og lag et nytt. "
            "Svarene blir liggende."
        )
    if answered and row.kind == "consent" and not row.preset and (wanted.label, wanted.help) != (row.label, row.help):
        return "label", _(
            "Noen har samtykket til denne teksten. Ta samtykket bort fra skjemaet, og lag et nytt med den nye teksten."
        )
    return _orphaned(conference, row, wanted)


def _orphaned(conference: Conference, row: Question, wanted: Wanted) -> tuple[str, str] | None:
    """Whether a question would never be shown again, since the answer it hangs on is gone."""
    if row.preset:
        return None
    for child in questions.every(conference):
        hangs = child.shown_if_id == row.id and child.retired is None
        if hangs and (wanted.kind != row.kind or (wanted.options and child.shown_if_value not in wanted.options)):
            label = questions.described(child, conference).label
            return "options", _(
                "«%(answer)s» bestemmer om «%(question)s» vises. Endre det spørsmålet først.",
                answer=child.shown_if_value,
                question=label,
            )
    return None


def may_decide(conference: Conference, row: Question | None) -> list[Question]:
    """The questions that may decide whether ``row`` (None: a new one) is shown: not those hanging on it."""
    rows = questions.every(conference)
    below = {row.id} if row else set()
    for other in rows:  # in order, so that a child comes after its parent
        if other.shown_if_id in below:
            below.add(other.id)
    return [r for r in rows if r.retired is None and r.id not in below and r.kind in ("choice", "choices", "consent")]


def move(conference: Conference, row: Question, by: int, actor: str) -> None:
    """Move a question ``by`` places (−1 up, 1 down) among those on the form; at the end nothing happens. Raises ``Refused``
    when it would come before the question that decides about it."""
    seats.lock(conference)
    rows = questions.every(conference)
    live = [r for r in rows if r.retired is None]
    at = live.index(row) if row in live else -1
    to = at + by
    if at < 0 or not 0 <= to < len(live):
        return
    first, second = live[min(at, to)], live[max(at, to)]
    if second.shown_if_id == first.id:
        raise Refused(
            _("«%(question)s» må stå før spørsmålet det bestemmer over.", question=questions.described(first, conference).label)
        )
    live[at], live[to] = live[to], live[at]
    for position, other in enumerate([*live, *(r for r in rows if r.retired)]):
        other.position = position
    audit.record(actor, "question.moved", scope=conference.slug, subject=row.uid)
    db.session.flush()


def retire(conference: Conference, row: Question, actor: str) -> None:
    """Take a question off the form; its answers stay."""
    if row.retired is None:
        row.retired = now()
        audit.record(actor, "question.retired", scope=conference.slug, subject=row.uid)


def restore(conference: Conference, row: Question, actor: str) -> None:
    """Put a question back on the form, with its answers."""
    if row.retired is not None:
        row.retired = None
        audit.record(actor, "question.restored", scope=conference.slug, subject=row.uid)


def _set(row: Question, wanted: Wanted) -> None:
    if not row.preset:
        row.kind, row.label, row.help, row.options = wanted.kind, wanted.label, wanted.help, list(wanted.options)
    row.required, row.required_by = wanted.required, wanted.required_by
    row.shown_if, row.shown_if_value = wanted.parent, wanted.parent_value if wanted.parent else ""


def _room(conference: Conference, more: int) -> int:
    """The position of the next question."""
    query = select(func.count(), func.max(Question.position)).where(Question.conference_id == conference.id)
    count, last = db.session.execute(query).one()
    if count + more > MOST_QUESTIONS:
        raise Refused(_("Det er plass til %(n)s spørsmål. Ta heller bort eller endre et som er der.", n=MOST_QUESTIONS))
    return (last if last is not None else -1) + 1
