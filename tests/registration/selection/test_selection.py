"""The organiser selects who comes, sees the breadth of the choice, and everybody gets an answer."""

import re
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import select

from konferanse.common.audit import AuditEntry
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import seats
from konferanse.registration.ledger import PLACE
from konferanse.registration.models import AccessNeed, Question, QuestionAnswer, Registration, RegistrationDay
from tests.conftest import StrictClient
from tests.registration.conftest import mails, path_of, person

SignUp = Callable[..., str]
PATH = "/admin/k/prove/pamelding/utvalg"
TICKED = re.compile(r'<input[^>]*name="valgt"[^>]*value="([0-9a-f-]+)"[^>]*\bchecked\b')


@pytest.fixture
def desk(sign_in: Callable[..., StrictClient], conference: Conference) -> StrictClient:
    """A signed-in organiser of a conference with three seats, who selects."""
    begin_write()
    conference.signup_mode = "moderated"
    seats.set_limits(conference, {PLACE: 3})
    db.session.commit()
    return sign_in("organiser", conference=conference)


@pytest.fixture
def applied(desk: StrictClient, sign_up: SignUp) -> list[Registration]:
    """Six who want to come: five from NAV, one from a municipality."""
    for name in "abcde":
        assert sign_up(f"{name}@example.org", name=f"Navn {name}", organisation_type="nav", county="oslo") == "waiting"
    sign_up("f@example.org", name="Navn f", organisation_type="kommune", allergies="Nøtter", accept_health="y")
    return [person(f"{name}@example.org") for name in "abcdef"]


def statuses(rows: list[Registration]) -> str:
    db.session.expire_all()
    return "".join(row.status[0] for row in rows)


def ticked(page: str) -> set[str]:
    return set(TICKED.findall(page))


@pytest.mark.postgres
def test_the_chosen_get_a_seat_and_the_others_an_answer(desk: StrictClient, applied: list[Registration]) -> None:
    chosen = [str(row.uid) for row in applied[:2]]
    for _ in range(2):
        assert desk.submit(PATH, {"valgt": chosen, "do": "give"}).status_code == 303
    assert statuses(applied) == "ccwwww"
    assert [mail.recipient for mail in mails("promoted")] == ["a@example.org", "b@example.org"]
    assert "Du har fått plass på" in mails("promoted")[0].body
    asked = desk.submit(f"{PATH}/avslag", {"valgt": [str(applied[2].uid)], "who": "rest"}, page=PATH).get_data(as_text=True)
    assert "Gi 3 personer avslag?" in asked
    assert statuses(applied) == "ccwwww"
    rest = [str(row.uid) for row in applied[3:]]
    for _ in range(2):
        assert (
            desk.submit(f"{PATH}/avslag", {"valgt": rest, "who": "sure"}, page="/admin/k/prove/pamelding/oppsett").status_code
            == 303
        )
    assert statuses(applied) == "ccwccc"
    assert {row.ended_by for row in applied[3:]} == {"declined"}
    assert [mail.recipient for mail in mails("declined")] == ["d@example.org", "e@example.org", "f@example.org"]
    assert db.session.scalars(select(AccessNeed)).all() == []
    actions = [e.action for e in db.session.scalars(select(AuditEntry)) if e.actor.startswith("staff:")]
    assert (actions.count("registration.promoted"), actions.count("registration.declined")) == (2, 3)


def test_somebody_declined_reads_it_on_their_page(
    desk: StrictClient, client: StrictClient, applied: list[Registration]
) -> None:
    desk.submit(f"{PATH}/avslag", {"valgt": [str(applied[0].uid)], "who": "sure"}, page=PATH)
    assert "du fikk ikke plass" in client.get(path_of(applied[0])).get_data(as_text=True)


def test_never_more_than_there_are_seats_and_the_ticks_are_kept(desk: StrictClient, applied: list[Registration]) -> None:
    chosen = {str(row.uid) for row in applied[:4]}
    page = desk.submit(PATH, {"valgt": list(chosen), "do": "give"})
    assert page.status_code == 422
    assert "Alle plassene er tatt" in page.get_data(as_text=True)
    assert ticked(page.get_data(as_text=True)) == chosen
    assert statuses(applied) == "wwwwww"


def test_seats_are_offered_where_they_are_to_be_answered(
    conference: Conference, desk: StrictClient, applied: list[Registration]
) -> None:
    begin_write()
    conference.offer_hours = 24
    db.session.commit()
    desk.submit(PATH, {"valgt": [str(applied[0].uid)], "do": "give"})
    assert statuses(applied) == "owwwww"
    assert len(mails("offered", "a@example.org")) == 1


def test_the_breadth_is_shown_without_a_script_and_the_ticks_are_kept(desk: StrictClient, applied: list[Registration]) -> None:
    chosen = {str(applied[0].uid), str(applied[5].uid)}
    page = desk.submit(PATH, {"valgt": list(chosen), "do": "see"})
    text = page.get_data(as_text=True)
    assert page.status_code == 200
    assert ticked(text) == chosen
    rows = re.findall(r'data-code="(\w+)" data-seated="(\d)">.*?data-count>(\d)</td><td class="numbers">(\d)<', text, re.DOTALL)
    assert rows == [("nav", "0", "1", "5"), ("andre", "0", "1", "1"), ("oslo", "0", "1", "5"), ("nordland", "0", "1", "1")]
    assert statuses(applied) == "wwwwww"


def test_a_suggestion_ticks_and_saves_nothing(desk: StrictClient, applied: list[Registration]) -> None:
    text = desk.submit(PATH, {"do": "suggest"}).get_data(as_text=True)
    assert ticked(text) == {str(applied[n].uid) for n in (0, 1, 5)}
    assert statuses(applied) == "wwwwww"


def test_first_timers_are_those_who_said_yes(conference: Conference, desk: StrictClient, applied: list[Registration]) -> None:
    assert "Er med for første gang" not in desk.get(PATH).get_data(as_text=True)
    begin_write()
    question = Question(conference_id=conference.id, kind="choice", preset="first-time", label="Første gang?")
    db.session.add(question)
    db.session.flush()
    for row, value in ((applied[0], "yes"), (applied[1], "no")):
        db.session.add(QuestionAnswer(registration_id=row.id, question_id=question.id, value=value))
    db.session.commit()
    text = desk.get(PATH).get_data(as_text=True)
    assert "Er med for første gang" in text
    assert text.count('data-first="first"') == 1


@pytest.mark.parametrize("form", [{"do": "give"}, {"do": "give", "valgt": ["x", "1"]}])
def test_nobody_chosen_is_said(desk: StrictClient, applied: list[Registration], form: dict[str, object]) -> None:
    page = desk.submit(PATH, form)
    assert (page.status_code, "Kryss av for dem som skal få plass" in page.get_data(as_text=True)) == (422, True)
    page = desk.submit(f"{PATH}/avslag", {"who": "chosen"}, page=PATH)
    assert (page.status_code, "Kryss av for dem som skal få avslag" in page.get_data(as_text=True)) == (422, True)


def test_no_tick_and_nothing_in_the_source_shows_whose_union_it_is(conference: Conference, desk: StrictClient) -> None:
    begin_write()
    for kind, count in (("nav", 40), ("kommune", 30), ("tillitsvalgt", 2)):
        for _ in range(count):
            days = [RegistrationDay(date=day) for day in conference.dates]
            about = {"organisation_type": kind, "county": "oslo", "status": "waiting", "name": "Kari"}
            db.session.add(Registration(conference_id=conference.id, days=days, **about))
    db.session.commit()
    boxes = re.findall(r'data-type="(\w+)"', desk.get(PATH).get_data(as_text=True))
    assert Counter(boxes) == {"nav": 40, "andre": 32}


def test_the_page_tells_of_nobodys_union(desk: StrictClient, sign_up: SignUp) -> None:
    for n in range(6):
        sign_up(f"t{n}@example.org", organisation_type="tillitsvalgt")
    text = desk.get(PATH).get_data(as_text=True)
    assert "tillitsvalgt" not in text.replace("Tillitsvalgte er alltid", "").lower()


def test_other_staff_may_not_select(conference: Conference, sign_in: Callable[..., StrictClient]) -> None:
    assert sign_in("read", conference=conference).get(PATH).status_code == 403
