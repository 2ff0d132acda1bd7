"""What the organiser says to all tables at once. A new one takes the place of the last."""

from sqlalchemy import delete, select

from konferanse.answers.models import Notice
from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.tables import hold

LONGEST = 300


def notice_of(conference: Conference) -> Notice | None:
    """What is said now."""
    return db.session.scalar(select(Notice).where(Notice.conference_id == conference.id))


def say(conference: Conference, text: str, actor: str) -> None:
    """Say ``text`` to every table."""
    hold(conference)
    notice = notice_of(conference) or Notice(conference_id=conference.id)
    db.session.add(notice)
    notice.text, notice.sent = text, now()
    db.session.flush()
    audit.record(actor, "notice.sent", scope=conference.slug)


def take_down(conference: Conference) -> None:
    """Say nothing more."""
    db.session.execute(delete(Notice).where(Notice.conference_id == conference.id))
