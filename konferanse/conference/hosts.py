"""The organisation that answers for a conference's data. Conferences may share one; only who organises them all, or an
administrator, changes it."""

from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import func, select

from konferanse.access.models import Staff
from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.access import organises_all
from konferanse.conference.models import Conference, Host
from konferanse.extensions import db


class Details(NamedTuple):
    """What is said of a host; ``org_nr`` is nine digits or empty."""

    name: str
    org_nr: str
    address: str
    privacy_contact: str
    privacy_email: str
    accessibility_url: str


def describe(conference: Conference, details: Details, staff: Staff) -> Host:
    """Make ``details`` those of the conference's host; the caller commits. Raises ``Refused``."""
    named = db.session.scalar(select(Host).where(func.lower(Host.name) == details.name.lower()))
    host = conference.host
    if named is not None and named is not host:
        if named.org_nr != details.org_nr:
            raise Refused(_("%(name)s er registrert med et annet organisasjonsnummer. Se over nummeret.", name=named.name))
        host = named  # joined as it is; changing it takes a second visit, and the right to
    elif host is None:
        host = Host(**details._asdict())
        db.session.add(host)
    else:
        _only_theirs(host, staff)
        for name, value in details._asdict().items():
            setattr(host, name, value)
    conference.host, conference.updated = host, now()
    db.session.flush()
    audit.record(staff.actor, "host.described", scope=conference.slug, subject=conference.uid)
    return host


def _only_theirs(host: Host, staff: Staff) -> None:
    """Raise ``Refused`` unless ``staff`` organise every conference of ``host``."""
    if not organises_all(staff, db.session.scalars(select(Conference).where(Conference.host_id == host.id)).all()):
        raise Refused(_("Flere konferanser deler dette vertskapet. Be en administrator om å endre det."))
