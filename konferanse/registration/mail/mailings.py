"""Mail to many: drafts, mail set for a time or counted from a date, and who gets it.

A mailing is written to the outbox fifty people at a time, so that nobody who signs up meanwhile waits for it. Each
mail's id follows from the mailing and the person: however often it is begun, nobody gets it twice.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import ColumnElement, Select, func, select

from konferanse.common import audit
from konferanse.common.audit import AuditEntry
from konferanse.common.clock import OSLO, local, now
from konferanse.common.errors import Refused
from konferanse.common.outbox import OutboxMail
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import seats
from konferanse.registration.mail import calendar_entries, letters
from konferanse.registration.models import LIVE, Mailing, Question, Registration, RegistrationDay
from konferanse.registration.questions import questions

AT_A_TIME = 50
HOUR = time(9)  # when a mail counted from a date is sent, Norwegian time
OPEN = ("draft", "scheduled")
ANCHORS = {
    "first_date": _l("første konferansedag"),
    "last_date": _l("siste konferansedag"),
    "signup_closes": _l("påmeldingsfristen"),
    "questions": _l("svarfristen for spørsmålene"),
}
# Conferences that mail set for later is sent from; the others are off, or not announced.
RUNNING = ("published", "closed")
SHAKEN = (lifecycle.MOVED, "conference.postponed", "conference.cancelled")  # what makes calendar entries wrong, as the log says


class Filter(NamedTuple):
    """People with something in common: what it is called, and who they are in one conference."""

    label: Any
    of: Callable[[Conference], ColumnElement[bool]]


def lacking(conference: Conference) -> ColumnElement[bool]:
    """Those who have not answered a required question that they are shown."""
    return Registration.id.in_(questions.lacking(conference))


# Who a mailing may be limited to; packages downstream add theirs when the app starts.
AUDIENCES: dict[str, Filter] = {"lacking": Filter(_l("De som mangler svar på spørsmål"), lacking)}


class Text(NamedTuple):
    """What somebody is sent."""

    subject: str
    text: str


def audience_query(conference: Conference, audience: Mapping[str, str]) -> Select[Registration]:
    """Everybody in ``audience`` who can be reached by mail, in the order they signed up.

    ``audience`` may limit: ``status`` (confirmed, offered or waiting), ``day`` (ISO, or several with spaces between),
    ``attendance``, ``only`` (a key of ``AUDIENCES``). What it does not know is nobody. (``entry`` beside them says that the
    calendar entry goes along, ``since`` what ``programme_news`` says.)
    """
    status = audience.get("status") or "all"
    where = [Registration.conference_id == conference.id, Registration.email != ""]
    where.append(Registration.status.in_(LIVE) if status == "all" else Registration.status == status)
    if attendance := audience.get("attendance"):
        where.append(Registration.attendance == attendance)
    if day := audience.get("day"):
        where.append(Registration.days.any(RegistrationDay.date.in_([date.fromisoformat(one) for one in day.split()])))
    if only := audience.get("only"):
        where.append(AUDIENCES[only].of(conference) if only in AUDIENCES else Registration.id.is_(None))
    return select(Registration).where(*where).order_by(Registration.id)


def count(conference: Conference, audience: Mapping[str, str]) -> int:
    """How many get it."""
    return db.session.scalar(select(func.count()).select_from(audience_query(conference, audience).subquery())) or 0


def languages(conference: Conference, audience: Mapping[str, str]) -> dict[str, int]:
    """How many in each language."""
    people = audience_query(conference, audience).order_by(None).subquery()
    rows = db.session.execute(select(people.c.language, func.count()).group_by(people.c.language)).all()
    return {row[0]: row[1] for row in rows}


def text_for(mailing: Mailing, language: str) -> Text:
    """The text in ``language``, else in the conference's, else the one there is."""
    for code in (language, mailing.conference.language, *sorted(mailing.texts)):
        given = mailing.texts.get(code)
        if given and given.get("subject") and given.get("text"):
            return Text(given["subject"], given["text"])
    return Text("", "")


def title(mailing: Mailing) -> str:
    """Its subject, as lists show it."""
    subjects = [mailing.texts.get(c, {}).get("subject", "") for c in (mailing.conference.language, *sorted(mailing.texts))]
    return next((subject for subject in subjects if subject), str(_("Uten emne")))


def moment(mailing: Mailing) -> datetime | None:
    """When it is to be sent; None when the date it is counted from is not known."""
    if mailing.send_at is not None:
        return mailing.send_at
    # Once scheduled it keeps to the date it was scheduled for, so that one sent late is not put off to the next date.
    since = mailing.updated if mailing.status == "scheduled" else now()
    day = anchor_date(mailing.conference, mailing.anchor, mailing.days, since)
    return _nine(day, mailing.days) if day else None


def anchor_date(conference: Conference, anchor: str, days: int = 0, since: datetime | None = None) -> date | None:
    """The date called ``anchor``. Of several deadlines for answers it is the first for which a mail sent ``days`` before
    (after, when negative) is sent later than ``since`` (now), or the last when there is none.
    """
    if anchor == "signup_closes":
        return local(conference.signup_closes).date() if conference.signup_closes else None
    if anchor == "questions":
        deadlines = db.session.scalars(
            select(Question.required_by).where(
                Question.conference_id == conference.id, Question.required, Question.retired.is_(None)
            )
        )
        dates = sorted(day for day in deadlines if day)
        return next((day for day in dates if _nine(day, days) > (since or now())), dates[-1] if dates else None)
    return {"first_date": conference.first_date, "last_date": conference.last_date}.get(anchor)


def find(conference: Conference, uid: UUID) -> Mailing | None:
    """One mailing of this conference."""
    return db.session.scalar(select(Mailing).where(Mailing.conference_id == conference.id, Mailing.uid == uid))


def of(conference: Conference) -> Sequence[Mailing]:
    """Every mailing of the conference, the newest first."""
    query = select(Mailing).where(Mailing.conference_id == conference.id).order_by(Mailing.updated.desc(), Mailing.id.desc())
    return db.session.scalars(query.limit(200)).all()


def entries_are_old(conference: Conference) -> bool:
    """Whether the days or the programme's hours have changed since somebody was mailed a calendar entry, or the entry was
    taken back while the conference was off, and nobody has been told."""
    shaken = select(func.max(AuditEntry.id)).where(AuditEntry.scope == conference.slug, AuditEntry.action.in_(SHAKEN))
    last = select(AuditEntry.at).where(AuditEntry.id.in_(shaken))
    times = [when for when in (calendar_entries.moved(conference), db.session.scalar(last)) if when is not None]
    if not times or conference.status not in RUNNING:
        return False
    moved = max(times)
    earlier = select(OutboxMail.id).where(
        OutboxMail.scope == conference.slug, OutboxMail.kind.in_(("confirmed", "promoted")), OutboxMail.created < moved
    )
    told = select(Mailing.audience).where(
        Mailing.conference_id == conference.id, Mailing.status == "sent", Mailing.sent > moved
    )
    if db.session.scalar(earlier.limit(1)) is None:
        return False
    return not any(audience.get("entry") for audience in db.session.scalars(told))


class Wanted(NamedTuple):
    """A mailing as its form says it. Sent at ``send_at``, ``days`` before ``anchor``, or (neither) when somebody says so."""

    texts: dict[str, dict[str, str]]
    audience: dict[str, str]
    send_at: datetime | None = None
    anchor: str = ""
    days: int = 0


def keep(conference: Conference, key: UUID, wanted: Wanted, actor: str) -> Mailing:
    """Store a draft, new or changed. Raises ``Refused`` for one that is sent, and for a key of another conference."""
    seats.lock(conference)  # pressed twice at once, the second sees what the first has stored
    row = db.session.scalar(select(Mailing).where(Mailing.uid == key).with_for_update())
    if row is not None and row.conference_id != conference.id:
        raise Refused(_("Skjemaet var skadet. Se over det og send det på nytt."))
    if row is None:
        row = Mailing(uid=key, conference=conference, conference_id=conference.id, status="draft")
        db.session.add(row)
    if row.status not in OPEN:
        raise Refused(_("E-posten er alt sendt, så den kan ikke endres."))
    row.texts, row.audience, row.actor, row.updated = wanted.texts, wanted.audience, actor, now()
    row.send_at, row.anchor, row.days, row.status = wanted.send_at, wanted.anchor, wanted.days, "draft"
    db.session.flush()
    return row


def schedule(mailing: Mailing) -> None:
    """Leave it to the worker. Raises ``Refused`` when the time is not known or past."""
    when = moment(mailing)
    if when is None:
        raise Refused(_("Datoen e-posten regnes fra, er ikke satt."))
    if when <= now():
        raise Refused(_("Tidspunktet er passert. Velg et senere, eller send nå."))
    mailing.status, mailing.updated = "scheduled", now()
    _log(mailing, "scheduled")


def start(mailing: Mailing) -> None:
    """Begin sending now; ``send_some`` does the rest."""
    mailing.status, mailing.updated = "sending", now()


def take_back(mailing: Mailing) -> None:
    """Make a scheduled one a draft again. Raises ``Refused`` when it is under way."""
    if mailing.status not in OPEN:
        raise Refused(_("E-posten er alt sendt."))
    mailing.status, mailing.updated = "draft", now()


def delete(mailing: Mailing) -> None:
    """Throw away one that is not sent. Raises ``Refused`` otherwise."""
    if mailing.status not in OPEN:
        raise Refused(_("E-posten er alt sendt, så den kan ikke slettes."))
    db.session.delete(mailing)
    _log(mailing, "deleted")


def due() -> list[int]:
    """Those under way, and those whose time has come, by id."""
    rows = db.session.scalars(select(Mailing).where(Mailing.status.in_(("scheduled", "sending"))).order_by(Mailing.id)).all()
    return [row.id for row in rows if row.status == "sending" or _is_time(row)]


def send_some(mailing_id: int) -> bool:
    """Write the next few mails; False when none are left. The caller has begun a write, commits, and asks again."""
    mailing = db.session.scalar(select(Mailing).where(Mailing.id == mailing_id).with_for_update(skip_locked=True))
    if mailing is None or not (mailing.status == "sending" or _is_time(mailing)):
        return False
    at = entry_at(mailing)
    if at is not None:  # a calendar entry says how somebody is signed up, under a number that follows from the one before
        seats.lock(mailing.conference)
    mailing.status = "sending"
    everybody = audience_query(mailing.conference, mailing.audience).with_only_columns(Registration.id, Registration.uid)
    people = {row[0]: letters.message_uid(row[1], mailing.uid) for row in db.session.execute(everybody)}
    written = _written(mailing)
    missing = [person for person, uid in people.items() if uid not in written]
    query = select(Registration).where(Registration.id.in_(missing[:AT_A_TIME])).order_by(Registration.id)
    for person in db.session.scalars(query).all():
        write_one(mailing, at, person)
    if len(missing) > AT_A_TIME:
        return True
    mailing.status, mailing.sent, mailing.updated, mailing.recipients = "sent", now(), now(), len(people)
    _log(mailing, "sent")
    return False


def write_one(mailing: Mailing, at: calendar_entries.Hours | None, person: Registration) -> None:
    """Write the mail to one person, with the calendar entry when ``at`` has the programme's hours."""
    words = text_for(mailing, person.language)
    letters.message(person, words.subject, words.text, mailing.uid, entry_at=at)


def entry_at(mailing: Mailing) -> calendar_entries.Hours | None:
    """The programme's hours for a mailing that brings the calendar entry; None for the others."""
    return calendar_entries.hours(mailing.conference) if mailing.audience.get("entry") else None


def _nine(day: date, days: int) -> datetime:
    """When a mail is sent that goes out ``days`` before ``day``."""
    return datetime.combine(day - timedelta(days=days), HOUR, OSLO)


def _is_time(mailing: Mailing) -> bool:
    if mailing.status != "scheduled" or mailing.conference.status not in RUNNING:
        return False
    when = moment(mailing)
    return when is not None and when <= now()


def _written(mailing: Mailing) -> set[UUID]:
    """The ids of the mails in the outbox that may be this mailing's."""
    rows = select(OutboxMail.uid).where(
        OutboxMail.scope == mailing.conference.slug, OutboxMail.kind == "message", OutboxMail.created >= mailing.created
    )
    return set(db.session.scalars(rows))


def _log(mailing: Mailing, what: str) -> None:
    audit.record(mailing.actor or "system", f"mailing.{what}", scope=mailing.conference.slug, subject=mailing.uid)
