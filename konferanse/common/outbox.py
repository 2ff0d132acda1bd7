"""Mail as rows: written in the transaction they tell about, delivered afterwards by the worker, visible and repeatable.

A personal link stands in the row as ``[[purpose:uuid:generation]]`` and is filled in at sending, so that the outbox
holds no key to anybody's page.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import JSON, ColumnElement, String, Text, delete, func, null, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.extensions import Model, UtcDateTime, db

RETRY_AFTER = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720)]
ABANDONED = timedelta(minutes=10)


class OutboxMail(Model):
    """One plain-text mail. ``status`` is queued, sending, sent, failed, or held until an organiser lets it go; ``scope`` a
    conference's slug or empty."""

    __tablename__ = "outbox_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    scope: Mapped[str] = mapped_column(String(80), default="", index=True)
    about: Mapped[UUID | None] = mapped_column(index=True)  # the registration or invitation it is about
    kind: Mapped[str] = mapped_column(String(40))
    recipient: Mapped[str] = mapped_column(String(320))
    reply_to: Mapped[str] = mapped_column(String(320), default="")
    language: Mapped[str] = mapped_column(String(2), default="nb")
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    calendar: Mapped[dict[str, str] | None] = mapped_column(JSON)  # {"method": "REQUEST", "text": "BEGIN:VCALENDAR…"}
    status: Mapped[str] = mapped_column(String(10), default="queued", index=True)
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(String(500), default="")
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    due: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    sent: Mapped[datetime | None] = mapped_column(UtcDateTime)


def link_placeholder(purpose: str, uid: UUID, generation: int) -> str:
    """What stands for a personal link until the mail is sent."""
    return f"[[{purpose}:{uid}:{generation}]]"


def write(
    *,
    kind: str,
    recipient: str,
    subject: str,
    body: str,
    scope: str = "",
    language: str = "nb",
    reply_to: str = "",
    calendar: dict[str, str] | None = None,
    about: UUID | None = None,
) -> OutboxMail:
    """Queue a mail in the running transaction."""
    row = OutboxMail(
        kind=kind,
        recipient=recipient,
        subject=" ".join(subject.split())[:200],  # a subject is one line: no header can be smuggled in
        body=body,
        scope=scope,
        language=language,
        reply_to=reply_to,
        calendar=calendar,
        about=about,
    )
    db.session.add(row)
    return row


def claim() -> OutboxMail | None:
    """Take the next due mail and mark it as being sent; the caller has begun a write and commits."""
    moment = now()
    row = db.session.scalar(
        select(OutboxMail)
        .where(
            or_(OutboxMail.status == "queued", OutboxMail.status == "sending"),
            OutboxMail.due <= moment,
        )
        .order_by(OutboxMail.due, OutboxMail.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    # A worker that dies while sending leaves the row "sending"; it is due again after a while.
    row.status, row.attempts, row.due = "sending", row.attempts + 1, moment + ABANDONED
    return row


def delivered(row: OutboxMail) -> None:
    """The mail server took it."""
    row.status, row.sent, row.error = "sent", now(), ""


def postponed(row: OutboxMail, reason: str) -> None:
    """The mail server did not take it: try again later, or call it failed after the last try."""
    row.error = reason[:500]
    if row.attempts > len(RETRY_AFTER):
        row.status = "failed"
    else:
        row.status, row.due = "queued", now() + RETRY_AFTER[row.attempts - 1]


def send_again(row: OutboxMail) -> None:
    """Queue a failed or sent mail once more. Raises ``Refused`` for one whose text has been deleted."""
    if not row.body:
        raise Refused(_("Teksten i denne e-posten er slettet, så den kan ikke sendes igjen."))
    row.status, row.attempts, row.due, row.error = "queued", 0, now(), ""


def hold(about: UUID, kinds: Sequence[str] = ()) -> int:
    """Hold back the waiting mails about one registration, all or those of ``kinds``; returns how many. The worker never
    takes a held one."""
    query = select(OutboxMail).where(OutboxMail.about == about, OutboxMail.status == "queued")
    rows = db.session.scalars(query.where(OutboxMail.kind.in_(kinds)) if kinds else query).all()
    for row in rows:
        row.status = "held"
    return len(rows)


def held(scope: str) -> int:
    """How many mails of a conference are held back."""
    query = select(func.count(OutboxMail.id)).where(OutboxMail.scope == scope, OutboxMail.status == "held")
    return db.session.scalar(query) or 0


def release(scope: str, uids: Sequence[UUID] | None = None) -> int:
    """Let held mails of a conference go, all or those with ``uids``; returns how many."""
    gone = update(OutboxMail).where(*_held(scope, uids)).values(status="queued", due=now())
    return _count(gone)


def drop_held(scope: str, uids: Sequence[UUID] | None = None) -> int:
    """Delete held mails of a conference, all or those with ``uids``; returns how many."""
    return _count(delete(OutboxMail).where(*_held(scope, uids)))


def forget(which: ColumnElement[bool]) -> int:
    """Take out whom mails went to and what they said; what has not been sent never will be. Returns how many.

    That a mail of some kind was sent, and when, stays. One that is being sent this moment is not tried again.
    """
    unsent = _count(delete(OutboxMail).where(which, OutboxMail.status.not_in(("sent", "sending"))))
    blank = {"recipient": "", "reply_to": "", "subject": "", "body": "", "error": "", "calendar": null(), "about": None}
    said = which & ((OutboxMail.recipient != "") | (OutboxMail.body != ""))
    return unsent + _count(update(OutboxMail).where(said).values(**blank, attempts=len(RETRY_AFTER) + 1))


def forget_texts(before: datetime, scopes_kept: Sequence[str] = ()) -> int:
    """Take the texts out of mails sent ``before``; to whom and when they were sent stays. Returns how many."""
    old = (OutboxMail.status == "sent", OutboxMail.sent < before, OutboxMail.body != "")
    kept = OutboxMail.scope.not_in(list(scopes_kept))
    return _count(update(OutboxMail).where(*old, kept).values(body="", calendar=null()))


def _held(scope: str, uids: Sequence[UUID] | None) -> list[ColumnElement[bool]]:
    where = [OutboxMail.scope == scope, OutboxMail.status == "held"]
    return where if uids is None else [*where, OutboxMail.uid.in_(list(uids))]


def _count(statement: Any) -> int:
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]
