"""Everybody is placed by the worker, with what the organiser wishes; participants see it when it is shown."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import select

from konferanse.common import links
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.front import retention
from konferanse.groups import arranging, seating, seating_tasks
from konferanse.groups.models import Seating, SeatingRun, SeatingWish
from konferanse.registration.models import Question, QuestionAnswer, Registration
from tests.conftest import StrictClient
from tests.groups.room import guest, with_guests, with_tables
from tests.groups.test_pages import BORD, page, place_all

pytestmark = pytest.mark.postgres
SignIn = Callable[..., StrictClient]
WISHES = f"{BORD}/onsker"


@pytest.fixture
def moderator(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("moderation", conference=conference)


def table_of(conference: Conference, person: Registration, number: int = 1) -> int:
    """The number of the table somebody has."""
    [there] = [t.table.number for t in seating.room(conference, number).tables if person in t.people]
    return there


def wish(client: StrictClient, kind: str, person: Registration, other: Registration | None = None) -> int:
    """Write it; returns the status."""
    form = {"kind": kind, "person": str(person.uid), "other": str(other.uid) if other else ""}
    return client.submit(WISHES, form, page=WISHES).status_code


def run() -> SeatingRun:
    """How the latest placing went."""
    db.session.expire_all()
    return db.session.scalars(select(SeatingRun)).one()


def test_the_page_tells_that_it_is_worked_out_and_then_how_good_it_is(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 3)
    with_guests(conference, 15)
    moderator.submit(f"{BORD}/fordel", {"rounds": "2"}, page=BORD)
    assert "Plassene blir snart regnet ut" in page(moderator, BORD)
    assert seating.room(conference).placed == 0
    seating_tasks.place_waiting()
    shown = page(moderator, BORD)
    assert "Blandingen er" in shown
    assert "Har sittet sammen før" in shown
    assert (run().status, run().rounds, run().done_rounds) == ("done", 2, 2)
    assert [seating.room(conference, n).placed for n in (1, 2)] == [15, 15]


def test_wishes_hold_in_every_round(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 4)
    people = with_guests(conference, 20)
    assert wish(moderator, "together", people[3], people[8]) == 303
    assert wish(moderator, "apart", people[1], people[2]) == 303
    assert wish(moderator, "apart", people[2], people[1]) == 303  # the same
    assert db.session.scalars(select(SeatingWish.kind)).all() == ["together", "apart"]
    place_all(moderator, rounds=3)
    for number in (1, 2, 3):
        assert table_of(conference, people[3], number) == table_of(conference, people[8], number)
        assert table_of(conference, people[1], number) != table_of(conference, people[2], number)


def test_wishes_that_cannot_be_met_are_named_and_nobody_moves(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 2)
    people = with_guests(conference, 6)
    place_all(moderator)
    before = {person.id: table_of(conference, person) for person in people}
    for one, other in ((0, 1), (1, 2), (0, 2)):
        wish(moderator, "apart", people[one], people[other])
    place_all(moderator)
    shown = page(moderator, BORD)
    assert "Ingen er flyttet." in shown
    assert "Person 000, Person 001 og Person 002 kan ikke alle sitte ved hvert sitt bord" in shown
    assert {person.id: table_of(conference, person) for person in people} == before


def test_a_wish_is_taken_back(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 2)
    people = with_guests(conference, 4)
    wish(moderator, "together", people[0], people[1])
    number = db.session.scalars(select(SeatingWish.id)).one()
    assert "Person 001" in page(moderator, WISHES)
    moderator.submit(f"{WISHES}/{number}/slett", page=WISHES)
    assert db.session.scalars(select(SeatingWish)).all() == []
    assert moderator.submit(f"{WISHES}/{number}/slett", page=WISHES).status_code == 404


@pytest.mark.parametrize("kind", ["apart", "together"])
def test_a_wish_about_one_person_is_refused_in_words(moderator: StrictClient, conference: Conference, kind: str) -> None:
    with_tables(conference, 2)
    person = with_guests(conference, 2)[0]
    for other in ("", str(person.uid)):
        refused = moderator.submit(WISHES, {"kind": kind, "person": str(person.uid), "other": other}, page=WISHES)
        assert refused.status_code == 422
        assert "Velg to forskjellige personer" in refused.get_data(as_text=True)
    assert moderator.submit(WISHES, {"kind": kind, "person": str(uuid4()), "other": ""}, page=WISHES).status_code == 422
    assert db.session.scalars(select(SeatingWish)).all() == []


def test_who_is_held_stays_and_the_rest_is_placed_around_them(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 4)
    people = with_guests(conference, 16)
    place_all(moderator)
    at_first = [person for person in people if table_of(conference, person) == 1]
    stays = at_first[:2]
    path = f"{BORD}/B01"
    moderator.submit(f"{path}/hold", {"people": [str(person.uid) for person in stays]}, page=path)
    assert page(moderator, path).count(" checked") == 2
    for _again in range(3):  # each time with another seed
        place_all(moderator)
        assert [table_of(conference, person) for person in stays] == [1, 1]
    moderator.submit(f"{path}/hold", {"people": []}, page=path)
    assert db.session.scalars(select(SeatingWish)).all() == []


def test_an_accessible_table_is_for_those_who_need_it(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 3)
    people = with_guests(conference, 12)
    path = f"{BORD}/B02"
    moderator.submit(path, {"composition": "NAV", "is_accessible": "y"}, page=path)
    for person in people[:3]:
        wish(moderator, "accessible", person)
    place_all(moderator, rounds=2)
    assert {table_of(conference, person, number) for person in people[:3] for number in (1, 2)} == {2}


def test_those_who_take_part_digitally_get_digital_tables_and_nobody_else_does(
    moderator: StrictClient, conference: Conference
) -> None:
    with_tables(conference, 4)
    people = with_guests(conference, 12)
    begin_write()
    far = [guest(conference, f"Fjern {n}", attendance="digital") for n in range(5)]
    db.session.commit()
    assert seating.room(conference).unplaced == people  # without a digital table they have none
    for code in ("B03", "B04"):
        moderator.submit(f"{BORD}/{code}", {"composition": "", "is_digital": "y"}, page=f"{BORD}/{code}")
    place_all(moderator)
    assert {table_of(conference, person) for person in far} == {3, 4}
    assert {table_of(conference, person) for person in people} == {1, 2}
    begin_write()
    late = [guest(conference, "Sein Fjern", attendance="digital"), guest(conference, "Sein Nær")]
    db.session.commit()
    moderator.submit(f"{BORD}/plasser", page=BORD)
    assert table_of(conference, late[0]) in (3, 4)
    assert table_of(conference, late[1]) in (1, 2)


def test_somebody_who_signs_off_while_it_is_worked_out_is_left_out(conference: Conference) -> None:
    with_tables(conference, 2)
    people = with_guests(conference, 6)
    arranged = arranging.arrange(arranging.question(conference, 1))
    begin_write()
    people[0].status = "cancelled"
    arranging.take(conference, arranged, "system")
    db.session.commit()
    assert seating.room(conference).placed == 5
    assert people[0].id not in db.session.scalars(select(Seating.registration_id)).all()


def test_what_was_asked_for_anew_is_not_overtaken_by_the_first(conference: Conference) -> None:
    with_tables(conference, 2)
    with_guests(conference, 6)
    begin_write()
    first = arranging.ask(conference, 1, "staff:1").uid
    again = arranging.ask(conference, 2, "staff:1")
    db.session.commit()
    assert arranging.still(again.id, first) is None
    assert arranging.still(again.id, again.uid) is again
    assert again.seed == 1


def test_what_is_asked_for_while_it_is_worked_out_is_done_at_once_after(
    conference: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_tables(conference, 2)
    with_guests(conference, 6)
    begin_write()
    arranging.ask(conference, 1, "staff:1")
    db.session.commit()
    work_out, asked = arranging.arrange, []

    def arrange(question: arranging.Question, **more: Any) -> arranging.Arranged:
        asked.append(question.rounds)
        if len(asked) == 1:
            begin_write()
            arranging.ask(conference, 3, "staff:1")
            db.session.commit()
            seating_tasks.place_waiting()  # the second worker, which finds the first at work
        return work_out(question, **more)

    monkeypatch.setattr(arranging, "arrange", arrange)
    seating_tasks.place_waiting()
    assert asked == [1, 3]
    assert (run().status, run().rounds, seating.rounds_of(conference)) == ("done", 3, 3)


def test_a_worker_that_was_stopped_half_way_begins_again(moderator: StrictClient, conference: Conference) -> None:
    with_tables(conference, 2)
    with_guests(conference, 6)
    begin_write()
    arranging.ask(conference, 1, "staff:1").status = "running"
    db.session.commit()
    seating_tasks.place_waiting()
    assert run().status == "done"
    assert seating.room(conference).placed == 6


def test_a_fault_is_told_and_not_tried_for_ever(
    moderator: StrictClient, conference: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_tables(conference, 2)
    with_guests(conference, 6)
    monkeypatch.setattr(arranging, "arrange", lambda *_args, **_more: 1 / 0)
    place_all(moderator)
    assert run().status == "refused"
    assert "Noe gikk galt da plassene ble regnet ut" in page(moderator, BORD)


def test_participants_see_their_table_and_who_said_yes_once_it_is_shown(
    app: Flask, client: StrictClient, moderator: StrictClient, conference: Conference
) -> None:
    with_tables(conference, 1)
    me, friend, shy = with_guests(conference, 3)
    begin_write()
    consents(conference, friend)
    db.session.commit()
    place_all(moderator)
    mine = f"/min/{links.token('min', me.uid, me.generation)}"
    assert "Bord 1" not in page(client, mine)
    moderator.submit(f"{BORD}/synlig/vis", page=BORD)
    shown = page(client, mine)
    assert "Bord 1" in shown
    assert friend.name in shown
    assert shy.name not in shown
    assert "og én til" in shown
    moderator.submit(f"{BORD}/synlig/skjul", page=BORD)
    assert "Bord 1" not in page(client, mine)


def consents(conference: Conference, person: Registration) -> None:
    """``person`` says yes to the list of participants."""
    question = Question(conference_id=conference.id, kind="consent", preset="list", label="Deltakerliste")
    db.session.add(question)
    db.session.flush()
    db.session.add(QuestionAnswer(registration_id=person.id, question_id=question.id, value=True))


def test_wishes_are_forgotten_with_the_people(conference: Conference) -> None:
    with_tables(conference, 2)
    people = with_guests(conference, 2)
    begin_write()
    db.session.add(SeatingWish(conference_id=conference.id, kind="apart", person_id=people[0].id, other_id=people[1].id))
    db.session.flush()
    counts = retention._forget_people(conference)
    db.session.commit()
    assert counts["seating_wishes"] == 1
    assert db.session.scalars(select(SeatingWish)).all() == []
