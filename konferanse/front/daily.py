"""The daily run: forget what is due, remind organisers, and write the database anew. Each conference is a transaction."""

from pathlib import Path
from typing import NamedTuple

import structlog
from flask import current_app
from huey import crontab
from sqlalchemy.exc import SQLAlchemyError

from konferanse.answers import web_input
from konferanse.common.clock import today
from konferanse.common.compaction import compact
from konferanse.common.erasure import erasures
from konferanse.common.worker import queue, wake
from konferanse.extensions import begin_write, db
from konferanse.front import retention
from konferanse.presentations import forgetting as speaker_forgetting
from konferanse.registration import forgetting, seats

log = structlog.get_logger()


class Report(NamedTuple):
    """What a run did. ``forgotten`` is slug → counts, ``texts`` and ``inputs`` how many mails and inputs from the web lost
    their words; ``failed`` slugs are tried again the next day; ``compacted`` is False when a reader kept old pages on disk,
    None when nothing was deleted."""

    forgotten: dict[str, dict[str, int]]
    texts: int
    inputs: int
    reminders: int
    failed: list[str]
    compacted: bool | None


@queue.periodic_task(crontab(minute="15"))  # type: ignore[untyped-decorator]
def once_a_day() -> None:
    """Run when today's run is not done: a machine that was off at night catches up."""
    done: Path = current_app.config["INSTANCE"] / "retention.done"
    if done.exists() and done.read_text() == today().isoformat():
        return
    report = run(compact_always=True)
    if not report.failed and report.compacted:
        done.write_text(today().isoformat())


def run(*, compact_always: bool = False) -> Report:
    """Forget what is due today. ``compact_always`` also writes the database anew when only people themselves deleted."""
    forgotten: dict[str, dict[str, int]] = {}
    failed, reminders = [], 0
    for conference in retention.held_conferences():
        slug = conference.slug
        try:
            begin_write()
            seats.lock(conference)
            counts = retention.forget_due(conference)
            reminders += retention.remind(conference)
            db.session.commit()
        except (SQLAlchemyError, OSError) as error:
            db.session.rollback()
            failed.append(slug)
            log.error("retention.failed", conference=slug, reason=type(error).__name__)
            continue
        if counts:
            forgotten[slug] = dict(counts)
            log.info("retention.forgot", conference=slug, **counts)
    begin_write()
    texts, inputs = retention.forget_old_texts(), web_input.forget_decided()
    db.session.commit()
    erasures.forget_old()
    compacted = compact() if forgotten or texts or inputs or compact_always else None
    if reminders:
        wake()
    return Report(forgotten, texts, inputs, reminders, failed, compacted)


def forget_restored() -> int:
    """After a restore: forget again what was forgotten since the backup; returns how many rows. Commits."""
    begin_write()
    gone = forgetting.forget_again() + speaker_forgetting.forget_again() + erasures.apply()
    db.session.commit()
    run(compact_always=True)
    return gone
