"""A participant lays dots on the own page: one vote each, seen by nobody else, and nobody's once the person is forgotten."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta

import pytest

from konferanse.answers import priorities, tally
from konferanse.answers.models import Ballot, Prioritising
from konferanse.common import links
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.front import retention
from konferanse.registration import forgetting
from konferanse.registration.models import Registration, RegistrationDay
from konferanse.registration.personal import substitution
from konferanse.registration.personal.substitution import Substitute
from tests.answers.voting import asked, ballot, cast, close
from tests.conftest import StrictClient
from tests.groups.room import guest, with_guests

pytestmark = pytest.mark.postgres


@pytest.fixture
def kari(conference: Conference) -> Registration:
    begin_write()
    row = guest(conference, "Kari Nordmann", email="kari@example.org", email_key="kari@example.org")
    row.days = [RegistrationDay(date=day) for day in conference.dates]
    db.session.commit()
    return row


@pytest.fixture
def row(conference: Conference, kari: Registration) -> Prioritising:
    return asked(conference, voters="participants")


@pytest.fixture
def long_after(monkeypatch: pytest.MonkeyPatch, conference: Conference) -> Callable[[], None]:
    """``long_after()``: it is the day after people are to be forgotten."""

    def move() -> None:
        day = conference.people_forgotten_on + timedelta(days=1)
        monkeypatch.setenv("KONFERANSE_NOW", datetime.combine(day, time(12), UTC).isoformat())

    return move


def mine(person: Registration) -> str:
    return "/min/" + links.token("min", person.uid, person.generation)


def voted(row: Prioritising) -> tuple[int, list[int]]:
    """How many have voted, and the sums in the order of the places."""
    result = tally.result(row)
    return result.voted, [one.dots for one in result.rows]


def test_my_page_leads_to_it_while_it_is_open_and_then_to_what_it_came_to(
    client: StrictClient, kari: Registration, row: Prioritising
) -> None:
    page = client.get(mine(kari)).get_data(as_text=True)
    assert "Nå kan du prioritere" in page
    assert mine(kari) + "/prioriter" in page
    assert client.submit(mine(kari) + "/prioriter", ballot(row, 0, 1)).status_code == 303
    assert "Du har stemt" in client.get(mine(kari) + "/prioriter").get_data(as_text=True)
    client.submit(mine(kari) + "/prioriter", ballot(row, 1))
    assert voted(row) == (1, [1, 0, 0])
    close(row)
    assert "Prioriteringen er ferdig" in client.get(mine(kari)).get_data(as_text=True)
    assert "1 av 1 deltaker har stemt" in client.get(mine(kari) + "/prioriter").get_data(as_text=True)


def test_too_many_dots_are_told_and_kept(client: StrictClient, kari: Registration, row: Prioritising) -> None:
    refused = client.submit(mine(kari) + "/prioriter", ballot(row, 0, 1, 2))
    assert refused.status_code == 422
    assert "3 prikker er for mange. Ta bort 1" in refused.get_data(as_text=True)
    assert refused.get_data(as_text=True).count(" checked ") == 3
    assert voted(row)[0] == 0


@pytest.mark.parametrize("status", ["waiting", "offered", "cancelled"])
def test_without_a_seat_nobody_votes(client: StrictClient, kari: Registration, row: Prioritising, status: str) -> None:
    token = client.get(mine(kari) + "/prioriter").get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]
    begin_write()
    kari.status, kari.offer_expires = status, kari.created + timedelta(days=90)
    db.session.commit()
    assert "/prioriter" not in client.get(mine(kari)).get_data(as_text=True)
    assert "Ingen prioritering er åpen" in client.get(mine(kari) + "/prioriter").get_data(as_text=True)
    refused = client.post(mine(kari) + "/prioriter", data=ballot(row, 0) | {"csrf_token": token})
    assert refused.status_code == 409
    assert "Bare den som har plass" in refused.get_data(as_text=True)
    assert voted(row)[0] == 0
    (other,) = with_guests(row.conference, 1)
    cast(row, other, 1, 0, 0)
    close(row)
    for path in (mine(kari), mine(kari) + "/prioriter"):
        assert "Hva først?" not in client.get(path).get_data(as_text=True)


def test_what_was_asked_of_the_tables_is_not_asked_of_me(
    client: StrictClient, conference: Conference, kari: Registration, row: Prioritising
) -> None:
    close(row)
    of_tables = asked(conference, question="Til bordene?")
    assert "Til bordene?" not in client.get(mine(kari)).get_data(as_text=True)
    sent = {**ballot(of_tables, 0)}
    page = mine(kari) + "/endre"
    assert client.submit(mine(kari) + "/prioriter", sent, page=page).status_code == 400


def test_i_can_fetch_what_i_voted_and_nobody_else_s(
    client: StrictClient, conference: Conference, kari: Registration, row: Prioritising
) -> None:
    (other,) = with_guests(conference, 1)
    cast(row, kari, 1, 0, 1)
    cast(row, other, 0, 1, 0)
    (vote,) = client.get(mine(kari) + "/opplysninger.json").get_json()["votes"]
    assert (vote["question"], vote["dots"]) == ("Hva først?", {"Faste faddere": 1, "Kurs for ledere": 1})


def test_whoever_gets_my_seat_does_not_see_my_vote_and_votes_in_its_place(
    client: StrictClient, kari: Registration, row: Prioritising
) -> None:
    cast(row, kari, 1, 0, 0)
    begin_write()
    substitution.hand_over(kari, Substitute("Ola Vikar", "ola@example.org"))
    db.session.commit()
    page = client.get(mine(kari) + "/prioriter").get_data(as_text=True)
    assert " checked " not in page
    assert "Du har stemt" not in page
    assert client.get(mine(kari) + "/opplysninger.json").get_json()["votes"] == []
    client.submit(mine(kari) + "/prioriter", ballot(row, 1, 2))
    assert voted(row) == (1, [1, 1, 0])
    assert len(client.get(mine(kari) + "/opplysninger.json").get_json()["votes"]) == 1


def test_when_people_are_forgotten_the_sums_stay_and_no_vote_tells_whose_it_was(
    conference: Conference, kari: Registration, row: Prioritising, long_after: Callable[[], None]
) -> None:
    still_open = row
    cast(still_open, kari, 1, 0, 1)
    long_after()
    begin_write()
    counts = retention.forget_due(conference)
    db.session.commit()
    assert counts["votes"] == 1
    assert db.session.scalars(db.select(Ballot.registration_id)).all() == [None]
    assert (voted(still_open), still_open.state(), still_open.electorate) == ((1, [1, 1, 0]), "closed", 1)
    begin_write()
    assert retention.forget_due(conference)["votes"] == 0
    with pytest.raises(priorities.Refused, match="er slettet"):
        priorities.open_up(still_open, "system")


def test_somebody_who_is_erased_leaves_the_sum_of_what_is_closed(
    conference: Conference, kari: Registration, row: Prioritising
) -> None:
    cast(row, kari, 1, 0, 1)
    close(row)
    begin_write()
    kari.status = "cancelled"
    forgetting.erase(kari)
    db.session.commit()
    assert db.session.scalars(db.select(Ballot.registration_id)).all() == [None]
    assert voted(row) == (1, [1, 1, 0])
