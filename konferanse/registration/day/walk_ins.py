"""Those who come without having signed up: signed up and checked in at once."""

from datetime import date
from uuid import UUID, uuid5

from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.access.signin import address_key
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import seats, signup
from konferanse.registration.day import attendance
from konferanse.registration.models import Registration


class SignedUpBefore(Refused):
    """The address is signed up already, as ``registration``."""

    def __init__(self, registration: Registration) -> None:
        super().__init__(_("%(email)s er allerede påmeldt.", email=registration.email))
        self.uid = registration.uid
        self.name = registration.name


def let_in(
    conference: Conference, wish: seats.SignUp, key: UUID, day: date, actor: str, *, anyway: bool = False
) -> tuple[Registration, attendance.Arrival]:
    """Sign somebody up for ``day`` and check them in. ``key`` twice is once.

    Without a seat they are let in only ``anyway``, and then they are there and still on the waiting list: seats are never
    oversold. Raises ``seats.NoSeatLeft`` and ``SignedUpBefore``.
    """
    outcome = signup.sign_up(conference, wish, key, actor=actor, any_time=True)
    if outcome.earlier:
        raise SignedUpBefore(outcome.earlier)
    if outcome.status == "waiting" and not anyway:
        raise seats.NoSeatLeft(_("Det er ingen ledig plass. Kryss av for å slippe inn likevel."))
    db.session.flush()
    row = outcome.registration or _repeated(conference, key, wish.email)
    row.conference = conference
    return row, attendance.check_in(row, day, actor)


def _repeated(conference: Conference, key: UUID, email: str) -> Registration:
    """The registration a repeated form made: ``seats.register`` stores the form's key, or one made from it."""
    keys = (key, uuid5(key, address_key(email)))
    query = select(Registration).where(Registration.conference_id == conference.id, Registration.key.in_(keys))
    return db.session.scalars(query.order_by(Registration.id.desc())).first() or _lost()


def _lost() -> Registration:
    raise Refused(_("Skjemaet var skadet. Se over det og send det på nytt."))
