"""Placing everybody, in the worker: no transaction is open while it is worked out."""

from threading import Lock
from uuid import UUID

import structlog
from flask_babel import force_locale
from huey import crontab

from konferanse.common.errors import Refused
from konferanse.common.worker import queue
from konferanse.extensions import begin_write, db
from konferanse.groups import arranging
from konferanse.groups.models import SeatingRun

log = structlog.get_logger()
_busy = Lock()


def wake() -> None:
    """Tell the worker, after a commit, that people wait to be placed. A lost call costs a minute."""
    place()


@queue.task()  # type: ignore[untyped-decorator]
def place() -> None:
    """Place those who wait."""
    place_waiting()


@queue.periodic_task(crontab())  # type: ignore[untyped-decorator]
def place_left_behind() -> None:
    """What a worker that was stopped did not finish is begun again."""
    place_waiting()


def place_waiting() -> None:
    """Work out and take in each that waits, one after the other."""
    if not _busy.acquire(blocking=False):
        return
    try:
        _place_each()
    finally:
        _busy.release()


def _place_each() -> None:
    """One after the other, also those that are asked for while it goes on."""
    while ids := arranging.waiting():
        db.session.rollback()
        try:
            _place(ids[0])
        except Exception:  # one that fails must not stop the others, nor be tried for ever
            db.session.rollback()
            log.exception("seating.failed", run=ids[0])
            _refuse(ids[0], "")
    db.session.rollback()


def _place(run_id: int) -> None:
    begin_write()
    run = db.session.get_one(SeatingRun, run_id)
    run.status, uid, language = "running", run.uid, run.conference.language
    with force_locale(language):
        try:
            asked = arranging.question(run.conference, run.rounds, run.seed, run.composed)
            db.session.commit()
            arranged = arranging.arrange(asked, told=lambda done: _tell(run_id, uid, done))
            begin_write()
            if (still := arranging.still(run_id, uid)) is not None:
                arranging.finish(still, arranged)
            db.session.commit()
        except Refused as refusal:
            db.session.rollback()
            _refuse(run_id, refusal.message, uid)


def _tell(run_id: int, uid: UUID, done: int) -> None:
    begin_write()
    if (run := arranging.still(run_id, uid)) is not None:
        run.done_rounds = done
    db.session.commit()


def _refuse(run_id: int, problem: str, uid: UUID | None = None) -> None:
    begin_write()
    run = db.session.get(SeatingRun, run_id)
    if run is not None and uid in (None, run.uid):
        run.status, run.problem = "refused", problem
    db.session.commit()
