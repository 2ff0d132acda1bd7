"""What the speakers of the demo conferences have told us, and what they have not."""

import json
from datetime import time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select

from konferanse.common.clock import now
from konferanse.common.storage import files
from konferanse.conference.models import Conference
from konferanse.demo import slides
from konferanse.extensions import db
from konferanse.presentations import handing_in
from konferanse.presentations.models import SlideDeadline
from konferanse.programme import speaker_editing, speakers
from konferanse.programme.models import ItemSpeaker, Speaker

TOLD = Path(__file__).parent / "data" / "speakers.json"


def load(conference: Conference) -> None:
    """Fill in the speakers of ``conference``, which is in the demo."""
    told = json.loads(TOLD.read_text())[conference.slug]
    known = {speaker.credit: speaker for speaker in speakers.speakers(conference)}
    for about in told["speakers"]:
        _fill(known[about["credit"]], about)
    if before := told.get("deadline_days_before"):
        db.session.add(SlideDeadline(conference_id=conference.id, due=conference.first_date - timedelta(days=before)))
    db.session.flush()


def move(conference: Conference, by: timedelta) -> None:
    """Move the deadline, and when they can come, along with the days of the conference, which are not moved yet."""
    for row in db.session.scalars(select(SlideDeadline).where(SlideDeadline.conference_id == conference.id)):
        row.due, row.reminded = row.due + by, None
    for speaker in speakers.speakers(conference):
        moved = {day + by: pair for day, pair in speaker_editing.hours(speaker).items()}
        speaker.available = speaker_editing.windows(moved)


def _fill(speaker: Speaker, about: dict[str, Any]) -> None:
    speaker.email, speaker.bio, speaker.wishes = (about.get(key, "") for key in ("email", "bio", "wishes"))
    speaker.no_slides = about.get("no_slides", False)
    speaker.consent = now() if about.get("consent") else None
    days = speaker.conference.dates
    windows = {days[n]: (time.fromisoformat(a), time.fromisoformat(b)) for n, a, b in about.get("available", ())}
    speaker.available = speaker_editing.windows(windows)
    if part := about.get("part"):
        for row in db.session.scalars(select(ItemSpeaker).where(ItemSpeaker.speaker_id == speaker.id)):
            row.part = part
    db.session.flush()
    if deck := about.get("slides"):
        _hand_in(speaker, deck)


def _hand_in(speaker: Speaker, deck: dict[str, Any]) -> None:
    pages = [slides.Slide(title, tuple(points)) for title, *points in deck["points"]]
    content = BytesIO(slides.make(deck["format"], deck["title"], pages))
    kind = slides.MEDIA_TYPES[deck["format"]]
    kept = files.keep(content, name=f"{deck['title']}.{deck['format']}", content_type=kind)
    handing_in.hand_in(speaker, handing_in.parts_of(speaker)[0], deck["title"], deck["summary"], accepts=True, file=kept)
