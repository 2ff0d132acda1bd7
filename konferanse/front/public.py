"""What the public pages of a conference say: which pages there are, whether one can sign up, and what search engines read."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext
from sqlalchemy import BindParameter, bindparam, exists, func, select

from konferanse.answers.models import FROM_TABLES, FROM_WEB, WINDOW_TASKS, Answer, InputPublication, WebWindow
from konferanse.common.clock import local, now, today
from konferanse.common.language import date_range, date_words, moment_words, number
from konferanse.conference.models import Conference
from konferanse.extensions import UtcDateTime, db
from konferanse.groups.models import GroupTask
from konferanse.plan.models import PlanVersion
from konferanse.presentations.models import Presentation, Video
from konferanse.programme import releases
from konferanse.programme.models import ProgrammeRelease
from konferanse.registration.places import Availability


class SignUp(NamedTuple):
    """Whether one can sign up. ``state``: draft, open, waiting, ahead, closed, over, postponed or cancelled; ``action`` is the
    button's text, empty when there is nothing to press; ``seats`` says what is left."""

    state: str
    title: str
    text: str
    action: str
    seats: str


class Item(NamedTuple):
    """A published programme item as the page shows it. Times are ISO strings' moments in UTC."""

    start: datetime
    end: datetime
    title: str
    kind: str
    room: str
    speaker: str
    language: str
    is_cancelled: bool


class Slot(NamedTuple):
    """Items that share a time; more than one go on side by side."""

    start: datetime
    end: datetime
    kind: str
    items: list[Item]


class ProgrammeDay(NamedTuple):
    """A day of the published programme."""

    date: date
    title: str
    slots: list[Slot]


HERE: BindParameter[int] = bindparam("conference")
MOMENT: BindParameter[datetime] = bindparam("now", type_=UtcDateTime)
# Every public page asks this, so it is put together once.
THERE = select(
    exists().where(ProgrammeRelease.conference_id == HERE),
    exists().where(Presentation.conference_id == HERE, Presentation.public_now(MOMENT))
    | exists().where(Video.conference_id == HERE, Video.public_now(MOMENT)),
    exists().where(InputPublication.conference_id == HERE),
    exists().where(PlanVersion.conference_id == HERE),
    exists().where(
        WebWindow.conference_id == HERE,
        WebWindow.opens <= MOMENT,
        WebWindow.closes.is_(None) | (WebWindow.closes > MOMENT),
        WINDOW_TASKS.c.window_id == WebWindow.id,
        WINDOW_TASKS.c.task_id == GroupTask.id,
        ~GroupTask.is_tryout,
    ),
)


def pages(conference: Conference) -> list[tuple[str, str, str]]:
    """The conference's other public pages that have something to show, as (key, title, endpoint); one query."""
    if not conference.is_public:
        return []
    there = db.session.execute(THERE, {"conference": conference.id, "now": now()}).one()
    takes_signups = conference.signup_is_open(now())
    candidates = [
        ("program", _("Program"), "programme.public", there[0]),
        ("pamelding", _("Påmelding"), "registration.new", takes_signups),
        ("deltakere", _("Deltakere"), "registration.participants", conference.lists_participants),
        ("presentasjoner", _("Presentasjoner"), "presentations.public", there[1]),
        ("innspill", _("Innspill"), "front.inputs", there[2]),
        ("gi", _("Gi innspill"), "front.give_input", there[4]),
        ("plan", _("Plan"), "plan.public", there[3]),
    ]
    return [(key, title, endpoint) for key, title, endpoint, shown in candidates if shown]


def public_or_preview(conference: Conference) -> str:
    """The endpoint where staff see the conference as its participants do."""
    return "front.conference_page" if conference.is_public else "front.preview"


def programme_days(release: ProgrammeRelease | None) -> list[ProgrammeDay]:
    """The days of a release, in order, each with its items."""
    if release is None:
        return []
    titles = {day["date"]: day.get("title", "") for day in release.content.get("days", [])}
    items = sorted((_item(row) for row in releases.shown(release.content)), key=lambda i: (i.start, i.end, i.title))
    slots = [_slot(list(rows)) for _times, rows in groupby(items, key=lambda i: (i.start, i.end))]
    by_date = {day: list(rows) for day, rows in groupby(slots, key=lambda s: local(s.start).date())}
    return [ProgrammeDay(day, titles.get(day.isoformat(), ""), rows) for day, rows in sorted(by_date.items())]


def _slot(items: list[Item]) -> Slot:
    return Slot(items[0].start, items[0].end, items[0].kind, items)


def _item(row: Mapping[str, Any]) -> Item:
    start, end = datetime.fromisoformat(row["start"]), datetime.fromisoformat(row["end"])
    room = row.get("room") or ""
    speaker, cancelled = row.get("speaker") or "", row.get("status") == "cancelled"
    return Item(start, end, row["title"], row["kind"], room, speaker, row.get("language") or "", cancelled)


def sign_up(conference: Conference, seats: Availability) -> SignUp:
    """What the page says of sign-up."""
    if conference.status == "cancelled":
        return SignUp("cancelled", _("Konferansen er avlyst"), conference.status_note, "", "")
    if conference.status == "postponed":
        text = conference.status_note or _("Vi sier fra til alle påmeldte når ny dato er klar.")
        return SignUp("postponed", _("Konferansen er utsatt"), text, "", "")
    if conference.status == "closed" or conference.last_date < today():
        return SignUp("over", _("Konferansen er holdt"), _("Takk til alle som ga av tiden sin."), "", "")
    if conference.signup_is_open(now()):
        return _open(conference, seats)
    opens = conference.signup_opens
    if opens is None:
        return SignUp("ahead", _("Påmeldingen er ikke åpnet ennå"), "", "", _seats(seats))
    if opens > now():
        return SignUp("ahead", _("Påmeldingen åpner %(when)s", when=moment_words(opens)), "", "", _seats(seats))
    text = _("Ta kontakt med arrangøren hvis du har spørsmål.") if conference.contact_email or conference.contact_phone else ""
    return SignUp("closed", _("Påmeldingen er stengt"), text, "", _seats(seats))


def _open(conference: Conference, seats: Availability) -> SignUp:
    until = _until(conference.signup_closes)
    if conference.signup_mode == "moderated":
        text = " ".join(filter(None, [until, _("Arrangøren velger hvem som får plass. Alle får svar.")]))
        return SignUp("open", _("Påmeldingen er åpen"), text, _("Meld deg på"), "")
    if not seats.is_full:
        return SignUp("open", _("Påmeldingen er åpen"), until, _("Meld deg på"), _seats(seats))
    line = ngettext("%(num)s står på venteliste.", "%(num)s står på venteliste.", seats.waiting) + " " if seats.waiting else ""
    text = line + _("Den som står først, får plassen når noen melder seg av.")
    return SignUp("waiting", _("Alle plassene er tatt"), text, _("Sett meg på venteliste"), _seats(seats))


def _until(closes: datetime | None) -> str:
    """ "Til og med 25. juni 2019" when it closes at midnight, else with the clock."""
    if closes is None:
        return ""
    words: str = _("Til %(when)s", when=moment_words(closes))
    if local(closes).time() == time():
        words = _("Til og med %(date)s", date=date_words(local(closes).date() - timedelta(days=1)))
    return words


def _seats(seats: Availability) -> str:
    """Free seats in words; whoever waits comes before a newcomer, so there is none while somebody waits."""
    if seats.seats is None or seats.left is None:
        return ""
    left = 0 if seats.is_full else seats.left
    words: str = _("%(left)s av %(seats)s ledig", left=number(left), seats=number(seats.seats))
    return words


class Station(NamedTuple):
    """A stop on the line from the assignment to the report; ``state`` as in ``way``."""

    title: str
    text: str
    state: str
    endpoint: str
    action: str


def stations(conference: Conference) -> list[Station]:
    """What became – or becomes – of what people say here; one query."""
    published, answers, tables, web, plan = _afterwards(conference)
    over = conference.status == "closed" or conference.last_date < today()
    mandate = conference.mandate
    given = ", ".join(filter(None, [mandate.giver, mandate.reference]))
    said = _("Svarene fra bordene blir publisert her.")
    if published:
        said = _("%(answers)s svar fra %(tables)s bord.", answers=number(answers), tables=number(tables))
        if web:
            said += " + " + ngettext("%(num)d innspill fra nettet", "%(num)d innspill fra nettet", web) + "."
    planned = _("Svarene blir til et planutkast. Hver linje viser hvilke bord som sa det.")
    if plan:
        planned = _("%(name)s, publisert %(date)s.", name=plan.name, date=date_words(local(plan.published).date()))
    report_by = mandate.report_by
    report = _("Frist: %(date)s.", date=date_words(report_by)) if report_by else ""
    met = date_range(conference.first_date, conference.last_date)
    return [
        Station(_("Oppdraget"), given, "done" if given else "ahead", "", ""),
        Station(_("Konferansen"), met, "done" if over else "going" if conference.first_date <= today() else "ahead", "", ""),
        Station(
            _("Innspillene"), said, "done" if published else "ahead", "front.inputs" if published else "", _("Les innspillene")
        ),
        Station(_("Planen"), planned, "done" if plan else "ahead", "plan.public" if plan else "", _("Les planen")),
        *([Station(_("Rapporten"), report, "ahead", "", "")] if report else []),
    ]


def _afterwards(conference: Conference) -> tuple[bool, int, int, int, Any]:
    mine = Answer.conference_id == conference.id
    shown = (
        mine,
        Answer.withdrawn.is_(None),
        Answer.published,
        Answer.task_id.in_(select(GroupTask.id).where(~GroupTask.is_tryout)),
    )
    counts = db.session.execute(
        select(
            exists().where(InputPublication.conference_id == conference.id),
            select(func.count(Answer.id)).where(*shown, FROM_TABLES).scalar_subquery(),
            select(func.count(Answer.table_id.distinct())).where(*shown).scalar_subquery(),
            select(func.count(Answer.id)).where(*shown, FROM_WEB).scalar_subquery(),
        )
    ).one()
    newest = select(PlanVersion.name, PlanVersion.published).where(PlanVersion.conference_id == conference.id)
    return (
        bool(counts[0]),
        counts[1],
        counts[2],
        counts[3],
        db.session.execute(newest.order_by(PlanVersion.number.desc()).limit(1)).first(),
    )
