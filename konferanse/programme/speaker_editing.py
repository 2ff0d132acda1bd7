"""Changing speakers: what is said of one, two that are the same person, and one that is gone."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from hashlib import sha256
from io import BytesIO
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from konferanse.common import audit, links, outbox, photographs
from konferanse.common.clock import local, now
from konferanse.common.erasure import erasures
from konferanse.common.errors import Refused
from konferanse.common.outbox import OutboxMail
from konferanse.common.storage import files
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme import editing, history
from konferanse.programme.models import ItemSpeaker, ProgrammeItem, Speaker

WITHDRAWN = "speaker_withdrawn"  # how the erasure list calls somebody who took back their consent
PORTRAIT = 800  # px on the longest side of a speaker's picture
Hours = Mapping[date, tuple[time, time]]


class AboutValues(NamedTuple):
    """What a speaker can say of themselves. ``consent`` is that bio and picture are published, ``hours`` when they can come,
    empty for any time."""

    bio: str
    picture_alt: str
    consent: bool
    wishes: str
    no_slides: bool
    hours: Hours


class SpeakerValues(NamedTuple):
    """What only staff say of a speaker."""

    name: str
    role: str
    organisation: str
    email: str
    language: str


def add(conference: Conference, values: SpeakerValues, actor: str) -> Speaker:
    """A new speaker."""
    row = Speaker(conference=conference, **values._asdict())
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "speaker.added", scope=conference.slug, subject=row.uid)
    return row


def change(row: Speaker, values: SpeakerValues, actor: str) -> None:
    """Change who it is. Another address stops the link that was sent to the old one."""
    if row.email and values.email != row.email:
        stop_links(row)
    for name, value in values._asdict().items():
        setattr(row, name, value)
    _redirect_drafts(row)
    audit.record(actor, "speaker.changed", scope=row.conference.slug, subject=row.uid)
    db.session.flush()


def describe(row: Speaker, values: AboutValues, actor: str, picture: BytesIO | None = None, *, drop: bool = False) -> None:
    """Change what is told of a speaker. ``picture`` comes instead of the one that is there; ``drop`` takes that away."""
    row.bio, row.picture_alt, row.wishes, row.no_slides = values.bio, values.picture_alt, values.wishes, values.no_slides
    row.available = windows(values.hours)
    if values.consent != (row.consent is not None):
        row.consent = now() if values.consent else None
        if not values.consent:
            erasures.note(WITHDRAWN, [row.uid])  # a restored backup must not publish it again
        action = "speaker.consented" if values.consent else "speaker.consent_withdrawn"
        audit.record(actor, action, scope=row.conference.slug, subject=row.uid)
    if picture is not None or drop:
        drop_picture(row)
    if picture is not None:
        name = f"innleder{photographs.ENDING}"
        row.picture = files.keep(picture, name=name, content_type=photographs.CONTENT_TYPE)
    audit.record(actor, "speaker.described", scope=row.conference.slug, subject=row.uid)
    db.session.flush()


def told_by(row: Speaker) -> str:
    """A mark that is another when what they can say of themselves is changed: a form knows by it whether it is old."""
    said = [row.bio, row.picture_alt, row.wishes, row.no_slides, row.available, row.consent is not None, row.picture_id]
    return sha256(json.dumps(said).encode()).hexdigest()[:16]


def drop_picture(row: Speaker) -> None:
    """Delete the picture, and its bytes once that is committed."""
    old, row.picture = row.picture, None
    db.session.flush()
    if old is not None:
        erasures.note("file", [old.uid])
        files.drop(old)


def windows(hours: Hours) -> list[list[str]]:
    """``hours`` as they are stored: [start, end] pairs of ISO times in UTC."""
    return [[editing.moment(day, clock).isoformat() for clock in pair] for day, pair in sorted(hours.items())]


def hours(row: Speaker) -> dict[date, tuple[time, time]]:
    """When they can come on the Norwegian clock, by day."""
    pairs = [[local(datetime.fromisoformat(at)) for at in pair] for pair in row.available]
    return {start.date(): (start.time(), end.time()) for start, end in pairs}


def stop_links(row: Speaker) -> None:
    """Stop the links that were sent, and those on their way; the next one works."""
    row.generation += 1
    outbox.forget((OutboxMail.about == row.uid) & OutboxMail.status.in_(("queued", "held")))
    _redirect_drafts(row)
    db.session.flush()


def _redirect_drafts(row: Speaker) -> None:
    """What nobody has sent yet goes to the address that is right now, with the link that works."""
    drafts = select(OutboxMail).where(OutboxMail.about == row.uid, OutboxMail.status == "draft")
    for mail in db.session.scalars(drafts.with_for_update()):
        mail.recipient = row.email
        mail.body = links.PLACEHOLDER.sub(outbox.link_placeholder("innleder", row.uid, row.generation), mail.body)


def set_parts(row: Speaker, parts: Mapping[UUID, str], actor: str) -> None:
    """What they do in each of their items, by the item's uid."""
    for item in items_of(row):
        mine = next(each for each in item.speakers if each.speaker_id == row.id)
        if (part := parts.get(item.uid, mine.part)) != mine.part:
            with history.edit(row.conference, actor, "changed", item.title):
                mine.part = part
                item.version += 1
            audit.record(actor, "programme.item_changed", scope=row.conference.slug, subject=item.uid)
    db.session.flush()


def items_of(row: Speaker) -> list[ProgrammeItem]:
    """The items of the working copy they take part in, in order."""
    query = (
        select(ProgrammeItem).join(ItemSpeaker).where(ItemSpeaker.speaker_id == row.id, editing.HERE).options(*editing.WHOLE)
    )
    return list(db.session.scalars(query.order_by(ProgrammeItem.start, ProgrammeItem.number)))


def merge(kept: Speaker, other: Speaker, actor: str) -> None:
    """Two rows that are one person: ``kept`` takes over the items of ``other`` and whatever it lacks itself, and ``other``
    is gone. Consent was given for one text and picture, so it goes with them."""
    if kept.id == other.id or kept.conference_id != other.conference_id:
        raise Refused(_("Velg to forskjellige innledere."))
    mine = {each.item_id for each in db.session.scalars(select(ItemSpeaker).where(ItemSpeaker.speaker_id == kept.id))}
    for item in items_of(other):
        each = next(row for row in item.speakers if row.speaker_id == other.id)
        if item.id not in mine:
            item.speakers.append(ItemSpeaker(speaker=kept, part=each.part, position=each.position))
        item.speakers.remove(each)
        item.version += 1
    _take_over(kept, other)
    audit.record(actor, "speaker.merged", scope=kept.conference.slug, subject=kept.uid, other=str(other.uid))
    db.session.flush()
    outbox.forget((OutboxMail.about == other.uid) & OutboxMail.status.in_(("queued", "held", "draft")))
    drop_picture(other)
    db.session.delete(other)
    db.session.flush()


def _take_over(kept: Speaker, other: Speaker) -> None:
    published = (kept.bio, kept.picture) == ("", None)
    for name in ("role", "organisation", "email", "available", "answered"):
        setattr(kept, name, getattr(kept, name) or getattr(other, name))
    kept.wishes = "\n".join(dict.fromkeys(text for text in (kept.wishes, other.wishes) if text))
    kept.no_slides = kept.no_slides or other.no_slides
    if published:
        kept.bio, kept.consent, kept.picture_alt = other.bio, other.consent, other.picture_alt
        kept.picture, other.picture = other.picture, None
    elif other.bio and other.bio != kept.bio:
        # Two texts about one person: both are kept for whoever merges to choose from, and neither is shown till they have.
        kept.bio, kept.consent = f"{kept.bio}\n\n{other.bio}".strip(), None


def remove(row: Speaker, actor: str) -> None:
    """Delete somebody who is in no item. Raises ``Refused``."""
    if items_of(row):
        raise Refused(_("%(name)s står i programmet. Ta innlederen ut av programpostene først.", name=row.name))
    audit.record(actor, "speaker.removed", scope=row.conference.slug, subject=row.uid)
    erasures.note("speaker", [row.uid])
    outbox.forget(OutboxMail.about == row.uid)
    drop_picture(row)
    db.session.delete(row)
    db.session.flush()


def with_items(conference: Conference) -> list[tuple[Speaker, Sequence[ProgrammeItem]]]:
    """Every speaker, by name, with their items in order."""
    query = select(Speaker).where(Speaker.conference_id == conference.id).options(selectinload(Speaker.picture))
    mine: dict[int, list[ProgrammeItem]] = {}
    for item in editing.items(conference):
        for each in item.speakers:
            mine.setdefault(each.speaker_id, []).append(item)
    rows = db.session.scalars(query.order_by(Speaker.name, Speaker.organisation, Speaker.id))
    return [(row, mine.get(row.id, [])) for row in rows]
