"""What is on now and what comes next, in each room."""

from datetime import UTC, datetime, timedelta
from typing import Any

from konferanse.programme.agenda import Entry
from konferanse.programme.present import present

NINE = datetime(2027, 3, 1, 8, tzinfo=UTC)  # nine o'clock in Norway


def entry(title: str, after: int, lasts: int, room: str = "Salen", **more: Any) -> Entry:
    """An item that begins ``after`` minutes past nine and lasts as many as it says."""
    about: dict[str, Any] = {"uid": title, "number": 1, "kind": "plenary", "speaker": "", "language": "nb", "description": ""}
    start = NINE + timedelta(minutes=after)
    times = {"start": start, "end": start + timedelta(minutes=lasts), "sequence": 0, "modified": NINE}
    return Entry(title=title, room=room, **(about | times | more))


PROGRAMME = [
    entry("Velkommen", 0, 15),
    entry("Kaffe", 0, 30, "Foajeen"),
    entry("Oppdraget", 15, 45),
    entry("Verksted", 30, 30, "Kjelleren"),
    entry("Lunsj", 60, 60, "Foajeen"),
    entry("Dag to", 24 * 60, 60),
]


def told(minutes: float) -> list[tuple[str, list[str], list[str]]]:
    """Each room with the titles of what is on and what comes, so many minutes past nine."""
    rooms = present(PROGRAMME, NINE + timedelta(minutes=minutes)).rooms
    return [(room.name, [e.title for e in room.now], [e.title for e in room.next]) for room in rooms]


def test_an_item_is_on_from_its_first_minute_until_its_end() -> None:
    assert told(0) == [
        ("Foajeen", ["Kaffe"], ["Lunsj"]),
        ("Salen", ["Velkommen"], ["Oppdraget"]),
        ("Kjelleren", [], ["Verksted"]),
    ]
    assert told(15)[1] == ("Salen", ["Oppdraget"], [])
    assert ("Salen", ["Velkommen"], ["Oppdraget"]) in told(14.99)


def test_rooms_where_nothing_comes_today_are_left_out() -> None:
    assert told(90) == [("Foajeen", ["Lunsj"], [])]


def test_before_the_doors_open_the_day_is_today() -> None:
    before = present(PROGRAMME, NINE - timedelta(hours=2))
    assert before.state == "today"
    assert not any(room.now for room in before.rooms)


def test_in_the_evening_the_next_day_is_shown() -> None:
    evening = present(PROGRAMME, NINE + timedelta(hours=3))
    assert (evening.state, str(evening.day)) == ("later", "2027-03-02")
    assert [(room.name, room.next[0].title) for room in evening.rooms] == [("Salen", "Dag to")]


def test_when_all_is_held_nothing_is_left() -> None:
    assert present(PROGRAMME, NINE + timedelta(hours=25)) == ("over", None, [])


def test_what_runs_past_midnight_is_still_on() -> None:
    night = [entry("Fest", 12 * 60, 6 * 60), entry("Frokost", 24 * 60, 30)]
    at = present(night, NINE + timedelta(hours=16))  # one o'clock at night
    assert [[e.title for e in room.now] for room in at.rooms] == [["Fest"]]
    assert [e.title for e in at.rooms[0].next] == ["Frokost"]


def test_items_side_by_side_in_one_room_are_both_told() -> None:
    both = [entry("A", 0, 30), entry("B", 0, 60), entry("C", 60, 30), entry("D", 60, 45)]
    room = present(both, NINE).rooms[0]
    assert ([e.title for e in room.now], [e.title for e in room.next]) == (["A", "B"], ["C", "D"])
