"""Tables vote: one vote each however often it is sent, sums only, and ties said as ties."""

import re
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import UUID

import pytest
import requests
from sqlalchemy import select

from konferanse.answers import priorities, tally, votes
from konferanse.answers.models import Ballot
from konferanse.answers.votes import BadVote
from konferanse.common.errors import Refused
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups.access import token_of
from konferanse.groups.models import Table
from tests.answers.voting import BASE, asked, ballot, cast, close, page_of, places
from tests.conftest import StrictClient
from tests.groups.room import with_guests, with_tables
from tests.serving import serve

SignIn = Callable[..., StrictClient]


@pytest.fixture
def moderator(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("moderation", conference=conference)


@pytest.fixture
def tables(conference: Conference) -> list[Table]:
    return with_tables(conference, 4)


def test_a_table_votes_sees_its_vote_and_votes_again_in_its_place(
    client: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    row = asked(conference)
    path = page_of(tables[0])
    assert "checked" not in client.get(path).get_data(as_text=True)
    sent = client.submit(path, ballot(row, 0, 2))
    assert sent.status_code == 303
    shown = client.get(path).get_data(as_text=True)
    assert "Dere har stemt" in shown
    assert re.findall(r'<input[^>]* checked [^>]*name="valg-(\d)"', shown) == ["0", "2"]
    assert "checked" not in client.get(page_of(tables[1])).get_data(as_text=True)
    client.submit(path, ballot(row, 1))
    assert db.session.scalars(select(Ballot.dots)).all() == [[0, 1, 0]]


def test_the_result_stays_with_the_staff_until_it_is_closed(
    client: StrictClient, moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    row = asked(conference)
    for table, dots in zip(tables, [(1, 1, 0), (1, 0, 0), (1, 0, 0)], strict=False):
        cast(row, table, *dots)
    staff = moderator.get(f"{BASE}/{row.uid}").get_data(as_text=True)
    assert "3 av 4 bord har stemt" in staff
    assert "Førsteplass:" in staff
    assert "3 prikker" in staff
    assert not re.search(r"Bord \d", staff.split("<main")[1].split("</main")[0])
    assert "Førsteplass" not in client.get(page_of(tables[3])).get_data(as_text=True)
    moderator.submit(f"{BASE}/{row.uid}/steng", page=f"{BASE}/{row.uid}")
    assert "Førsteplass" in client.get(page_of(tables[3])).get_data(as_text=True)
    assert "Se resultatet" in client.get(f"/bord/{token_of(tables[3])}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("stacks", "sent", "said"),
    [
        (False, {"valg-0": "y", "valg-1": "y", "valg-2": "y"}, "3 prikker er for mange. Ta bort 1"),
        (False, {}, "Legg minst én prikk"),
        (True, {"valg-0": "2", "valg-1": "1"}, "3 prikker er for mange. Ta bort 1"),
        (True, {"valg-0": "3"}, "Skriv et helt tall fra 0 til 2"),
        (True, {"valg-0": "-1"}, "Skriv et helt tall fra 0 til 2"),
        (True, {"valg-0": "²"}, "Skriv et helt tall fra 0 til 2"),
        (True, {"valg-0": "to"}, "Skriv et helt tall fra 0 til 2"),
    ],
)
def test_too_many_dots_or_none_are_told_in_words_and_what_was_sent_is_kept(
    client: StrictClient, conference: Conference, tables: list[Table], stacks: bool, sent: dict[str, str], said: str
) -> None:
    row = asked(conference, stacks=stacks)
    refused = client.submit(page_of(tables[0]), {"prioritising": str(row.uid)} | sent)
    assert refused.status_code == 422
    shown = refused.get_data(as_text=True)
    assert said in shown
    assert shown.count("checked") == (len(sent) if not stacks else 0)
    assert not stacks or f'value="{sent["valg-0"]}"' in shown
    assert db.session.scalars(select(Ballot)).all() == []


def test_several_dots_on_one_choice_count_where_they_may(
    client: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    row = asked(conference, stacks=True)
    path = page_of(tables[0])
    assert client.submit(path, {"prioritising": str(row.uid), "valg-1": "2", "valg-0": ""}).status_code == 303
    assert places(row)[0] == ("En NAV-kontakt", 2, 1)
    assert 'value="2"' in client.get(path).get_data(as_text=True)
    flat = asked(conference, is_open=False)
    close(row)
    begin_write()
    priorities.open_up(flat, "system")
    with pytest.raises(BadVote):
        votes.cast(flat, tables[0], [2, 0, 0])


def test_a_vote_that_comes_when_it_is_closed_is_not_counted(
    client: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    row = asked(conference)
    cast(row, tables[0], 1, 0, 0)
    page = client.get(page_of(tables[0])).get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    assert token
    close(row)
    late = client.post(page_of(tables[0]), data=ballot(row, 1) | {"csrf_token": token[1]})
    assert late.status_code == 409
    assert "stengt" in late.get_data(as_text=True)
    assert places(row)[0] == ("Faste faddere", 1, 1)


def test_opened_again_it_takes_votes_and_those_that_stood_still_do(conference: Conference, tables: list[Table]) -> None:
    row = asked(conference)
    cast(row, tables[0], 1, 0, 0)
    close(row)
    begin_write()
    priorities.open_up(row, "system")
    db.session.commit()
    cast(row, tables[1], 1, 0, 0)
    assert tally.result(row).voted == 2


def test_two_conferences_are_kept_apart(
    client: StrictClient, moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    begin_write()
    first = conference.first_date
    other = lifecycle.create("annen", "En annen", "dialogkonferanse", first, first + timedelta(days=1))
    db.session.commit()
    theirs = asked(other, question="Deres spørsmål?")
    ours = asked(conference)
    assert moderator.get(f"{BASE}/{theirs.uid}").status_code == 404
    assert moderator.submit(f"{BASE}/{theirs.uid}", {}, page=BASE).status_code == 404
    assert moderator.submit(f"{BASE}/{theirs.uid}/steng", page=BASE).status_code == 404
    assert client.submit(page_of(tables[0]), ballot(theirs, 0)).status_code == 400
    assert "Deres spørsmål" not in client.get(page_of(tables[0])).get_data(as_text=True)
    (their_table,) = with_tables(other, 1)
    cast(theirs, their_table, 1, 0, 0)
    assert (tally.result(ours).voted, tally.result(ours).electorate) == (0, 4)


@pytest.mark.parametrize("named", ["", "noe", str(UUID(int=7))])
def test_a_vote_on_nothing_that_this_table_was_asked_is_refused(
    client: StrictClient, conference: Conference, tables: list[Table], named: str
) -> None:
    asked(conference)
    hidden = asked(conference, is_open=False)
    mine = asked(conference, voters="participants")
    for what in (named, str(hidden.uid), str(mine.uid)):
        assert client.submit(page_of(tables[0]), {"prioritising": what, "valg-0": "y"}).status_code == 400
    assert db.session.scalars(select(Ballot)).all() == []


@pytest.mark.postgres
@pytest.mark.slow
@pytest.mark.xdist_group("race")
def test_one_vote_each_however_many_phones_send_it_at_once(
    environ: dict[str, str], conference: Conference, tables: list[Table]
) -> None:
    """Four phones at each of three tables send at the same moment, three times, the last while it closes: three votes, and
    nobody is told of a failure."""
    row, phones, rounds = asked(conference), 12, 3
    pages, ballots = [page_of(table) for table in tables[:3]], [ballot(row, n) for n in range(3)]
    ready = threading.Barrier(phones + 1)

    def send(number: int) -> list[int]:
        told = []
        for attempt in range(rounds):
            with requests.Session() as phone:
                phone.headers["Connection"] = "close"
                path = server.url + pages[number % 3]
                token = phone.get(path, timeout=60).text.split('name="csrf_token" value="')[1].split('"')[0]
                ready.wait(60)
                data = ballots[(number // 3 + attempt) % 3] | {"csrf_token": token}
                told.append(phone.post(path, data=data, allow_redirects=False, timeout=60).status_code)
        return told

    with serve(environ, workers=2) as server, ThreadPoolExecutor(phones) as pool:
        sent = [pool.submit(send, n) for n in range(phones)]
        for _attempt in range(rounds):
            ready.wait(60)
        close(row)
        told = [status for one in sent for status in one.result()]
    assert set(told) <= {303, 409}
    assert told.count(303) >= phones * (rounds - 1)
    result = tally.result(row)
    assert (result.voted, sum(one.dots for one in result.rows)) == (3, 3)


# --- What it comes to


def test_ties_are_said_in_words_and_share_their_place(
    client: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    row = asked(conference)
    cast(row, tables[0], 1, 0, 1)
    cast(row, tables[1], 1, 0, 1)
    cast(row, tables[2], 0, 1, 0)
    close(row)
    assert places(row) == [("Faste faddere", 2, 1), ("Kurs for ledere", 2, 1), ("En NAV-kontakt", 1, 3)]
    shown = " ".join(client.get(page_of(tables[0])).get_data(as_text=True).split())
    assert "Delt førsteplass:" in shown
    assert "«Faste faddere» og «Kurs for ledere»" in shown
    assert shown.count("Delt 1. plass") == 2
    assert "3. plass" in shown


def test_without_votes_nobody_is_first_and_the_voters_are_not_led_there(
    client: StrictClient, moderator: StrictClient, conference: Conference, tables: list[Table]
) -> None:
    row = asked(conference)
    close(row)
    assert [one.place for one in tally.result(row).rows] == [0, 0, 0]
    shown = moderator.get(f"{BASE}/{row.uid}").get_data(as_text=True)
    assert "0 av 4 bord har stemt" in shown
    assert "ørsteplass" not in shown
    assert "Hva først?" not in client.get(page_of(tables[0])).get_data(as_text=True)


def test_how_many_could_vote_stands_as_it_was_when_it_closed(conference: Conference, tables: list[Table]) -> None:
    row = asked(conference)
    cast(row, tables[0], 1, 0, 0)
    close(row)
    with_tables(conference, 6)
    assert tally.result(row).electorate == 4


def test_a_table_that_has_voted_cannot_be_removed(conference: Conference, tables: list[Table]) -> None:
    cast(asked(conference), tables[3], 1, 0, 0)
    with pytest.raises(Refused, match="Bord 4"):
        with_tables(conference, 3)


def test_a_participant_who_gave_up_the_seat_while_it_was_open_is_not_counted(conference: Conference) -> None:
    people = with_guests(conference, 3)
    row = asked(conference, voters="participants")
    for person in people:
        cast(row, person, 1, 0, 0)
    begin_write()
    people[0].status = "cancelled"
    db.session.commit()
    assert (tally.result(row).voted, tally.result(row).electorate) == (2, 2)
    close(row)
    begin_write()
    people[1].status = "cancelled"
    db.session.commit()
    assert (tally.result(row).voted, tally.result(row).electorate) == (2, 2)
