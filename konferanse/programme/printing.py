"""The programme on paper, PDF/UA: all of it with a page for each day, and a sign for each door."""

import hashlib
import json
from collections import OrderedDict
from collections.abc import Sequence
from datetime import date
from threading import Lock
from typing import Any

from flask_babel import force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from konferanse.common import qr, typesetting
from konferanse.common.clock import local
from konferanse.common.errors import Refused
from konferanse.common.language import clock_time, date_range, language, moment_words, time_range, weekday_heading
from konferanse.conference.models import Conference
from konferanse.config import ROOT
from konferanse.programme import agenda, reading
from konferanse.programme.agenda import AgendaDay, Entry
from konferanse.programme.kinds import ITEM_LANGUAGES, KIND_LABELS
from konferanse.programme.models import ProgrammeRelease

TEMPLATES = ROOT / "templates" / "programme"
REGIONS = {"nb": "NO", "nn": "NO", "en": "GB"}
_kept: OrderedDict[bytes, bytes] = OrderedDict()
_one_at_a_time = Lock()
KEPT = 12
MOST_ON_A_PAGE = 60  # items
MOST_TEXT_ON_A_PAGE = 6000  # characters of descriptions
OFF = {"cancelled": _l("Konferansen er avlyst"), "postponed": _l("Konferansen er utsatt")}


def pdf(conference: Conference, content: dict[str, Any], *, code: str = "", address: str = "", edition: str = "") -> bytes:
    """The programme of ``content`` in the language ``code`` (the conference's own when omitted): A4, a page for each day where
    it fits. ``address`` is where the newest is read, ``edition`` says which this is."""
    with force_locale(code or conference.language):
        days = agenda.days(content)
        if not days:
            raise Refused(_("Programmet er tomt, så det er ingenting å skrive ut."))
        data = {
            "title": f"{_('Program')} – {conference.title}",
            "language": _language(),
            "heading": _("Program"),
            "conference": conference.title,
            "when": ", ".join(filter(None, [date_range(conference.first_date, conference.last_date), conference.place])),
            "off": str(OFF.get(conference.status, "")),
            "columns": [_("Når"), _("Hva"), _("Hvor")],
            "days": [_day(day) for day in days],
            "edition": edition,
            "newest": _("Siste nytt i programmet:") if address else "",
            "address": address,
            "qr": qr.picture(address) if address else "",
            "alt": _("QR-kode til programmet på nett"),
            "page": _("Side"),
        }
        return _made_once(data)


def released_pdf(conference: Conference, release: ProgrammeRelease, address: str) -> bytes:
    """The same of a release, in the reader's language. Anybody may ask for it, so what was made is kept while it is true."""
    about = {"n": release.number, "name": release.name, "when": moment_words(release.published)}
    edition = _("Utgave %(n)s, «%(name)s», publisert %(when)s.", **about)
    return pdf(conference, release.content, code=language(), address=address, edition=edition)


def door_signs(conference: Conference, content: dict[str, Any], only: date | None = None) -> bytes:
    """A4 signs for the doors: for each day (or ``only`` that one) and each room, what goes on there and when."""
    with force_locale(conference.language):
        entries = [entry for entry in agenda.shown(content) if entry.room and only in (None, local(entry.start).date())]
        if not entries:
            raise Refused(_("Ingen programposter har rom, så det er ingen dørskilt å skrive ut."))
        signs = [_sign(room, day) for day in agenda.by_day(entries, {}) for room in reading.rooms(_held(day))]
        data = {
            "title": f"{_('Dørskilt')} – {conference.title}",
            "language": _language(),
            "conference": conference.title,
            "signs": signs,
        }
        return typesetting.pdf(TEMPLATES / "doors.typ", data)


def _made_once(data: dict[str, Any]) -> bytes:
    """The paper with ``data``, made once in each process; one at a time, since each takes a compiler."""
    key = hashlib.sha256(json.dumps(data, sort_keys=True).encode()).digest()
    with _one_at_a_time:
        if key not in _kept:
            _kept[key] = typesetting.pdf(TEMPLATES / "paper.typ", data)
            while len(_kept) > KEPT:
                _kept.popitem(last=False)
        return _kept[key]


def _day(day: AgendaDay) -> dict[str, Any]:
    held = _held(day)
    return {
        "heading": weekday_heading(day.date),
        "title": day.title,
        # What cannot fit one page is not tried: setting a thousand items a dozen times takes half a minute.
        "may_fit": len(held) <= MOST_ON_A_PAGE,
        "may_fit_full": sum(len(entry.description) for entry in held) <= MOST_TEXT_ON_A_PAGE,
        "rows": [_row(entries) for slot in day.slots for entries in _together(slot.entries)],
    }


def _together(entries: Sequence[Entry]) -> list[list[Entry]]:
    """Those that begin and end at the same time, as one row of the table."""
    rows: list[list[Entry]] = []
    for entry in entries:
        if rows and rows[-1][0].end == entry.end:
            rows[-1].append(entry)
        else:
            rows.append([entry])
    return rows


def _row(entries: Sequence[Entry]) -> dict[str, Any]:
    first = entries[0]
    return {
        "time": f"{clock_time(first.start)}–{clock_time(first.end)}",
        "quiet": all(entry.kind in ("break", "social") for entry in entries),
        "items": [_item(entry) for entry in entries],
    }


def _item(entry: Entry) -> dict[str, Any]:
    about = [str(KIND_LABELS[entry.kind])] if entry.kind in ("digital", "group_work") else []
    if entry.language != language() and entry.language in ITEM_LANGUAGES:
        about.append(str(ITEM_LANGUAGES[entry.language]))
    if entry.audience:
        about.append(_("For: %(who)s", who=entry.audience))
    return {
        "title": entry.title,
        "lang": entry.language,
        "speaker": entry.speaker,
        "room": entry.room,
        "about": about,
        "description": entry.description,
        "cancelled": _("Avlyst") if entry.is_cancelled else "",
    }


def _sign(room: str, day: AgendaDay) -> dict[str, Any]:
    held = [entry for entry in _held(day) if entry.room == room]
    return {
        "room": room,
        "day": weekday_heading(day.date),
        "items": [_item(entry) | {"time": time_range(entry.start, entry.end).removeprefix("kl. ")} for entry in held],
    }


def _held(day: AgendaDay) -> list[Entry]:
    return [entry for slot in day.slots for entry in slot.entries]


def _language() -> dict[str, str]:
    code = language()
    return {"lang": code, "region": REGIONS.get(code, "NO")}
