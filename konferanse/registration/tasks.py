"""What registration does by the clock, in the worker."""

from huey import crontab
from sqlalchemy import Select, select

from konferanse.common.clock import now
from konferanse.common.worker import queue, wake
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import signup
from konferanse.registration.models import Registration


@queue.periodic_task(crontab())  # type: ignore[untyped-decorator]
def settle_due() -> None:
    """Let offers lapse and give what is free to those who wait, in each conference where somebody does."""
    for conference_id in db.session.scalars(_waiting_for_the_clock()).all():
        conference = db.session.get_one(Conference, conference_id)
        begin_write()
        told = signup.settle(conference)
        db.session.commit()
        if told:
            wake()


def _waiting_for_the_clock() -> Select[int]:
    """Conferences with an offer that has lapsed, or with a line: held seats may have been let go, or the conference may be
    on again after seats were given up while it was off."""
    lapsed = (Registration.status == "offered") & (Registration.offer_expires <= now())
    due = select(Registration.conference_id).where(lapsed | (Registration.status == "waiting"))
    return select(Conference.id).where(Conference.id.in_(due), Conference.status == "published").order_by(Conference.id)
