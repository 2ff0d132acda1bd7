"""What speakers are to hand in, what they have, and what they lack.

A talk needs slides where somebody speaks in a plenary, parallel or digital item that is not called off, unless they have said
that they show none. Slides that staff uploaded at the item, without saying whose, count for everybody who speaks in it.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import joinedload

from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.outbox import OutboxMail
from konferanse.common.storage import File
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.presentations import uploads
from konferanse.presentations.models import Presentation
from konferanse.presentations.uploads import SlideValues
from konferanse.programme import speaker_editing, speaker_letters
from konferanse.programme.models import ItemSpeaker, ProgrammeItem, Speaker

TALKS = ("plenary", "parallel", "digital")
ACTOR = "speaker"
ASKED_FOR = {"bio", "consent", "slides", "summary"}
LACKS = ("email", "bio", "picture", "consent", "slides", "summary")  # in the order they are told


class Part(NamedTuple):
    """What somebody does in one item, and the deck they have there. ``needs_slides`` is whether one is expected."""

    item: ProgrammeItem
    part: str
    deck: Presentation | None
    needs_slides: bool

    @property
    def delivered(self) -> bool:
        """Whether there are slides."""
        return self.deck is not None and self.deck.file is not None


class Standing(NamedTuple):
    """How far a speaker is. ``lacks`` are among ``LACKS``; ``sent`` is when a link was last mailed, ``waiting`` that one is
    on its way."""

    speaker: Speaker
    parts: list[Part]
    lacks: list[str]
    sent: datetime | None
    waiting: bool

    @property
    def can_be_asked(self) -> bool:
        """Whether a reminder would reach them and be about something: they are in the programme, lack what they are asked
        for, and have an address. Nobody is written to for a picture alone."""
        return bool(self.speaker.email and self.parts and set(self.lacks) & ASKED_FOR)


class Count(NamedTuple):
    """Talks that need slides, and how many of them have."""

    delivered: int
    expected: int


def standings(conference: Conference) -> list[Standing]:
    """Every speaker of the conference, by name."""
    decks = _decks(conference)
    sent, waiting = _mailed(conference)
    found = []
    for speaker, items in speaker_editing.with_items(conference):
        parts = _parts(speaker, items, decks)
        mails = (sent.get(speaker.uid), speaker.uid in waiting)
        found.append(Standing(speaker, parts, lacks(speaker, parts), *mails))
    return found


def needs_slides() -> tuple[ColumnElement[bool], ...]:
    """The same rule for the database, of an ``ItemSpeaker``, its item and its speaker."""
    talk = (ProgrammeItem.kind.in_(TALKS), ProgrammeItem.status == "confirmed")
    return (ItemSpeaker.part == "speaker", ~Speaker.no_slides, *talk)


def count(rows: Sequence[Standing]) -> Count:
    """How many of the talks have slides."""
    needed = [part for row in rows for part in row.parts if part.needs_slides]
    return Count(sum(part.delivered for part in needed), len(needed))


def parts_of(speaker: Speaker) -> list[Part]:
    """What one speaker does, in the programme's order."""
    return _parts(speaker, speaker_editing.items_of(speaker), _decks(speaker.conference))


def part_of(speaker: Speaker, item_uid: UUID) -> Part | None:
    """What they do in the item with that id; None when they are not in it."""
    return next((part for part in parts_of(speaker) if part.item.uid == item_uid), None)


def own_deck(part: Part, speaker: Speaker) -> Presentation | None:
    """The deck they may change: their own, never one that staff uploaded for several or that another handed in."""
    deck = part.deck
    if deck is None or deck.speaker_id == speaker.id:
        return deck
    return deck if len(part.item.speakers) == 1 else None


def lacks(speaker: Speaker, parts: Sequence[Part]) -> list[str]:
    """What is missing, in the order of ``LACKS``. Whoever has been at their page and not agreed to be shown has answered."""
    needed = [part for part in parts if part.needs_slides]
    missing = {
        "email": not speaker.email,
        "bio": not speaker.bio,
        "picture": speaker.picture_id is None,
        "consent": speaker.consent is None and speaker.answered is None and bool(speaker.bio or speaker.picture_id),
        "slides": any(not part.delivered for part in needed),
        "summary": any(part.delivered and part.deck is not None and not part.deck.summary for part in needed),
    }
    return [what for what in LACKS if missing[what]]


def hand_in(speaker: Speaker, part: Part, title: str, summary: str, accepts: bool, file: File | None) -> Presentation | None:
    """Keep what a speaker sent in for one item: the newest file counts. Without a file and without a deck nothing is kept but
    that they have been here; None then. Slides they no longer want shown are withdrawn."""
    deck, scope = own_deck(part, speaker), speaker.conference.slug
    role = deck.speaker_role if deck is not None and deck.speaker_role else speaker.credit[:200]
    values = SlideValues(title, role, part.item.id, summary)
    if deck is not None and (deck.published or deck.publish_at) and not accepts:
        uploads.withdraw(deck, ACTOR, scope)
    if deck is not None:
        uploads.change(deck, values, file, ACTOR, scope)
    elif file is not None:
        deck = uploads.add(speaker.conference, values, file, ACTOR)
    speaker.answered = now()
    if deck is not None:
        deck.speaker_id = speaker.id
        if accepts != (deck.accepted is not None):
            deck.accepted = now() if accepts else None
            action = "presentation.accepted" if accepts else "presentation.unaccepted"
            audit.record(ACTOR, action, scope=scope, subject=deck.uid)
    db.session.flush()
    return deck


def merge(kept: Speaker, other: Speaker, actor: str) -> None:
    """Let two speakers be one, slides and all. Raises ``Refused``."""
    moved = update(Presentation).where(Presentation.speaker_id == other.id).values(speaker_id=kept.id)
    db.session.execute(moved.execution_options(synchronize_session="fetch"))
    speaker_editing.merge(kept, other, actor)


def _parts(speaker: Speaker, items: Sequence[ProgrammeItem], decks: dict[int, list[Presentation]]) -> list[Part]:
    found = []
    for item in items:
        part = next(each.part for each in item.speakers if each.speaker_id == speaker.id)
        theirs = [deck for deck in decks.get(item.id, []) if deck.speaker_id in (speaker.id, None)]
        deck = next((deck for deck in theirs if deck.speaker_id == speaker.id), theirs[0] if theirs else None)
        needs = part == "speaker" and item.kind in TALKS and item.status == "confirmed" and not speaker.no_slides
        found.append(Part(item, part, deck, needs))
    return found


def _decks(conference: Conference) -> dict[int, list[Presentation]]:
    query = select(Presentation).where(Presentation.conference_id == conference.id, Presentation.item_id.is_not(None))
    decks: dict[int, list[Presentation]] = {}
    for row in db.session.scalars(query.options(joinedload(Presentation.file)).order_by(Presentation.id)):
        decks.setdefault(row.item_id or 0, []).append(row)
    return decks


def _mailed(conference: Conference) -> tuple[dict[UUID, datetime], set[UUID]]:
    """When each speaker was last mailed a link, and to whom one is on its way."""
    mine = (OutboxMail.scope == conference.slug, OutboxMail.kind.in_(speaker_letters.KINDS), OutboxMail.about.is_not(None))
    done = select(OutboxMail.about, func.max(OutboxMail.sent)).where(*mine, OutboxMail.sent.is_not(None))
    newest = db.session.execute(done.group_by(OutboxMail.about)).all()
    queued = select(OutboxMail.about).where(*mine, OutboxMail.status.in_(("queued", "sending", "held")))
    under_way = {about for about in db.session.scalars(queued) if about}
    return {about: sent for about, sent in newest if about and sent}, under_way
