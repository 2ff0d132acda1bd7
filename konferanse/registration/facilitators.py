"""Those who lead the tables, as the programme's checks need them: they cannot speak elsewhere during group work."""

from collections.abc import Collection

from sqlalchemy import select

from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme.checking import TABLE_LEADERS
from konferanse.registration.models import SEATED, Registration


def addresses(conference: Conference) -> Collection[str]:
    """The keys of their addresses."""
    leads = (Registration.role == "facilitator", Registration.status.in_(SEATED), Registration.email_key != "")
    query = select(Registration.email_key).where(Registration.conference_id == conference.id, *leads)
    return db.session.scalars(query).all()


TABLE_LEADERS.append(addresses)
