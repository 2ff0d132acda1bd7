"""Forgetting people. A whole conference's are made anonymous: what counts stays, what tells who it was goes. One person who
has signed off is deleted altogether.

Every uid is written to the erasure list before the transaction commits, so that a restored backup forgets the same people.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, func, select, update

from konferanse.common import audit, outbox
from konferanse.common.clock import now
from konferanse.common.erasure import erasures
from konferanse.common.errors import Refused
from konferanse.common.outbox import OutboxMail
from konferanse.common.storage import File, files
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import organisations, seats
from konferanse.registration.models import (
    AccessNeed,
    BulkAction,
    Invitation,
    QuestionAnswer,
    Registration,
)

T = TypeVar("T")
NAMELESS = "–"
HEALTH = "retention.health"  # how the log calls the deletion of health data; its detail has the counts
FORGOTTEN = "forgotten"  # how the erasure list calls registrations that were made anonymous and not deleted
CHUNK = 500  # both databases take this many values in one statement


def forget_health(conference: Conference) -> dict[str, dict[str, int]]:
    """Delete every need of the conference, and from the log which ones were opened; returns how many there were of each kind
    with each status."""
    counted = select(AccessNeed.kind, AccessNeed.status, func.count()).join(Registration)
    there = db.session.execute(
        counted.where(Registration.conference_id == conference.id).group_by(AccessNeed.kind, AccessNeed.status)
    ).all()
    mine = AccessNeed.registration_id.in_(select(Registration.id).where(Registration.conference_id == conference.id))
    uids = list(db.session.scalars(select(AccessNeed.uid).where(mine)))
    erasures.note("access_need", uids)
    db.session.execute(delete(AccessNeed).where(mine))
    audit.forget(conference.slug, action="needs.")
    kinds: dict[str, dict[str, int]] = {}
    for kind, status, count in there:
        kinds.setdefault(kind, {})[status] = count
    return kinds


def forget_people(conference: Conference) -> Counter[str]:
    """Make everybody who was signed up anonymous; returns how many of each thing were changed or deleted. Again is nothing.

    Type, county, days, attendance, status, language and seating stay: they are the statistics.
    """
    counts = _make_anonymous(conference, Registration.conference_id == conference.id)
    here = Invitation.conference_id == conference.id
    known = (Invitation.contact_email != "") | (Invitation.contact_name != "")
    counts["contacts"] += _rows(update(Invitation).where(here, known).values(contact_name="", contact_email=""))
    counts["bulk_actions"] += _rows(delete(BulkAction).where(BulkAction.conference_id == conference.id))
    counts["mails"] += outbox.forget(OutboxMail.scope == conference.slug)
    # Who filled a held seat is forgotten too, so none is held any longer; what was invited still counts.
    longer = Invitation.held_until.is_(None) | (Invitation.held_until > conference.last_date)
    _rows(update(Invitation).where(here, longer).values(held_until=conference.last_date))
    organisations.drop_unused()
    return +counts


def erase(registration: Registration) -> None:
    """Delete everything about somebody who has signed off (GDPR art. 17). Raises ``Refused`` while they are signed up."""
    seats.lock_with(registration)
    if registration.status != "cancelled":
        raise Refused(_("Meld av først. Da går plassen til den neste, og så kan alt slettes."))
    _erase(registration)
    organisations.drop_unused()


def forget_again() -> int:
    """After a restore: delete and make anonymous everybody on the erasure list who came back; returns how many."""
    gone = 0
    for uids in _chunks(erasures.uids("registration")):
        for row in db.session.scalars(select(Registration).where(Registration.uid.in_(uids))).all():
            _erase(row)
            gone += 1
    for uids in _chunks(erasures.uids(FORGOTTEN)):
        back = Registration.uid.in_(uids) & Registration.forgotten.is_(None)
        ids = db.session.scalars(select(Registration.conference_id).where(back).distinct()).all()
        for conference in db.session.scalars(select(Conference).where(Conference.id.in_(ids))).all():
            gone += _make_anonymous(conference, back)["people"]
    # An answer that points to a file on the list was given with that file, and another has replaced it since.
    for uids in _chunks(erasures.uids("file")):
        listed = select(File.id).where(File.uid.in_(uids))
        gone += _rows(delete(QuestionAnswer).where(QuestionAnswer.file_id.in_(listed)))
    organisations.drop_unused()
    return gone


def _make_anonymous(conference: Conference, which: ColumnElement[bool]) -> Counter[str]:
    """Registrations of ``conference`` among ``which`` that are not anonymous yet, with everything that hangs on them."""
    which = which & (Registration.conference_id == conference.id) & Registration.forgotten.is_(None)
    people = db.session.execute(select(Registration.id, Registration.uid).where(which)).all()
    counts = Counter(people=len(people))
    erasures.note(FORGOTTEN, [row.uid for row in people])
    for chunk in _chunks(people):
        ids, uids = [row.id for row in chunk], [row.uid for row in chunk]
        counts["needs"] += _delete_needs(ids)
        counts["answers"] += _delete_answers(ids)
        counts["mails"] += outbox.forget(OutboxMail.about.in_(uids))
        audit.forget(conference.slug, subjects=[str(uid) for uid in uids])
        nothing = dict.fromkeys(("email", "email_key", "phone", "organisation_name", "inviter", "mail_trouble"), "")
        unknown = dict.fromkeys(("organisation_id", "invitation_id", "party", "offer_expires", "accepted_privacy"))
        changed = {"name": NAMELESS, "key": Registration.uid, "forgotten": now(), "updated": now()}
        query = update(Registration).where(Registration.id.in_(ids)).values(**nothing, **unknown, **changed)
        db.session.execute(query.execution_options(synchronize_session=False))
    db.session.expire_all()
    return +counts


def _erase(registration: Registration) -> None:
    erasures.note("registration", [registration.uid])
    conference, uid = registration.conference, registration.uid
    _delete_needs([registration.id])
    _delete_answers([registration.id])
    # Mail about something else with the same address, a new sign-up or an invitation, is not this one's to delete.
    addressed = (OutboxMail.scope == conference.slug) & (OutboxMail.recipient == (registration.email or "-"))
    outbox.forget((OutboxMail.about == uid) | (addressed & OutboxMail.about.is_(None)))
    audit.forget(conference.slug, subjects=[str(uid)])
    for action in db.session.scalars(select(BulkAction).where(BulkAction.conference_id == conference.id)):
        action.before = {key: value for key, value in action.before.items() if key not in (str(uid), uid.hex)}
    db.session.delete(registration)
    db.session.flush()


def _delete_needs(ids: Sequence[int]) -> int:
    mine = AccessNeed.registration_id.in_(ids)
    erasures.note("access_need", list(db.session.scalars(select(AccessNeed.uid).where(mine))))
    return _rows(delete(AccessNeed).where(mine))


def _delete_answers(ids: Sequence[int]) -> int:
    """Answers to the organiser's own questions, consents among them, and the bytes of files once that is committed."""
    mine = QuestionAnswer.registration_id.in_(ids)
    sent_in = db.session.scalars(select(File).join(QuestionAnswer, QuestionAnswer.file_id == File.id).where(mine)).all()
    erasures.note("file", [file.uid for file in sent_in])
    count = _rows(delete(QuestionAnswer).where(mine))
    for file in sent_in:
        files.drop(file)
    return count


def _rows(statement: Any) -> int:
    result = db.session.execute(statement.execution_options(synchronize_session=False))
    return int(result.rowcount)  # type: ignore[attr-defined]


def _chunks(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + CHUNK] for start in range(0, len(rows), CHUNK))
