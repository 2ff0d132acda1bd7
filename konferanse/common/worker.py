"""Background work: one huey queue in the instance folder, its consumer, and the mail deliverer.

Rows are the truth (outbox, runs); the queue only wakes the worker, which also sweeps every minute.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Lock
from typing import Any, NamedTuple
from uuid import UUID

import structlog
from flask import Flask, current_app
from flask_mail import Attachment, Message
from huey import crontab
from huey.api import Huey, Task
from huey.storage import SqliteStorage

from konferanse.common import links, outbox, postman
from konferanse.common.postman import Postman, Refusal, ServerDown
from konferanse.extensions import begin_write, db

log = structlog.get_logger()
ENOUGH = 5  # mails the server puts off, one after the other, before it is left in peace for a minute
_busy, _asked = Lock(), Event()


class Queue(Huey):  # type: ignore[misc]
    """A huey that learns its storage from the app and runs every task in an app context."""

    app: Flask

    def __init__(self) -> None:
        super().__init__("konferanse", storage_class=SqliteStorage, results=False, filename=":memory:")

    def init_app(self, app: Flask) -> None:
        """Store tasks in ``<instance>/queue.db``."""
        self.app = app
        # huey opens this file with the standard library's older SQLite, hence not WAL.
        path: Path = app.config["INSTANCE"] / "queue.db"
        self.storage_kwargs = {"filename": str(path), "journal_mode": "delete"}
        self.storage = self.create_storage()

    def execute(self, task: Task, timestamp: Any = None) -> Any:
        """Run ``task`` in an app context of its own."""
        with self.app.app_context():
            return super().execute(task, timestamp)


queue = Queue()


def wake() -> None:
    """Tell the worker, after a commit, that mail may wait. A lost call costs a minute, never a mail."""
    if current_app.config["MAIL_DELIVERY"]:
        deliver()


def pulse() -> datetime | None:
    """When a worker last showed itself."""
    sign: Path = current_app.config["INSTANCE"] / "worker.alive"
    return datetime.fromtimestamp(sign.stat().st_mtime, UTC) if sign.exists() else None


def _show_alive() -> None:
    (current_app.config["INSTANCE"] / "worker.alive").touch()


def run(app: Flask, workers: int = 2) -> None:
    """Serve the queue until told to stop."""
    _show_alive()
    consumer: Callable[..., Any] = queue.create_consumer
    consumer(workers=workers, max_delay=1.0, graceful_signal="TERM", shutdown_timeout=10, flush_locks=True).run()


@queue.task()  # type: ignore[untyped-decorator]
def deliver() -> None:
    """Send what is due, unless the mail server is known to be down: then the sweep asks it each minute."""
    if postman.trouble() is None:
        _rounds()


@queue.periodic_task(crontab())  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Send what a lost wake-up or a failed try left behind."""
    _show_alive()
    if current_app.config["MAIL_DELIVERY"]:
        _rounds()


def _rounds() -> None:
    """One round at a time in this process, so that a slow mail server holds one thread and the other is free."""
    _asked.set()
    while _asked.is_set() and _busy.acquire(blocking=False):
        try:
            _asked.clear()
            deliver_due()
        finally:
            _busy.release()


def deliver_due() -> int:
    """Send every due mail over one connection, a transaction each; returns how many were sent.

    The round ends early when the server is down, or says "not now" to several in a row: it is asked again in a minute.
    """
    if not outbox.is_due():
        db.session.rollback()
        return 0
    db.session.rollback()
    sent = refused = 0
    with Postman() as post:
        try:
            post.open()
            while refused < ENOUGH and (job := _claim()):
                refusal = _hand_over(post, job)
                postman.note_well()
                if refusal is None:
                    sent, refused = sent + 1, 0
                elif not refusal.for_good:
                    refused += 1
        except ServerDown as down:
            postman.note_trouble(down.reason)
            log.warning("mail.server_down", sent=sent)
    return sent


class _Job(NamedTuple):
    uid: UUID
    attempts: int
    message: Message


def _claim() -> _Job | None:
    while True:
        begin_write()
        row = outbox.claim()
        if row is None:
            db.session.rollback()
            return None
        try:
            job = _Job(row.uid, row.attempts, _message(row))
        except Exception as error:  # one that cannot be made must not stand in the way of the rest
            log.exception("mail.unmade", mail=str(row.uid))
            outbox.failed(row, type(error).__name__)
            job = None
        db.session.commit()
        if job is not None:
            return job


def _hand_over(post: Postman, job: _Job) -> Refusal | None:
    """Raises ``ServerDown`` once the row says so; no transaction is open while the server is talked to."""
    try:
        refusal = post.hand_over(job.message)
    except ServerDown as down:
        _settle(job, outbox.postponed if down.in_doubt else outbox.put_back, down.reason)
        raise
    if refusal is None:
        _settle(job, outbox.delivered)
    else:
        _settle(job, outbox.failed if refusal.for_good else outbox.postponed, refusal.reason)
        log.warning("mail.refused", mail=str(job.uid), attempts=job.attempts, code=refusal.reason[:3])
    return refusal


def _settle(job: _Job, how: Callable[..., None], *reason: str) -> None:
    begin_write()
    row = outbox.claimed(job.uid, job.attempts)
    if row is not None:
        how(row, *reason)
    db.session.commit()


def _message(row: outbox.OutboxMail) -> Message:
    message = postman.message(
        subject=row.subject, recipients=[row.recipient], body=links.fill_in(row.body), reply_to=row.reply_to or None
    )
    message.msgId = outbox.message_id(row)
    if row.calendar:
        kind = f"text/calendar; method={row.calendar['method']}; charset=utf-8"
        message.attachments.append(Attachment("konferanse.ics", kind, row.calendar["text"].encode()))
    return message
