"""The versions of a presentation: each upload is kept, one is shown; and how much room all of it takes."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from konferanse.access.models import Staff
from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.common.storage import File, files
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.presentations import office
from konferanse.presentations.models import Presentation, PresentationPage, PresentationVersion, Video
from konferanse.programme.models import Speaker

MOST_VERSIONS = 20
MOST_PRESENTATIONS = 200
MOST_BYTES = 5_000_000_000


class NoRoom(Refused):
    """A limit on how much one conference keeps has been met."""


class Storage(NamedTuple):
    """What a conference keeps: how many presentations and bytes."""

    presentations: int
    size: int


def add(row: Presentation, file: File, actor: str) -> PresentationVersion:
    """Keep ``file`` as the newest version, which is then what everybody sees. Raises ``NoRoom``."""
    if len(row.versions) >= MOST_VERSIONS:
        raise NoRoom(_("Det er %(n)s versjoner av presentasjonen. Slett en av dem før du laster opp en ny.", n=MOST_VERSIONS))
    if row.file is not None and row.version is None:  # stored before there were versions
        row.versions.append(PresentationVersion(number=1, file=row.file, created=row.file.created))
    number = max((version.number for version in row.versions), default=0) + 1
    preview = "none" if file.content_type == office.KEY else "waiting"
    version = PresentationVersion(number=number, file=file, actor=actor, preview=preview)
    row.versions.append(version)
    row.file = file
    db.session.flush()
    return version


def find(row: Presentation, number: int) -> PresentationVersion | None:
    """The version of this presentation with that number."""
    return next((version for version in row.versions if version.number == number), None)


def bring_back(row: Presentation, version: PresentationVersion, actor: str, scope: str) -> None:
    """Let everybody see an earlier version again."""
    row.file, row.updated = version.file, now()
    audit.record(actor, "presentation.version.shown", scope=scope, subject=row.uid, version=version.number)
    db.session.flush()


def remove(row: Presentation, version: PresentationVersion, actor: str, scope: str) -> None:
    """Delete a version, its bytes and its pictures. Raises ``Refused`` for the one that is shown."""
    if version.file_id == row.file_id:
        raise Refused(_("Versjon %(n)s er den som vises. Hent fram en annen før du sletter den.", n=version.number))
    audit.record(actor, "presentation.version.removed", scope=scope, subject=row.uid, version=version.number)
    gone = files_of([version])
    row.versions.remove(version)
    db.session.flush()
    for file in gone:
        files.drop(file)
    db.session.flush()


def files_of(rows: Iterable[PresentationVersion]) -> list[File]:
    """The files of these versions and of the pictures of their pages."""
    ids = [row.id for row in rows]
    of_pages = select(PresentationPage.picture_id).where(PresentationPage.version_id.in_(ids))
    of_versions = select(PresentationVersion.file_id).where(PresentationVersion.id.in_(ids))
    return list(db.session.scalars(select(File).where(File.id.in_(of_pages.union(of_versions)))))


def with_pages(conference: Conference, uid: UUID) -> Presentation | None:
    """A presentation with its versions and their pages."""
    query = select(Presentation).where(Presentation.conference_id == conference.id, Presentation.uid == uid)
    pages = selectinload(Presentation.versions).selectinload(PresentationVersion.pages).joinedload(PresentationPage.picture)
    return db.session.scalar(query.options(pages, selectinload(Presentation.versions).joinedload(PresentationVersion.file)))


def storage(conference: Conference) -> Storage:
    """How much a conference keeps, old versions, pictures of pages and films included."""
    mine = select(Presentation.id).where(Presentation.conference_id == conference.id)
    versions = select(PresentationVersion.id).where(PresentationVersion.presentation_id.in_(mine))
    of_conference = Video.conference_id == conference.id
    kept = select(PresentationVersion.file_id).where(PresentationVersion.presentation_id.in_(mine))
    kept_ids = kept.union(
        select(PresentationPage.picture_id).where(PresentationPage.version_id.in_(versions)),
        select(Video.file_id).where(of_conference),
        select(Video.captions_id).where(of_conference),
    )
    count = select(func.count()).select_from(Presentation).where(Presentation.conference_id == conference.id).scalar_subquery()
    found = db.session.execute(select(count, func.coalesce(func.sum(File.size), 0)).where(File.id.in_(kept_ids))).one()
    return Storage(int(found[0]), int(found[1]))


def need_room(conference: Conference, more: int, *, is_new: bool) -> None:
    """Raises ``NoRoom`` when a conference keeps so much that ``more`` bytes, or one more presentation, do not fit."""
    there = storage(conference)
    if is_new and there.presentations >= MOST_PRESENTATIONS:
        raise NoRoom(_("Konferansen har %(n)s presentasjoner. Slett noen før du laster opp flere.", n=MOST_PRESENTATIONS))
    if there.size + more > MOST_BYTES:
        raise NoRoom(
            _("Konferansen har brukt opp plassen på %(n)s GB. Slett gamle versjoner først.", n=MOST_BYTES // 1_000_000_000)
        )


def names(rows: Iterable[PresentationVersion]) -> dict[str, str]:
    """Who uploaded each of ``rows``, by what the audit log calls them; empty for those who are gone."""
    found = dict.fromkeys((row.actor for row in rows), "")
    staff = {int(actor[6:]): actor for actor in found if actor.startswith("staff:") and actor[6:].isdigit()}
    for number, name in db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(staff))).all() if staff else ():
        found[staff[number]] = name
    uids = {uid: actor for actor in found if actor.startswith("speaker:") and (uid := _uuid(actor[8:]))}
    for uid, name in db.session.execute(select(Speaker.uid, Speaker.name).where(Speaker.uid.in_(uids))).all() if uids else ():
        found[uids[uid]] = name
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
