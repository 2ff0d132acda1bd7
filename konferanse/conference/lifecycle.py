"""draft → published → closed; a conference can also be postponed or cancelled, and opened again."""

import re
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select

from konferanse.access.models import Staff
from konferanse.access.signin import address_key
from konferanse.common import audit
from konferanse.common.clock import OSLO, now
from konferanse.common.errors import Refused
from konferanse.conference.access import PERMISSIONS, find
from konferanse.conference.models import KINDS, Conference, Membership
from konferanse.extensions import db
from konferanse.mandate.models import Mandate

# What each status may become.
TRANSITIONS = {
    "draft": {"published", "cancelled"},
    "published": {"closed", "postponed", "cancelled"},
    "closed": {"published"},
    "postponed": {"published", "cancelled"},
    "cancelled": {"published"},
}
STATUS_WORDS = {
    "draft": _l("utkast"),
    "published": _l("publisert"),
    "closed": _l("avsluttet"),
    "postponed": _l("utsatt"),
    "cancelled": _l("avlyst"),
}
MOVED = "conference.moved"
Mover = TypeVar("Mover", bound=Callable[[Conference, date, date], None])
_movers: list[Callable[[Conference, date, date], None]] = []
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def create(
    slug: str,
    title: str,
    kind: str,
    first: date,
    last: date,
    *,
    seats: int | None = None,
    retention_days: int = 180,
    health_days: int = 30,
    mandate: Mandate | None = None,
) -> Conference:
    """A draft conference under ``mandate``, or with an assignment of its own, to be filled in; days are how long after the
    last date people and health data are kept. Raises ``Refused``."""
    check_address(slug)
    if kind not in KINDS:
        raise Refused(_("Ukjent type konferanse: %(kind)s.", kind=kind))
    check_dates(first, last)
    if mandate is None:
        mandate = Mandate(title=title)
    db.session.add(mandate)
    conference = Conference(slug=slug, title=title, kind=kind, first_date=first, last_date=last, seats=seats, mandate=mandate)
    conference.retention_days, conference.health_days = retention_days, health_days
    db.session.add(conference)
    db.session.flush()
    audit.record("system", "conference.created", scope=slug, subject=conference.uid)
    return conference


def check_address(slug: str) -> None:
    """Raise ``Refused`` unless a new conference may have the address ``slug``."""
    if not SLUG.fullmatch(slug) or len(slug) > 80:
        raise Refused(_("Adressen kan bare ha små bokstaver a–z, tall og bindestrek, for eksempel «inkludering-2019»."))
    if find(slug):
        raise Refused(_("Adressen «%(slug)s» er brukt. Velg en annen.", slug=slug))


def when_moved(mover: Mover) -> Mover:
    """Have ``mover(conference, first, last)`` told, in the same transaction and before it is done, that a conference gets
    other dates. It may raise ``Refused``."""
    _movers.append(mover)
    return mover


def move(conference: Conference, first: date, last: date, actor: str) -> None:
    """Give the conference other dates, and all that hangs on them. Raises ``Refused``."""
    if (first, last) == (conference.first_date, conference.last_date):
        return
    check_dates(first, last)
    for mover in _movers:
        mover(conference, first, last)
    conference.first_date, conference.last_date = first, last
    audit.record(actor, MOVED, scope=conference.slug, subject=conference.uid)
    db.session.flush()


def check_dates(first: date, last: date) -> None:
    """Raise ``Refused`` unless a conference may last from ``first`` to ``last``."""
    if last < first:
        raise Refused(_("Siste dag kan ikke være før første dag."))
    if (last - first).days > 30:
        raise Refused(_("En konferanse kan vare i høyst 31 dager."))
    if not 2000 <= first.year <= 2100:
        raise Refused(_("Skriv et årstall mellom 2000 og 2100"))


def change_status(conference: Conference, status: str, actor: str, note: str = "") -> None:
    """Move the conference to ``status``. Raises ``Refused`` when the way there does not exist."""
    if status not in TRANSITIONS[conference.status]:
        words = {"a": STATUS_WORDS[conference.status], "b": STATUS_WORDS.get(status, status)}
        raise Refused(_("Konferansen kan ikke gå fra «%(a)s» til «%(b)s».", **words))
    conference.status, conference.status_note, conference.updated = status, note, now()
    if status == "published" and conference.published is None:
        conference.published = now()
    audit.record(actor, f"conference.{status}", scope=conference.slug, subject=conference.uid)


def open_signup(conference: Conference, until: datetime | None = None) -> None:
    """Open sign-up now, by default until the first day begins."""
    conference.signup_opens = now()
    conference.signup_closes = until or datetime.combine(conference.first_date, time(), OSLO)
    if conference.signup_closes <= conference.signup_opens:
        conference.signup_closes = datetime.combine(conference.last_date + timedelta(days=1), time(), OSLO)


def grant(conference: Conference, staff: Staff, permissions: list[str], actor: str) -> None:
    """Give ``staff`` exactly ``permissions`` here; an empty list takes them all away. Raises ``Refused``."""
    if unknown := set(permissions) - set(PERMISSIONS):
        raise Refused(_("Ukjent tilgang: %(names)s.", names=", ".join(sorted(unknown))))
    row = db.session.scalar(
        select(Membership).where(Membership.conference_id == conference.id, Membership.staff_id == staff.id)
    )
    if row is None:
        row = Membership(conference=conference, staff=staff)
        db.session.add(row)
    if permissions:
        row.permissions = [p for p in PERMISSIONS if p in permissions]
    else:
        db.session.delete(row)
    audit.record(actor, "membership.changed", scope=conference.slug, subject=staff.uid, permissions=permissions)


def colleague(email: str) -> Staff:
    """The active member of staff with this address. Raises ``Refused``."""
    staff = db.session.scalar(select(Staff).where(Staff.email == address_key(email), Staff.is_active))
    if staff is None:
        raise Refused(_("Ingen bruker har adressen %(email)s. Be en administrator legge den til.", email=email))
    return staff
