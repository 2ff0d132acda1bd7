"""Mail as rows: written in the transaction they tell about, delivered afterwards by the worker, visible and repeatable.

A personal link stands in the row as ``[[purpose:uuid:generation]]`` and is filled in at sending, so that the outbox
holds no key to anybody's page.
"""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import JSON, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from konferanse.common.clock import now
from konferanse.extensions import Model, UtcDateTime, db

RETRY_AFTER = [timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720)]
ABANDONED = timedelta(minutes=10)


class OutboxMail(Model):
    """One plain-text mail. ``status`` is queued, sending, sent or failed; ``scope`` a conference's slug or empty."""

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
    """Queue a failed or sent mail once more."""
    row.status, row.attempts, row.due, row.error = "queued", 0, now(), ""
