"""The assignment as conferences share it: those under one change it together, and all of their public pages show it."""

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.access.models import Staff
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.access import organises_all
from konferanse.conference.models import Conference
from konferanse.extensions import db


def others(conference: Conference) -> Sequence[Conference]:
    """The other conferences under the same assignment, the first to be held first."""
    query = select(Conference).where(Conference.mandate_id == conference.mandate_id, Conference.id != conference.id)
    return db.session.scalars(query.order_by(Conference.first_date, Conference.id)).all()


def changed_by(staff: Staff, conference: Conference) -> None:
    """Let every page that shows the assignment know that it changes. Raises ``Refused`` unless ``staff`` organise each of the
    conferences under it."""
    sharing = others(conference)
    if not organises_all(staff, sharing):
        raise Refused(_("Flere konferanser deler dette oppdraget. Be en administrator om å endre det."))
    for each in (conference, *sharing):
        each.updated = now()
