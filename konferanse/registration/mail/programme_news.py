"""A draft to those whose days a release of the programme changes. Nobody gets it before an organiser sends it."""

from collections.abc import Collection
from datetime import date

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.common import links
from konferanse.common.language import LANGUAGES
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme import releases
from konferanse.programme.models import ProgrammeRelease
from konferanse.registration.mail import mailings
from konferanse.registration.mail.forms import SUBJECT, TEXT
from konferanse.registration.models import Mailing

SINCE = "since"  # beside whom it goes to: the number of the release its reader knows. A draft that somebody saves loses it


def draft(conference: Conference, release: ProgrammeRelease, actor: str) -> Mailing | None:
    """The draft about ``release``, or None when nobody with a seat is concerned or it is the first release.

    A draft about an earlier release that nobody has touched is replaced, by one that tells of both.
    """
    untouched = unseen(conference, lock=True)  # somebody may be sending it
    since = int(untouched.audience[SINCE]) if untouched else release.number - 1
    if untouched:
        db.session.delete(untouched)
    base = next((row for row in releases.history(conference) if row.number == since), None)
    if base is None:
        return None
    audience = {"status": "confirmed", **_days(conference, releases.concerned(base.content, release.content))}
    if "nobody" in audience or not (spoken := mailings.languages(conference, audience)):
        return None
    note = _own_words(base, release) if since == release.number - 1 else ""
    texts = {code: _text(conference, base, release, note, code) for code in LANGUAGES if code in {*spoken, conference.language}}
    row = Mailing(conference=conference, conference_id=conference.id, status="draft", texts=texts, actor=actor)
    row.audience = audience | {SINCE: str(since)}
    db.session.add(row)
    db.session.flush()
    return row


def unseen(conference: Conference, *, lock: bool = False) -> Mailing | None:
    """The draft that nobody has touched."""
    drafts = select(Mailing).where(Mailing.conference_id == conference.id, Mailing.status == "draft")
    rows = db.session.scalars(drafts.with_for_update() if lock else drafts)
    return next((row for row in rows if SINCE in row.audience), None)


def days(mailing: Mailing) -> list[date]:
    """The days it is limited to; empty when it is to all with a seat."""
    return [date.fromisoformat(day) for day in mailing.audience.get("day", "").split()]


def _own_words(base: ProgrammeRelease, release: ProgrammeRelease) -> str:
    """The organiser's note; empty when it is our suggestion as it was, which each reader gets in their own language."""
    changes = []
    for code in LANGUAGES:
        with force_locale(code):
            changes.append(releases.in_words(releases.compare(base.content, release.content)).split())
    return "" if release.note.split() in changes else release.note


def _days(conference: Conference, changed: Collection[date]) -> dict[str, str]:
    mine = [day for day in conference.dates if day in changed]
    if not mine:
        return {"nobody": "yes"}
    return {} if len(mine) == len(conference.dates) else {"day": " ".join(day.isoformat() for day in mine)}


def _text(
    conference: Conference, base: ProgrammeRelease, release: ProgrammeRelease, note: str, language: str
) -> dict[str, str]:
    with force_locale(language):
        note = note or releases.in_words(releases.compare(base.content, release.content))
        opening = _("Programmet for %(title)s er endret:", title=conference.title)
        whole = _("Se hele programmet: %(url)s", url=links.page(f"/k/{conference.slug}/program"))
        if len(note) > TEXT - 1000:
            note = note[: TEXT - 1000].rpartition("\n")[0] + "\n…"
        # Braces are placeholders to the one who sends it, and what is written here has none.
        text = "\n\n".join([opening, note, whole]).replace("{", "(").replace("}", ")")
        subject = _("Nytt i programmet: %(title)s", title=conference.title)[:SUBJECT].replace("{", "(").replace("}", ")")
        return {"subject": subject, "text": text}
