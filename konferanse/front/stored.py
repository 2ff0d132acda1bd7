"""Everything that is stored about one participant (GDPR art. 15 and 20), for the holder of the personal link."""

from datetime import date, datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from konferanse.answers import votes
from konferanse.common import links
from konferanse.common.audit import AuditEntry
from konferanse.common.outbox import OutboxMail
from konferanse.extensions import db
from konferanse.groups.models import Seating, SeatingWish, Table
from konferanse.registration.models import AccessNeed, Attendance, QuestionAnswer, Registration
from konferanse.registration.personal import substitution
from konferanse.registration.questions import questions

OWN = (
    "name", "email", "phone", "organisation_name", "organisation_type", "county", "attendance", "role", "language", "inviter",
    "source", "status", "queued", "offer_expires", "accepted_privacy", "mail_trouble", "created", "updated",
)  # fmt: skip


def about(registration: Registration) -> dict[str, Any]:
    """What is stored, as JSON can hold it. A fixed number of queries; nothing about anybody else.

    Somebody who got the seat from another sees what was written since then.
    """
    conference = registration.conference
    got_it = substitution.last_handed_over(registration.uid)
    return {
        "conference": {"title": conference.title, "first_date": conference.first_date, "last_date": conference.last_date},
        "controller": conference.host.name if conference.host else "",
        "registration": {name: getattr(registration, name) for name in OWN} | {"days": registration.dates},
        "invitation": _invitation(registration),
        "answers": _answers(registration),
        "needs": _needs(registration),
        "attendance": _attendance(registration),
        "tables": _tables(registration),
        "seating_wishes": _wishes(registration),
        "votes": votes.about(registration),
        "mails": _mails(registration),
        "log": _log(registration, got_it),
    }


def as_json(value: Any) -> str:
    """Dates and times as ISO; what ``json`` asks of a value it does not know."""
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is not stored about anybody")


def _invitation(registration: Registration) -> dict[str, Any] | None:
    invitation = registration.invitation
    return {"organisation": invitation.organisation_name} if invitation else None


def _answers(registration: Registration) -> list[dict[str, Any]]:
    rows = sorted(questions.held(registration).values(), key=lambda row: (row.question.position, row.question_id))
    return [_answer(registration, row) for row in rows]


def _answer(registration: Registration, row: QuestionAnswer) -> dict[str, Any]:
    asked = questions.described(row.question, registration.conference)
    return {
        "question": asked.label,
        "kind": asked.kind,
        "answer": questions.words(asked, row.value),
        "value": row.value,
        "given": row.given,
        "withdrawn": row.withdrawn,
    }


def _needs(registration: Registration) -> list[dict[str, Any]]:
    query = select(AccessNeed).where(AccessNeed.registration_id == registration.id).order_by(AccessNeed.id)
    names = ("kind", "text", "consented", "status", "reply")
    return [{name: getattr(row, name) for name in names} for row in db.session.scalars(query)]


def _attendance(registration: Registration) -> list[dict[str, Any]]:
    query = select(Attendance).where(Attendance.registration_id == registration.id).order_by(Attendance.date)
    return [{"date": row.date, "at": row.at, "left": row.left} for row in db.session.scalars(query)]


def _tables(registration: Registration) -> list[dict[str, Any]]:
    query = select(Seating).join(Table).where(Seating.registration_id == registration.id).order_by(Seating.id)
    rows = db.session.scalars(query.options(joinedload(Seating.table))).all()
    return [{"table": row.table.number, "round": row.round, "since": row.started, "until": row.ended} for row in rows]


def _wishes(registration: Registration) -> list[str]:
    """Of what kind; whom else a wish is about is theirs."""
    about = (SeatingWish.person_id == registration.id) | (SeatingWish.other_id == registration.id)
    return list(db.session.scalars(select(SeatingWish.kind).where(about).order_by(SeatingWish.id)))


def _mails(registration: Registration) -> list[dict[str, Any]]:
    """Mails to this person: those about the registration that went to another address are somebody else's."""
    here = (OutboxMail.about == registration.uid, OutboxMail.recipient == registration.email)
    rows = db.session.scalars(select(OutboxMail).where(*here).order_by(OutboxMail.id)).all()
    return [
        {
            "kind": row.kind,
            "subject": row.subject,
            "text": links.hide(row.body, _("[lenken til siden din]")),
            "written": row.created,
            "sent": row.sent,
            "status": row.status,
        }
        for row in rows
    ]


def _log(registration: Registration, got_it: AuditEntry | None) -> list[dict[str, Any]]:
    needs = select(AccessNeed.uid).where(AccessNeed.registration_id == registration.id)
    subjects = [str(uid) for uid in (registration.uid, *db.session.scalars(needs))]
    query = select(AuditEntry).where(AuditEntry.subject.in_(subjects)).order_by(AuditEntry.id)
    if got_it is not None:
        query = query.where(AuditEntry.id >= got_it.id)
    rows = db.session.scalars(query)
    # Who of the staff did it is theirs; that it was the organiser is enough here.
    return [{"at": row.at, "action": row.action, "by": row.actor.split(":")[0]} for row in rows]
