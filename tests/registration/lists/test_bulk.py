"""Doing one thing to many at once, and taking it back."""

import re
from collections.abc import Callable
from datetime import timedelta

import time_machine
from flask import Flask

from konferanse.common import outbox
from konferanse.common.audit import AuditEntry
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import line, places, signup
from konferanse.registration.models import AccessNeed, BulkAction, Registration
from tests.conftest import StrictClient
from tests.registration.conftest import mails, person

SignUp = Callable[..., str]
BASE = "/admin/k/prove/pamelding"
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')


def with_seats(conference: Conference, count: int | None) -> None:
    begin_write()
    signup.set_seats(conference, count, "system")
    db.session.commit()


def ask(desk: StrictClient, action: str, *names: str, search: str = "") -> str:
    """The page that tells what will happen; without names to everybody found."""
    who = "&".join(f"valgt={person(f'{n}@example.org').uid.hex}" for n in names) if names else "gjelder=alle"
    return desk.get(f"{BASE}/flere?handling={action}&{who}&{search}").get_data(as_text=True)


def press(desk: StrictClient, page: str) -> str:
    """Press its button; returns where one comes."""
    fields: dict[str, list[str]] = {}
    for name, value in HIDDEN.findall(page[page.index("<main") :]):
        fields.setdefault(name, []).append(value)
    answer = desk.post(f"{BASE}/flere", data=fields)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return desk.get(answer.location).get_data(as_text=True)


def take_back(desk: StrictClient) -> str:
    """Press Angre on the list."""
    page = desk.get(BASE).get_data(as_text=True)
    path = re.search(r'action="([^"]+/angre[^"]*)"', page)
    assert path, "nothing can be undone"
    answer = desk.submit(path[1], page=BASE)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    return desk.get(answer.location).get_data(as_text=True)


def status(name: str) -> str:
    return person(f"{name}@example.org").status


def test_it_tells_what_will_happen_and_then_does_it(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    with_seats(conference, 2)
    for name in "abc":
        sign_up(f"{name}@example.org", name=f"Person {name.upper()}")
    page = ask(desk, "cancel", "a", "b")
    assert "2 blir avmeldt" in page
    assert "Person A, " in page
    assert "Person C, " not in page
    assert [status(n) for n in "abc"] == ["confirmed", "confirmed", "waiting"]
    assert "2 er avmeldt" in press(desk, page)
    assert [status(n) for n in "abc"] == ["cancelled", "cancelled", "confirmed"]
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "bulk.cancel")).one()
    assert (entry.scope, entry.detail) == ("prove", {"people": 2})


def test_what_was_undone_was_never_told(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    with_seats(conference, 2)
    for name in "abc":
        sign_up(f"{name}@example.org")
    before = [mail.uid for mail in mails()]
    press(desk, ask(desk, "cancel", "a", "b"))
    new = [mail for mail in mails() if mail.uid not in before]
    assert sorted(mail.kind for mail in new) == ["cancelled", "cancelled", "promoted"]
    assert all(mail.due > now() + timedelta(minutes=9) for mail in new)
    begin_write()
    while sent := outbox.claim():  # what was due already
        assert sent.uid in before
        outbox.delivered(sent)
    db.session.commit()
    page = take_back(desk)
    assert "Angret for 2" in page
    assert [status(n) for n in "abc"] == ["confirmed", "confirmed", "waiting"]
    assert line.place(person("c@example.org")) == 1
    assert [mail.uid for mail in mails()] == before


def test_undo_gives_no_seat_that_is_taken(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    with_seats(conference, 1)
    sign_up("a@example.org")
    press(desk, ask(desk, "cancel", "a"))
    assert sign_up("ny@example.org") == "confirmed"
    assert "fikk ikke plassen tilbake" in take_back(desk)
    assert (status("a"), status("ny")) == ("waiting", "confirmed")
    assert places.availability(conference)[:4] == (1, 1, 0, 1)
    assert [mail.kind for mail in mails(to="a@example.org")] == ["confirmed", "waiting"]


def test_whoever_was_told_of_a_seat_keeps_it_and_whoever_was_told_they_lost_one_is_written_to(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    with_seats(conference, 1)
    sign_up("a@example.org")
    sign_up("b@example.org")
    press(desk, ask(desk, "cancel", "a"))
    begin_write()
    for mail in (*mails("cancelled"), *mails("promoted")):
        outbox.delivered(mail)
    db.session.commit()
    take_back(desk)
    assert (status("a"), status("b")) == ("waiting", "confirmed")
    assert [mail.kind for mail in mails(to="a@example.org")] == ["confirmed", "cancelled", "waiting"]


def test_whoever_signed_up_anew_is_left_alone(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("a@example.org")
    press(desk, ask(desk, "cancel", "a"))
    sign_up("a@example.org")
    assert "kunne ikke settes tilbake" in take_back(desk)
    assert places.availability(conference).taken == 1


def test_health_data_does_not_come_back_and_the_page_says_so(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up("a@example.org", allergies="Nøtter", accept_health="y")
    assert "allergi og tilrettelegging, blir slettet" in ask(desk, "cancel", "a")
    press(desk, ask(desk, "cancel", "a"))
    assert "kommer ikke tilbake" in take_back(desk)
    assert db.session.scalar(db.select(db.func.count()).select_from(AccessNeed)) == 0


def test_seats_are_given_to_those_chosen_as_far_as_there_are_any(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    begin_write()
    conference.signup_mode, conference.seats = "moderated", 2
    db.session.commit()
    for name in "abc":
        sign_up(f"{name}@example.org")
    page = ask(desk, "seat", "b", "c")
    assert "2 på ventelisten får plass" in page
    press(desk, page)
    assert [status(n) for n in "abc"] == ["waiting", "confirmed", "confirmed"]
    assert "Det er bare" not in page
    take_back(desk)
    assert [status(n) for n in "abc"] == ["waiting"] * 3
    page = ask(desk, "seat")
    assert "Høyst 2 av 3 får plass" in page
    assert "fikk ikke plass" in press(desk, page)
    assert [status(n) for n in "abc"] == ["confirmed", "confirmed", "waiting"]


def test_nobody_is_called_in_and_signed_off_at_once(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    with_seats(conference, 1)
    for name in "abc":
        sign_up(f"{name}@example.org")
    press(desk, ask(desk, "cancel", "a", "b"))
    assert [status(n) for n in "abc"] == ["cancelled", "cancelled", "confirmed"]
    assert [mail.recipient for mail in mails("promoted")] == ["c@example.org"]
    take_back(desk)
    assert [status(n) for n in "abc"] == ["confirmed", "waiting", "waiting"]
    assert [line.place(person(f"{n}@example.org")) for n in "abc"] == [0, 1, 2]


def test_a_seat_that_could_not_be_given_back_goes_to_who_waits(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    with_seats(conference, 1)
    sign_up("a@example.org")
    sign_up("b@example.org")
    press(desk, ask(desk, "cancel", "a"))
    assert sign_up("a@example.org") == "waiting"
    take_back(desk)
    assert status("b") == "confirmed"
    assert len(mails("promoted", "b@example.org")) == 1


def test_too_many_at_once_is_said_before_anything_is_done(conference: Conference, desk: StrictClient) -> None:
    begin_write()
    db.session.add_all(Registration(conference_id=conference.id, name=f"P{n}", status="confirmed") for n in range(301))
    db.session.commit()
    page = ask(desk, "cancel")
    assert "Velg høyst 300 om gangen" in page
    assert 'name="merke"' not in page
    assert "301 blir ordstyrere" in ask(desk, "facilitator")


def test_the_link_is_sent_again_and_roles_are_given(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("a@example.org")
    sign_up("b@example.org")
    press(desk, ask(desk, "link"))
    assert len(mails("link")) == 2
    take_back(desk)
    assert mails("link") == []
    press(desk, ask(desk, "facilitator", "a"))
    assert [person(f"{n}@example.org").role for n in "ab"] == ["facilitator", "participant"]
    assert "Én av de valgte er ikke med" in ask(desk, "facilitator", "a", "b")
    take_back(desk)
    assert person("a@example.org").role == "participant"


def test_everybody_the_search_finds_is_taken_and_nobody_else(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up("a@example.org", county="troms")
    sign_up("b@example.org")
    press(desk, ask(desk, "facilitator", search="fylke=troms"))
    assert [person(f"{n}@example.org").role for n in "ab"] == ["facilitator", "participant"]


def test_a_list_that_changed_meanwhile_is_shown_again_and_nothing_is_done(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up("a@example.org")
    page = ask(desk, "cancel")
    sign_up("b@example.org")
    fields = dict(HIDDEN.findall(page[page.index("<main") :]))
    answer = desk.post(f"{BASE}/flere", data=fields)
    assert answer.status_code == 409
    assert "Ingenting er gjort" in answer.get_data(as_text=True)
    assert "2 blir avmeldt" in answer.get_data(as_text=True)
    assert (status("a"), status("b")) == ("confirmed", "confirmed")


def test_nobody_chosen_and_nonsense_is_said_in_words(conference: Conference, desk: StrictClient) -> None:
    assert "Velg hvem og hva" in desk.get(f"{BASE}/flere?handling=cancel").get_data(as_text=True)
    assert "Velg hvem og hva" in desk.get(f"{BASE}/flere?handling=&gjelder=alle").get_data(as_text=True)
    assert "Velg hvem og hva" in desk.get(f"{BASE}/flere?handling=x&valgt=y").get_data(as_text=True)
    assert desk.submit(f"{BASE}/flere", {"handling": "explode", "gjelder": "alle"}, page=BASE).status_code == 422
    assert "Ingen av dem" in ask(desk, "seat")


def test_it_can_be_undone_for_ten_minutes_and_once(
    app: Flask, conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up("a@example.org")
    press(desk, ask(desk, "cancel", "a"))
    uid = db.session.scalars(db.select(BulkAction.uid)).one()
    path = f"{BASE}/flere/{uid}/angre"
    with time_machine.travel(now() + timedelta(minutes=11), tick=False):
        assert "/angre" not in desk.get(BASE).get_data(as_text=True)
        assert desk.submit(path, page=BASE).status_code == 409
    assert status("a") == "cancelled"
    take_back(desk)
    assert desk.submit(path, page=BASE).status_code == 409


def test_what_is_kept_of_how_things_were_names_nobody_and_is_let_go(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up("a@example.org", name="Kari Nordmann")
    press(desk, ask(desk, "cancel", "a"))
    kept = db.session.scalars(db.select(BulkAction)).one()
    assert "Kari" not in str(kept.before)
    assert "example.org" not in str(kept.before)
    begin_write()
    kept.at = now() - timedelta(minutes=11)
    db.session.commit()
    sign_up("b@example.org")
    press(desk, ask(desk, "facilitator", "b"))
    assert [bool(row.before) for row in db.session.scalars(db.select(BulkAction).order_by(BulkAction.id))] == [False, True]


def test_only_the_organiser_does_things_to_many(
    conference: Conference, sign_up: SignUp, sign_in: Callable[..., StrictClient]
) -> None:
    sign_up("a@example.org")
    assert sign_in("moderation", conference=conference).get(f"{BASE}/flere?handling=cancel").status_code == 403
