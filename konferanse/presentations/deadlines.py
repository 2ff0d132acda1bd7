"""When slides are due, the letters about it, and reminders – each written in the transaction that decides it."""

from collections.abc import Sequence
from datetime import date, timedelta

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.common import audit
from konferanse.common.clock import today
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.presentations import handing_in
from konferanse.presentations.handing_in import Standing
from konferanse.presentations.models import SlideDeadline
from konferanse.programme import speaker_editing, speaker_letters
from konferanse.programme.models import Speaker


def deadline(conference: Conference) -> SlideDeadline | None:
    """The conference's deadline, where one is set."""
    return db.session.scalar(select(SlideDeadline).where(SlideDeadline.conference_id == conference.id))


def due(conference: Conference) -> date | None:
    """The last day to hand in."""
    row = deadline(conference)
    return row.due if row else None


def missing_words(standing: Standing) -> list[str]:
    """What a speaker can still hand in, in the language in force; without the link's own address."""
    words = {
        "bio": _("noen setninger om deg"),
        "picture": _("bilde av deg"),
        "consent": _("om vi kan vise teksten og bildet"),
        "slides": _("lysbilder"),
        "summary": _("skriftlig sammendrag av lysbildene"),
    }
    return [words[what] for what in standing.lacks if what in words]


def set_deadline(conference: Conference, day: date | None, remind_days: int, actor: str, *, tell: bool) -> int:
    """Set, move or take away the deadline; returns how many were written to. ``tell`` writes to those who have been sent a
    link and lack slides, when the day is another than before."""
    row = deadline(conference)
    before = row.due if row else None
    if day is None:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        db.session.add(SlideDeadline(conference_id=conference.id, due=day, remind_days=remind_days))
    else:
        row.due, row.remind_days = day, remind_days
    told = 0
    if tell and day is not None and before is not None and day != before:
        for standing in handing_in.standings(conference):
            if standing.can_be_asked and "slides" in standing.lacks and (standing.sent or standing.waiting):
                speaker_letters.deadline_moved(standing.speaker, day)
                told += 1
    audit.record(actor, "slides.deadline_set", scope=conference.slug, due=day.isoformat() if day else "", told=told)
    db.session.flush()
    return told


def send_link(speaker: Speaker, actor: str) -> None:
    """Mail a speaker the link to their page, the first time or again. Raises ``Refused``."""
    if not speaker.email:
        raise Refused(_("Skriv e-postadressen til innlederen først."))
    speaker_letters.invited(speaker, due(speaker.conference))
    audit.record(actor, "speaker.link_sent", scope=speaker.conference.slug, subject=speaker.uid)
    db.session.flush()


def renew_link(speaker: Speaker, actor: str) -> bool:
    """Stop the links that were sent, and mail a new one where there is an address; returns whether there is."""
    speaker_editing.stop_links(speaker)
    audit.record(actor, "speaker.link_renewed", scope=speaker.conference.slug, subject=speaker.uid)
    if speaker.email:
        send_link(speaker, actor)
    return bool(speaker.email)


def to_remind(conference: Conference) -> list[Standing]:
    """Those who lack something they can hand in, and can be written to."""
    return [row for row in handing_in.standings(conference) if row.can_be_asked and not row.waiting]


def remind(conference: Conference, rows: Sequence[Standing], actor: str) -> int:
    """Write to each of ``rows``; returns how many."""
    day = due(conference)
    for row in rows:
        with force_locale(row.speaker.language):
            missing = missing_words(row)
        speaker_letters.reminded(row.speaker, missing, day)
    audit.record(actor, "speakers.reminded", scope=conference.slug, mails=len(rows))
    db.session.flush()
    return len(rows)


def waiting_for_the_clock() -> list[int]:
    """The ids of conferences whose speakers are to be reminded today."""
    query = select(SlideDeadline).join(Conference, SlideDeadline.conference_id == Conference.id)
    query = query.where(Conference.status == "published", ~Conference.is_demo, SlideDeadline.remind_days > 0)
    rows = db.session.scalars(query.where(SlideDeadline.due >= today())).all()
    return [row.conference_id for row in rows if _is_time(row)]


def remind_by_the_clock(conference: Conference) -> int:
    """Remind once for each deadline; returns how many. The row is locked, so that two workers do not both do it."""
    query = select(SlideDeadline).where(SlideDeadline.conference_id == conference.id).with_for_update()
    row = db.session.scalar(query.execution_options(populate_existing=True))
    if row is None or not _is_time(row):
        return 0
    row.reminded = row.due
    return remind(conference, [each for each in to_remind(conference) if each.sent], "system")


def _is_time(row: SlideDeadline) -> bool:
    return row.reminded != row.due and row.due - timedelta(days=row.remind_days) <= today() <= row.due
