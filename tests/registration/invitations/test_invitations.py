"""Organisations are invited with seats of their own, and their contacts fill them: names later, others in their place."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from konferanse.common import links
from konferanse.common.audit import AuditEntry
from konferanse.common.clock import now, today
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import places, signup
from konferanse.registration.invitations import pasted
from konferanse.registration.models import Invitation, Registration
from konferanse.registration.tasks import settle_due
from tests.conftest import StrictClient
from tests.registration.conftest import mails, path_of, person

SignUp = Callable[..., str]
BASE = "/admin/k/prove/pamelding/invitasjoner"


def invite(desk: StrictClient, name: str = "Bodø kommune", **changes: Any) -> Invitation:
    """Invite ``name``, with two seats unless told otherwise."""
    sent = {
        "organisation": name,
        "organisation_type": "kommune",
        "county": "nordland",
        "contact_name": "Berit",
        "contact_email": "berit@bodo.example.org",
        "seats": "2",
        "language": "nb",
        "held_until": "",
    }
    answer = desk.submit(f"{BASE}/ny", sent | changes)
    assert answer.status_code == 303, answer.get_data(as_text=True)
    found = db.session.scalar(select(Invitation).where(Invitation.organisation_name == name))
    assert found
    return found


def page_of(invitation: Invitation) -> str:
    return "/invitasjon/" + links.token("invitasjon", invitation.uid, invitation.generation)


def delegate(conference: Conference, name: str, email: str = "", **changes: Any) -> dict[str, Any]:
    days = [day.isoformat() for day in conference.dates]
    return {"key": str(uuid4()), "name": name, "email": email, "attendance": "physical", "days": days} | changes


def text(client: StrictClient, path: str) -> str:
    return client.get(path).get_data(as_text=True)


def names(invitation: Invitation) -> list[str]:
    query = select(Registration).where(Registration.invitation_id == invitation.id, Registration.status == "confirmed")
    return [row.name for row in db.session.scalars(query.order_by(Registration.name))]


@pytest.mark.postgres
def test_an_invitation_holds_seats_and_is_sent_once_with_a_link_that_opens(
    client: StrictClient, conference: Conference, desk: StrictClient
) -> None:
    invitation = invite(desk, held_until=(today() + timedelta(days=9)).isoformat(), language="en")
    assert (places.availability(conference).left, places.availability(conference).held) == (18, 2)
    assert mails() == []
    for _ in range(2):
        desk.submit(f"{BASE}/send", page=BASE)
    mail = mails("invitation", "berit@bodo.example.org")
    assert len(mail) == 1
    assert mail[0].language == "en"
    assert page_of(invitation) in links.fill_in(mail[0].body)
    assert page_of(invitation) not in mail[0].body
    assert "Hvem kommer fra Bodø kommune" in text(client, page_of(invitation))
    assert "Venter på navn" in text(desk, BASE)


@pytest.mark.postgres
def test_the_contact_fills_seats_names_later_and_each_with_an_address_gets_a_page(
    client: StrictClient, conference: Conference, desk: StrictClient
) -> None:
    invitation = invite(desk)
    page = page_of(invitation)
    sent = delegate(conference, "Ola", "ola@example.org", days=[conference.dates[0].isoformat()])
    for _ in range(2):
        assert client.submit(page, sent).status_code == 303
    client.submit(page, delegate(conference, "Delegat uten navn ennå"))
    ola, other = person("ola@example.org"), person("")
    assert (ola.organisation_name, ola.organisation_type, ola.county) == ("Bodø kommune", "kommune", "nordland")
    assert (ola.status, len(ola.dates), other.status) == ("confirmed", 1, "confirmed")
    assert [mail.recipient for mail in mails("confirmed")] == ["ola@example.org"]
    assert "Ola, du er påmeldt" in text(client, path_of(ola))
    full = client.submit(page, delegate(conference, "En for mye"), page="/inn")
    assert full.status_code == 422
    assert "Alle plassene deres er fylt" in full.get_data(as_text=True)
    assert "En for mye" in full.get_data(as_text=True)
    assert (places.availability(conference).taken, places.availability(conference).held) == (2, 0)


@pytest.mark.postgres
def test_whoever_is_digital_uses_no_held_seat(client: StrictClient, conference: Conference, desk: StrictClient) -> None:
    invitation = invite(desk)
    page = page_of(invitation)
    desk.submit(f"{BASE}/send", page=BASE)
    for name in ("Fjern", "Fjernere"):
        assert client.submit(page, delegate(conference, name, attendance="digital")).status_code == 303
    assert "0 av 2 plasser er fylt" in text(client, page)
    assert "2 deltar digitalt" in text(client, page)
    assert "Venter på navn" in text(desk, BASE)
    assert "0 av 2" in text(desk, f"{BASE}/{invitation.uid}")
    third = client.submit(page, delegate(conference, "Fjernest", attendance="digital"))
    assert (third.status_code, "ikke melde på flere digitalt" in third.get_data(as_text=True)) == (422, True)
    assert places.availability(conference).held == 2
    for name in ("Ola", "Kari"):
        assert client.submit(page, delegate(conference, name)).status_code == 303
    assert names(invitation) == ["Fjern", "Fjernere", "Kari", "Ola"]
    assert (places.availability(conference).taken, places.availability(conference).held) == (2, 0)
    assert "2 av 2 plasser er fylt" in text(client, page)
    assert "Legg til en som kommer" not in text(client, page)
    assert "Venter på navn" not in text(desk, BASE)


def test_with_every_seat_filled_some_may_still_take_part_digitally(
    client: StrictClient, conference: Conference, desk: StrictClient
) -> None:
    invitation = invite(desk, seats="1")
    client.submit(page_of(invitation), delegate(conference, "Ola"))
    assert "fortsatt melde på noen som deltar digitalt" in text(client, page_of(invitation))
    assert client.submit(page_of(invitation), delegate(conference, "Fjern", attendance="digital")).status_code == 303
    assert names(invitation) == ["Fjern", "Ola"]


def test_the_invited_come_also_when_it_is_full_and_closed_for_others(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    invitation = invite(desk)
    begin_write()
    signup.set_seats(conference, 3, "system")
    db.session.commit()
    assert [sign_up(f"{n}@example.org") for n in "ab"] == ["confirmed", "waiting"]
    begin_write()
    conference.signup_closes = now()
    db.session.commit()
    for name in ("Ola", "Kari"):
        assert client.submit(page_of(invitation), delegate(conference, name)).status_code == 303
    assert names(invitation) == ["Kari", "Ola"]
    assert person("b@example.org").status == "waiting"


@pytest.mark.postgres
def test_somebody_else_comes_instead_and_nobody_in_line_gets_in_between(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = invite(desk, held_until=(today() + timedelta(days=2)).isoformat())
    page = page_of(invitation)
    client.submit(page, delegate(conference, "Ola", "ola@example.org"))
    client.submit(page, delegate(conference, "Plass 2"))
    begin_write()
    signup.set_seats(conference, 2, "system")
    db.session.commit()
    assert sign_up("a@example.org") == "waiting"
    old = path_of(person("ola@example.org"))
    monkeypatch.setenv("KONFERANSE_NOW", (now() + timedelta(days=4)).isoformat())  # also when nothing is held any longer
    for uid, name in ((person("ola@example.org").uid, "Vikar"), (person("").uid, "Kari")):
        change = {"name": name, "email": f"{name.lower()}@example.org"}
        assert client.submit(f"{page}/{uid}/bytt", change).status_code == 303
    assert names(invitation) == ["Kari", "Vikar"]
    assert person("a@example.org").status == "waiting"
    assert client.get(old).status_code == 403
    assert len(mails("cancelled", "ola@example.org")) == 1
    assert {mail.recipient for mail in mails("confirmed")} == {"ola@example.org", "vikar@example.org", "kari@example.org"}


def test_a_seat_that_is_given_up_can_be_filled_anew(client: StrictClient, conference: Conference, desk: StrictClient) -> None:
    invitation = invite(desk, seats="1")
    page = page_of(invitation)
    client.submit(page, delegate(conference, "Ola", "ola@example.org"))
    for _ in range(2):
        assert client.submit(f"{page}/{person('ola@example.org').uid}/fjern", page=page).status_code == 303
    assert (person("ola@example.org").ended_by, places.availability(conference).held) == ("contact", 1)
    client.submit(page, delegate(conference, "Kari"))
    assert names(invitation) == ["Kari"]


def test_no_thanks_lets_the_unfilled_seats_go_to_those_who_wait(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    invitation = invite(desk)
    page = page_of(invitation)
    client.submit(page, delegate(conference, "Ola"))
    begin_write()
    signup.set_seats(conference, 2, "system")
    db.session.commit()
    sign_up("a@example.org")
    for _ in range(2):
        assert client.submit(f"{page}/nei", page=page if not invitation.closed else "/inn").status_code == 303
    assert "Takk for at du ga beskjed" in text(client, page)
    assert person("a@example.org").status == "confirmed"
    assert names(invitation) == ["Ola"]
    assert client.submit(page, delegate(conference, "Kari"), page="/inn").status_code == 422
    closed = text(client, page)
    assert "Vi holder ikke lenger av plasser" in closed
    assert "De som er meldt på, beholder sine" in closed


def test_unfilled_seats_are_released_when_the_date_has_passed(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = invite(desk, held_until=(today() + timedelta(days=2)).isoformat())
    begin_write()
    signup.set_seats(conference, 2, "system")
    db.session.commit()
    assert sign_up("a@example.org") == "waiting"
    monkeypatch.setenv("KONFERANSE_NOW", (now() + timedelta(days=3)).isoformat())
    settle_due.call_local()
    assert person("a@example.org").status == "confirmed"
    assert "Fristen var" in text(client, page_of(invitation))
    assert client.submit(page_of(invitation), delegate(conference, "Sen"), page="/inn").status_code == 422
    assert "Fristen er ute" in text(desk, BASE)


def test_reading_the_page_changes_nothing(client: StrictClient, conference: Conference, desk: StrictClient) -> None:
    invitation = invite(desk)
    revision = conference.revision
    assert client.get(page_of(invitation)).status_code == 200
    assert client.get(f"{page_of(invitation)}/nei").status_code == 405
    db.session.refresh(conference)
    assert (conference.revision, invitation.closed) == (revision, None)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"name": ""}, "Skriv navnet på den som kommer"),
        ({"email": "ola"}, "navn@virksomhet.no"),
        ({"days": []}, "Velg minst én dag"),
        ({"attendance": "x"}, "Velg om du kommer"),
        ({"email": "kari@example.org"}, "kari@example.org er allerede påmeldt"),
    ],
)
def test_what_the_contact_typed_wrong_is_kept(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp, wrong: dict[str, Any], told: str
) -> None:
    sign_up("kari@example.org")
    invitation = invite(desk)
    page = client.submit(page_of(invitation), delegate(conference, "Ola Nordmann", "ola@example.org") | wrong)
    assert page.status_code == 422
    assert told in page.get_data(as_text=True)
    assert "Ola Nordmann" in page.get_data(as_text=True) or "ola@example.org" in page.get_data(as_text=True)
    assert names(invitation) == []


def test_who_comes_instead_must_have_a_name(client: StrictClient, conference: Conference, desk: StrictClient) -> None:
    invitation = invite(desk)
    client.submit(page_of(invitation), delegate(conference, "Ola"))
    path = f"{page_of(invitation)}/{person('').uid}/bytt"
    assert client.submit(path, {"name": "", "email": "vikar@example.org"}).status_code == 422
    assert names(invitation) == ["Ola"]


def test_a_stopped_link_says_what_to_do_and_opens_nobody_elses(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    first, second = invite(desk), invite(desk, "Rana kommune")
    client.submit(page_of(first), delegate(conference, "Ola"))
    uid = person("").uid
    assert client.get(f"{page_of(second)}/{uid}/bytt").status_code == 404
    assert client.submit(f"{page_of(second)}/{uid}/fjern", page=page_of(second)).status_code == 404
    old = page_of(first)
    assert desk.submit(f"{BASE}/{first.uid}/lenke", page=f"{BASE}/{first.uid}").status_code == 303
    assert client.get(old).status_code == 403
    db.session.refresh(first)
    assert client.get(page_of(first)).status_code == 200
    assert page_of(first) in links.fill_in(mails("invitation-link")[0].body)
    assert client.get("/invitasjon/" + links.token("min", first.uid, 1)).status_code == 404


def test_those_with_seats_left_are_reminded_once_a_day(
    client: StrictClient, conference: Conference, desk: StrictClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = invite(desk), invite(desk, "Rana kommune", seats="1", contact_email="rana@example.org")
    desk.submit(f"{BASE}/send", page=BASE)
    client.submit(page_of(second), delegate(conference, "Ola"))
    monkeypatch.setenv("KONFERANSE_NOW", (now() + timedelta(days=2)).isoformat())
    assert "Minn én om å fylle plassene" in text(desk, BASE)
    for _ in range(2):
        desk.submit(f"{BASE}/minn", page=f"{BASE}/ny")
    assert [mail.recipient for mail in mails("invitation-reminder")] == [first.contact_email]
    assert "2 av plassene" in mails("invitation-reminder")[0].body
    assert "Minnet om" in text(desk, BASE)


@pytest.mark.postgres
def test_the_organiser_changes_and_withdraws(
    client: StrictClient, conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    invitation = invite(desk, seats="15")
    path = f"{BASE}/{invitation.uid}"
    refused = desk.submit(path, {"seats": "21", "held_until": ""})
    assert refused.status_code == 422
    assert "5 plasser er ledige" in refused.get_data(as_text=True)
    for wrong in (
        {"seats": "0"},
        {"seats": "x"},
        {"seats": "3", "held_until": "2001-01-01"},
        {"seats": "3", "held_until": "x"},
    ):
        assert desk.submit(path, wrong).status_code == 422
    assert desk.submit(path, {"seats": "18", "held_until": ""}).status_code == 303
    assert [sign_up(f"{n}@example.org") for n in "abc"] == ["confirmed", "confirmed", "waiting"]
    assert desk.submit(path, {"seats": "17", "held_until": ""}).status_code == 303
    assert person("c@example.org").status == "confirmed"
    sign_up("d@example.org")
    desk.submit(f"{BASE}/send", page=BASE)
    for _ in range(2):
        assert desk.submit(f"{path}/trekk", page="/admin/k/prove/pamelding/oppsett").status_code == 303
    assert person("d@example.org").status == "confirmed"
    assert len(mails("invitation-withdrawn")) == 1
    assert desk.submit(path, {"seats": "3"}, page="/admin/k/prove/pamelding/oppsett").status_code == 409
    logged = db.session.scalars(select(AuditEntry).where(AuditEntry.action.startswith("invitation."))).all()
    assert [e.action for e in logged] == [f"invitation.{a}" for a in ("added", "changed", "changed", "sent", "withdrawn")]
    assert not [e for e in logged if "bodø" in f"{e.subject}{e.detail}".lower()]


def test_one_organisation_is_invited_once_and_never_past_the_seats(conference: Conference, desk: StrictClient) -> None:
    invite(desk)
    sent = {"organisation": " BODØ kommune ", "organisation_type": "kommune", "county": "nordland", "language": "nb"}
    sent |= {"contact_email": "b@example.org", "seats": "1"}
    again = desk.submit(f"{BASE}/ny", sent)
    assert (again.status_code, "er allerede invitert" in again.get_data(as_text=True)) == (422, True)
    many = desk.submit(f"{BASE}/ny", sent | {"organisation": "Rana kommune", "seats": "19"})
    assert (many.status_code, "18 plasser er ledige" in many.get_data(as_text=True)) == (422, True)
    missing = desk.submit(f"{BASE}/ny", {"organisation": "Hemnes kommune"})
    assert (missing.status_code, "Hemnes kommune" in missing.get_data(as_text=True)) == (422, True)
    assert len(db.session.scalars(select(Invitation)).all()) == 1


LIST = """Virksomhet;Type;Fylke;Kontakt;E-post;Plasser
Bodø kommune;Kommune;Nordland;Berit;berit@bodo.example.org;2
"Rana; og omegn";kommune;nordland;;post@rana.example.org;3
NAV Salten;nav;;Nina;nina@nav.example.org;1"""


def test_a_list_is_seen_before_it_is_taken_in(conference: Conference, desk: StrictClient) -> None:
    sent = {"lines": LIST, "language": "nn", "held_until": ""}
    seen = desk.submit(f"{BASE}/liste", sent)
    assert seen.status_code == 200
    assert "3 virksomheter, 6 plasser" in seen.get_data(as_text=True)
    assert db.session.scalars(select(Invitation)).all() == []
    assert desk.submit(f"{BASE}/liste", sent | {"sure": "y"}).status_code == 303
    rows = db.session.scalars(select(Invitation).order_by(Invitation.id)).all()
    assert [(r.organisation_name, r.organisation_type, r.county, r.seats, r.language) for r in rows] == [
        ("Bodø kommune", "kommune", "nordland", 2, "nn"),
        ("Rana; og omegn", "kommune", "nordland", 3, "nn"),
        ("NAV Salten", "nav", "annet", 1, "nn"),
    ]
    again = desk.submit(f"{BASE}/liste", sent | {"sure": "y"})
    assert again.status_code == 422
    assert "Linje 2:" in again.get_data(as_text=True)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("Bodø kommune; kommune", "seks felt"),
        (";kommune;nordland;;a@example.org;2", "Virksomhet: skriv navnet"),
        ("Bodø;fylke;nordland;;a@example.org;2", "«fylke» er ikke en av typene"),
        ("Bodø;kommune;Atlantis;;a@example.org;2", "«Atlantis» er ikke et av fylkene"),
        ("Bodø;kommune;nordland;;a@;2", "E-post: skriv adressen slik"),
        ("Bodø;kommune;nordland;;a@example.org;mange", "Plasser: skriv et tall"),
        ("Bodø;kommune;nordland;;a@example.org;²", "Plasser: skriv et tall"),
        ("Bodø;kommune;nordland;;a@example.org;2000", "Plasser: skriv et tall"),
        ("God;nav;;;g@example.org;1\ngod ;nav;;;g@example.org;1", "står også på linje 2"),
        ("Stor;nav;;;g@example.org;999", "plasser er ledige"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_taken_in(conference: Conference, desk: StrictClient, line: str, told: str) -> None:
    sent = {"lines": f"Ok;nav;;;ok@example.org;1\n{line}", "language": "nb", "sure": "y"}
    page = desk.submit(f"{BASE}/liste", sent)
    assert page.status_code == 422
    assert told in page.get_data(as_text=True)
    assert "Linje " in page.get_data(as_text=True)
    assert "ok@example.org" in page.get_data(as_text=True)
    assert db.session.scalars(select(Invitation)).all() == []


def test_a_list_copied_from_a_spreadsheet_has_tabs() -> None:
    found, problems = pasted.read("Bodø kommune\tkommune\tnordland\tBerit, leder\tb@example.org\t2")
    assert problems == []
    assert found[0].invited.contact_name == "Berit, leder"


def test_other_staff_see_no_invitations(conference: Conference, sign_in: Callable[..., StrictClient]) -> None:
    assert sign_in("read", conference=conference).get(BASE).status_code == 403
