"""Background work: one huey queue in the instance folder, its consumer, and the mail deliverer.

Rows are the truth (outbox, runs); the queue only wakes the worker, which also sweeps every minute.
"""

import smtplib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from flask import Flask, current_app
from flask_mail import Attachment, Message
from huey import crontab
from huey.api import Huey, Task
from huey.storage import SqliteStorage

from konferanse.common import links, outbox
from konferanse.extensions import begin_write, db, mail

log = structlog.get_logger()


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
    """Send what is due."""
    deliver_due()


@queue.periodic_task(crontab())  # type: ignore[untyped-decorator]
def sweep() -> None:
    """Send what a lost wake-up or a failed try left behind."""
    _show_alive()
    if current_app.config["MAIL_DELIVERY"]:
        deliver_due()


def deliver_due() -> int:
    """Send every due mail, one transaction each; returns how many were sent."""
    sent = 0
    while True:
        begin_write()
        row = outbox.claim()
        if row is None:
            db.session.rollback()
            return sent
        db.session.commit()
        reason = _send(row)
        begin_write()
        db.session.refresh(row)
        if reason is None:
            outbox.delivered(row)
            sent += 1
        else:
            outbox.postponed(row, reason)
            log.warning("mail.postponed", mail=str(row.uid), attempts=row.attempts, reason=reason)
        db.session.commit()


def _send(row: outbox.OutboxMail) -> str | None:
    message = Message(
        subject=row.subject,
        recipients=[row.recipient],
        body=links.fill_in(row.body),
        sender=current_app.config["MAIL_FROM"],
        reply_to=row.reply_to or None,
    )
    message.msgId = f"<{row.uid}@{current_app.config['MAIL_FROM'].rpartition('@')[2]}>"
    if row.calendar:
        kind = f"text/calendar; method={row.calendar['method']}; charset=utf-8"
        message.attachments.append(Attachment("konferanse.ics", kind, row.calendar["text"].encode()))
    try:
        mail.send(message)
    except (smtplib.SMTPException, OSError) as error:
        return f"{type(error).__name__}: {error}"
    return None
