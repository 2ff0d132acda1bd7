"""What tests of input from the web share."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy import select

from konferanse.answers import web_input
from konferanse.answers.models import WebInput
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups.models import GroupTask

DESK = "/admin/k/prove/svar/nett"
FORM = "/k/prove/innspill/gi"


def opened(conference: Conference, *tasks: GroupTask, introduction: str = "") -> GroupTask:
    """Ask the web about ``tasks`` from now on; returns the first."""
    begin_write()
    web_input.set_up(conference, tasks, now(), None, introduction, "system")
    db.session.commit()
    return tasks[0]


def send(conference: Conference, texts: Mapping[str, str], key: UUID | None = None) -> int:
    """Hand it in as the form does; returns how many are new."""
    begin_write()
    added = web_input.hand_in(conference, texts, key or uuid4())
    db.session.commit()
    return added


def inputs(conference: Conference) -> list[WebInput]:
    """Everything that was sent, in the order it came."""
    db.session.rollback()
    return list(db.session.scalars(select(WebInput).where(WebInput.conference_id == conference.id).order_by(WebInput.id)))


def statuses(conference: Conference) -> dict[str, int]:
    """How many have each status, of those that are any."""
    return dict(Counter(own.status for own in inputs(conference)))
