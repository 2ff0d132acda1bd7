"""What presentations do in the worker: previews of what was uploaded, and publishing by the clock."""

from contextlib import ExitStack

import structlog
from huey import crontab
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from konferanse.common.clock import now
from konferanse.common.storage import files
from konferanse.common.worker import queue
from konferanse.extensions import begin_write, db
from konferanse.presentations import previews, uploads
from konferanse.presentations.models import Presentation, PresentationVersion, Video

log = structlog.get_logger()


def wake() -> None:
    """Tell the worker, after a commit, that a preview may wait. A lost call costs a minute."""
    draw()


@queue.task()  # type: ignore[untyped-decorator]
def draw() -> None:
    """Make the previews that wait."""
    make_waiting()


@queue.periodic_task(crontab())  # type: ignore[untyped-decorator]
def by_the_clock() -> None:
    """Publish what is due, and make the previews that a lost wake-up left behind."""
    publish_due()
    make_waiting()


def publish_due() -> None:
    """Note as published what has been public since its moment."""
    due = [db.session.scalar(select(m.id).where(m.publish_at <= now()).limit(1)) for m in (Presentation, Video)]
    if due == [None, None]:
        db.session.rollback()
        return
    begin_write()
    uploads.publish_due()
    db.session.commit()


def make_waiting() -> int:
    """Make every preview that waits, a transaction each; returns how many. One that fails does not hold the others."""
    made = 0
    for version_id in previews.waiting():
        try:
            made += make(version_id)
        except (OSError, SQLAlchemyError, _Gone) as error:
            db.session.rollback()
            log.warning("preview.failed", version=version_id, reason=type(error).__name__)
    return made


def make(version_id: int) -> bool:
    """Make the preview of a version, unless somebody else does."""
    begin_write()
    version = previews.claim(version_id)
    if version is None:
        db.session.commit()
        return False
    path, kind = files.path(version.file), version.file.content_type
    db.session.commit()
    with previews.reading(path, kind) as read, ExitStack() as stack:
        pictures = {}
        for page in read.pages:
            if page.picture is not None:
                content = stack.enter_context(page.picture.open("rb"))
                about = {"name": f"side-{page.number}.webp", "content_type": "image/webp"}
                pictures[page.number] = stack.enter_context(files.staged(content, **about))
        begin_write()
        row = db.session.get(PresentationVersion, version_id)
        if row is None or row.preview != "making":
            raise _Gone(version_id)  # deleted meanwhile: what was staged goes with it
        previews.keep(row, read, pictures)
        db.session.commit()
    log.info("preview.made", version=version_id, pages=len(read.pages), of=read.of)
    return True


class _Gone(Exception):
    """The version was deleted while its preview was made."""
