"""What is printed: name badges, attendance lists and certificates, as PDF/UA in the conference's language (certificates in
each one's own). A badge's QR code opens the check-in page of that person, for staff only."""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from typing import Any
from uuid import UUID

import defusedcsv.csv
from flask_babel import force_locale, ngettext
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, func, select

from konferanse.common import links, qr, typesetting
from konferanse.common.clock import local, now, today
from konferanse.common.errors import Refused
from konferanse.common.language import clock_time, date_range, date_words, time_range, weekday_heading
from konferanse.conference.models import Conference
from konferanse.config import ROOT
from konferanse.extensions import db
from konferanse.registration.day import attendance
from konferanse.registration.mail import calendar_entries
from konferanse.registration.models import Attendance, Registration

TEMPLATES = ROOT / "templates" / "registration" / "day"
REGIONS = {"nb": "NO", "nn": "NO", "en": "GB"}
PAPERS = ("a4", "a6")
# Norwegian puts these last, in this order; other accented letters stand with the letter they are made from.
LAST = str.maketrans(
    {"æ": "z\ue001", "ä": "z\ue001", "ø": "z\ue002", "ö": "z\ue002", "å": "z\ue003", "đ": "d", "ŋ": "n", "ŧ": "t"}
)
CSV_COLUMNS = ("date", "name", "organisation", "status", "arrived", "left")


def alphabetical(name: str) -> str:
    """``name`` as it is sorted in Norwegian: …, z, æ, ø, å."""
    folded = name.casefold().translate(LAST)
    return folded.translate(ACCENTS)


ACCENTS = str.maketrans("áàâãčçďéèêëěíìîïńñňóòôõřśšťúùûüýžź", "aaaaccdeeeeeiiiinnnoooorsstuuuuyzz")


def guests(conference: Conference, day: date | None = None) -> list[Registration]:
    """Those who come in person, on ``day`` or at all, in alphabetical order."""
    query = select(Registration).where(*_comes(conference))
    people = [row for row in db.session.scalars(query) if day is None or day in row.dates]
    return sorted(people, key=lambda row: (alphabetical(row.name), row.id))


def guest_count(conference: Conference) -> int:
    """How many come in person."""
    return db.session.scalar(select(func.count()).select_from(Registration).where(*_comes(conference))) or 0


def check_in_link(conference: Conference, uid: UUID) -> str:
    """What a badge's QR code says."""
    return links.page(f"/admin/k/{conference.slug}/innsjekk/{uid}")


def badges(conference: Conference, people: Sequence[Registration], paper: str, tables: Mapping[int, int]) -> bytes:
    """Badges for ``people``: eight to a sheet ("a4") or one to a page ("a6"). ``tables`` is table number by registration id.

    Raises ``Refused`` when there is nobody.
    """
    _somebody(people, _("Ingen har plass på stedet ennå, så det er ingen navneskilt å skrive ut."))
    with force_locale(conference.language):
        when = date_range(conference.first_date, conference.last_date)
        cards = [
            {
                "name": row.name,
                "organisation": row.organisation_name,
                "role": str(_("Ordstyrer")) if row.role == "facilitator" else "",
                "table": str(_("Bord %(number)s", number=tables[row.id])) if row.id in tables else "",
                "qr": qr.picture(check_in_link(conference, row.uid)),
                "alt": str(_("QR-kode for å sjekke inn %(name)s", name=row.name)),
            }
            for row in people
        ]
        title = str(_("Navneskilt – %(title)s", title=conference.title))
    data = {"title": title, "conference": conference.title, "when": when, "format": paper, "badges": cards}
    return typesetting.pdf(TEMPLATES / "badges.typ", data | {"language": _language(conference.language)})


def attendance_list(conference: Conference, days: Sequence[date]) -> bytes:
    """Who came on ``days`` and when, and who was expected: a table to read, or to tick off by hand."""
    lines = _lines(conference, days)
    _somebody(lines, _("Ingen har plass på stedet ennå, så listen er tom."))
    with force_locale(conference.language):
        rows = [
            [name, organisation, *(_cell(cells.get(day), expected=day in expected) for day in days)]
            for name, organisation, expected, cells in lines
        ]
        came = [sum(day in cells for _name, _house, _expected, cells in lines) for day in days]
        data = {
            "title": str(_("Oppmøte – %(title)s", title=conference.title)),
            "heading": str(_("Oppmøte")),
            "conference": conference.title,
            "when": date_range(conference.first_date, conference.last_date),
            "printed": str(_("Skrevet ut %(date)s kl. %(time)s", date=date_words(today()), time=clock_time(now()))),
            "page": str(_("Side")),
            "head": [str(_("Navn")), str(_("Virksomhet")), *(weekday_heading(day) for day in days)],
            "sums": [
                f"{weekday_heading(day)}: " + str(ngettext("%(num)s person kom", "%(num)s personer kom", count))
                for day, count in zip(days, came, strict=True)
                if count or day <= today()
            ],
            "rows": rows,
            "language": _language(conference.language),
        }
    return typesetting.pdf(TEMPLATES / "attendance.typ", data)


def attendance_csv(conference: Conference, days: Sequence[date]) -> bytes:
    """One line a person and day, expected or there; UTF-8 with BOM, and no cell becomes a formula. Times are Norwegian."""
    out = io.StringIO(newline="")
    writer = defusedcsv.csv.writer(out, lineterminator="\r\n")
    writer.writerow(CSV_COLUMNS)
    for row, cells in _everybody(conference, days):
        for day in days:
            there = cells.get(day)
            if there or day in _expected(row):
                times = [f"{local(moment):%H:%M}" if moment else "" for moment in (there and there.at, there and there.left)]
                writer.writerow([day.isoformat(), row.name, row.organisation_name, row.status, *times])
    return out.getvalue().encode("utf-8-sig")


def proven_days(registration: Registration) -> list[date]:
    """The days a participant can have a certificate for now: they were there, and the day is over."""
    days = attendance.every_day(registration)
    if not days:
        return []
    ends = {day: end for day, (_start, end) in calendar_entries.hours(registration.conference).items()}
    return [day for day in days if day < today() or (day == today() and day in ends and ends[day] <= now())]


def certificate(registration: Registration) -> bytes:
    """A participant's own certificate. Raises ``Refused`` when there is none to have yet."""
    days = proven_days(registration)
    if not days:
        raise Refused(_("Deltakerbeviset er klart når du har vært med og dagen er over."))
    return _certificates(registration.conference, [(registration, days)])


def certificates(conference: Conference) -> bytes:
    """A certificate a page for everybody who was there so far, in alphabetical order. Raises ``Refused`` when nobody was."""
    rows = [row for row in attendance.everybody(conference) if row.date <= today() and not row.registration.forgotten]
    people: dict[int, tuple[Registration, list[date]]] = {}
    for row in sorted(rows, key=lambda row: row.date):
        people.setdefault(row.registration_id, (row.registration, []))[1].append(row.date)
    _somebody(people, _("Ingen er sjekket inn ennå, så det er ingen deltakerbevis å skrive ut."))
    return _certificates(conference, sorted(people.values(), key=lambda one: (alphabetical(one[0].name), one[0].id)))


def _certificates(conference: Conference, people: Sequence[tuple[Registration, list[date]]]) -> bytes:
    hours = calendar_entries.hours(conference)
    pages: list[dict[str, Any]] = []
    for code, group in groupby(people, key=lambda one: one[0].language):
        with force_locale(code):
            pages += [_certificate(conference, row, days, hours) | {"language": _language(code)} for row, days in group]
    with force_locale(conference.language):
        title = str(_("Deltakerbevis – %(title)s", title=conference.title))
    return typesetting.pdf(
        TEMPLATES / "certificates.typ", {"title": title, "language": _language(conference.language), "pages": pages}
    )


def _certificate(conference: Conference, row: Registration, days: list[date], hours: calendar_entries.Hours) -> dict[str, Any]:
    return {
        "heading": str(_("Deltakerbevis")),
        "name": row.name,
        "organisation": row.organisation_name,
        "took_part": str(_("har deltatt på")),
        "conference": conference.title,
        "days": [
            f"{weekday_heading(day)} {day.year}" + (f", {time_range(*hours[day])}" if day in hours else "") for day in days
        ],
        "place": ", ".join(part for part in (conference.place, conference.address) if part),
        "host": str(_("Arrangør: %(name)s", name=conference.host.name)) if conference.host else "",
        "issued": str(_("Utstedt %(date)s", date=date_words(today()))),
    }


def _everybody(conference: Conference, days: Iterable[date]) -> list[tuple[Registration, dict[date, Attendance]]]:
    """Those expected on ``days`` and those who came, in alphabetical order, each with their rows by day."""
    wanted = set(days)
    people = {row.id: row for row in guests(conference) if wanted & set(row.dates)}
    there: dict[int, dict[date, Attendance]] = {}
    for row in attendance.everybody(conference):
        if row.date in wanted and not row.registration.forgotten:
            people.setdefault(row.registration_id, row.registration)
            there.setdefault(row.registration_id, {})[row.date] = row
    return [(row, there.get(row.id, {})) for row in sorted(people.values(), key=lambda row: (alphabetical(row.name), row.id))]


def _lines(conference: Conference, days: Iterable[date]) -> list[tuple[str, str, set[date], dict[date, Attendance]]]:
    return [(row.name, row.organisation_name, _expected(row), cells) for row, cells in _everybody(conference, days)]


def _comes(conference: Conference) -> tuple[ColumnElement[bool], ...]:
    return (
        Registration.conference_id == conference.id,
        Registration.status == "confirmed",
        Registration.attendance == "physical",
        Registration.forgotten.is_(None),
    )


def _expected(row: Registration) -> set[date]:
    return set(row.dates) if row.status == "confirmed" and row.attendance == "physical" else set()


def _cell(row: Attendance | None, *, expected: bool) -> str:
    if row is None:
        return "" if expected else "–"
    return f"{clock_time(row.at)}–{clock_time(row.left)}" if row.left else clock_time(row.at)


def _somebody(people: Sequence[Any] | Mapping[Any, Any], otherwise: str) -> None:
    if not people:
        raise Refused(otherwise)


def _language(code: str) -> dict[str, str]:
    return {"lang": code, "region": REGIONS.get(code, "NO")}
