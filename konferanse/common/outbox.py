"""Mail as rows: written in the transaction they tell about, delivered afterwards by the worker, visible and repeatable.

A personal link stands in the row as ``[[purpose:uuid:generation]]`` and is filled in at sending, so that the outbox
holds no key to anybody's page.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID, uuid4

from sqlalchemy import JSON, ColumnElement, String, Text, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from konferanse.common import links
from konferanse.common.clock import now
from konferanse.extensions import Model, UtcDateTime, db

# For two hours often, so that a passing fault delays nobody by more than ten minutes; then hourly for a day.
RETRY_AFTER = [timedelta(minutes=m) for m in (1, 2, 5, *(10,) * 12, *(60,) * 22)]
ABANDONED = timedelta(minutes=10)


class OutboxMail(Model):
    """One plain-text mail; ``scope`` is a conference's slug or empty.

    ``status`` is queued, sending, sent, failed (the server said no), bounced (it came back later), or held until a person
    has looked.
    """

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


def message_id(row: OutboxMail) -> str:
    """The Message-ID header: the same each time the mail is tried."""
    return f"<{row.uid}@{links.sender().rpartition('@')[2]}>"


Told = TypeVar("Told", bound=Callable[[OutboxMail], None])
_listeners: list[Callable[[OutboxMail], None]] = []


def when_settled(listener: Told) -> Told:
    """Have ``listener`` told, in the same transaction, of each mail that was sent or that failed or came back."""
    _listeners.append(listener)
    return listener


def is_due() -> bool:
    """Whether any mail is to be sent now."""
    return db.session.scalar(select(OutboxMail.id).where(*_due()).limit(1)) is not None


def claim() -> OutboxMail | None:
    """Take the next due mail and mark it as being sent; the caller has begun a write and commits."""
    row = db.session.scalar(
        select(OutboxMail).where(*_due()).order_by(OutboxMail.due, OutboxMail.id).limit(1).with_for_update(skip_locked=True)
    )
    if row is None:
        return None
    # A worker that dies while sending leaves the row "sending"; it is due again after a while.
    row.status, row.attempts, row.due = "sending", row.attempts + 1, now() + ABANDONED
    return row


def claimed(uid: UUID, attempts: int) -> OutboxMail | None:
    """The mail as it was claimed, locked; None when it is gone or somebody else has taken it over since."""
    query = select(OutboxMail).where(OutboxMail.uid == uid, OutboxMail.status == "sending", OutboxMail.attempts == attempts)
    return db.session.scalar(query.with_for_update())


def delivered(row: OutboxMail) -> None:
    """The mail server took it."""
    row.status, row.sent, row.error = "sent", now(), ""
    _settled(row)


def postponed(row: OutboxMail, reason: str) -> None:
    """The mail server would not take it now: try again later, or call it failed after the last try."""
    if row.attempts > len(RETRY_AFTER):
        failed(row, reason)
    else:
        row.status, row.due, row.error = "queued", now() + RETRY_AFTER[row.attempts - 1], reason[:500]


def failed(row: OutboxMail, reason: str, status: str = "failed") -> None:
    """The mail server refused it for good, or it came back (``bounced``)."""
    row.status, row.error = status, reason[:500]
    _settled(row)


def put_back(row: OutboxMail, reason: str) -> None:
    """The server went down before it had the mail: that was no try."""
    row.status, row.attempts, row.due, row.error = "queued", row.attempts - 1, now(), reason[:500]


def send_again(row: OutboxMail) -> None:
    """Queue a mail that failed, came back, was held or was sent once more; one that is on its way is left alone."""
    if row.status not in ("queued", "sending"):
        row.status, row.attempts, row.due, row.error = "queued", 0, now(), ""


def _due() -> tuple[ColumnElement[bool], ...]:
    return or_(OutboxMail.status == "queued", OutboxMail.status == "sending"), OutboxMail.due <= now()


def _settled(row: OutboxMail) -> None:
    for listener in _listeners:
        listener(row)
