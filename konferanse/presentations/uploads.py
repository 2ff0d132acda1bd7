"""Presentations and videos of one conference: added, changed, published, put in order, deleted."""

from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.common.storage import File, files
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.presentations.models import Presentation, Video


class NoSummary(Refused):
    """Slides are published with a written summary: a public body may not offer a PDF alone (EN 301 549)."""


class SlideValues(NamedTuple):
    """What a form says of a presentation. ``item_id`` is the programme item it belongs to."""

    title: str
    speaker_role: str
    item_id: int | None
    summary: str


class VideoValues(NamedTuple):
    """What a form says of a video."""

    title: str
    summary: str
    transcript: str
    caption_language: str


def presentations(conference: Conference, *, only_published: bool = False) -> list[Presentation]:
    """The presentations in the organiser's order."""
    query = select(Presentation).where(Presentation.conference_id == conference.id)
    query = query.options(joinedload(Presentation.file), joinedload(Presentation.item))
    if only_published:
        query = query.where(Presentation.published.is_not(None), Presentation.file_id.is_not(None))
    return list(db.session.scalars(query.order_by(Presentation.position, Presentation.id)))


def videos(conference: Conference, *, only_published: bool = False) -> list[Video]:
    """The videos, oldest first."""
    query = (
        select(Video).where(Video.conference_id == conference.id).options(joinedload(Video.file), joinedload(Video.captions))
    )
    if only_published:
        query = query.where(Video.published.is_not(None))
    return list(db.session.scalars(query.order_by(Video.id)))


def find(conference: Conference, uid: UUID) -> Presentation | None:
    """The presentation of this conference with that id."""
    query = select(Presentation).where(Presentation.conference_id == conference.id, Presentation.uid == uid)
    return db.session.scalar(query.options(joinedload(Presentation.file)))


def find_video(conference: Conference, uid: UUID) -> Video | None:
    """The video of this conference with that id."""
    query = select(Video).where(Video.conference_id == conference.id, Video.uid == uid)
    return db.session.scalar(query.options(joinedload(Video.file), joinedload(Video.captions)))


def add(conference: Conference, values: SlideValues, file: File, actor: str) -> Presentation:
    """A new presentation, last in the order and not yet public."""
    last = select(func.max(Presentation.position)).where(Presentation.conference_id == conference.id)
    position = db.session.scalar(last)
    row = Presentation(
        conference_id=conference.id, file=file, position=0 if position is None else position + 1, **values._asdict()
    )
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "presentation.added", scope=conference.slug, subject=row.uid, file=str(file.uid))
    return row


def change(row: Presentation, values: SlideValues, file: File | None, actor: str, scope: str) -> None:
    """Change what is said of a presentation, and its file where a new one came. Raises ``NoSummary``."""
    for name, value in values._asdict().items():
        setattr(row, name, value)
    if row.published:
        _need_summary(row.summary)
    row.updated = now()
    if file is not None:
        db.session.add(file)
        old, row.file = row.file, file
        db.session.flush()
        if old is not None:
            files.drop(old)
    audit.record(actor, "presentation.changed", scope=scope, subject=row.uid, file=str(file.uid) if file else "")
    db.session.flush()


def add_video(conference: Conference, values: VideoValues, film: File, captions: File, actor: str) -> Video:
    """A new video, not yet public."""
    row = Video(conference_id=conference.id, file=film, captions=captions, **values._asdict())
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "video.added", scope=conference.slug, subject=row.uid, file=str(film.uid))
    return row


def change_video(row: Video, values: VideoValues, film: File | None, captions: File | None, actor: str, scope: str) -> None:
    """Change what is said of a video, and its files where new ones came."""
    for name, value in values._asdict().items():
        setattr(row, name, value)
    old = [row.file if film else None, row.captions if captions else None]
    row.file, row.captions = film or row.file, captions or row.captions
    db.session.flush()
    for file in old:
        if file is not None:
            files.drop(file)
    audit.record(actor, "video.changed", scope=scope, subject=row.uid)
    db.session.flush()


def publish(row: Presentation | Video, actor: str, scope: str) -> None:
    """Show it to everybody. Raises ``NoSummary``."""
    if isinstance(row, Presentation):
        _need_summary(row.summary)
    row.published = row.published or now()
    audit.record(actor, f"{_kind(row)}.published", scope=scope, subject=row.uid)
    db.session.flush()


def withdraw(row: Presentation | Video, actor: str, scope: str) -> None:
    """Show it to staff only; the file stays."""
    row.published = None
    audit.record(actor, f"{_kind(row)}.withdrawn", scope=scope, subject=row.uid)
    db.session.flush()


def remove(row: Presentation | Video, actor: str, scope: str) -> None:
    """Delete it and its files."""
    owned = [row.file, row.captions] if isinstance(row, Video) else [row.file]
    audit.record(actor, f"{_kind(row)}.removed", scope=scope, subject=row.uid)
    db.session.delete(row)
    db.session.flush()
    for file in owned:
        if file is not None:
            files.drop(file)
    db.session.flush()


def move(conference: Conference, row: Presentation, by: int, actor: str) -> None:
    """Move a presentation ``by`` places (−1 up, 1 down); at the end of the list nothing happens."""
    ordered = presentations(conference)
    at = next(index for index, other in enumerate(ordered) if other.id == row.id)
    to = at + by
    if not 0 <= to < len(ordered):
        return
    ordered.insert(to, ordered.pop(at))
    for position, other in enumerate(ordered):
        other.position = position
    audit.record(actor, "presentation.moved", scope=conference.slug, subject=row.uid)
    db.session.flush()


def _kind(row: Presentation | Video) -> str:
    return "video" if isinstance(row, Video) else "presentation"


def _need_summary(summary: str) -> None:
    if not summary:
        raise NoSummary(_("Skriv et sammendrag først, så de som ikke kan lese lysbildene, også får vite hva som ble sagt."))
