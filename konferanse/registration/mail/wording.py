"""The organiser's own words in a letter: a subject and an opening, in each language, with a few fixed placeholders.

The facts (when, where, the personal link, the calendar entry) are added by ``letters`` whatever the words are. What a
placeholder stands for is the organiser's or counted by us, never typed by a participant: a name is not among them,
since anybody may write anything as the name beside somebody else's address.
"""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import bindparam, select

from konferanse.common.clock import now
from konferanse.common.language import date_range, moment_words, weekday_date
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.models import MailText, Registration

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
GENERAL = {
    "konferanse": _l("navnet på konferansen"),
    "dato": _l("datoene, som «26.–27. juni 2019»"),
    "sted": _l("stedet"),
    "dager": _l("dagene mottakeren er meldt på"),
}
PLACE = {"plass-i-koen": _l("nummeret på ventelisten")}
DEADLINE = {"svarfrist": _l("når tilbudet om plass går ut")}


class Kind(NamedTuple):
    """A letter that may have words of its own. ``names`` are its placeholders, with what they stand for."""

    label: Any
    names: Mapping[str, Any]


KINDS = {
    "confirmed": Kind(_l("Bekreftelse på at du har plass"), GENERAL),
    "waiting": Kind(_l("Beskjed om venteliste"), GENERAL | PLACE),
    "offered": Kind(_l("Tilbud om plass"), GENERAL | DEADLINE),
    "promoted": Kind(_l("Plass fra ventelisten"), GENERAL),
    "changed": Kind(_l("Påmeldingen er endret"), GENERAL),
    "cancelled": Kind(_l("Avmelding"), GENERAL),
}


def unknown(text: str, names: Mapping[str, Any]) -> list[str]:
    """What stands between braces in ``text`` and is not among ``names``."""
    return sorted({name for name in PLACEHOLDER.findall(text) if name not in names})


def complaint(text: str, names: Mapping[str, Any]) -> str:
    """What to tell somebody who used a placeholder that is not there; empty when all is well."""
    wrong = unknown(text, names)
    if not wrong:
        return ""
    known = ", ".join(f"{{{name}}}" for name in names)
    return str(_("{%(wrong)s} finnes ikke. Du kan bruke %(known)s.", wrong=wrong[0][:40], known=known))


def fill(text: str, values: Mapping[str, str]) -> str:
    """``text`` with its placeholders replaced, once: what is filled in is not read again."""
    return PLACEHOLDER.sub(lambda found: values.get(found[1], found[0]), text)


def values(registration: Registration, place: int = 0) -> dict[str, str]:
    """What the placeholders stand for in a letter to this person, in the language in force."""
    conference = registration.conference
    return {
        "konferanse": conference.title,
        "dato": date_range(conference.first_date, conference.last_date),
        "sted": ", ".join(part for part in (conference.place, conference.address) if part),
        "dager": ", ".join(weekday_date(day) for day in registration.dates),
        "plass-i-koen": str(place) if place else "",
        "svarfrist": moment_words(registration.offer_expires) if registration.offer_expires else "",
    }


def own(registration: Registration, kind: str, place: int = 0) -> tuple[str, str]:
    """The organiser's subject and opening for this letter; an empty one means that ours is used."""
    if kind not in KINDS:
        return "", ""
    row = of(registration.conference, kind, registration.language)
    if row is None:
        return "", ""
    known = values(registration, place)
    return fill(row.subject, known), fill(row.text, known)


OF = (
    select(MailText)
    .where(
        MailText.conference_id == bindparam("conference"),
        MailText.kind == bindparam("kind"),
        MailText.language == bindparam("language"),
    )
    .execution_options(autoflush=False)  # as in ``calendar_entries``; ``keep`` flushes what it writes
)


def of(conference: Conference, kind: str, language: str) -> MailText | None:
    """The words kept for one letter in one language."""
    return db.session.scalar(OF, {"conference": conference.id, "kind": kind, "language": language})


def kept(conference: Conference) -> dict[tuple[str, str], MailText]:
    """All that is kept, by kind and language."""
    rows = db.session.scalars(select(MailText).where(MailText.conference_id == conference.id))
    return {(row.kind, row.language): row for row in rows}


def keep(conference: Conference, kind: str, language: str, subject: str, text: str) -> None:
    """Use these words from now on; two empty ones bring ours back."""
    row = of(conference, kind, language)
    if not subject and not text:
        if row is not None:
            db.session.delete(row)
    elif row is None:
        db.session.add(
            MailText(conference_id=conference.id, kind=kind, language=language, subject=subject, text=text, updated=now())
        )
    else:
        row.subject, row.text, row.updated = subject, text, now()
    db.session.flush()
