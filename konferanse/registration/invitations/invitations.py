"""Invited organisations: seats are held for each, and its contact fills them, with names later and others in their place.

Whoever has an address gets a confirmation and a page of their own; the contact looks after those without. Seats that nobody
has filled when ``held_until`` has passed are no longer held (``ledger``). Whoever takes part digitally uses no held seat;
there may be as many of them as there are seats.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import func, select

from konferanse.common import audit
from konferanse.common.alphabet import alphabetical
from konferanse.common.clock import now, today
from konferanse.common.errors import Refused
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import seats, signup
from konferanse.registration.invitations import letters
from konferanse.registration.models import LIVE, SEATED, Invitation, Registration
from konferanse.registration.organisations import organisation_id
from konferanse.registration.personal import substitution
from konferanse.registration.signup import CONTACT


class Invited(NamedTuple):
    """An organisation to invite."""

    organisation: str
    contact_email: str
    seats: int
    type: str = "annet"
    county: str = "annet"
    contact_name: str = ""


class Delegate(NamedTuple):
    """Somebody whom the contact signs up."""

    name: str
    email: str
    attendance: str
    days: tuple[date, ...]


class Row(NamedTuple):
    """An invitation as the organiser sees it. ``filled`` are its seats with somebody in them.

    ``state``: new, waiting (for names), filled, over, closed.
    """

    invitation: Invitation
    filled: int
    reminded: datetime | None

    @property
    def unfilled(self) -> int:
        """Seats without a name."""
        return max(0, self.invitation.seats - self.filled)

    @property
    def state(self) -> str:
        """Where it stands."""
        if self.invitation.closed:
            return "closed"
        if not self.unfilled:
            return "filled"
        if not is_held(self.invitation) or self.invitation.conference.status != "published":
            return "over"
        return "waiting" if self.invitation.sent else "new"


class NoRoom(Refused):
    """The invitation has no seat left to fill."""


def is_held(invitation: Invitation) -> bool:
    """Whether seats are still held for it."""
    return invitation.closed is None and (invitation.held_until is None or invitation.held_until >= today())


def every(conference: Conference) -> list[Row]:
    """Every invitation of ``conference`` by name; three queries."""
    seated = select(Registration.invitation_id, func.count()).where(
        Registration.conference_id == conference.id,
        Registration.attendance == "physical",
        Registration.status.in_(SEATED),
        Registration.invitation_id.is_not(None),
    )
    counts = {row[0]: row[1] for row in db.session.execute(seated.group_by(Registration.invitation_id))}
    reminders = select(OutboxMail.about, func.max(OutboxMail.created)).where(
        OutboxMail.scope == conference.slug, OutboxMail.kind == letters.REMINDER
    )
    latest = {row[0]: row[1] for row in db.session.execute(reminders.group_by(OutboxMail.about))}
    rows = db.session.scalars(
        select(Invitation)
        .where(Invitation.conference_id == conference.id)
        .order_by(alphabetical(Invitation.organisation_name), Invitation.id)
    )
    return [Row(row, counts.get(row.id, 0), latest.get(row.uid)) for row in rows]


def find(conference: Conference, uid: UUID) -> Invitation | None:
    """An invitation of this conference."""
    return db.session.scalar(select(Invitation).where(Invitation.conference_id == conference.id, Invitation.uid == uid))


def people(invitation: Invitation) -> Sequence[Registration]:
    """Those who come by it, in the order they were written."""
    query = select(Registration).where(Registration.invitation_id == invitation.id, Registration.status.in_(LIVE))
    return db.session.scalars(query.order_by(Registration.id)).all()


def filled(there: Sequence[Registration]) -> int:
    """How many held seats ``there`` use, as ``ledger`` counts it: those who come in person."""
    return sum(row.attendance == "physical" and row.status in SEATED for row in there)


def digital(there: Sequence[Registration]) -> int:
    """How many of ``there`` take part digitally."""
    return sum(row.attendance == "digital" for row in there)


def add(conference: Conference, asked: Invited, until: date | None, language: str, actor: str) -> Invitation:
    """Hold seats for an organisation. Raises ``seats.NoSeatLeft``, and ``Refused`` for one that has an invitation."""
    seats.lock(conference)
    organisation = organisation_id(asked.organisation)
    known = select(Invitation.id).where(
        Invitation.conference_id == conference.id, Invitation.organisation_id == organisation, Invitation.closed.is_(None)
    )
    if db.session.scalar(known.limit(1)):
        raise Refused(_("%(name)s er allerede invitert.", name=asked.organisation))
    row = Invitation(
        conference_id=conference.id,
        organisation_id=organisation,
        organisation_name=asked.organisation,
        organisation_type=asked.type,
        county=asked.county,
        contact_name=asked.contact_name,
        contact_email=asked.contact_email,
        language=language,
        seats=0,
        generation=0,
    )
    row.conference = conference
    db.session.add(row)
    seats.hold(conference, row, asked.seats, until)
    audit.record(actor, "invitation.added", scope=conference.slug, subject=row.uid, seats=asked.seats)
    return row


def send(conference: Conference, actor: str) -> int:
    """Mail every contact who has not been written to; returns how many."""
    seats.lock(conference)  # pressed twice, the second sees what the first has sent
    new = [row.invitation for row in every(conference) if row.state == "new"]
    for invitation in new:
        letters.invited(invitation)
        invitation.sent = now()
        audit.record(actor, "invitation.sent", scope=conference.slug, subject=invitation.uid)
    return len(new)


def remind(conference: Conference, actor: str) -> int:
    """Remind the contacts who have seats without a name, not twice on one day; returns how many."""
    seats.lock(conference)
    due = [row for row in every(conference) if may_be_reminded(row)]
    for row in due:
        letters.reminded(row.invitation, row.unfilled)
        audit.record(actor, "invitation.reminded", scope=conference.slug, subject=row.invitation.uid)
    return len(due)


def may_be_reminded(row: Row) -> bool:
    """Whether a reminder is due: seats without a name, and no mail in the last day."""
    last = row.reminded or row.invitation.sent
    return row.state == "waiting" and last is not None and (now() - last).total_seconds() > 24 * 3600


def change(invitation: Invitation, number: int, until: date | None, actor: str) -> None:
    """Hold another number of seats, or for another time. Raises ``seats.NoSeatLeft`` and ``Refused``."""
    conference = invitation.conference
    seats.lock(conference)
    db.session.refresh(invitation)
    if invitation.closed:
        raise Refused(_("Invitasjonen er trukket eller takket nei til. Inviter på nytt."))
    signup.tell_promoted(seats.hold(conference, invitation, number, until))
    audit.record(actor, "invitation.changed", scope=conference.slug, subject=invitation.uid, seats=number)


def withdraw(invitation: Invitation, actor: str) -> None:
    """Hold nothing for it any more; those who are signed up stay. The contact is told, if they were invited."""
    if _close(invitation, actor, "withdrawn") and invitation.sent:
        letters.withdrawn(invitation)


def decline(invitation: Invitation) -> None:
    """The contact gives the seats without a name back."""
    _close(invitation, CONTACT, "declined")


def _close(invitation: Invitation, actor: str, how: str) -> bool:
    conference = invitation.conference
    seats.lock(conference)
    db.session.refresh(invitation)
    if invitation.closed:
        return False
    invitation.closed = now()
    db.session.flush()
    signup.tell_promoted(seats.promote(conference))
    audit.record(actor, f"invitation.{how}", scope=conference.slug, subject=invitation.uid)
    return True


def renew_link(invitation: Invitation, actor: str) -> None:
    """Make every link sent so far stop working, and mail a new one."""
    seats.lock(invitation.conference)
    db.session.refresh(invitation)
    invitation.generation += 1
    letters.renewed(invitation)
    invitation.sent = invitation.sent or now()
    audit.record(actor, "invitation.link_renewed", scope=invitation.conference.slug, subject=invitation.uid)


def fill(invitation: Invitation, delegate: Delegate, key: UUID, language: str) -> Registration:
    """Give one of the seats to somebody, also when sign-up is closed or full for others, or sign somebody up digitally.

    Raises ``NoRoom`` when every seat has a name, as many are digital, or none is held, ``seats.NoSeatLeft`` for what has a
    limit of its own, and ``Refused`` for an address that is signed up.
    """
    conference = invitation.conference
    seats.lock(conference)
    db.session.refresh(invitation)
    there = people(invitation)
    if again := next((row for row in there if row.key == key), None):
        return again
    if not is_held(invitation) or conference.status != "published":
        raise NoRoom(_("Plassene holdes ikke lenger av. Ta kontakt med arrangøren."))
    if delegate.attendance == "digital":
        if digital(there) >= invitation.seats:
            raise NoRoom(_("Dere kan ikke melde på flere digitalt. Fjern noen, eller bytt ut en som ikke kan være med."))
    elif filled(there) >= invitation.seats:
        raise NoRoom(_("Alle plassene deres er fylt. Fjern noen, eller bytt ut en som ikke kan komme."))
    wish = seats.SignUp(
        name=delegate.name,
        email=delegate.email,
        attendance=delegate.attendance,
        days=delegate.days,
        organisation=invitation.organisation_name,
        organisation_type=invitation.organisation_type,
        county=invitation.county,
        language=language,
    )
    outcome = seats.register(conference, wish, key, any_time=True, invitation=invitation)
    if outcome.earlier:
        raise Refused(_("%(email)s er allerede påmeldt.", email=delegate.email))
    signup.tell_promoted(outcome.promoted)
    if outcome.registration is None or outcome.status == "waiting":
        raise seats.NoSeatLeft(_("Alle de digitale plassene er tatt."))
    signup.tell(conference, outcome, CONTACT)
    return outcome.registration


def replace(row: Registration, name: str, email: str, language: str) -> None:
    """Somebody else comes in the place of ``row``, at any time. Raises ``Refused``."""
    substitution.hand_over(row, substitution.Substitute(name, email, language=language), actor=CONTACT)


def remove(row: Registration) -> None:
    """Take somebody off; the seat is the invitation's again. Twice is once."""
    signup.cancel(row, actor=CONTACT)


def one(invitation: Invitation, uid: UUID) -> Registration | None:
    """Somebody who comes, or came, by this invitation."""
    return db.session.scalar(select(Registration).where(Registration.invitation_id == invitation.id, Registration.uid == uid))
