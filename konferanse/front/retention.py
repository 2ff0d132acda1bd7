"""What is deleted when, and what was: health data and people, each by its own clock, and the texts of old mail.

It composes what the packages forget. Demo conferences are exempt. Everything here may run again and does nothing then.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.access.models import Staff
from konferanse.answers import priorities, web_input
from konferanse.common import audit, links, outbox
from konferanse.common.audit import AuditEntry
from konferanse.common.clock import now, today
from konferanse.common.language import date_words
from konferanse.conference.models import Conference, Membership
from konferanse.extensions import db
from konferanse.groups import wishes
from konferanse.presentations import forgetting as speaker_forgetting
from konferanse.registration import forgetting
from konferanse.registration.models import Registration

REMIND_DAYS = 14
MAIL_TEXTS_KEPT = timedelta(days=90)
PEOPLE, TEXTS, REMINDED = "retention.people", "retention.mail", "retention.reminded"


class Deletion(NamedTuple):
    """Something that was deleted: ``kind`` is one of the actions above, ``counts`` how many of each."""

    at: datetime
    kind: str
    counts: dict[str, int]


def held_conferences() -> Sequence[Conference]:
    """Conferences whose last day is over, but for demos."""
    query = select(Conference).where(Conference.last_date < today(), ~Conference.is_demo).order_by(Conference.id)
    return db.session.scalars(query).all()


def forget_due(conference: Conference) -> Counter[str]:
    """Delete what is due in one conference, and log how much; returns the same."""
    counts: Counter[str] = Counter()
    if today() >= conference.health_deleted_on:
        counts += _forget_health(conference)
    if today() >= conference.people_forgotten_on:
        counts += _forget_people(conference)
    return counts


def forget_old_texts() -> int:
    """Take the texts out of mail sent more than a quarter ago; returns how many."""
    demos = db.session.scalars(select(Conference.slug).where(Conference.is_demo)).all()
    count = outbox.forget_texts(now() - MAIL_TEXTS_KEPT, demos)
    if count:
        audit.record("system", TEXTS, mails=count)
    return count


def days_left(conference: Conference) -> int | None:
    """Days until people are forgotten, when that is near enough to tell; None otherwise."""
    left = (conference.people_forgotten_on - today()).days
    near = 0 <= left <= REMIND_DAYS and conference.last_date < today()
    return left if near and not conference.people_forgotten and not conference.is_demo else None


def remind(conference: Conference) -> int:
    """Mail the organisers once, when people are about to be forgotten; returns how many mails."""
    date = conference.people_forgotten_on.isoformat()
    if days_left(conference) is None or not _has_people(conference) or _logged(conference, REMINDED, date):
        return 0
    organisers = [
        member.staff
        for member in db.session.scalars(select(Membership).join(Staff).where(Membership.conference_id == conference.id))
        if "organiser" in member.permissions and member.staff.is_active
    ]
    for staff in organisers:
        _remind(conference, staff)
    audit.record("system", REMINDED, scope=conference.slug, subject=date, mails=len(organisers))
    return len(organisers)


def deletions(conference: Conference) -> list[Deletion]:
    """What was deleted in a conference, the latest first."""
    rows = db.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.scope == conference.slug, AuditEntry.action.in_((forgetting.HEALTH, PEOPLE)))
        .order_by(AuditEntry.id.desc())
        .limit(50)
    )
    return [Deletion(row.at, row.action, row.detail) for row in rows]


def set_clocks(conference: Conference, people: int, health: int, actor: str) -> None:
    """How many days after the last date people (1–1095) and health data (0–30) are kept."""
    before = {"people": conference.retention_days, "health": conference.health_days}
    conference.retention_days, conference.health_days, conference.updated = people, health, now()
    after = {"people": people, "health": health}
    audit.record(actor, "retention.changed", scope=conference.slug, before=before, after=after)


def warnings(conference: Conference) -> list[tuple[str, str]]:
    """What the organiser should see first, as (kind, text): ``held`` mail and people about to be ``forgotten``."""
    found = []
    if held := outbox.held(conference.slug):
        found.append(("held", ngettext("Én e-post holdes tilbake", "%(num)s e-poster holdes tilbake", held)))
    left = days_left(conference)
    if left is not None:
        text = ngettext(
            "Påmeldingene slettes om én dag – last ned det du trenger",
            "Påmeldingene slettes om %(num)s dager – last ned det du trenger",
            left,
        )
        found.append(("forgotten", text if left else _("Påmeldingene slettes i natt – last ned det du trenger")))
    return found


def _forget_health(conference: Conference) -> Counter[str]:
    kinds = forgetting.forget_health(conference)
    count = sum(sum(statuses.values()) for statuses in kinds.values())
    if count or conference.health_forgotten is None:
        conference.health_forgotten = now()
        audit.record("system", forgetting.HEALTH, scope=conference.slug, needs=count, kinds=kinds)
    return Counter(needs=count)


def _forget_people(conference: Conference) -> Counter[str]:
    counts = Counter(votes=priorities.forget(conference))  # first, since it holds the conference
    counts += forgetting.forget_people(conference) + speaker_forgetting.forget_speakers(conference)
    counts += Counter(seating_wishes=wishes.forget(conference), unread_inputs=web_input.forget_unread(conference))
    if counts or conference.people_forgotten is None:
        conference.people_forgotten = now()
        audit.record("system", PEOPLE, scope=conference.slug, **counts)
    return counts


def _remind(conference: Conference, staff: Staff) -> None:
    date = conference.people_forgotten_on
    with force_locale(conference.language):
        outbox.write(
            kind="retention",
            recipient=staff.email,
            scope=conference.slug,
            language=conference.language,
            subject=_("Påmeldingene slettes %(date)s: %(title)s", date=date_words(date), title=conference.title),
            body=_(
                "Hei.\n\nNavn, adresser og svar fra dem som var påmeldt %(title)s, slettes %(date)s. Tall om hvem som var med, "
                "svarene fra bordene og planen står.\n\nLast ned det du trenger før det, eller se hva som slettes:\n%(link)s\n",
                title=links.disarm(conference.title),
                date=date_words(date),
                link=links.page(f"/admin/k/{conference.slug}/sletting"),
            ),
        )


def _has_people(conference: Conference) -> bool:
    here = select(Registration.id).where(Registration.conference_id == conference.id, Registration.forgotten.is_(None))
    return db.session.scalar(here.limit(1)) is not None


def _logged(conference: Conference, action: str, subject: str) -> bool:
    mine = (AuditEntry.scope == conference.slug, AuditEntry.action == action, AuditEntry.subject == subject)
    return db.session.scalar(select(AuditEntry.id).where(*mine).limit(1)) is not None
