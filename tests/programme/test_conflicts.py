"""What does not go together in a programme, told in words."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from konferanse.common.clock import OSLO
from konferanse.programme import conflicts
from konferanse.programme.conflicts import Post, Who

DAY = date(2026, 9, 1)
DAYS: dict[date, conflicts.Hours] = {DAY: (None, None)}
KARI, PER = Who("k", "Kari, NAV"), Who("p", "Per")
TITLE = iter(f"Post {n}" for n in range(100_000))


@pytest.fixture(autouse=True)
def _in_norwegian(app: Flask) -> Any:
    with app.test_request_context("/"):
        yield


def at(clock: str, day: date = DAY) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), OSLO)


def post(start: str, end: str, title: str = "", day: date = DAY, **more: Any) -> Post:
    name = title or next(TITLE)
    return Post(name, name, at(start, day), at(end, day), **({"kind": "parallel"} | more))


def told(*posts: Post, days: dict[date, conflicts.Hours] = DAYS, seats: int | None = None) -> list[tuple[str, str]]:
    found = conflicts.find(posts, days, seats)
    return [(c.kind, c.there[0] if len(c.uids) == 1 else c.text) for c in found]


def test_a_room_holds_one_thing_at_a_time() -> None:
    hall = {"room": "s", "room_name": "Storsalen"}
    one, other = post("09:00", "10:00", "A", **hall), post("09:59", "10:30", "B", **hall)
    assert told(one, other) == [("room", "Storsalen er i bruk til «A» og «B» samtidig.")]
    assert told(one, post("10:00", "10:30", **hall)) == []
    assert told(one, post("09:30", "10:30", room="l", room_name="Lille sal")) == []
    assert told(post("09:00", "10:00"), post("09:00", "10:00")) == []  # no room is no clash


def test_nobody_is_in_two_places() -> None:
    one, other = post("09:00", "10:00", "A", people=[KARI, PER]), post("09:30", "10:30", "B", people=[KARI])
    assert told(one, other) == [("person", "Kari, NAV er satt opp i «A» og «B» samtidig.")]
    assert told(one, post("10:00", "10:30", people=[KARI])) == []


def test_whoever_leads_a_table_cannot_speak_elsewhere_meanwhile() -> None:
    group_work, talk = post("09:00", "10:00", "Bordene", helpers=[KARI]), post("09:30", "10:30", "B", people=[KARI])
    assert told(group_work, talk) == [("person", "Kari, NAV er satt opp i «Bordene» og «B» samtidig.")]
    assert told(group_work, post("10:00", "10:30", people=[KARI])) == []
    assert told(group_work, post("09:00", "10:00", "Andre bord", helpers=[KARI])) == []  # a table is in one of them
    assert told(post("09:00", "10:00", people=[KARI], helpers=[KARI])) == []


def test_a_short_item_inside_a_long_one_clashes_with_everything_it_overlaps() -> None:
    long, short, later = (post(*t, people=[PER]) for t in (("09:00", "12:00"), ("09:10", "09:20"), ("11:00", "11:30")))
    found = conflicts.find([later, short, long], DAYS)
    assert [c.uids for c in found if c.kind == "person"] == [(long.uid, short.uid), (long.uid, later.uid)]


def test_one_plenary_at_a_time() -> None:
    one, other = (post("09:00", "10:00", name, kind="plenary") for name in "AB")
    assert told(one, other) == [("plenary", "«A» og «B» er begge i plenum samtidig.")]
    assert told(one, post("09:00", "10:00", kind="digital")) == []


def test_each_item_is_told_of_the_other() -> None:
    one, other = (
        post("09:00", "10:00", "A", room="s", room_name="Salen"),
        post("09:30", "10:30", "B", room="s", room_name="Salen"),
    )
    [found] = conflicts.find([one, other], DAYS)
    assert found.there == ("Salen er også i bruk til «B».", "Salen er også i bruk til «A».")
    both = [p._replace(kind="plenary") for p in (one, other)]
    assert [c.kind for c in conflicts.find(both, DAYS)] == ["room"]  # one thing is wrong, and it is said once


@pytest.mark.parametrize(
    ("more", "seats", "said"),
    [
        ({"expected": 41}, None, [("capacity", "Sal 2 har plass til 40, og dere venter 41.")]),
        ({"expected": 40}, 200, []),
        ({"kind": "plenary"}, 200, [("capacity", "Sal 2 har plass til 40, og dere venter 200.")]),
        ({"kind": "plenary", "expected": 10}, 200, []),
        ({"kind": "parallel"}, 200, []),
        ({"kind": "plenary"}, None, []),
    ],
)
def test_a_room_is_large_enough(more: dict[str, Any], seats: int | None, said: list[tuple[str, str]]) -> None:
    item = post("09:00", "10:00", room="2", room_name="Sal 2", capacity=40, **more)
    assert told(item, seats=seats) == said
    assert told(item._replace(capacity=None), seats=seats) == []


def test_an_item_outside_the_days_or_their_hours() -> None:
    outside = ("outside", "Utenfor dagene konferansen varer.")
    assert told(post("09:00", "10:00", day=DAY + timedelta(days=1))) == [outside]
    hours = {DAY: (time(9), time(16))}
    late = ("outside", "Utenfor dagens tider, som er kl. 09.00–16.00.")
    assert told(post("08:59", "10:00"), days=hours) == [late]
    assert told(post("15:00", "16:01"), days=hours) == [late]
    assert told(post("09:00", "10:00"), post("15:00", "16:00"), days=hours) == []


def test_an_item_that_ends_at_midnight_ends_on_its_day() -> None:
    supper = Post("a", "Middag", at("20:00"), at("00:00", DAY + timedelta(days=1)), "social")
    assert told(supper) == []
    assert told(supper._replace(end=at("00:30", DAY + timedelta(days=1)))) == [("outside", "Utenfor dagene konferansen varer.")]


def test_a_speaker_who_cannot_come_then() -> None:
    some = Who("k", "Kari", [(at("09:00"), at("11:00")), (at("13:00"), at("15:00"))])
    assert told(post("09:00", "11:00", people=[some]), post("13:30", "14:00", people=[some])) == []
    assert told(post("10:30", "11:15", people=[some])) == [("available", "Kari kan ikke på dette tidspunktet.")]


def test_people_get_a_break_within_two_and_a_half_hours() -> None:
    morning = [post("09:00", "10:30"), post("10:30", "11:31")]
    assert told(*morning) == [("break", "Ingen pause fra kl. 09.00 til kl. 11.31.")]
    assert told(post("09:00", "10:30"), post("10:30", "11:30")) == []
    with_coffee = [post("09:00", "10:30"), post("10:30", "10:40", kind="break"), post("10:40", "12:40")]
    assert told(*with_coffee) == []
    nine_minutes = [post("09:00", "10:30"), post("10:39", "12:00")]
    assert [kind for kind, _text in told(*nine_minutes)] == ["break"]
    assert told(post("09:00", "12:00", kind="group_work")) == []


@given(
    st.lists(
        st.tuples(st.integers(0, 1300), st.integers(1, 120), st.sampled_from("ab"), st.sampled_from(["k", "p", ""])),
        max_size=12,
    )
)
def test_clashes_are_exactly_the_pairs_that_overlap(rows: list[tuple[int, int, str, str]]) -> None:
    begin = at("00:00")
    posts = [
        Post(str(n), str(n), begin + timedelta(minutes=s), begin + timedelta(minutes=s + m), "parallel", room, room, people=who)
        for n, (s, m, room, key) in enumerate(rows)
        for who in [[Who(key, key)] if key else []]
    ]
    pairs = [(a, b) for a in posts for b in posts if a.uid < b.uid and a.start < b.end and b.start < a.end]
    found = conflicts.find(posts, DAYS)
    clashes = {kind: sorted(sorted(c.uids) for c in found if c.kind == kind) for kind in ("room", "person")}
    assert clashes["room"] == sorted(sorted((a.uid, b.uid)) for a, b in pairs if a.room == b.room)
    keys = {post.uid: {who.key for who in post.people} for post in posts}
    assert clashes["person"] == sorted(sorted((a.uid, b.uid)) for a, b in pairs if keys[a.uid] & keys[b.uid])
