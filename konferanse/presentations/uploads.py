"""Presentations and videos of one conference: added, changed, published, put in order, deleted."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.common.storage import File, files
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.presentations import outline, versions
from konferanse.presentations.models import Presentation, Video


class NoSummary(Refused):
    """Slides are published with a written summary: a public body may not offer a PDF alone (EN 301 549)."""


class SlideValues(NamedTuple):
    """What a form says of a presentation. ``item_id`` is the programme item it belongs to; ``language`` is the slides', None
    where the form does not ask."""

    title: str
    speaker_role: str
    item_id: int | None
    summary: str
    language: str | None = None


class VideoValues(NamedTuple):
    """What a form says of a video."""

    title: str
    summary: str
    transcript: str
    caption_language: str
    item_id: int | None = None


def presentations(conference: Conference, *, only_published: bool = False) -> list[Presentation]:
    """The presentations in the organiser's order."""
    query = select(Presentation).where(Presentation.conference_id == conference.id)
    query = query.options(joinedload(Presentation.file), joinedload(Presentation.item), selectinload(Presentation.versions))
    if only_published:
        query = query.where(Presentation.public_now(), Presentation.file_id.is_not(None))
    return list(db.session.scalars(query.order_by(Presentation.position, Presentation.id)))


def videos(conference: Conference, *, only_published: bool = False) -> list[Video]:
    """The videos, oldest first."""
    query = select(Video).where(Video.conference_id == conference.id)
    query = query.options(joinedload(Video.file), joinedload(Video.captions), joinedload(Video.item))
    if only_published:
        query = query.where(Video.public_now())
    return list(db.session.scalars(query.order_by(Video.id)))


def find(conference: Conference, uid: UUID) -> Presentation | None:
    """The presentation of this conference with that id."""
    query = select(Presentation).where(Presentation.conference_id == conference.id, Presentation.uid == uid)
    return db.session.scalar(query.options(joinedload(Presentation.file)))


def find_video(conference: Conference, uid: UUID) -> Video | None:
    """The video of this conference with that id."""
    query = select(Video).where(Video.conference_id == conference.id, Video.uid == uid)
    return db.session.scalar(query.options(joinedload(Video.file), joinedload(Video.captions)))


def add(conference: Conference, values: SlideValues, file: File, actor: str, *, uid: UUID | None = None) -> Presentation:
    """A new presentation, last in the order and not yet public. ``uid`` is the form's own, so that one sent twice is known
    again: see ``find``. Raises ``NoRoom``."""
    versions.need_room(conference, file.size, is_new=True)
    last = select(func.max(Presentation.position)).where(Presentation.conference_id == conference.id)
    position = db.session.scalar(last)
    said: dict[str, Any] = {name: value for name, value in values._asdict().items() if value is not None}
    if uid is not None:
        said["uid"] = uid
    row = Presentation(conference_id=conference.id, position=0 if position is None else position + 1, **said)
    db.session.add(row)
    versions.add(row, file, actor)
    audit.record(actor, "presentation.added", scope=conference.slug, subject=row.uid, file=str(file.uid))
    return row


def change(row: Presentation, values: SlideValues, file: File | None, actor: str, scope: str) -> None:
    """Change what is said of a presentation; a new file becomes its next version, unless it is the one that is there.

    Raises ``NoSummary`` and ``NoRoom``."""
    for name, value in values._asdict().items():
        if name != "language" or value is not None:
            setattr(row, name, value)
    row.updated = now()
    if file is not None and (row.file is None or row.file.sha256 != file.sha256):
        conference = db.session.get_one(Conference, row.conference_id)
        versions.need_room(conference, file.size, is_new=False)
        versions.add(row, file, actor)
    elif file is not None:
        files.drop_bytes(file.uid)  # sent again after a line that fell out
        file = None
    if row.published or row.publish_at:
        _need_summary(row)
    audit.record(actor, "presentation.changed", scope=scope, subject=row.uid, file=str(file.uid) if file else "")
    db.session.flush()


def add_video(conference: Conference, values: VideoValues, film: File, captions: File, actor: str) -> Video:
    """A new video, not yet public. Raises ``NoRoom``."""
    versions.need_room(conference, film.size + captions.size, is_new=False)
    row = Video(conference_id=conference.id, file=film, captions=captions, **values._asdict())
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "video.added", scope=conference.slug, subject=row.uid, file=str(film.uid))
    return row


def change_video(row: Video, values: VideoValues, film: File | None, captions: File | None, actor: str, scope: str) -> None:
    """Change what is said of a video, and its files where new ones came."""
    versions.need_room(db.session.get_one(Conference, row.conference_id), film.size if film else 0, is_new=False)
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
        _need_summary(row)
    row.published, row.publish_at = row.published or now(), None
    audit.record(actor, f"{_kind(row)}.published", scope=scope, subject=row.uid)
    db.session.flush()


def schedule(row: Presentation | Video, moment: datetime, actor: str, scope: str) -> None:
    """Show it to everybody from ``moment`` on, a whole minute, since pages are kept for one. Raises ``NoSummary``."""
    moment = moment.replace(second=0, microsecond=0)
    if moment <= now():
        publish(row, actor, scope)
        return
    if isinstance(row, Presentation):
        _need_summary(row)
    row.published, row.publish_at = None, moment
    audit.record(actor, f"{_kind(row)}.scheduled", scope=scope, subject=row.uid, at=moment.isoformat())
    db.session.flush()


def publish_due() -> int:
    """Note those whose moment has come as published; returns how many. They have been public since that moment."""
    decks = db.session.scalars(select(Presentation).where(Presentation.publish_at <= now())).all()
    films = db.session.scalars(select(Video).where(Video.publish_at <= now())).all()
    due: list[Presentation | Video] = [*decks, *films]
    for row in due:
        row.published, row.publish_at = row.published or row.publish_at, None
        scope = db.session.get_one(Conference, row.conference_id).slug
        audit.record("system", f"{_kind(row)}.published", scope=scope, subject=row.uid)
    db.session.flush()
    return len(due)


def withdraw(row: Presentation | Video, actor: str, scope: str) -> None:
    """Show it to staff only; the file stays."""
    row.published = row.publish_at = None
    audit.record(actor, f"{_kind(row)}.withdrawn", scope=scope, subject=row.uid)
    db.session.flush()


def remove(row: Presentation | Video, actor: str, scope: str) -> None:
    """Delete it and its files, every version of them."""
    owned = _files_of(row)
    audit.record(actor, f"{_kind(row)}.removed", scope=scope, subject=row.uid)
    db.session.delete(row)
    db.session.flush()
    for file in owned:
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


def _files_of(row: Presentation | Video) -> list[File]:
    if isinstance(row, Video):
        return [file for file in (row.file, row.captions) if file is not None]
    owned = {file.id: file for file in versions.files_of(row.versions)}
    if row.file is not None:
        owned[row.file.id] = row.file
    return list(owned.values())


def titles(row: Presentation) -> list[str]:
    """What the slides of the version that is shown are called."""
    version = row.version
    return [page.title for page in version.pages if page.title] if version else []


def _need_summary(row: Presentation) -> None:
    if not row.summary:
        raise NoSummary(_("Skriv et sammendrag først, så de som ikke kan lese lysbildene, også får vite hva som ble sagt."))
    if outline.is_untouched(row.summary, titles(row)):
        raise NoSummary(_("Sammendraget er bare titlene på lysbildene. Skriv om til hele setninger om hva som ble sagt."))


@event.listens_for(Session, "before_flush")
def _files_go_with_the_conference(session: Session, _context: Any, _instances: Any) -> None:
    """A conference that is deleted takes its presentations with it in the database; their bytes lie outside it."""
    for conference in [row for row in session.deleted if isinstance(row, Conference)]:
        with session.no_autoflush:
            for file in _all_files(session, conference):
                files.drop_bytes(file.uid)
                session.delete(file)


def _all_files(session: Session, conference: Conference) -> set[File]:
    decks = session.scalars(select(Presentation).where(Presentation.conference_id == conference.id)).all()
    films = session.scalars(select(Video).where(Video.conference_id == conference.id)).all()
    rows: list[Presentation | Video] = [*decks, *films]
    return {file for row in rows for file in _files_of(row)}
