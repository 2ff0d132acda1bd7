"""The list of participants: what it finds, the columns it shows, and what can be taken out of it."""

import io
import re
from collections.abc import Callable
from zipfile import ZipFile

import pytest
from python_calamine import CalamineWorkbook
from werkzeug.test import TestResponse

from konferanse.common.audit import AuditEntry
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration.models import Organisation, OrganisationAlias, Question, QuestionAnswer
from tests.conftest import StrictClient
from tests.registration.conftest import person

SignUp = Callable[..., str]
BASE = "/admin/k/prove/pamelding"
NAME = re.compile(r'<th scope="row" class="who"><a[^>]*>([^<]+)</a>')


def found(desk: StrictClient, asked: str) -> list[str]:
    """The names on the list."""
    return NAME.findall(desk.get(f"{BASE}?{asked}").get_data(as_text=True))


def change(address: str, **values: object) -> None:
    begin_write()
    row = person(address)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()


def question(conference: Conference, label: str, **values: object) -> Question:
    """A question of the organiser's own. The caller commits."""
    row = Question(conference_id=conference.id, label=label, **{"kind": "choice"} | values)
    db.session.add(row)
    db.session.flush()
    return row


def answer(email: str, to: Question, value: object) -> QuestionAnswer:
    """What somebody said to it. The caller commits."""
    row = QuestionAnswer(registration_id=person(email).id, question_id=to.id, value=value)
    db.session.add(row)
    return row


def download(desk: StrictClient, asked: str = "", **sent: str) -> TestResponse:
    """Press a download button on the list that ``asked`` shows."""
    answer = desk.submit(f"{BASE}/eksport?{asked}", {"format": "csv", **sent}, page=BASE)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer


def test_each_way_of_narrowing_finds_those_it_should(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    for name in ("Anne", "Bo", "Cato", "Dina"):
        sign_up(f"{name.lower()}@example.org", name=name)
    change("anne@example.org", county="troms", role="facilitator")
    change("bo@example.org", mail_trouble="550 no such user", source="phone")
    change("cato@example.org", status="offered")
    change("dina@example.org", email="", email_key="", status="cancelled")
    everybody = ["Anne", "Bo", "Cato"]
    assert found(desk, "") == everybody
    for asked, names in {
        "fylke=troms": ["Anne"],
        "rolle=facilitator": ["Anne"],
        "epost=feil": ["Bo"],
        "epost=mangler&status=cancelled": ["Dina"],
        "kilde=phone": ["Bo"],
        "status=offered": ["Cato"],
        "status=confirmed": ["Anne", "Bo"],
        "sorter=tid": ["Cato", "Bo", "Anne"],
        "fylke=atlantis": everybody,
        "svar=mangler": [],
    }.items():
        assert found(desk, asked) == names, asked


@pytest.mark.postgres
def test_the_alphabet_ends_in_ae_oe_and_aa(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    for number, name in enumerate(("Åse", "Øyvind", "anne", "ærling", "Ærling", "Berit")):
        sign_up(f"{number}@example.org", name=name)
    assert found(desk, "") == ["anne", "Berit", "ærling", "Ærling", "Øyvind", "Åse"]


def test_an_organisation_is_found_by_its_other_name(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("a@example.org", name="Anne", organisation="Nordlandssykehuset HF")
    sign_up("b@example.org", name="Bo", organisation="NAV Troms")
    begin_write()
    row = db.session.scalars(db.select(Organisation).where(Organisation.name == "Nordlandssykehuset HF")).one()
    db.session.add(OrganisationAlias(organisation_id=row.id, key="nlsh"))
    db.session.commit()
    assert found(desk, "virksomhet=NLSH") == ["Anne"]
    assert found(desk, "virksomhet=sykehuset") == ["Anne"]
    assert found(desk, "virksomhet=nav+troms") == ["Bo"]


@pytest.mark.postgres
def test_those_who_lack_an_answer_are_found(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    for name in ("Anne", "Bo", "Cato", "Dina"):
        sign_up(f"{name.lower()}@example.org", name=name)
    begin_write()
    dinner = question(conference, "Middag?", required=True)
    menu = question(conference, "Hvilken rett?", required=True, shown_if_id=dinner.id, shown_if_value='Ja, "tre" retter')
    question(conference, "Noe mer?")
    question(conference, "Hotell?", required=True, retired=now())
    answer("anne@example.org", dinner, "Nei")
    answer("bo@example.org", dinner, 'Ja, "tre" retter')
    answer("cato@example.org", dinner, ["Kanskje", 'Ja, "tre" retter'])
    answer("cato@example.org", menu, "Fisk, æøå")
    db.session.commit()
    assert found(desk, "svar=mangler") == ["Bo", "Dina"]


def test_the_columns_are_chosen_and_stand_in_the_address(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("a@example.org", name="Anne", county="troms", inviter="Kari")
    page = desk.get(f"{BASE}?vis=fylke&vis=invitert&vis=finnes-ikke&q=anne").get_data(as_text=True)
    heads = re.findall(r"<th scope=\"col\"[^>]*>\s*(?:<a[^>]*>)?([^<]+?)\s*<", page[page.index('class="tick"') :])
    assert heads == ["Navn", "Fylke", "Invitert av"]
    assert re.search(r'data-label="Fylke"\s*>Troms</td>', page)
    assert 'href="/admin/k/prove/pamelding?q=anne&amp;sorter=fylke&amp;vis=fylke&amp;vis=invitert' in page
    assert "vis=fylke&amp;vis=invitert" in page[page.index('class="who"') :].split(">")[1]
    assert "a@example.org" not in page


def test_a_person_is_left_for_the_same_place_in_the_list(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("a@example.org", name="Anne")
    uid = person("a@example.org").uid
    page = desk.get(f"{BASE}/{uid}?q=anne&side=3&vis=fylke").get_data(as_text=True)
    assert f"q=anne&amp;vis=fylke&amp;side=3#p-{uid.hex}" in page


def test_an_address_that_does_not_work_is_marked(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("a@example.org")
    assert "Adressen virker ikke" not in desk.get(BASE).get_data(as_text=True)
    change("a@example.org", mail_trouble="550 no such user")
    assert "Adressen virker ikke" in desk.get(BASE).get_data(as_text=True)


def test_what_is_taken_out_follows_the_search_and_the_columns(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up("a@example.org", name="Anne", county="troms", phone="22 22 22 22")
    sign_up("b@example.org", name="Bo")
    begin_write()
    dinner = question(conference, "Middag?")
    answer("a@example.org", dinner, ["Torsdag", "Fredag"])
    db.session.commit()
    file = download(desk, f"fylke=troms&vis=kontakt&vis=fylke&vis=s-{dinner.uid.hex}")
    assert file.headers["Content-Disposition"] == "attachment; filename=deltakere-prove.csv"
    assert file.get_data().decode("utf-8-sig").splitlines() == [
        "Navn,E-post,Telefon,Fylke,Middag?",
        'Anne,a@example.org,22 22 22 22,Troms,"Torsdag, Fredag"',
    ]
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "registration.exported")).one()
    assert (entry.scope, entry.detail) == ("prove", {"people": 1, "format": "csv"})


def test_a_withdrawn_answer_is_not_taken_out(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    sign_up("a@example.org")
    begin_write()
    photo = question(conference, "Foto", kind="consent")
    given = answer("a@example.org", photo, True)
    db.session.commit()
    asked = f"vis=s-{photo.uid.hex}"
    assert download(desk, asked).get_data(as_text=True).splitlines()[1].endswith(",Ja")
    begin_write()
    db.session.get_one(QuestionAnswer, given.id).withdrawn = now()
    db.session.commit()
    assert download(desk, asked).get_data(as_text=True).splitlines()[1].endswith(",Trukket")


def test_a_ready_made_question_is_told_in_the_readers_words(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    sign_up("a@example.org", name="Anne")
    begin_write()
    dinner = question(conference, "", preset="dinner")
    answer("a@example.org", dinner, "yes")
    db.session.commit()
    page = desk.get(f"{BASE}?vis=s-{dinner.uid.hex}").get_data(as_text=True)
    assert re.search(r'data-label="Blir du med på middagen\?"\s*>Ja</td>', page)
    assert "Blir du med på middagen?" in download(desk, f"vis=s-{dinner.uid.hex}").get_data(as_text=True)


@pytest.mark.parametrize("fields", ["kolonner", "import"])
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_taken_out_holds_no_formula_no_health_data_and_no_type(
    conference: Conference, desk: StrictClient, sign_up: SignUp, form: str, fields: str
) -> None:
    words = {"allergies": "KANARIFUGL", "accept_health": "y", "organisation_type": "tillitsvalgt"}
    sign_up("a@example.org", name='=HYPERLINK("http://ond.example")', organisation="+1|x", **words)
    every = "&".join(f"vis={key}" for key in ("virksomhet", "kontakt", "dager", "deltar", "status", "tid", "fylke", "rolle"))
    file = download(desk, every, format=form, felt=fields).get_data()
    if form == "csv":
        text = file.decode("utf-8-sig")
        assert "'=HYPERLINK" in text
        assert "'+1" in text
    else:
        with ZipFile(io.BytesIO(file)) as book:
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        cells = CalamineWorkbook.from_filelike(io.BytesIO(file)).get_sheet_by_index(0).to_python()
        assert cells[1][0] == '=HYPERLINK("http://ond.example")'
        text = str(cells)
    assert "KANARIFUGL" not in text
    assert "illitsvalgt" not in text


def test_only_the_organiser_takes_the_list_out(conference: Conference, sign_in: Callable[..., StrictClient]) -> None:
    other = sign_in("moderation", conference=conference)
    assert other.submit(f"{BASE}/eksport", {"format": "csv"}, page=BASE).status_code == 403
    assert sign_in("organiser", conference=conference).get(f"{BASE}/eksport").status_code == 405
    wrong = sign_in("organiser", conference=conference).submit(f"{BASE}/eksport", {"format": "exe"}, page=BASE)
    assert wrong.status_code == 422
