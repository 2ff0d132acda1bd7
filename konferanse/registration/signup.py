"""What happens when somebody signs up, changes, or cancels: seats, health data, mail and log in one transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select

from konferanse.access.signin import address_key
from konferanse.common import audit, outbox
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import line, seats
from konferanse.registration.ledger import PLACE, Key
from konferanse.registration.lists import intake, sheet
from konferanse.registration.mail import letters
from konferanse.registration.models import LIVE, Registration
from konferanse.registration.needs import needs
from konferanse.registration.organisations import organisation_of
from konferanse.registration.questions import questions

PARTICIPANT, CONTACT = "participant", "contact"


def sign_up(
    conference: Conference,
    wish: seats.SignUp,
    key: UUID,
    texts: needs.Texts = needs.NONE,
    answers: Sequence[questions.Given] = (),
    *,
    actor: str = PARTICIPANT,
    any_time: bool = False,
) -> seats.Outcome:
    """Sign somebody up and mail them. Health ``texts`` come with consent. Raises ``seats.SignupClosed``."""
    outcome = seats.register(conference, wish, key, any_time=any_time)
    tell_promoted(outcome.promoted)
    if outcome.registration:
        needs.keep(outcome.registration, texts)
        questions.keep(outcome.registration, answers)
    tell(conference, outcome, actor)
    return outcome


def sign_up_party(conference: Conference, wishes: Sequence[seats.SignUp], key: UUID) -> list[seats.Outcome]:
    """Sign several people up together, all or nobody, and mail each. Raises ``seats.SignupClosed``."""
    outcomes = seats.register_all(conference, wishes, key)
    tell_promoted(outcomes[0].promoted)
    for outcome in outcomes:
        tell(conference, outcome)
    return outcomes


def tell(conference: Conference, outcome: seats.Outcome, actor: str = PARTICIPANT) -> None:
    """Mail and log what one person's sign-up came to."""
    if outcome.registration:
        row = outcome.registration
        row.conference = conference
        if outcome.status != "waiting":
            letters.confirmed(row)
        elif line.is_selected(conference):
            letters.applied(row)
        else:
            letters.waiting(row, outcome.place)
        audit.record(actor, f"registration.{outcome.status}", scope=conference.slug, subject=row.uid)
    elif outcome.earlier:
        letters.already(outcome.earlier)


def cancel(registration: Registration, *, actor: str = PARTICIPANT) -> None:
    """Sign somebody off, delete their health data, and give the seat to the first in line. Twice is once."""
    seats.lock_with(registration)
    before = registration.status
    promoted = seats.cancel(registration, {PARTICIPANT: "self", CONTACT: "contact"}.get(actor, "staff"))
    if before == "cancelled":
        return
    outbox.drop_delayed(registration.uid)
    needs.erase(registration)
    letters.cancelled(registration, had_entry=before == "confirmed")
    audit.record(actor, "registration.cancelled", scope=registration.conference.slug, subject=registration.uid)
    tell_promoted(promoted)


def change(
    registration: Registration, days: Sequence[date], attendance: str, *, may_wait: bool = False, actor: str = PARTICIPANT
) -> bool:
    """Change days and the way of taking part; whether anything was changed. Raises ``seats.NoSeatLeft`` and ``Refused``."""
    seats.lock_with(registration)
    same = sorted(set(days)) == registration.dates and attendance == registration.attendance
    if same and registration.status != "cancelled":
        return False
    before, had_entry = registration.dates, registration.status == "confirmed"
    promoted = seats.change(registration, days, attendance, may_wait=may_wait)
    dropped = before if registration.status == "waiting" else [day for day in before if day not in registration.dates]
    was_untold = outbox.drop_delayed(registration.uid)
    letters.changed(registration, dropped, line.place(registration), had_entry=had_entry)
    if was_untold and registration.status == "offered":
        letters.offered(registration)  # the only letter that asks for a yes
    audit.record(actor, "registration.changed", scope=registration.conference.slug, subject=registration.uid)
    tell_promoted(promoted)
    return True


def set_seats(conference: Conference, count: int | None, actor: str) -> int:
    """Change the number of seats; returns how many got one. Raises ``seats.SeatsInUse``."""
    promoted = seats.set_seats(conference, count)
    audit.record(actor, "registration.seats", scope=conference.slug, seats=count)
    tell_promoted(promoted)
    return len(promoted)


class Setup(NamedTuple):
    """How people sign up. ``limits`` as in ``ledger``, the conference's own as ``PLACE``, but an organisation by its name;
    ``offer_hours`` None gives a freed seat at once; ``mode`` is open or moderated."""

    limits: Mapping[Key, int]
    opens: datetime | None
    closes: datetime | None
    offer_hours: int | None
    mode: str


def set_up(conference: Conference, setup: Setup, actor: str) -> int:
    """Change how people sign up, all at once; returns how many got a seat. Raises ``seats.SeatsInUse``."""
    seats.lock(conference)
    conference.signup_opens, conference.signup_closes = setup.opens, setup.closes
    conference.offer_hours, conference.signup_mode = setup.offer_hours, setup.mode
    limits = {
        (kind, organisation_of(name).key if kind == "organisation" and name else name): n
        for (kind, name), n in setup.limits.items()
    }
    promoted = seats.set_limits(conference, limits)
    said = {"seats": setup.limits.get(PLACE), "limits": len(limits), "mode": setup.mode, "offer_hours": setup.offer_hours}
    audit.record(actor, "registration.set_up", scope=conference.slug, **said)
    tell_promoted(promoted)
    return len(promoted)


def send_link(conference: Conference, email: str) -> None:
    """Mail the personal link to whoever is signed up with this address; a stranger's address changes nothing, nor does one
    that may be a stranger's: somebody whose first mail is held until an organiser has looked."""
    row = db.session.scalar(
        select(Registration).where(
            Registration.conference_id == conference.id,
            Registration.email_key == address_key(email),
            Registration.email_key != "",
            Registration.status != "cancelled",
        )
    )
    if row and not outbox.is_held(row.uid):
        letters.link(row)


def renew_link(registration: Registration, actor: str) -> None:
    """Make every link sent so far stop working, and mail a new one."""
    seats.lock_with(registration)
    registration.generation += 1
    letters.link(registration, renewed=True)
    audit.record(actor, "registration.link_renewed", scope=registration.conference.slug, subject=registration.uid)


def call_off(conference: Conference, status: str, note: str, actor: str) -> int:
    """Postpone or cancel the conference and mail everybody signed up; returns how many. Raises ``Refused``."""
    seats.lock(conference)
    lifecycle.change_status(conference, status, actor, note)
    rows = signed_up(conference)
    for row in rows:
        row.sequence += 1
        had_entry = row.status == "confirmed"
        if row.status == "offered":  # nobody can say yes meanwhile; first in line, they are offered a seat again
            row.status, row.offer_expires = "waiting", None
        letters.called_off(row, had_entry=had_entry)
    return sum(bool(row.email) for row in rows)


def take_in(conference: Conference, entries: Sequence[sheet.Entry], actor: str) -> list[intake.Taken]:
    """Sign up everybody in a sheet, or nobody. They are not mailed: whoever has a sheet has told them. But those in line,
    who get a seat that is free, are.

    Raises ``intake.NoRoom`` naming the line when the sheet gives seats that are not there.
    """
    taken, promoted = intake.enter_all(conference, entries)
    tell_promoted(promoted)
    audit.record(actor, "registration.imported", scope=conference.slug, people=len(entries))
    return taken


def signed_up(conference: Conference, statuses: Iterable[str] = LIVE) -> Sequence[Registration]:
    """Everybody signed up, in the order they came."""
    return db.session.scalars(
        select(Registration)
        .where(Registration.conference_id == conference.id, Registration.status.in_(list(statuses)))
        .order_by(Registration.id)
    ).all()


def count_with_mail(conference: Conference, statuses: Iterable[str]) -> int:
    """How many of those signed up can be reached by mail."""
    count = db.session.scalar(
        select(func.count()).where(
            Registration.conference_id == conference.id, Registration.status.in_(list(statuses)), Registration.email != ""
        )
    )
    return count or 0


def accept(registration: Registration) -> None:
    """Say yes to an offered seat. Twice is once. Raises ``Refused`` when the offer has lapsed."""
    if seats.accept(registration):
        outbox.drop_delayed(registration.uid)
        letters.confirmed(registration)
        audit.record(PARTICIPANT, "registration.accepted", scope=registration.conference.slug, subject=registration.uid)


def settle(conference: Conference) -> int:
    """Let offers lapse that nobody took and call in the next, and tell them all; returns how many."""
    lapsed, promoted = seats.settle(conference)
    for row in lapsed:
        needs.erase(row)
        letters.lapsed(row)
        audit.record("system", "registration.lapsed", scope=conference.slug, subject=row.uid)
    tell_promoted(promoted)
    return len(lapsed) + len(promoted)


def tell_promoted(rows: Iterable[Registration], actor: str = "system") -> None:
    """Mail and log that people in line got a seat, or an offer of one."""
    for row in rows:
        if row.status == "offered":
            letters.offered(row)
        else:
            letters.promoted(row)
        audit.record(actor, "registration.promoted", scope=row.conference.slug, subject=row.uid)
