"""The organiser asks what to begin with, and nothing is changed under those who have voted."""

import re
from collections.abc import Callable

import pytest
from sqlalchemy import select

from konferanse.answers import priorities, readings, tally, votes
from konferanse.answers.models import Answer, Prioritising
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import joining
from konferanse.groups.access import token_of
from konferanse.groups.models import Table
from tests.answers.test_wall import answer
from tests.answers.voting import BASE, CHOICES, asked, cast, close, page_of, places
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task

SignIn = Callable[..., StrictClient]
FORM = {"question": "Hva først?", "voters": "tables", "dots": "2", "choices": "\n".join(CHOICES)}


@pytest.fixture
def moderator(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("moderation", conference=conference)


@pytest.fixture
def tables(conference: Conference) -> list[Table]:
    return with_tables(conference, 4)


def test_the_organiser_makes_it_opens_it_and_the_table_is_led_to_it(
    client: StrictClient, moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    with_task(conference)
    assert BASE in moderator.get("/admin/k/prove/svar").get_data(as_text=True)
    made = moderator.submit(BASE, FORM)
    assert made.status_code == 303
    uid = made.location.rsplit("/", 1)[1]
    front = f"/bord/{token_of(tables[0])}"
    assert "Hva først?" not in client.get(front).get_data(as_text=True)
    assert client.get(f"/api{front}").get_json()["vote"] is None
    assert "Ingen prioritering er åpen" in client.get(page_of(tables[0])).get_data(as_text=True)
    moderator.submit(f"{BASE}/{uid}/apne", page=f"{BASE}/{uid}")
    shown = client.get(front).get_data(as_text=True)
    assert "Hva først?" in shown
    assert page_of(tables[0]) in shown
    assert client.get(f"/api{front}").get_json()["vote"] == {"question": "Hva først?", "open": True}
    assert "Kurs for ledere" in client.get(page_of(tables[0])).get_data(as_text=True)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"question": ""}, "Skriv hva som skal prioriteres"),
        ({"voters": "alle"}, "Velg hvem som har prikker"),
        ({"dots": "11"}, "fra 1 til 10"),
        ({"dots": "mange"}, "fra 1 til 10"),
        ({"choices": "Bare ett"}, "Det står 1 valg"),
        ({"choices": "\n".join(f"Valg {n}" for n in range(41))}, "Det står 41 valg"),
        ({"choices": "Faddere\n faddere "}, "«Faddere» står to ganger"),
        ({"choices": "Kort\n" + "a" * 201}, "til høyst 200 tegn"),
        ({"dots": "4"}, "Det er bare 3 valg"),
    ],
)
def test_what_cannot_be_asked_is_told_in_words_and_kept(
    moderator: StrictClient, conference: Conference, wrong: dict[str, str], said: str
) -> None:
    refused = moderator.submit(BASE, FORM | wrong)
    assert refused.status_code == 422
    shown = refused.get_data(as_text=True)
    assert said in shown
    assert (FORM | wrong)["choices"].split("\n")[0] in shown
    assert db.session.scalars(select(Prioritising)).all() == []


def test_more_dots_than_choices_can_be_given_where_several_lie_on_one(moderator: StrictClient, conference: Conference) -> None:
    assert moderator.submit(BASE, FORM | {"dots": "4", "stacks": "y"}).status_code == 303


def test_before_it_is_opened_everything_can_be_changed_and_it_can_be_deleted(
    moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    row = asked(conference, is_open=False)
    path = f"{BASE}/{row.uid}"
    moderator.submit(path, FORM | {"question": "Hva sist?", "choices": "A\nB", "voters": "participants"})
    db.session.refresh(row)
    assert (row.question, row.choices, row.voters) == ("Hva sist?", ["A", "B"], "participants")
    assert moderator.submit(f"{path}/slett", page=path).status_code == 303
    assert moderator.get(path).status_code == 404


def test_once_opened_a_vote_means_what_it_meant(moderator: StrictClient, conference: Conference, tables: list[Table]) -> None:
    row = asked(conference)
    cast(row, tables[0], 1, 1, 0)
    close(row)
    path = f"{BASE}/{row.uid}"
    for act, form in ((path, FORM | {"choices": "A\nB"}), (f"{path}/slett", {})):
        assert moderator.submit(act, form, page=path).status_code == 409
    assert places(row)[0] == ("Faste faddere", 1, 1)


def test_the_choices_can_be_fetched_from_the_answers_of_a_task_and_nothing_is_stored(
    moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    task = with_task(conference)
    for table, text in zip(tables, ["Faste\nfaddere", "faste faddere", "Trukket", "Lange " * 60], strict=True):
        answer(table, task, text)
    begin_write()
    db.session.scalars(select(Answer).where(Answer.text == "Trukket")).one().withdrawn = now()
    db.session.commit()
    fetched = moderator.submit(BASE, FORM | {"choices": "Kurs", "task": "oppg1", "hent": "ja", "question": ""})
    assert fetched.status_code == 200
    shown = fetched.get_data(as_text=True)
    assert "2 svar er hentet" in shown
    lines = re.search(r"<textarea[^>]*>\s*(.*?)</textarea>", shown, re.DOTALL)
    assert lines
    kept = lines[1].split("\n")
    assert kept[:2] == ["Kurs", "Faste faddere"]
    assert kept[2].startswith("Lange Lange")
    assert len(kept[2]) <= 200
    assert db.session.scalars(select(Prioritising)).all() == []
    nothing = moderator.submit(BASE, FORM | {"task": "finnes-ikke", "hent": "ja"}).get_data(as_text=True)
    assert "Velg hvilken oppgave" in nothing


def test_the_same_voters_have_one_at_a_time_and_others_have_their_own(conference: Conference, tables: list[Table]) -> None:
    first, second = asked(conference), asked(conference, is_open=False)
    people = asked(conference, voters="participants")
    begin_write()
    with pytest.raises(Refused, match="Steng «Hva først"):
        priorities.open_up(second, "system")
    db.session.rollback()
    close(first)
    begin_write()
    priorities.open_up(second, "system")
    db.session.commit()
    assert (second.state(), people.state()) == ("open", "open")


def test_one_that_never_opened_cannot_be_closed(conference: Conference) -> None:
    row = asked(conference, is_open=False)
    begin_write()
    with pytest.raises(Refused, match="ikke åpnet"):
        priorities.close(row, "system")


def test_who_may_only_read_sees_the_sums_and_changes_nothing(
    sign_in: SignIn, conference: Conference, tables: list[Table]
) -> None:
    row = asked(conference)
    cast(row, tables[0], 1, 0, 0)
    reader = sign_in("read", conference=conference)
    shown = reader.get(f"{BASE}/{row.uid}").get_data(as_text=True)
    assert "1 av 4 bord har stemt" in shown
    assert "<button" not in shown.split("<main")[1].split("</main")[0]
    assert "<form" not in reader.get(BASE).get_data(as_text=True).split("<main")[1].split("</main")[0]


def test_a_table_that_is_joined_to_another_votes_there_and_an_earlier_vote_of_its_own_does_not_count(
    client: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    with_task(conference)
    row = asked(conference)
    cast(row, tables[0], 1, 0, 0)
    cast(row, tables[1], 0, 1, 0)
    begin_write()
    joining.join(tables[0], tables[1], "system")
    db.session.commit()
    assert (tally.result(row).voted, tally.result(row).electorate) == (1, 3)
    begin_write()
    with pytest.raises(Refused, match="slått sammen"):
        votes.cast(row, tables[0], (1, 0, 0))
    db.session.rollback()
    front = f"/bord/{token_of(tables[0])}"
    assert "Hva først?" not in client.get(front).get_data(as_text=True)
    assert client.get(f"/api{front}").get_json()["vote"] is None
    close(row)
    assert places(row)[0] == ("En NAV-kontakt", 1, 1)
    assert (tally.result(row).voted, tally.result(row).electorate) == (1, 3)


def test_what_moderators_hid_is_not_fetched_as_a_choice(conference: Conference, tables: list[Table]) -> None:
    task = with_task(conference)
    ref = answer(tables[0], task, "Ola Nordmann bør eie dette")
    begin_write()
    said = db.session.scalars(select(Answer).where(Answer.ref == ref)).one()
    readings.decide(said, 1, [{"start": 0, "end": 12}], "", "staff:1")
    db.session.commit()
    assert priorities.from_answers(task) == ["[…] bør eie dette"]
