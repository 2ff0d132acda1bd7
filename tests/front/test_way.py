"""The way says what is true, costs the same however many rows there are, and shows only what one may see."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import event

from konferanse.access.models import Staff
from konferanse.answers.models import Answer, AnswerVersion
from konferanse.common.clock import now, today
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.front.way import Step, way, ways
from konferanse.groups.models import GroupTask, Seating, Table
from konferanse.plan.models import Plan, PlanLine
from konferanse.presentations.models import Presentation
from konferanse.programme import releases
from konferanse.programme.models import ProgrammeItem
from konferanse.registration.models import AccessNeed, Registration
from konferanse.themes.models import AggregationRun, Fate
from tests.conftest import StrictClient

Write = Callable[[], None]
KEYS = [
    "oppdrag",
    "program",
    "pamelding",
    "presentasjoner",
    "bord",
    "oppgaver",
    "svar",
    "temaer",
    "plan",
    "horing",
    "oppfolging",
]


def _steps(app: Flask, conference: Conference) -> dict[str, Step]:
    with app.test_request_context():
        return {step.key: step for step in way(conference)}


def _said(app: Flask, conference: Conference, key: str) -> tuple[str, str]:
    step = _steps(app, conference)[key]
    return step.state, step.status


def _item(conference: Conference, number: int) -> ProgrammeItem:
    start = now() + timedelta(days=30, hours=number)
    return ProgrammeItem(
        conference=conference, number=number, start=start, end=start + timedelta(minutes=30), title=f"Post {number}"
    )


def _person(conference: Conference, status: str = "confirmed", attendance: str = "physical") -> Registration:
    return Registration(conference_id=conference.id, name="Kari", status=status, attendance=attendance)


def test_the_way_has_its_eleven_steps_in_order(app: Flask, conference: Conference) -> None:
    steps = _steps(app, conference)
    assert list(steps) == KEYS
    assert [key for key, step in steps.items() if not step.url][-2:] == ["horing", "oppfolging"]


def test_the_assignment_waits_until_it_is_written_and_has_a_day_to_report(
    app: Flask, conference: Conference, write: Write
) -> None:
    assert _said(app, conference, "oppdrag") == ("waits", "Oppdraget er ikke skrevet")
    write()
    conference.mandate.summary = "Lag en plan."
    db.session.commit()
    assert _said(app, conference, "oppdrag") == ("waits", "Mangler frist for rapportering")
    write()
    conference.mandate.report_by = today() + timedelta(days=12)
    db.session.commit()
    assert _said(app, conference, "oppdrag")[0] == "done"
    assert _said(app, conference, "oppfolging") == ("ahead", "Rapport om 12 dager")


def test_the_programme_tells_of_its_release_and_of_what_waits(app: Flask, conference: Conference, write: Write) -> None:
    assert _said(app, conference, "program") == ("waits", "Ikke påbegynt")
    write()
    db.session.add_all([_item(conference, 1), _item(conference, 2)])
    db.session.commit()
    assert _said(app, conference, "program") == ("waits", "2 poster · ikke publisert")
    write()
    releases.publish(conference, "Første", "system")
    db.session.commit()
    assert _said(app, conference, "program") == ("done", "Utgave 1 publisert")
    write()
    db.session.add(_item(conference, 3))
    db.session.commit()
    assert _said(app, conference, "program") == ("waits", "Utgave 1 publisert · 1 endring venter")


def test_sign_up_counts_seats_digital_and_waiting_and_asks_for_replies_to_needs(
    app: Flask, conference: Conference, write: Write
) -> None:
    write()
    first = _person(conference)
    people = [first, _person(conference), _person(conference, attendance="digital"), _person(conference, "waiting")]
    db.session.add_all([*people, _person(conference, "cancelled")])
    db.session.commit()
    assert _said(app, conference, "pamelding") == ("going", "2 av 20 · 1 digitalt · 1 på venteliste")
    write()
    db.session.add(AccessNeed(registration=first, kind="access", text="Teleslynge"))
    db.session.commit()
    state, status = _said(app, conference, "pamelding")
    assert (state, status) == ("waits", "2 av 20 · 1 digitalt · 1 på venteliste · 1 behov uten svar")


def test_slides_tables_and_tasks_say_how_far_they_are(app: Flask, conference: Conference, write: Write) -> None:
    write()
    placed, unplaced = _person(conference), _person(conference)
    table = Table(conference_id=conference.id, number=1, code="B01")
    db.session.add_all([placed, unplaced, table, Presentation(conference_id=conference.id, title="NAV")])
    db.session.add(Seating(table=table, registration=placed))
    db.session.add(GroupTask(conference_id=conference.id, ref="o1", title="Hva hindrer oss?", opened=now()))
    db.session.add(GroupTask(conference_id=conference.id, ref="prove", title="Prøv", is_tryout=True, opened=now()))
    db.session.commit()
    assert _said(app, conference, "presentasjoner") == ("waits", "0 av 1 levert")
    assert _said(app, conference, "bord") == ("waits", "1 bord · 1 uplassert")
    assert _said(app, conference, "oppgaver") == ("going", "1 oppgave · 1 åpen nå")


def test_answers_leave_out_practice_and_what_was_withdrawn_and_themes_add_up(
    app: Flask, conference: Conference, write: Write
) -> None:
    write()
    table = Table(conference_id=conference.id, number=1, code="B01")
    task = GroupTask(conference_id=conference.id, ref="o1", title="Hva?", opened=now(), closed=now())
    tryout = GroupTask(conference_id=conference.id, ref="prove", title="Prøv", is_tryout=True)
    run = AggregationRun(conference_id=conference.id, status="done")
    db.session.add_all([table, task, tryout, run])
    for n, (where, withdrawn) in enumerate([(task, None), (task, None), (task, now()), (tryout, None)]):
        answer = Answer(ref=str(n), conference=conference, table=table, task=where, text="Ja", withdrawn=withdrawn)
        version = AnswerVersion(answer=answer, number=1, text="Ja", written=now())
        db.session.add(answer)
        db.session.flush()
        if withdrawn is None and where is task:
            db.session.add(Fate(run_id=run.id, version=version, status=("used", "parked")[n]))
    db.session.commit()
    assert _said(app, conference, "svar") == ("done", "2 svar")
    assert _said(app, conference, "temaer") == ("done", "1 brukt · 0 slått sammen · 1 lagt til side")
    assert _said(app, conference, "plan") == ("waits", "Ikke påbegynt")
    write()
    plan = Plan(mandate_id=conference.mandate_id)
    plan.lines = [
        PlanLine(chapter="tiltak", theme="Fadder", text="Fadder til alle", owner="HR"),
        PlanLine(chapter="rutine", theme="Fadder", text="Fast samtale"),
        PlanLine(chapter="utfordring", theme="Tid", text="Vi har lite tid"),
    ]
    db.session.add(plan)
    db.session.commit()
    assert _said(app, conference, "plan") == ("waits", "3 linjer · 1 uten ansvarlig")


def test_another_conference_s_rows_are_never_counted(app: Flask, conference: Conference, write: Write) -> None:
    write()
    other = lifecycle.create("annen", "En annen", "regionsamling", today(), today() + timedelta(days=1))
    db.session.flush()
    db.session.add_all([_person(other), Table(conference_id=other.id, number=1, code="B01"), _item(other, 1)])
    db.session.commit()
    assert _said(app, conference, "bord") == ("ahead", "Ingen bord ennå")
    assert _said(app, conference, "program") == ("waits", "Ikke påbegynt")
    assert _said(app, conference, "pamelding") == ("going", "0 av 20")


def test_the_list_of_conferences_runs_one_query_for_all_their_ways(app: Flask, conference: Conference, write: Write) -> None:
    write()
    for n in range(6):
        lifecycle.create(f"k{n}", f"Nummer {n}", "regionsamling", today(), today())
    db.session.commit()
    everyone = db.session.query(Conference).all()
    _ = [c.mandate_id for c in everyone]
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda c, cur, sql, *rest: statements.append(sql))
    with app.test_request_context():
        assert {len(steps) for steps in ways(everyone).values()} == {11}
    assert len([sql for sql in statements if sql.startswith("SELECT")]) == 1


def test_the_overview_points_at_the_first_thing_that_waits(
    conference: Conference, sign_in: Callable[..., StrictClient]
) -> None:
    page = sign_in("organiser", conference=conference).get("/admin/k/prove/").get_data(as_text=True)
    assert "Oppdrag: oppdraget er ikke skrevet" in page
    assert page.count('<a class="ds-button"') == 1


def test_only_an_organiser_gets_buttons_that_change_the_conference(
    conference: Conference, sign_in: Callable[..., StrictClient]
) -> None:
    assert "Avslutt konferansen" in sign_in("organiser", conference=conference).get("/admin/k/prove/").get_data(as_text=True)
    reader = sign_in("read", conference=conference)
    assert "Avslutt konferansen" not in reader.get("/admin/k/prove/").get_data(as_text=True)
    assert reader.submit("/admin/k/prove/status/closed", page="/admin/k/prove/").status_code == 403


def test_publishing_and_closing_from_the_overview(
    app: Flask, conference: Conference, sign_in: Callable[..., StrictClient], client: StrictClient
) -> None:
    organiser = sign_in("organiser", conference=conference)
    assert organiser.submit("/admin/k/prove/status/closed", page="/admin/k/prove/").status_code == 303
    assert db.session.get_one(Conference, conference.id).status == "closed"
    assert client.get("/k/prove").status_code == 200
    assert organiser.submit("/admin/k/prove/status/published", page="/admin/k/prove/").status_code == 303
    assert db.session.get_one(Conference, conference.id).status == "published"


def test_my_conferences_shows_mine_and_what_waits_and_an_empty_list_helps(
    conference: Conference, sign_in: Callable[..., StrictClient], write: Write
) -> None:
    page = sign_in("organiser", conference=conference).get("/admin/").get_data(as_text=True)
    assert "Oppdrag: Oppdraget er ikke skrevet" in page
    newcomer = sign_in().get("/admin/").get_data(as_text=True)
    assert "Prøvekonferansen" not in newcomer
    assert "Du er ikke med i noen konferanse ennå" in newcomer
    assert db.session.query(Staff).count() == 2
