"""A programme item's own page: the item as it is published, its neighbours, who speaks, and what they showed."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from konferanse.common.storage import File
from konferanse.conference import pictures
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.presentations.models import Presentation
from konferanse.programme import agenda, releases
from konferanse.programme.agenda import Entry
from konferanse.programme.models import ProgrammeItem, ProgrammeRelease, Speaker


class Person(NamedTuple):
    """Somebody who speaks. ``bio`` and ``picture`` are empty unless they agreed that these are published."""

    uid: str
    name: str
    role: str
    organisation: str
    part: str
    bio: str
    picture: File | None
    picture_alt: str


class ItemPage(NamedTuple):
    """What the page shows. ``before`` and ``after`` are the neighbours in the programme's order."""

    release: ProgrammeRelease
    entry: Entry
    before: Entry | None
    after: Entry | None
    people: list[Person]
    presentations: list[Presentation]


def item_page(conference: Conference, uid: UUID) -> ItemPage | None:
    """The page of a published item; None where the newest release does not hold it."""
    release = releases.published(conference)
    entries = agenda.shown(release.content) if release else []
    at = next((number for number, entry in enumerate(entries) if entry.uid == str(uid)), None)
    if release is None or at is None:
        return None
    return ItemPage(
        release,
        entries[at],
        entries[at - 1] if at else None,
        entries[at + 1] if at + 1 < len(entries) else None,
        _people(conference, entries[at].speakers),
        _presentations(conference, uid),
    )


def portrait(conference: Conference, uid: UUID) -> File | None:
    """The picture of somebody who speaks in the published programme and agreed that it is shown."""
    release = releases.published(conference)
    speaks = {speaker["uid"] for entry in agenda.shown(release.content) for speaker in entry.speakers} if release else set()
    if str(uid) not in speaks:
        return None
    who = _agreed(conference, [uid]).get(str(uid))
    return _picture(who) if who else None


def _people(conference: Conference, speakers: Iterable[dict[str, str]]) -> list[Person]:
    """As the release names them; what they wrote of themselves as it is now, since they may take it back."""
    named = list(speakers)
    agreed = _agreed(conference, [UUID(speaker["uid"]) for speaker in named])
    return [_person(speaker, agreed.get(speaker["uid"])) for speaker in named]


def _person(named: dict[str, str], who: Speaker | None) -> Person:
    return Person(
        uid=named["uid"],
        name=named["name"],
        role=named["role"],
        organisation=named["organisation"],
        part=named["part"],
        bio=who.bio if who else "",
        picture=_picture(who) if who else None,
        picture_alt=who.picture_alt if who else "",
    )


def _agreed(conference: Conference, uids: list[UUID]) -> dict[str, Speaker]:
    """Those of ``uids`` who agreed that bio and picture are published."""
    query = select(Speaker).where(Speaker.conference_id == conference.id, Speaker.uid.in_(uids), Speaker.consent.is_not(None))
    return {str(who.uid): who for who in db.session.scalars(query.options(joinedload(Speaker.picture)))} if uids else {}


def _picture(who: Speaker) -> File | None:
    """Their picture, where it is of a kind that is safe to show and has words for those who do not see it."""
    picture = who.picture
    return picture if picture and picture.content_type in pictures.TYPES and who.picture_alt else None


def _presentations(conference: Conference, uid: UUID) -> list[Presentation]:
    query = (
        select(Presentation)
        .join(ProgrammeItem, Presentation.item_id == ProgrammeItem.id)
        .where(
            Presentation.conference_id == conference.id,
            ProgrammeItem.uid == uid,
            Presentation.published.is_not(None),
            Presentation.file_id.is_not(None),
        )
        .options(joinedload(Presentation.file))
    )
    return list(db.session.scalars(query.order_by(Presentation.position, Presentation.id)))
