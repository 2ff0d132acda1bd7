"""Several limits at once, each with its own line: a day, the digital places, an organisation, a type, and what is held."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest

from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import line, places, seats
from konferanse.registration.ledger import DIGITAL, EACH, PLACE
from konferanse.registration.models import Invitation, Registration
from konferanse.registration.organisations import organisation_of
from konferanse.registration.tasks import settle_due
from tests.conftest import StrictClient
from tests.registration.conftest import mails, person


@pytest.fixture
def limit(conference: Conference) -> Callable[..., None]:
    """``limit(place=1, first=2, nav=3)`` sets limits; ``Bodø kommune`` by ``own``."""

    def put(**numbers: int) -> None:
        first, second = (("day", day.isoformat()) for day in conference.dates)
        names = {"place": PLACE, "first": first, "second": second, "digital": DIGITAL, "each": EACH}
        names |= {"own": ("organisation", "bodø kommune"), "nav": ("type", "nav"), "kommune": ("type", "kommune")}
        begin_write()
        seats.set_limits(conference, {names[name]: number for name, number in numbers.items()})
        db.session.commit()

    return put


def come(conference: Conference, name: str, *days: int, invitation: Invitation | None = None, **about: Any) -> Registration:
    """Sign ``name`` up for the days with those numbers, all when none is given."""
    dates = tuple(conference.dates[n] for n in days or (0, 1))
    wish = seats.SignUp(name=name, email=f"{name}@example.org", days=dates, **{"attendance": "physical", **about})
    begin_write()
    row = seats.register(conference, wish, uuid4(), invitation=invitation).registration
    db.session.commit()
    assert row
    return row


def invite(conference: Conference, number: int, until: date | None = None) -> Invitation:
    begin_write()
    row = Invitation(
        conference_id=conference.id,
        organisation_id=organisation_of("Bodø kommune").id,
        organisation_name="Bodø kommune",
        organisation_type="kommune",
        contact_email="post@bodo.example.org",
        seats=0,
    )
    db.session.add(row)
    seats.hold(conference, row, number, until)
    db.session.commit()
    return row


def leave(row: Registration) -> None:
    begin_write()
    seats.cancel(row)
    db.session.commit()


Limit = Callable[..., None]
INVITED = {"organisation": "Bodø kommune", "organisation_type": "kommune"}


@pytest.mark.postgres
def test_a_full_day_is_full_and_the_other_is_not(conference: Conference, limit: Limit) -> None:
    limit(place=10, first=1)
    assert [come(conference, "a", 0).status, come(conference, "b", 1).status] == ["confirmed", "confirmed"]
    both, last = come(conference, "c"), come(conference, "d", 1)
    assert (both.status, last.status) == ("waiting", "confirmed")
    assert come(conference, "e", 0).status == "waiting"
    leave(person("a@example.org"))
    assert (both.status, person("e@example.org").status) == ("confirmed", "waiting")


@pytest.mark.postgres
def test_digital_places_have_a_line_of_their_own(conference: Conference, limit: Limit) -> None:
    limit(place=1, digital=1)
    rows = [come(conference, name, attendance="digital") for name in "ab"] + [come(conference, "c"), come(conference, "d")]
    assert [row.status for row in rows] == ["confirmed", "waiting", "confirmed", "waiting"]
    assert [line.place(row) for row in rows] == [0, 1, 0, 1]
    leave(rows[2])
    assert [rows[1].status, rows[3].status] == ["waiting", "confirmed"]


def test_a_full_day_holds_up_nobody_who_follows_digitally(conference: Conference, limit: Limit) -> None:
    limit(place=9, first=1, digital=1)
    rows = [come(conference, name) for name in "ab"] + [come(conference, name, attendance="digital") for name in "cd"]
    assert [row.status for row in rows] == ["confirmed", "waiting", "confirmed", "waiting"]
    leave(rows[2])
    assert [row.status for row in rows] == ["confirmed", "waiting", "cancelled", "confirmed"]


def test_who_wants_the_day_that_is_free_is_found_behind_a_long_line_for_the_other(
    conference: Conference, limit: Limit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(line, "AT_A_TIME", 2)
    limit(place=9, first=1, second=1)
    rows = [come(conference, name, 0) for name in "abcdef"] + [come(conference, name, 1) for name in "gh"]
    rows.append(come(conference, "i"))
    assert [row.status[0] for row in rows] == ["c", *"wwwww", "c", "w", "w"]
    leave(rows[6])
    assert [row.status for row in rows[7:]] == ["confirmed", "waiting"]


@pytest.mark.postgres
def test_one_organisation_at_its_limit_does_not_hold_up_the_others(conference: Conference, limit: Limit) -> None:
    limit(place=10, each=1, own=2)
    mine = [come(conference, f"b{n}", organisation=" BODØ  kommune") for n in range(3)]
    assert [row.status for row in mine] == ["confirmed", "confirmed", "waiting"]
    others = [come(conference, f"r{n}", organisation="Rana kommune") for n in range(2)]
    assert [row.status for row in others] == ["confirmed", "waiting"]
    assert come(conference, "x").status == "confirmed"  # nobody's employee
    leave(mine[0])
    assert (mine[2].status, others[1].status) == ("confirmed", "waiting")


def test_a_type_has_its_limit_within_the_conferences(conference: Conference, limit: Limit) -> None:
    limit(place=3, nav=1)
    rows = [come(conference, f"n{n}", organisation_type="nav") for n in range(2)]
    rows += [come(conference, f"k{n}", organisation_type="kommune") for n in range(3)]
    assert [row.status for row in rows] == ["confirmed", "waiting", "confirmed", "confirmed", "waiting"]
    leave(rows[2])
    assert [rows[1].status, rows[4].status] == ["waiting", "confirmed"]


def test_a_group_is_not_passed_by_the_single_people_behind_it(conference: Conference, limit: Limit) -> None:
    limit(place=2)
    first, second = come(conference, "a"), come(conference, "b")
    wishes = [seats.SignUp(name=n, email=f"{n}@example.org", attendance="physical", days=(conference.dates[0],)) for n in "cd"]
    begin_write()
    group = [o.registration for o in seats.register_all(conference, wishes, uuid4())]
    db.session.commit()
    alone = come(conference, "e")
    leave(first)
    assert [row.status for row in (*group, alone) if row] == ["waiting"] * 3
    assert come(conference, "f").status == "waiting"  # a newcomer passes them no more than those in line
    leave(second)
    assert [row.status for row in (*group, alone) if row] == ["confirmed", "confirmed", "waiting"]


def test_an_offer_holds_its_seat_until_it_lapses(conference: Conference, limit: Limit, monkeypatch: pytest.MonkeyPatch) -> None:
    limit(place=1)
    rows = [come(conference, name) for name in "abc"]
    begin_write()
    conference.offer_hours = 24
    db.session.commit()
    leave(rows[0])
    assert [row.status for row in rows] == ["cancelled", "offered", "waiting"]
    assert come(conference, "d").status == "waiting"
    monkeypatch.setenv("KONFERANSE_NOW", (now() + timedelta(hours=25)).isoformat())
    begin_write()
    lapsed, called = seats.settle(conference)
    db.session.commit()
    assert ([row.name for row in lapsed], [row.name for row in called]) == (["b"], ["c"])
    assert (rows[1].ended_by, rows[2].status) == ("lapsed", "offered")
    begin_write()
    assert seats.accept(rows[2])
    with pytest.raises(Refused):
        seats.accept(rows[1])
    db.session.rollback()


@pytest.mark.postgres
def test_a_cancelled_invited_seat_reopens_for_the_invitation_and_for_nobody_else(conference: Conference, limit: Limit) -> None:
    limit(place=3)
    invitation = invite(conference, 2)
    delegate = come(conference, "delegat", invitation=invitation, **INVITED)
    assert come(conference, "a").status == "confirmed"
    waits = come(conference, "b")
    leave(delegate)
    assert waits.status == "waiting"
    rows = [come(conference, name, invitation=invitation, **INVITED) for name in ("vikar", "nestemann")]
    assert [row.status for row in rows] == ["confirmed", "confirmed"]


def test_a_held_seat_is_held_on_every_day(conference: Conference, limit: Limit) -> None:
    limit(place=9, second=1)
    invitation = invite(conference, 1)
    delegate = come(conference, "delegat", 0, invitation=invitation, **INVITED)
    assert come(conference, "a").status == "waiting"
    begin_write()
    seats.change(delegate, conference.dates, "physical")
    db.session.commit()
    assert delegate.dates == conference.dates
    leave(delegate)
    assert come(conference, "vikar", invitation=invitation, **INVITED).status == "confirmed"
    assert person("a@example.org").status == "waiting"


def test_somebody_invited_who_followed_digitally_may_come_after_all(conference: Conference, limit: Limit) -> None:
    limit(place=2)
    invitation = invite(conference, 1)
    delegate = come(conference, "delegat", invitation=invitation, attendance="digital", **INVITED)
    rows = [come(conference, name) for name in "ab"]
    assert [row.status for row in rows] == ["confirmed", "waiting"]
    begin_write()
    seats.change(delegate, conference.dates, "physical")
    db.session.commit()
    assert (delegate.status, rows[1].status) == ("confirmed", "waiting")


def test_no_more_is_held_than_there_is_room_for(conference: Conference, limit: Limit) -> None:
    limit(place=5, kommune=2)
    invitation = invite(conference, 2)
    begin_write()
    with pytest.raises(seats.NoSeatLeft, match="0 plasser er ledige"):
        seats.hold(conference, invitation, 3, None)
    db.session.rollback()
    assert (invitation.seats, places.availability(conference).left) == (2, 3)


def test_seats_that_are_held_no_longer_go_to_those_who_wait(
    conference: Conference, limit: Limit, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit(place=2)
    invitation = invite(conference, 2, now().date() + timedelta(days=3))
    waits = come(conference, "a")
    assert (waits.status, places.availability(conference).held) == ("waiting", 2)
    monkeypatch.setenv("KONFERANSE_NOW", (now() + timedelta(days=5)).isoformat())
    settle_due.call_local()
    db.session.expire_all()
    assert (waits.status, [mail.kind for mail in mails(to="a@example.org")]) == ("confirmed", ["promoted"])
    come(conference, "b")
    begin_write()
    with pytest.raises(seats.NoSeatLeft):
        seats.hold(conference, invitation, 2, now().date() + timedelta(days=9))
    db.session.rollback()


def test_the_form_says_that_digital_takes_no_place_only_without_a_limit(
    client: StrictClient, conference: Conference, limit: Limit
) -> None:
    assert "Digital deltakelse tar ingen plass" in client.get("/k/prove/pamelding").get_data(as_text=True)
    limit(digital=9)
    page = client.get("/k/prove/pamelding").get_data(as_text=True)
    assert "tar ingen plass" not in page
    assert "Møtelenken finner du på siden din" in page
