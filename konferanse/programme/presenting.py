"""Which speakers are shown to everybody, and nothing of the others."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme import releases
from konferanse.programme.models import Speaker


def presented(conference: Conference) -> list[Speaker]:
    """Those of the published programme who have agreed that something is shown of them, by name."""
    release = releases.published(conference)
    items = release.content["items"] if release else []
    named = {UUID(each["uid"]) for item in items for each in item.get("speakers", ()) if item.get("status") != "removed"}
    query = select(Speaker).where(Speaker.conference_id == conference.id, Speaker.consent.is_not(None))
    query = query.where((Speaker.bio != "") | Speaker.picture_id.is_not(None)).options(joinedload(Speaker.picture))
    return [row for row in db.session.scalars(query.order_by(Speaker.name, Speaker.id)) if row.uid in named]
