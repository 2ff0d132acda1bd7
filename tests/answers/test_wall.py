"""The screen in the room: answers as they come, after somebody has read them when it is set so, and nothing to press."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from konferanse.answers import delivery, wall
from konferanse.answers.models import Answer, WallAnswer
from konferanse.common import links
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups.models import GroupTask, Table
from tests.answers.voting import BASE as PRIORITIES
from tests.answers.voting import asked, cast, close
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task

pytestmark = pytest.mark.postgres
SignIn = Callable[..., StrictClient]
DESK = "/admin/k/prove/svar/vegg"


@pytest.fixture
def moderator(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("moderation", conference=conference)


@pytest.fixture
def table(conference: Conference) -> Table:
    return with_tables(conference, 2)[0]


@pytest.fixture
def task(conference: Conference, table: Table) -> GroupTask:
    return with_task(conference)


def answer(table: Table, task: GroupTask, text: str, ref: str = "", base: int = 0) -> str:
    """Deliver it as a table does; returns its id."""
    begin_write()
    receipt = delivery.deliver(table, task, ref or str(uuid4()), text, base, None)
    db.session.commit()
    return receipt.ref


def screen(client: StrictClient, conference: Conference) -> str:
    """What stands on the wall, as text."""
    ours = wall.wall_of(conference)
    assert ours is not None
    response = client.get(f"/vegg/{links.token('vegg', ours.uid, ours.generation)}")
    assert response.status_code == 200
    return response.get_data(as_text=True)


def switch(moderator: StrictClient, decision: str) -> None:
    assert moderator.submit(f"{DESK}/{decision}", page=DESK).status_code == 303


def test_answers_stand_there_as_they_come_with_the_table_and_the_newest_first(
    client: StrictClient, moderator: StrictClient, conference: Conference, table: Table, task: GroupTask
) -> None:
    switch(moderator, "alle")
    assert "Svarene kommer her" in screen(client, conference)
    answer(table, task, "Faste faddere på hver avdeling")
    answer(table, task, "En NAV-kontakt for hvert foretak")
    shown = screen(client, conference)
    assert shown.index("En NAV-kontakt") < shown.index("Faste faddere")
    assert "Bord 1" in shown
    assert "2 svar" in shown


def test_there_is_nothing_to_press_on_it(
    client: StrictClient, moderator: StrictClient, conference: Conference, table: Table, task: GroupTask
) -> None:
    switch(moderator, "alle")
    answer(table, task, "Faste faddere")
    main = screen(client, conference).split("<main")[1]
    assert re.findall(r"<(a|button|form|input|select)\b", main) == []


def test_with_reading_first_an_answer_stands_there_when_it_is_let_through_as_it_was_read(
    client: StrictClient, moderator: StrictClient, conference: Conference, table: Table, task: GroupTask
) -> None:
    switch(moderator, "godkjenn")
    ref = answer(table, task, "Faste faddere")
    answer(table, task, "Noe annet")
    assert "Faste faddere" not in screen(client, conference)
    assert "Faste faddere" in moderator.get(DESK).get_data(as_text=True)
    moderator.submit(f"{DESK}/slipp/B01/{ref}", {"base_version": "1"}, page=DESK)
    shown = screen(client, conference)
    assert "Faste faddere" in shown
    assert "Noe annet" not in shown
    answer(table, task, "Faste faddere og noe nytt", ref, 1)  # changed afterwards: somebody reads it again
    assert "Faste faddere" not in screen(client, conference)
    late = moderator.submit(f"{DESK}/slipp/B01/{ref}", {"base_version": "1"}, page=DESK)
    assert late.status_code == 303
    assert "Faste faddere" not in screen(client, conference)
    moderator.submit(f"{DESK}/slipp/B01/{ref}", {"base_version": "2"}, page=DESK)
    assert "Faste faddere og noe nytt" in screen(client, conference)
    assert len(db.session.scalars(select(WallAnswer)).all()) == 1


def test_what_is_hidden_or_withdrawn_leaves_it(
    client: StrictClient, moderator: StrictClient, conference: Conference, table: Table, task: GroupTask
) -> None:
    switch(moderator, "godkjenn")
    hidden, gone = answer(table, task, "Skjult svar"), answer(table, task, "Trukket svar")
    for ref in (hidden, gone):
        moderator.submit(f"{DESK}/slipp/B01/{ref}", {"base_version": "1"}, page=DESK)
    moderator.submit("/admin/k/prove/svar/liste/B01/" + hidden + "/skjul", page="/admin/k/prove/svar/liste")
    begin_write()
    delivery.withdraw(table, gone, 1)
    db.session.commit()
    shown = screen(client, conference)
    assert "Skjult svar" not in shown
    assert "Trukket svar" not in shown
    third = answer(table, task, "Skjul meg")
    moderator.submit(f"{DESK}/slipp/B01/{third}", {"base_version": "1", "skjul": "ja"}, page=DESK)
    assert db.session.scalars(select(Answer.published).where(Answer.ref == third)).one() is False


def test_what_seems_to_be_about_somebody_s_health_is_masked(
    client: StrictClient, moderator: StrictClient, conference: Conference, table: Table, task: GroupTask
) -> None:
    switch(moderator, "alle")
    answer(table, task, "Kollegaen vår på mottaket har depresjon, og vi trenger bedre oppfølging.")
    shown = screen(client, conference)
    assert "depresjon" not in shown
    assert "[…]" in shown


def test_it_shows_the_task_that_is_open_and_else_the_last_one_that_was(
    client: StrictClient, moderator: StrictClient, conference: Conference, table: Table, task: GroupTask
) -> None:
    switch(moderator, "alle")
    answer(table, task, "Svar på den første")
    second = with_task(conference, "oppg2")
    begin_write()
    task.closed, second.opened = now() - timedelta(minutes=1), now()
    db.session.commit()
    assert "Svar på den første" not in screen(client, conference)
    begin_write()
    second.closed = now() - timedelta(minutes=5)
    db.session.commit()
    assert "Svar på den første" in screen(client, conference)


def test_turned_off_the_link_stops_for_good(
    client: StrictClient, moderator: StrictClient, conference: Conference, table: Table, task: GroupTask
) -> None:
    switch(moderator, "alle")
    ours = wall.wall_of(conference)
    assert ours is not None
    old = f"/vegg/{links.token('vegg', ours.uid, ours.generation)}"
    switch(moderator, "av")
    assert client.get(old).status_code == 403
    switch(moderator, "alle")
    assert client.get(old).status_code == 403
    assert screen(client, conference)
    assert client.get("/vegg/" + "a" * 44).status_code == 404


def test_before_there_is_a_task_it_says_so(client: StrictClient, moderator: StrictClient, conference: Conference) -> None:
    switch(moderator, "godkjenn")
    assert "Gruppearbeidet begynner snart" in screen(client, conference)
    assert "0 svar venter" in moderator.get(DESK).get_data(as_text=True)


def test_a_prioritising_is_shown_in_place_of_answers_until_it_is_taken_off(
    client: StrictClient, moderator: StrictClient, conference: Conference, table: Table, task: GroupTask
) -> None:
    answer(table, task, "Et svar som ventet")
    row = asked(conference, dots=1)
    path = f"{PRIORITIES}/{row.uid}"
    assert "Veggen er av" in moderator.get(path).get_data(as_text=True)
    switch(moderator, "alle")
    assert "Vis på veggen" in moderator.get(path).get_data(as_text=True)
    moderator.submit(f"{path}/vegg", page=path)
    cast(row, table, 0, 1, 0)
    shown = screen(client, conference)
    assert "1 av 2 bord har stemt" in shown
    assert "En NAV-kontakt" not in shown  # what stands while others vote would lead them
    assert "Et svar som ventet" not in shown
    assert "Hva først?" in moderator.get(DESK).get_data(as_text=True)
    close(row)
    shown = screen(client, conference)
    assert shown.index("En NAV-kontakt") < shown.index("1. plass") < shown.index("1 prikk") < shown.index("Faste faddere")
    assert re.findall(r"<(a|button|form|input|select)\b", shown.split("<main")[1]) == []
    moderator.submit(f"{path}/av-veggen", page=path)
    assert "Et svar som ventet" in screen(client, conference)


def test_one_prioritising_at_a_time_is_shown_and_none_that_never_opened(
    client: StrictClient, moderator: StrictClient, conference: Conference, table: Table
) -> None:
    switch(moderator, "alle")
    first = asked(conference, question="Den første?")
    second = asked(conference, question="Den andre?", voters="participants")
    hidden = asked(conference, question="Ikke åpnet?", is_open=False)
    for row in (first, second):
        path = f"{PRIORITIES}/{row.uid}"
        moderator.submit(f"{path}/vegg", page=path)
    path = f"{PRIORITIES}/{hidden.uid}"
    assert moderator.submit(f"{path}/vegg", page=path).status_code == 409
    shown = screen(client, conference)
    assert "Den andre?" in shown
    assert "Den første?" not in shown
