"""Reminding speakers by the clock, in the worker."""

from huey import crontab

from konferanse.common.clock import local, now
from konferanse.common.worker import queue, wake
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations import deadlines

FROM, TO = 8, 20  # nobody is written to at night


@queue.periodic_task(crontab(minute="5"))  # type: ignore[untyped-decorator]
def remind_speakers() -> None:
    """Remind those who lack something when the deadline comes near, in each conference once for each deadline."""
    if not FROM <= local(now()).hour < TO:
        return
    for conference_id in deadlines.waiting_for_the_clock():
        conference = db.session.get_one(Conference, conference_id)
        begin_write()
        sent = deadlines.remind_by_the_clock(conference)
        db.session.commit()
        if sent:
            wake()
