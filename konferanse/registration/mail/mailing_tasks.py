"""Mailings sent by the worker, fifty people to a transaction."""

import time

import structlog
from huey import crontab

from konferanse.common.worker import queue, wake
from konferanse.extensions import begin_write, db
from konferanse.registration.mail import mailings

log = structlog.get_logger()
BREATH = 0.1  # seconds between transactions, in which those who sign up get in


@queue.task()  # type: ignore[untyped-decorator]
def send_mailings() -> None:
    """Go on with what somebody has just begun."""
    send_due_mailings()


@queue.periodic_task(crontab())  # type: ignore[untyped-decorator]
def sweep_mailings() -> None:
    """Begin what is due, and go on with what was broken off."""
    send_due_mailings()


def send_due_mailings() -> None:
    """Write every mail that is due to the outbox."""
    due = mailings.due()
    db.session.rollback()
    for mailing_id in due:
        try:
            more = True
            while more:
                begin_write()
                more = mailings.send_some(mailing_id)
                db.session.commit()
                time.sleep(BREATH if more else 0)
        except Exception:  # one that cannot be sent must not stop the others
            db.session.rollback()
            log.exception("mailing.failed", mailing=mailing_id)
    if due:
        wake()
