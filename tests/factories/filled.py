"""A filled conference: some of everything that konferanse stores, so that every page has something to show.

Models without a factory here are filled by their column types (``rows.children``), so that a new one is never empty.
"""

import base64
import io
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

from sqlalchemy import select

from konferanse.access.models import SignIn, Staff
from konferanse.answers.models import Answer, AnswerVersion, Wall
from konferanse.common import audit, links
from konferanse.common.clock import now, today
from konferanse.common.outbox import OutboxMail
from konferanse.common.storage import File, files
from konferanse.conference import lifecycle
from konferanse.conference.access import PERMISSIONS
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.front.copying import COPIED
from konferanse.groups.models import GroupTask, Seating, SeatingRun, SeatingWish, Table, TaskTable
from konferanse.plan import publishing
from konferanse.plan.models import CHAPTERS, Evidence, Plan, PlanLine, PlanVersion
from konferanse.presentations.models import Presentation, PresentationPage, PresentationVersion, Video
from konferanse.programme import history, releases
from konferanse.programme.models import Day, ItemSpeaker, ProgrammeEdit, ProgrammeItem, ProgrammeRelease, Room, Speaker
from konferanse.registration.models import (
    QUESTION_KINDS,
    AccessNeed,
    BulkAction,
    Invitation,
    Mailing,
    MailText,
    Organisation,
    Question,
    QuestionAnswer,
    Registration,
    RegistrationDay,
    SeatLimit,
)
from konferanse.registration.receipts import receipt_token
from konferanse.themes.models import AggregationRun, Fate, Point, Quote
from tests.factories import rows as generic
from tests.factories import voting
from tests.factories.from_web import from_web
from tests.factories.moderated import moderated
from tests.factories.rows import row

PICTURE = base64.b64decode("UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA")  # a WebP of one pixel
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
    b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\ntrailer<</Root 1 0 R>>\n"
)
TEXT = "Vi trenger faste faddere på hver avdeling innen 1. mars. NAV tar ansvar for oppfølgingen på bord {n}."


@dataclass
class Filled:
    """``values`` fill in URL arguments, by "<piece of the path before it>/<name of the argument>"; ``revoked`` are links
    that used to work, ``fields`` what forms say where an empty one asks for nothing that exists."""

    slug: str
    values: dict[str, str] = field(default_factory=dict)
    revoked: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)


def fill(slug: str, rows: int, *, published: bool = True) -> Filled:
    """A conference called ``slug`` with ``rows`` of everything. The caller has begun a write and commits."""
    before = _newest()
    first = today() + timedelta(days=30)
    conference = lifecycle.create(
        slug, f"Konferansen {slug}", "innspillskonferanse", first, first + timedelta(days=1), seats=500
    )
    if published:
        lifecycle.change_status(conference, "published", "system")
        lifecycle.open_signup(conference)
    _describe(conference)
    _copied(conference)
    filled = Filled(slug, {"k/slug": slug, "kopier/slug": slug})
    staff = _staff(conference, rows)
    _programme(conference, rows, filled)
    _presentations(conference, rows, filled)
    people = _people(conference, rows, filled)
    tables, task = _groups(conference, rows, people, filled)
    answers = _answers(conference, tables, task, filled)
    filled.values |= voting.fill(conference, rows, tables, people)
    points = _themes(conference, answers)
    _plan(conference, points, rows, filled)
    _mail(conference, rows, filled)
    filled.values |= {"kolleger/uid": str(staff[-1].uid), "status/status": "closed"}
    db.session.flush()
    _everything_else(conference, rows, before)
    db.session.flush()
    return filled


def _describe(conference: Conference) -> None:
    conference.introduction = "To dager om å lykkes med inkludering.\n\nVi vil ha innspillene dine."
    conference.goals, conference.audience = ["Kjenne oppdraget", "Lære av hverandre"], ["Helseforetak", "NAV"]
    conference.lists_participants = True
    conference.place, conference.contact_name, conference.contact_email = "Bodø", "Kari Kontakt", "kari@example.org"
    conference.mandate.summary, conference.mandate.report_by = "Foretakene skal lage en plan.", today() + timedelta(days=90)
    conference.asks_interpreter, conference.interpreter_until = True, today() + timedelta(days=20)
    conference.mandate.plan_must_hold = ["tiltak", "arbeidsformer", "rutiner"]


def _copied(conference: Conference) -> None:
    """Its log says that it began as a copy of one that is gone."""
    counts = ("rooms", "items", "speakers", "cancelled", "limits")
    counts += ("questions", "mail_texts", "deadlines", "tasks", "colleagues")
    about = {"source": str(uuid4()), "days": 364, "shares_mandate": False, "picture": 1}
    audit.record("system", COPIED, scope=conference.slug, subject=conference.uid, **about, **dict.fromkeys(counts, 2))


def _staff(conference: Conference, rows: int) -> list[Staff]:
    made = [row(Staff, email=f"{conference.slug}-{n}@example.org", name=f"Kollega {n}") for n in range(rows)]
    db.session.flush()
    for n, member in enumerate(made):
        lifecycle.grant(conference, member, [PERMISSIONS[1 + n % 5]], "system")
        row(SignIn, staff_id=member.id, expires=now() + timedelta(days=1))
    return made


def _programme(conference: Conference, rows: int, filled: Filled) -> None:
    for day in conference.dates:
        row(Day, conference_id=conference.id, date=day, title="Hva vi vil")
    rooms = [row(Room, conference_id=conference.id, name=f"Sal {n}", capacity=200) for n in range(rows)]
    db.session.flush()
    begin = conference.first_date
    items = []
    for n in range(rows):
        start = now().replace(year=begin.year, month=begin.month, day=begin.day, hour=7, minute=0) + timedelta(minutes=10 * n)
        items.append(
            row(
                ProgrammeItem,
                conference_id=conference.id,
                number=n + 1,
                start=start,
                end=start + timedelta(minutes=45),
                title=f"Innlegg {n}",
                kind=("plenary", "parallel", "break", "group_work")[n % 4],
                room_id=rooms[n].id,
                description="Slik gjør vi det.",
            )
        )
    db.session.flush()
    portrait = _file("portrett.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 32, "image/png")
    about = {"bio": "Har arbeidet lenge.", "picture_id": portrait.id, "picture_alt": "Et portrett", "consent": now()}
    about |= {"wishes": "Rullestolrampe", "generation": 1}
    people = [
        row(Speaker, conference_id=conference.id, name=f"Rådgiver {n}", organisation="NAV", email=f"r{n}@example.org", **about)
        for n in range(rows)
    ]
    db.session.flush()
    for item, who in zip(items, people, strict=True):
        item.speakers = [ItemSpeaker(speaker=who)]
    filled.values |= {"innledere/uid": str(people[0].uid), "lysbilder/uid": str(items[0].uid)}
    _link(filled, "innleder", people[0].uid)
    items[-1].audience = "Ledere"
    db.session.flush()
    first = releases.publish(conference, "Utgave 1", "system", note="Lunsjen er flyttet.")
    for n in range(1, rows):
        row(ProgrammeRelease, conference_id=conference.id, number=n + 1, name=f"Utgave {n + 1}", content=first.content)
    filled.values |= {"portrett/uid": str(people[0].uid), "utgaver/number": "1"}
    values = history.values(items[0])
    for kind, undone in (*[("moved", None)] * rows, *[("shifted", now())] * rows):
        row(ProgrammeEdit, conference_id=conference.id, kind=kind, items={str(items[0].uid): [values, values]}, undone=undone)
    filled.values |= {"program/uid": str(items[0].uid), "rom/uid": str(rooms[0].uid), "dag/day": begin.isoformat()}


def _file(name: str, content: bytes, content_type: str) -> File:
    kept = files.keep(io.BytesIO(content), name=name, content_type=content_type)
    db.session.flush()
    return kept


def _presentations(conference: Conference, rows: int, filled: Filled) -> None:
    deck = _file("lysbilder.pdf", PDF, "application/pdf")
    film = _file("hilsen.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 64, "video/mp4")
    captions = _file("hilsen.vtt", b"WEBVTT\n\n00:00.000 --> 00:02.000\nHei\n", "text/vtt")
    conference.picture, conference.picture_alt = _file("hav.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 32, "image/png"), "Havet"
    about = {"conference_id": conference.id, "published": now(), "summary": "Innlegget viser hvordan."}
    items = db.session.scalars(select(ProgrammeItem).where(ProgrammeItem.conference_id == conference.id)).all()
    decks = [row(Presentation, title=f"Lysbilder {n}", file_id=deck.id, item_id=items[n].id, **about) for n in range(rows)]
    videos = [
        row(Video, title=f"Hilsen {n}", file_id=film.id, captions_id=captions.id, transcript="Hei.", **about)
        for n in range(rows)
    ]
    db.session.flush()
    picture = _file("side-1.webp", PICTURE, "image/webp")
    for made in decks:
        version = row(PresentationVersion, presentation_id=made.id, number=1, file_id=deck.id, preview="made", page_count=1)
        page = PresentationPage(number=1, title="Veien", text="Veien til arbeid", alt="Veien til arbeid", picture_id=picture.id)
        version.pages = [page]
    db.session.flush()
    filled.values |= {
        "versjoner/number": "1",
        "versjoner/act": "bruk",
        "sider/number": "1",
        "presentasjoner/uid": str(decks[0].uid),
        "presentasjoner/name": "lysbilder.pdf",
        "presentasjoner/act": "publiser",
    }
    filled.values |= {"video/uid": str(videos[0].uid), "video/act": "publiser"}


def _people(conference: Conference, rows: int, filled: Filled) -> list[Registration]:
    people = []
    for n in range(rows):
        organisation = row(Organisation, name=f"Foretak {conference.slug} {n}", key=f"foretak {conference.slug} {n}")
        db.session.flush()
        address = f"deltaker{n}@{conference.slug}.example.org"
        person = row(
            Registration,
            conference_id=conference.id,
            name=f"Deltaker {n}",
            email=address,
            email_key=address,
            organisation_id=organisation.id,
            organisation_name=organisation.name,
            organisation_type="nav",
            county="nordland",
            status="waiting" if n % 5 == 4 else "confirmed",
            accepted_privacy=now(),
            generation=1,
            days=[RegistrationDay(date=d) for d in conference.dates],
        )
        db.session.flush()
        need = row(AccessNeed, registration_id=person.id, kind="allergy" if n % 2 else "access", text="Teleslynge i salen")
        people.append(person)
    db.session.flush()
    filled.values |= {"pamelding/uid": str(people[0].uid), "innsjekk/uid": str(people[0].uid), "behov/uid": str(need.uid)}
    done = [row(BulkAction, conference_id=conference.id, action="facilitator", actor=f"staff:{n}") for n in range(rows)]
    db.session.flush()
    filled.values["flere/uid"] = str(done[0].uid)
    for n in range(rows):
        row(SeatLimit, conference_id=conference.id, kind="organisation", subject=f"virksomhet {n}", seats=5)
    _link(filled, "min", people[0].uid)
    _invitation(conference, people[0], filled)
    _questions(conference, people, filled)
    filled.values["kvittering/token"] = receipt_token(conference.id, "confirmed", 0, "physical", conference.dates, uuid4())
    return people


def _questions(conference: Conference, people: list[Registration], filled: Filled) -> None:
    """A question of each kind, and as many more as there are people; each of them has answered one, and consented."""
    options = {"choice": ["Torsk", "Sei"], "choices": ["Verksted", "Omvisning"]}
    asked = {
        kind: row(
            Question, conference_id=conference.id, position=n, kind=kind, label=f"Om {kind}", options=options.get(kind, [])
        )
        for n, kind in enumerate(QUESTION_KINDS)
    }
    db.session.flush()
    for n in range(len(people)):
        about = {"position": 10 + n, "kind": "text", "shown_if_id": asked["choice"].id, "shown_if_value": "Torsk"}
        row(Question, conference_id=conference.id, label=f"Spørsmål {n}", required=True, **about)
    sent = _file("vedlegg.pdf", PDF, "application/pdf")
    answers = [row(QuestionAnswer, registration=p, question=asked["file"], value=sent.name, file=sent) for p in people]
    for n, person in enumerate(people):
        row(QuestionAnswer, registration=person, question=asked["choice"], value=("Torsk", "Sei")[n % 2])
        row(QuestionAnswer, registration=person, question=asked["consent"], value=True)
    db.session.flush()
    filled.values |= {"skjema/uid": str(asked["text"].uid), "svar/uid": str(answers[0].uid)}
    filled.values["samtykke/uid"] = str(asked["consent"].uid)


def _invitation(conference: Conference, person: Registration, filled: Filled) -> None:
    about = {"conference_id": conference.id, "organisation_id": person.organisation_id, "contact_email": "kontakt@example.org"}
    organisation = person.organisation_name
    invitation = row(Invitation, organisation_name=organisation, seats=3, generation=1, sent=now(), **about)
    db.session.flush()
    person.invitation_id = invitation.id
    filled.values |= {"invitasjoner/uid": str(invitation.uid), "invitasjon/uid": str(person.uid)}
    _link(filled, "invitasjon", invitation.uid)


def _link(filled: Filled, purpose: str, uid: Any) -> None:
    filled.values[f"{purpose}/token"] = links.token(purpose, uid, 1)
    filled.revoked[f"{purpose}/token"] = links.token(purpose, uid, 0)


def _groups(conference: Conference, rows: int, people: list[Registration], filled: Filled) -> tuple[list[Table], GroupTask]:
    mark = conference.slug[:1]  # no two conferences have the same, so that one's does not exist in the other
    about = {"conference_id": conference.id, "generation": 1, "composition": "NAV, helseforetak"}
    tables = [row(Table, number=n + 1, code=f"{mark}{n + 1:02}", **about) for n in range(rows)]
    asked = {"conference_id": conference.id, "opened": now(), "text": "Hva hindrer oss?", "asks_owner": True}
    tasks = [row(GroupTask, ref=f"{mark}oppg{n + 1}", title=f"Oppgave {n + 1}", position=n, **asked) for n in range(rows)]
    db.session.flush()
    for task in tasks[::2]:
        task.for_tables = [TaskTable(table_id=table.id) for table in tables]
    for person, table in zip(people, tables, strict=True):
        row(Seating, table_id=table.id, registration_id=person.id)
    wish = row(SeatingWish, conference_id=conference.id, kind="accessible", person_id=people[0].id)
    row(SeatingRun, conference_id=conference.id, status="done", parts={"types": 1, "counties": 0, "organisations": 0, "met": 0})
    db.session.flush()
    filled.values |= {"onsker/number": str(wish.id), "synlig/decision": "vis"}
    filled.values |= {"bord/code": tables[0].code, "oppgaver/ref": tasks[0].ref, "flytt/direction": "ned"}
    filled.fields["task"] = tasks[0].ref
    _link(filled, "bord", tables[0].uid)
    return tables, tasks[0]


def _answers(conference: Conference, tables: list[Table], task: GroupTask, filled: Filled) -> list[AnswerVersion]:
    versions = []
    for n in range(len(tables)):
        # The first table answers most: a page that shows one table's answers meets many.
        where = {"conference_id": conference.id, "table_id": tables[0 if n % 3 else n].id, "task_id": task.id}
        said = {"text": TEXT.format(n=n), "owner": f"NAV-kontoret ved bord {n}", "deadline": "innen 1. mars"}
        version = AnswerVersion(number=1, written=now(), **said)
        row(Answer, ref=str(uuid5(NAMESPACE_URL, f"{conference.slug}-{n}")), position=n, versions=[version], **said, **where)
        versions.append(version)
    db.session.flush()
    ref, code = versions[0].answer.ref, tables[0].code
    wall = row(Wall, conference_id=conference.id, is_on=True, generation=1, approves=False)
    db.session.flush()
    _link(filled, "vegg", wall.uid)
    filled.values |= {"vegg/decision": "alle", "slipp/code": code, "slipp/ref": ref}
    filled.values |= {"svar/ref": ref, "liste/ref": ref, "liste/code": code, "hjelp/code": code, "liste/decision": "skjul"}
    filled.values |= moderated(tables[0], task, versions[0].answer, PICTURE)
    filled.values["eksport./form"] = "csv"
    filled.values["nett/decision"] = "steng"
    return versions + from_web(conference, task, len(tables))


def _themes(conference: Conference, versions: list[AnswerVersion]) -> list[Point]:
    run = row(AggregationRun, conference_id=conference.id, status="done", progress=100, finished=now(), engine={"name": "test"})
    db.session.flush()
    points = []
    for n, version in enumerate(versions):
        words = {"theme": f"Tema {n}", "theme_ref": f"t{n}", "statement": version.text, "kind": CHAPTERS[n % 5]}
        quote = Quote(version_id=version.id, start=0, end=len(version.text), text=version.text)
        channel = "web" if version.answer.channel == "web" else "table"
        support = {"channel": channel, "tables": int(channel == "table"), "answers": 1}
        points.append(row(Point, run_id=run.id, ref=f"p{n}", position=n, quotes=[quote], **support, **words))
        row(Fate, run_id=run.id, version_id=version.id, status="used", points=[f"p{n}"])
    db.session.flush()
    return points


def _plan(conference: Conference, points: list[Point], rows: int, filled: Filled) -> None:
    plan = row(
        Plan, mandate_id=conference.mandate_id, title="Plan for inkludering", drafted=now(), drafted_from=[points[0].run_id]
    )
    db.session.flush()
    lines = []
    for n, point in enumerate(points):
        span = point.quotes[0]
        proof = Evidence(version_id=span.version_id, start=span.start, end=span.end, quote=span.text)
        about = {"chapter": CHAPTERS[n % 5], "theme": point.theme, "text": point.statement, "drafted_text": point.statement}
        lines.append(row(PlanLine, plan_id=plan.id, position=n, evidence=[proof], **about))
    db.session.flush()
    first = publishing.publish(plan, conference, "Utgave 1", "system")
    for n in range(1, rows):
        about = {"plan_id": plan.id, "conference_id": conference.id, "number": n + 1, "name": f"Utgave {n + 1}"}
        row(PlanVersion, content=first.content, **about)
    filled.values |= {"flytt/direction": "opp", "fil./format_name": "csv", "plan./format_name": "csv"}
    filled.values |= {"plan/uid": str(lines[0].uid), "linje/uid": str(lines[0].uid), "plan/number": "1", "utgave/number": "1"}


def _mail(conference: Conference, rows: int, filled: Filled) -> None:
    sent = [
        row(OutboxMail, scope=conference.slug, kind="confirmation", recipient=f"d{n}@example.org", subject="Hei", body="Hei.")
        for n in range(rows)
    ]
    db.session.flush()
    filled.values["epost/uid"] = str(sent[0].uid)
    texts = {"nb": {"subject": "Velkommen", "text": "Vi ses."}}
    written = [row(Mailing, conference_id=conference.id, texts=texts, audience={"status": "confirmed"}) for _ in range(rows)]
    for code in ("nb", "nn"):
        row(MailText, conference_id=conference.id, kind="confirmed", language=code, subject="Velkommen", text="Vi gleder oss.")
    db.session.flush()
    filled.values |= {"utsending/uid": str(written[0].uid), "tekster/kind": "confirmed", "tekster/code": "nb"}


def _newest() -> dict[str, int]:
    """The highest id of every table."""
    ids = {name: model.__table__.columns.get("id") for name, model in generic.models().items()}
    return {name: db.session.scalar(db.select(db.func.max(i))) or 0 for name, i in ids.items() if i is not None}


def _everything_else(conference: Conference, rows: int, before: dict[str, int]) -> None:
    """Rows of every model that none of the above made, hung on what this conference has."""
    parents: dict[str, list[int]] = {}
    for name, model in generic.models().items():
        if name not in before:  # its key is not a number, so nothing can hang on it
            if model not in (ItemSpeaker, TaskTable):  # whom the programme names, and whom a task is for
                list(generic.children(model, parents, rows))
            continue
        ours = db.select(model.id).where(model.id > before[name]).order_by(model.id)
        if not db.session.scalars(ours).all():
            list(generic.children(model, parents, rows))
            db.session.flush()
        parents[name] = [conference.id] if name == "conference" else list(db.session.scalars(ours))
