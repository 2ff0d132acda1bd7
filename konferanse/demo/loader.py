"""Load the two demo conferences: June 2019, lived through to its plan draft, and one that lies ahead of today and is open.

Loading twice changes nothing, except that the open one is moved ahead again when its days have come.
"""

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

from sqlalchemy import select

from konferanse.answers.models import Answer, AnswerVersion, InputPublication
from konferanse.common.clock import OSLO, now, today
from konferanse.common.storage import files
from konferanse.conference.access import find
from konferanse.conference.models import Conference, Host
from konferanse.demo import people, slides, speaking
from konferanse.extensions import db
from konferanse.groups import arranging
from konferanse.groups.models import GroupTask, Table
from konferanse.mandate.models import Mandate
from konferanse.presentations.models import Presentation, PresentationVersion, Video
from konferanse.programme import releases, speakers
from konferanse.programme.models import Day, ProgrammeItem, Room
from konferanse.registration import organisations
from konferanse.registration.models import AccessNeed, Registration, RegistrationDay

DATA = Path(__file__).parent / "data"
PAST, OPEN = "inkludering-2019", "demo-apen"
When = Callable[[dict[str, Any], str], date]


def load_past() -> Conference | None:
    """The conference of June 2019 with everything that came in, up to the answers; None when it is there already."""
    if find(PAST):
        return None
    data = _read(PAST)
    conference = _conference(data, lambda row, key: date.fromisoformat(row[key]))
    conference.status = "closed"
    _programme(conference, data, lambda item: date.fromisoformat(item["day"]))
    _people(conference)
    tables = _tables(conference, [(row["table"], row["sector_mix"]) for row in _rows("tables.csv")])
    tasks = _tasks(conference, data["tasks"])
    _answers(conference, tables, tasks)
    _presentations(conference, data)
    speaking.load(conference)
    told = conference.updated
    releases.publish(conference, "Program til deltakerne", "system").published = conference.published or now()
    conference.updated = told
    db.session.flush()
    arranging.allocate(conference, "system")
    arranging.show(conference, "system", is_shown=True)
    return conference


def load_open() -> Conference | None:
    """The open conference; None when it is there already and still lies ahead."""
    conference = find(OPEN)
    if conference is not None:
        return _moved_ahead(conference) if conference.first_date <= today() + timedelta(days=1) else None
    data = _read(OPEN)
    conference = _conference(data, lambda row, key: _workday(today() + timedelta(days=row[f"{key}_offset_days"])))
    conference.first_date = _tuesday(conference.first_date)
    conference.last_date = conference.first_date + timedelta(days=1)
    conference.signup_closes = _noon(conference.first_date - timedelta(days=1))
    conference.status = "published"
    _programme(conference, data, lambda item: conference.first_date + timedelta(days=item["day"]))
    speaking.load(conference)
    releases.publish(conference, "Foreløpig program", "system")
    _tables(conference, [(f"B{n:02}", "") for n in range(1, data["conference"]["tables"] + 1)])
    _tasks(conference, data["tasks"])
    db.session.flush()
    return conference


def _read(slug: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads((DATA / f"{slug}.json").read_text(encoding="utf-8"))
    return content


def _rows(name: str) -> list[dict[str, str]]:
    with (DATA / name).open(encoding="utf-8", newline="") as source:
        return list(csv.DictReader(source))


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), OSLO)


def _moment(day: date, at: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(at), OSLO).astimezone(UTC)


def _workday(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)


def _tuesday(day: date) -> date:
    """The first Tuesday from ``day`` on: nobody meets on a Sunday."""
    return day + timedelta(days=(1 - day.weekday()) % 7)


def _conference(data: dict[str, Any], when: When) -> Conference:
    about, given = data["conference"], data["mandate"]
    host = db.session.scalar(select(Host).where(Host.name == data["host"]["name"])) or Host(**data["host"])
    plain = ("giver", "reference", "title", "text", "summary", "target", "plan_must_hold")
    mandate = Mandate(**{key: given[key] for key in plain}, report_by=when(given, "report_by"))
    same = ("slug", "kind", "title", "introduction", "place", "address", "goals", "audience", "seats")
    contact = ("contact_name", "contact_email", "contact_phone")
    conference = Conference(
        **{key: about[key] for key in (*same, *contact)},
        mandate=mandate,
        host=host,
        first_date=when(about, "from"),
        last_date=when(about, "to"),
        practical="\n\n".join(about["practical"].values()),
        published=_noon(when(about, "published")),
        updated=_noon(when(about, "updated")),
        signup_opens=_noon(when(about, "signup_opens")),
        signup_closes=_noon(when(about, "signup_closes")),
        is_demo=True,
        asks_interpreter=True,
        interpreter_until=when(about, "from") - timedelta(days=14),
    )
    if picture := about.get("picture"):
        conference.picture = files.keep(BytesIO((DATA / picture).read_bytes()), name=picture, content_type="image/webp")
        conference.picture_alt, conference.picture_credit = about["picture_alt"], about["picture_credit"]
    db.session.add(conference)
    db.session.flush()
    return conference


def _programme(conference: Conference, data: dict[str, Any], day_of: Callable[[dict[str, Any]], date]) -> None:
    rooms = {
        room["name"]: Room(conference_id=conference.id, name=room["name"], capacity=room["capacity"]) for room in data["rooms"]
    }
    db.session.add_all(rooms.values())
    for day, about in zip(conference.dates, data["days"], strict=True):
        db.session.add(Day(conference_id=conference.id, date=day, title=about["title"]))
    for number, item in enumerate(data["items"], 1):
        day = day_of(item)
        row = ProgrammeItem(
            conference=conference,
            number=number,
            start=_moment(day, item["start"]),
            end=_moment(day, item["end"]),
            room=rooms.get(item["room"]),
            **{key: item[key] for key in ("title", "kind", "language", "description")},
        )
        db.session.add(row)
        db.session.flush()
        speakers.assign(conference, row, speakers.credits_in(item["speaker"]))
    db.session.flush()


def _people(conference: Conference) -> None:
    start = datetime.combine(conference.first_date, time(), OSLO)
    groups = (("confirmed", [*people.people(), *people.digital()]), ("waiting", people.waiting()))
    for status, persons in groups:
        for person in persons:
            signed_up = start + person.created_offset
            row = Registration(
                conference=conference,
                status=status,
                source="demo",
                email_key=person.email,
                organisation_id=organisations.organisation_id(person.organisation),
                organisation_name=person.organisation,
                queued=signed_up,
                created=signed_up,
                updated=signed_up,
                accepted_privacy=signed_up,
                days=[RegistrationDay(date=day) for day in person.days],
                **{key: getattr(person, key) for key in ("name", "email", "organisation_type", "county", "attendance", "role")},
            )
            db.session.add(row)
            for kind, text in (("allergy", person.allergy), ("access", person.access_need)):
                if text:
                    db.session.add(AccessNeed(registration=row, kind=kind, text=text, consented=signed_up))


def _tables(conference: Conference, rows: list[tuple[str, str]]) -> dict[str, Table]:
    tables = {
        code: Table(conference=conference, number=number, code=code, composition=composition)
        for number, (code, composition) in enumerate(rows, 1)
    }
    db.session.add_all(tables.values())
    return tables


def _tasks(conference: Conference, rows: list[dict[str, Any]]) -> dict[str, GroupTask]:
    tasks = {}
    for position, row in enumerate(rows):
        task = GroupTask(
            conference_id=conference.id,
            ref=row["id"],
            title=row["title"],
            text=row["text"],
            kind=row["kind"],
            minutes=row["minutes"],
            is_tryout=row.get("tryout", False),
            position=position,
        )
        if row.get("open"):
            task.opened = now()
        if conference.status == "closed":  # lived through: a task each session, the first on day one
            task.opened = _noon(conference.dates[min(position, 1)]) + timedelta(hours=1)
            task.closed = task.opened + timedelta(hours=2)
        tasks[task.ref] = task
    db.session.add_all(tasks.values())
    return tasks


def _answers(conference: Conference, tables: dict[str, Table], tasks: dict[str, GroupTask]) -> None:
    for position, row in enumerate(_rows("answers.csv")):
        task = tasks[row["task"]]
        written = (task.opened or now()) + timedelta(minutes=1 + position % 20 * 2)
        answer = Answer(
            ref=row["id"],
            conference=conference,
            table=tables[row["table"]],
            task=task,
            text=row["text"],
            position=position,
            created=written,
            versions=[AnswerVersion(number=1, text=row["text"], written=written, received=written)],
        )
        db.session.add(answer)
    db.session.add(InputPublication(conference_id=conference.id, published=_noon(date(2019, 7, 1))))


def _presentations(conference: Conference, data: dict[str, Any]) -> None:
    items = {
        item.title: item.id
        for item in db.session.scalars(select(ProgrammeItem).where(ProgrammeItem.conference_id == conference.id))
    }
    for position, row in enumerate(data["presentations"]):
        deck = slides.programme(data["days"], data["items"]) if row["key"] == "program" else slides.deck(row["key"])
        content = slides.make(row["format"], row["title"], deck)
        kept = files.keep(
            BytesIO(content), name=f"{row['title']}.{row['format']}", content_type=slides.MEDIA_TYPES[row["format"]]
        )
        db.session.add(
            Presentation(
                conference_id=conference.id,
                item_id=items.get(row["item"]),
                title=row["title"],
                speaker_role=row["speaker_role"],
                summary=row["summary"],
                file=kept,
                versions=[PresentationVersion(number=1, file=kept, created=_noon(date(2019, 7, 1)))],
                position=position,
                published=_noon(date(2019, 7, 1)),
            )
        )
    video = data["video"]
    film, captions = (
        files.keep(BytesIO((DATA / video[key]).read_bytes()), name=video[key], content_type=kind)
        for key, kind in (("file", "video/webm"), ("captions", "text/vtt"))
    )
    db.session.add(
        Video(
            conference_id=conference.id,
            file=film,
            captions=captions,
            caption_language=video["language"],
            published=_noon(date(2019, 7, 1)),
            **{key: video[key] for key in ("title", "summary", "transcript")},
        )
    )


def _moved_ahead(conference: Conference) -> Conference:
    """Move every date of the open conference, and of those signed up, so that it lies ahead of today again."""
    by = _tuesday(today() + timedelta(days=30)) - conference.first_date
    speaking.move(conference, by)
    of_it = ProgrammeItem.conference_id == conference.id
    for day in sorted(
        db.session.scalars(select(Day).where(Day.conference_id == conference.id)), key=lambda d: d.date, reverse=True
    ):
        day.date += by
        db.session.flush()
    for item in db.session.scalars(select(ProgrammeItem).where(of_it)):
        item.start, item.end = item.start + by, item.end + by
    for signed_up in db.session.scalars(select(Registration).where(Registration.conference_id == conference.id)):
        for attended in sorted(signed_up.days, key=lambda d: d.date, reverse=True):
            attended.date += by
            db.session.flush()
    conference.first_date, conference.last_date = conference.first_date + by, conference.last_date + by
    conference.signup_closes = _noon(conference.first_date - timedelta(days=1))
    db.session.flush()
    releases.publish(conference, "Nye datoer", "system")
    return conference
