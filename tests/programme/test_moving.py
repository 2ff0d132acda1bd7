"""An item is moved past others, or to another time, day or room; what it passes gets the time it left."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from konferanse.common.clock import local
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import editing, moving
from konferanse.programme.models import ProgrammeItem
from konferanse.programme.moving import Slot
from tests.conftest import StrictClient
from tests.programme.making import add

PAGE = "/admin/k/prove/program"


def slot(key: int, start: int, end: int, room: str = "") -> Slot:
    """Minutes after nine."""
    nine = datetime(2019, 6, 26, 7, tzinfo=UTC)
    return Slot(UUID(int=key), nine + timedelta(minutes=start), nine + timedelta(minutes=end), room)


def after(slots: list[Slot], moved: int, before: int | None) -> list[Slot]:
    """The day once ``moved`` is put before ``before``."""
    new = {s.key: s for s in moving.reordered(slots, UUID(int=moved), UUID(int=before) if before else None)}
    return sorted((new.get(s.key, s) for s in slots), key=lambda s: (s.start, s.key))


def pauses(day: list[Slot]) -> list[timedelta]:
    return [later.start - earlier.end for earlier, later in pairwise(day)]


DAY = [slot(1, 0, 30), slot(2, 30, 45), slot(3, 60, 120), slot(4, 120, 130)]


def test_two_that_follow_each_other_change_places_and_keep_their_lengths_and_the_pause() -> None:
    assert after(DAY, 3, 2) == [slot(1, 0, 30), slot(3, 30, 90), slot(2, 105, 120), slot(4, 120, 130)]
    assert after(DAY, 2, 4) == after(DAY, 3, 2)


def test_an_item_goes_past_several_and_last() -> None:
    assert after(DAY, 1, None) == [slot(2, 0, 15), slot(3, 15, 75), slot(4, 90, 100), slot(1, 100, 130)]


def test_sessions_at_the_same_time_move_as_one() -> None:
    day = [slot(1, 0, 30), slot(2, 30, 60, "a"), slot(3, 30, 75, "b"), slot(4, 75, 90)]
    moved = [slot(2, 0, 30, "a"), slot(3, 0, 45, "b"), slot(1, 45, 75), slot(4, 75, 90)]
    assert after(day, 1, 4) == moved
    assert after(day, 1, 3) == moved  # put down among them, on the way past
    assert after(day, 4, 3) == after(day, 4, 2)


def test_one_of_several_at_the_same_time_changes_places_in_its_own_room_only() -> None:
    day = [slot(1, 0, 60, "a"), slot(2, 0, 60, "b"), slot(3, 60, 90, "a"), slot(4, 60, 90, "b")]
    assert after(day, 1, None) == [slot(2, 0, 60, "b"), slot(3, 0, 30, "a"), slot(1, 30, 90, "a"), slot(4, 60, 90, "b")]
    with pytest.raises(ValueError, match="000000000004"):
        after(day, 1, 4)


@given(
    st.lists(st.tuples(st.integers(0, 30), st.integers(1, 90)), min_size=2, max_size=8),
    st.data(),
)
def test_a_day_keeps_its_length_its_pauses_and_its_items_whatever_is_moved(
    parts: list[tuple[int, int]], data: st.DataObject
) -> None:
    day, clock = [], 0
    for key, (pause, length) in enumerate(parts, 1):
        day.append(slot(key, clock + pause, clock + pause + length))
        clock += pause + length
    moved = data.draw(st.integers(1, len(day)))
    before = data.draw(st.sampled_from([None, *(key for key in range(1, len(day) + 1) if key != moved)]))
    new = after(day, moved, before)
    lengths = {s.key: s.end - s.start for s in day}
    assert {s.key: s.end - s.start for s in new} == lengths
    assert pauses(new) == pauses(day)
    assert (new[0].start, new[-1].end) == (day[0].start, day[-1].end)
    order = [s.key.int for s in new]
    assert order[order.index(moved) + 1 : order.index(moved) + 2] == ([before] if before else [])


@pytest.fixture
def talk(conference: Conference) -> ProgrammeItem:
    """09.00 opening, 10.00 this talk, 10.30 coffee, and a room to move to."""
    begin_write()
    hall = editing.save_room(conference, None, "Storsalen", 100)
    add(conference, "09:00", "10:00", "Åpning", room=hall)
    row = add(conference, "10:00", "10:30", "Foredrag", room=hall)
    add(conference, "10:30", "10:45", "Kaffe")
    editing.save_room(conference, None, "Galleriet", 40)
    db.session.commit()
    return row


@pytest.fixture
def editor(sign_in: Callable[..., StrictClient], conference: Conference) -> StrictClient:
    return sign_in("programme", conference=conference)


def clocks(conference: Conference) -> list[str]:
    db.session.rollback()
    return [f"{local(item.start):%H.%M} {item.title}" for item in editing.items(conference)]


def test_the_page_offers_the_neighbours_and_one_press_changes_places(
    editor: StrictClient, conference: Conference, talk: ProgrammeItem
) -> None:
    page = editor.get(f"{PAGE}/{talk.uid}/flytt").get_data(as_text=True)
    assert "Flytt til før «Åpning»" in page
    assert "Flytt til etter «Kaffe»" in page
    answer = editor.submit(f"{PAGE}/{talk.uid}/bytt", {"version": "1", "before": ""}, page=f"{PAGE}/{talk.uid}/flytt")
    assert answer.status_code == 303
    assert answer.location.endswith(f"#rad-{talk.uid}")
    assert clocks(conference) == ["09.00 Åpning", "10.00 Kaffe", "10.15 Foredrag"]


def test_it_gets_another_time_day_and_room_and_lasts_as_long(
    editor: StrictClient, conference: Conference, talk: ProgrammeItem
) -> None:
    room = next(room for room in editing.rooms(conference) if room.name == "Galleriet")
    there = {"day": conference.dates[1].isoformat(), "start": "13:15", "room": str(room.uid), "version": "1"}
    assert editor.submit(f"{PAGE}/{talk.uid}/flytt", there).status_code == 303
    db.session.expire_all()
    assert (local(talk.start).date(), f"{local(talk.start):%H.%M}–{local(talk.end):%H.%M}") == (
        conference.dates[1],
        "13.15–13.45",
    )
    assert (talk.room and talk.room.name, talk.version) == ("Galleriet", 2)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"start": "elleve"}, "Skriv klokkeslettet slik: 09.30"),
        ({"start": "23:45"}, "Da ville programposten sluttet dagen etter"),
        ({"room": "hvor som helst"}, "Velg et av rommene i listen"),
        ({"day": "1999-01-01"}, "Velg en av dagene"),
        ({"version": "7"}, "Noen andre endret programposten"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_moves(
    editor: StrictClient, conference: Conference, talk: ProgrammeItem, wrong: dict[str, str], says: str
) -> None:
    there = {"day": conference.first_date.isoformat(), "start": "13:15", "room": "", "version": "1"} | wrong
    answer = editor.submit(f"{PAGE}/{talk.uid}/flytt", there)
    assert answer.status_code in (409, 422)
    assert says in answer.get_data(as_text=True)
    assert clocks(conference)[1] == "10.00 Foredrag"


def test_it_cannot_be_put_before_what_is_not_there(editor: StrictClient, conference: Conference, talk: ProgrammeItem) -> None:
    for before in ("alt", str(UUID(int=5)), str(talk.uid)):
        answer = editor.submit(f"{PAGE}/{talk.uid}/bytt", {"version": "1", "before": before}, page=f"{PAGE}/{talk.uid}/flytt")
        assert answer.status_code in (409, 422)
    assert clocks(conference) == ["09.00 Åpning", "10.00 Foredrag", "10.30 Kaffe"]


def test_where_nothing_changes_nothing_is_written(conference: Conference, talk: ProgrammeItem) -> None:
    coffee = editing.items(conference)[2].uid
    begin_write()
    assert moving.place(conference, talk, 1, coffee, "system") == 0
    db.session.commit()
    assert talk.version == 1


def test_a_move_across_the_change_to_winter_time_keeps_the_clock(conference: Conference) -> None:
    begin_write()
    row = add(conference, "09:00", "10:00", "Åpning", day=date(2026, 10, 24))
    moving.move(row, 1, editing.moment(date(2026, 10, 25), time(9)), None, "system")
    db.session.commit()
    assert f"{local(row.start):%d %H.%M}–{local(row.end):%H.%M}" == "25 09.00–10.00"
