"""Mail as rows: written in the transaction they tell about, delivered afterwards by the worker, visible and repeatable.

A personal link stands in the row as ``[[purpose:uuid:generation]]`` and is filled in at sending, so that the outbox
holds no key to anybody's page.
"""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import JSON, ColumnElement, String, Text, delete, func, null, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from konferanse.common import links
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.extensions import Model, UtcDateTime, db

# For two hours often, so that a passing fault delays nobody by more than ten minutes; then hourly for a day.
RETRY_AFTER = [timedelta(minutes=m) for m in (1, 2, 5, *(10,) * 12, *(60,) * 22)]
ABANDONED = timedelta(minutes=10)
SETTLED = ("sent", "bounced", "failed", "held", "draft")  # the worker leaves these alone


class OutboxMail(Model):
    """One plain-text mail; ``scope`` is a conference's slug or empty.

    ``status`` is queued, sending, sent, failed (the server said no), bounced (it came back later), held until a person
    has looked, or draft: written by the product for a person to send; ``recipient`` is empty while no address is known.
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
    """Queue a mail that failed, came back, was held or was sent once more; one that is on its way is left alone.

    Raises ``Refused`` for one whose text has been deleted, and for one to nobody.
    """
    if not row.body:
        raise Refused(_("Teksten i denne e-posten er slettet, så den kan ikke sendes igjen."))
    if not row.recipient:
        raise Refused(_("Vi har ingen adresse å sende denne e-posten til. Legg inn e-postadressen først."))
    if row.status not in ("queued", "sending"):
        row.status, row.attempts, row.due, row.error = "queued", 0, now(), ""


def hold(about: UUID, kinds: Sequence[str] = ()) -> int:
    """Hold back the waiting mails about one registration, all or those of ``kinds``; returns how many. The worker never
    takes a held one."""
    query = select(OutboxMail).where(OutboxMail.about == about, OutboxMail.status == "queued")
    rows = db.session.scalars(query.where(OutboxMail.kind.in_(kinds)) if kinds else query).all()
    for row in rows:
        row.status = "held"
    return len(rows)


def is_held(about: UUID) -> bool:
    """Whether a mail about one registration or invitation is held back."""
    held_back = select(OutboxMail.id).where(OutboxMail.about == about, OutboxMail.status == "held")
    return db.session.scalar(held_back.limit(1)) is not None


def drop_delayed(about: UUID) -> int:
    """Delete mails about one registration that were to go later and have not been tried: another tells the newest. What
    the organiser has written (``message``) stays. Returns how many."""
    later = (OutboxMail.status == "queued", OutboxMail.attempts == 0, OutboxMail.due > now())
    return _count(delete(OutboxMail).where(OutboxMail.about == about, OutboxMail.kind != "message", *later))


def held(scope: str) -> int:
    """How many mails of a conference are held back."""
    query = select(func.count(OutboxMail.id)).where(OutboxMail.scope == scope, OutboxMail.status == "held")
    return db.session.scalar(query) or 0


def release(scope: str, uids: Sequence[UUID] | None = None) -> int:
    """Let held mails of a conference go, all or those with ``uids``, but for those whose text has been deleted; returns
    how many."""
    gone = update(OutboxMail).where(*_held(scope, uids), OutboxMail.body != "").values(status="queued", due=now())
    return _count(gone)


def drop_held(scope: str, uids: Sequence[UUID] | None = None) -> int:
    """Delete held mails of a conference, all or those with ``uids``; returns how many."""
    return _count(delete(OutboxMail).where(*_held(scope, uids)))


def forget(which: ColumnElement[bool]) -> int:
    """Take out whom mails went to and what they said; what has not been sent never will be. Returns how many.

    That a mail of some kind was sent, and when, stays. One that is being sent this moment is not tried again.
    """
    unsent = _count(delete(OutboxMail).where(which, OutboxMail.status.not_in(("sent", "sending", "bounced"))))
    blank = {"recipient": "", "reply_to": "", "subject": "", "body": "", "error": "", "calendar": null(), "about": None}
    said = which & ((OutboxMail.recipient != "") | (OutboxMail.body != ""))
    return unsent + _count(update(OutboxMail).where(said).values(**blank, attempts=len(RETRY_AFTER) + 1))


def forget_texts(before: datetime, scopes_kept: Sequence[str] = ()) -> int:
    """Take the texts, and what mail servers said, out of mails sent ``before``, or written before when they were never
    sent; those on their way are left alone. To whom and when they were sent stays. Returns how many."""
    old = (OutboxMail.status.in_(SETTLED), func.coalesce(OutboxMail.sent, OutboxMail.created) < before)
    says = (OutboxMail.body != "") | (OutboxMail.error != "")
    kept = OutboxMail.scope.not_in(list(scopes_kept))
    return _count(update(OutboxMail).where(*old, says, kept).values(body="", error="", calendar=null()))


def _held(scope: str, uids: Sequence[UUID] | None) -> list[ColumnElement[bool]]:
    where = [OutboxMail.scope == scope, OutboxMail.status == "held"]
    return where if uids is None else [*where, OutboxMail.uid.in_(list(uids))]


def _count(statement: Any) -> int:
    return int(db.session.execute(statement).rowcount)  # type: ignore[attr-defined]


def _due() -> tuple[ColumnElement[bool], ...]:
    return or_(OutboxMail.status == "queued", OutboxMail.status == "sending"), OutboxMail.due <= now()


def _settled(row: OutboxMail) -> None:
    for listener in _listeners:
        listener(row)
