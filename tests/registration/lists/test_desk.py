"""The organiser's desk: seats and window, finding people, those who phone, mail to all, calling off."""

import re
from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import event

from konferanse.common import outbox
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import places, signup
from konferanse.registration.models import Registration, RegistrationDay
from tests.conftest import StrictClient
from tests.registration.conftest import fill as people
from tests.registration.conftest import form_of, mails, path_of, person

SignUp = Callable[..., str]
BASE = "/admin/k/prove/pamelding"


def fill(conference: Conference, count: int, **values: str) -> None:
    """Add people straight to the table."""
    begin_write()
    for n in range(count):
        address = f"p{n}@example.org"
        given = {"status": "confirmed", "organisation_name": f"Virksomhet {n % 7}", "organisation_type": "nav"} | values
        days = [RegistrationDay(date=d) for d in conference.dates]
        row = Registration(
            conference_id=conference.id, name=f"Person {n:03}", email=address, email_key=address, days=days, **given
        )
        db.session.add(row)
    db.session.commit()


def queries(app: Flask, client: StrictClient, path: str) -> int:
    """How many queries a page takes."""
    seen: list[str] = []

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", count)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(db.engine, "before_cursor_execute", count)
    return len(seen)


def test_the_list_takes_as_many_queries_for_two_as_for_a_hundred(
    app: Flask, conference: Conference, desk: StrictClient
) -> None:
    fill(conference, 2)
    few = queries(app, desk, BASE)
    begin_write()
    db.session.execute(db.delete(Registration))
    db.session.commit()
    fill(conference, 100)
    assert queries(app, desk, BASE) == few
    assert queries(app, desk, "/admin/k/prove/epost") <= few


def test_people_are_found_sorted_and_paged(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    fill(conference, 60)
    sign_up("aase@example.org", name="Åse Ødegård", organisation="100 % Bedrift", attendance="digital")
    first, second = (desk.get(f"{BASE}?side={n}").get_data(as_text=True) for n in (1, 2))
    assert "Person 000" in first
    assert "Person 000" not in second
    assert "Åse Ødegård" in second
    for asked in ("q=åse", "q=ÅSE", "q=100+%25", "q=aase@", "deltar=digital", "sorter=tid"):
        assert "Åse Ødegård" in desk.get(f"{BASE}?{asked}").get_data(as_text=True), asked
    for asked in ("q=ingen+her", "status=waiting", "dag=1999-01-01&q=%25%25"):
        assert "Ingen passer med søket" in desk.get(f"{BASE}?{asked}").get_data(as_text=True), asked


@pytest.mark.parametrize(
    "asked", ["side=0", "side=-1", "side=9999999999999999999", "side=x", "status=x", "sorter=x", "dag=x", "q=" + "x" * 5000]
)
def test_odd_addresses_show_a_list(conference: Conference, desk: StrictClient, asked: str) -> None:
    assert desk.get(f"{BASE}?{asked}").status_code == 200


def test_names_are_the_organisers_and_others_see_numbers(
    conference: Conference, sign_up: SignUp, sign_in: Callable[..., StrictClient]
) -> None:
    sign_up("kari@example.org")
    page = sign_in("moderation", conference=conference).get(BASE).get_data(as_text=True)
    assert "Kari" not in page
    assert "1 av 20" in page
    assert sign_in("read", conference=conference).get(f"{BASE}/{person('kari@example.org').uid}").status_code == 403


def test_seats_with_an_offer_or_held_are_told_apart_from_those_who_come(conference: Conference, desk: StrictClient) -> None:
    invited = {"organisation": "Bodø kommune", "organisation_type": "kommune", "county": "nordland", "language": "nb"}
    invited |= {"contact_email": "berit@bodo.example.org", "seats": "5", "held_until": ""}
    assert desk.submit(f"{BASE}/invitasjoner/ny", invited).status_code == 303
    people(conference, 3)
    people(conference, 2, status="offered", offer_expires=now() + timedelta(days=1))
    facts = dict(re.findall(r"<dt>([^<]+)</dt><dd[^>]*>([^<]+)</dd>", desk.get(BASE).get_data(as_text=True)))
    assert (facts["På stedet"], facts["Har fått tilbud"], facts["Holdt av til inviterte"]) == ("3 av 20", "2", "5")


def test_who_belongs_to_a_union_is_never_told_of_few(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    fill(conference, 5)
    for n in range(4):
        sign_up(f"t{n}@example.org", organisation_type="tillitsvalgt")
    pages = [BASE, f"{BASE}/{person('t0@example.org').uid}"]
    for path in pages:
        assert "Tillitsvalgt" not in desk.get(path).get_data(as_text=True)
    sign_up("t4@example.org", organisation_type="tillitsvalgt")
    assert "Tillitsvalgt" in desk.get(BASE).get_data(as_text=True)


def test_somebody_who_phones_is_signed_up_also_when_it_is_closed(conference: Conference, desk: StrictClient) -> None:
    begin_write()
    conference.signup_closes = now() - timedelta(hours=1)
    db.session.commit()
    sent = form_of(conference, "", name="Telefon Telefonsen", accept_privacy=None)
    assert desk.submit(f"{BASE}/ny", sent).status_code == 303
    assert desk.submit(f"{BASE}/ny", sent).status_code == 303  # pressed twice
    row = person("")
    assert (row.source, row.name, row.status) == ("phone", "Telefon Telefonsen", "confirmed")
    assert places.availability(conference).taken == 1
    assert mails() == []
    desk.submit(f"{BASE}/ny", sent | {"key": str(uuid4()), "name": "En Annen"})
    assert places.availability(conference).taken == 2


def test_staff_are_told_that_an_address_is_signed_up(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("kari@example.org")
    page = desk.submit(f"{BASE}/ny", form_of(conference, "kari@example.org", name="Kari i telefonen"))
    assert page.status_code == 422
    assert "kari@example.org er allerede påmeldt" in page.get_data(as_text=True)
    assert "Kari i telefonen" in page.get_data(as_text=True)
    assert [mail.kind for mail in mails()] == ["confirmed"]


def test_a_person_is_changed_and_cancelled_by_the_organiser(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up("kari@example.org")
    path = f"{BASE}/{person('kari@example.org').uid}"
    day = conference.dates[0].isoformat()
    assert desk.submit(path, {"days": [day], "attendance": "physical"}).status_code == 303
    assert len(person("kari@example.org").dates) == 1
    assert desk.submit(path, {"days": ["x"], "attendance": "physical"}).status_code == 422
    assert desk.submit(f"{path}/avmeld", page=path).status_code == 303
    assert person("kari@example.org").status == "cancelled"


def test_a_lost_link_is_stopped_and_a_new_one_sent(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up("kari@example.org")
    old = path_of(person("kari@example.org"))
    path = f"{BASE}/{person('kari@example.org').uid}"
    assert desk.submit(f"{path}/lenke", page=path).status_code == 303
    assert client.get(old).status_code == 403
    assert len(mails("link", "kari@example.org")) == 1


def test_a_mail_to_all_is_seen_before_it_is_sent_and_sent_once(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    begin_write()
    signup.set_seats(conference, 1, "system")
    db.session.commit()
    for name in "ab":
        sign_up(f"{name}@example.org")
    sent = {"key": str(uuid4()), "to": "all", "when": "now", "subject": "Ny møteplass", "text": "Vi møtes i\nsal B."}
    preview = desk.submit(f"{BASE}/skriv", sent)
    assert preview.status_code == 200
    assert "Send til 2" in preview.get_data(as_text=True)
    assert mails("message") == []
    for _ in range(2):
        assert desk.submit(f"{BASE}/skriv/send", sent, page=f"{BASE}/skriv").status_code == 303
    assert [mail.recipient for mail in mails("message")] == ["a@example.org", "b@example.org"]
    assert all("Vi møtes i\nsal B." in mail.body for mail in mails("message"))
    desk.submit(f"{BASE}/skriv/send", sent | {"key": str(uuid4()), "to": "waiting"}, page=f"{BASE}/skriv")
    assert [mail.recipient for mail in mails("message")][2:] == ["b@example.org"]


@pytest.mark.parametrize(
    "wrong", [{"subject": ""}, {"text": ""}, {"to": "press"}, {"subject": "x" * 151}, {"text": "x" * 10_001}, {"key": "x"}]
)
@pytest.mark.parametrize("path", ["skriv", "skriv/send"])
def test_a_wrong_mail_to_all_is_kept_and_not_sent(
    conference: Conference, desk: StrictClient, sign_up: SignUp, wrong: dict[str, str], path: str
) -> None:
    sign_up("a@example.org")
    sent = {"key": str(uuid4()), "to": "all", "when": "now", "subject": "Emnet mitt", "text": "Teksten min"} | wrong
    page = desk.submit(f"{BASE}/{path}", sent, page=f"{BASE}/skriv")
    assert page.status_code == 422
    assert "Emnet mitt" in page.get_data(as_text=True) or "Teksten min" in page.get_data(as_text=True)
    assert mails("message") == []


def test_failed_mail_is_seen_and_sent_again_without_showing_links(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up("kari@example.org")
    begin_write()
    mail = mails()[0]
    mail.status, mail.error, mail.attempts = "failed", "SMTPRecipientsRefused: 550", 7
    db.session.commit()
    page = desk.get("/admin/k/prove/epost?status=failed").get_data(as_text=True)
    assert "Kom ikke fram" in page
    assert "550" in page
    path = f"/admin/k/prove/epost/{mail.uid}"
    text = desk.get(path).get_data(as_text=True)
    assert "lenken til mottakerens egen side" in text
    assert outbox.link_placeholder("min", person("kari@example.org").uid, 0) not in text
    assert path_of(person("kari@example.org")) not in text
    assert desk.submit(path).status_code == 303
    db.session.refresh(mail)
    assert (mail.status, mail.attempts) == ("queued", 0)


def test_calling_off_needs_a_reason_and_tells_everybody_once(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up("kari@example.org")
    path = "/admin/k/prove/avlys"
    assert desk.submit(path, {"status": "cancelled", "note": ""}).status_code == 422
    assert desk.submit(path, {"status": "draft", "note": "Hei"}).status_code == 422
    assert desk.submit(path, {"status": "cancelled", "note": "For få påmeldte."}).status_code == 303
    assert conference.status == "cancelled"
    assert [mail.recipient for mail in mails("called-off")] == ["kari@example.org"]
    assert desk.submit(path, {"status": "cancelled", "note": "En gang til"}, page="/admin/").status_code == 409
    assert len(mails("called-off")) == 1


def test_the_organiser_of_another_conference_sees_nobody(
    conference: Conference, sign_up: SignUp, sign_in: Callable[..., StrictClient]
) -> None:
    sign_up("kari@example.org")
    assert sign_in("organiser").get(BASE).status_code == 404
