"""The organiser's own questions: asked, answered, changed, and never lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event, select

from konferanse.common.clock import today
from konferanse.common.storage import files
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import signup
from konferanse.registration.models import Question, QuestionAnswer, Registration
from konferanse.registration.questions import questions
from tests.conftest import StrictClient
from tests.registration.conftest import form_of, mails, path_of, person
from tests.registration.questions.asking import answers, ask, field, pdf, ready_made

PATH = "/k/prove/pamelding"
FORM = "/admin/k/prove/pamelding/skjema"
SignUp = Callable[..., str]
SignIn = Callable[..., StrictClient]
pytestmark = pytest.mark.postgres


@pytest.fixture
def organiser(sign_in: SignIn, conference: Conference) -> StrictClient:
    """Somebody who may change the form."""
    return sign_in("organiser", conference=conference)


def test_answers_of_every_kind_are_stored_with_the_sign_up(client: StrictClient, conference: Conference) -> None:
    text, long = ask(conference, "Tittel"), ask(conference, "Bakgrunn", "long")
    one = ask(conference, "Rett", "choice", options=("Torsk", "Sei"))
    many = ask(conference, "Verksteder", "choices", options=("A", "B", "C"))
    number, day = ask(conference, "Personer", "number"), ask(conference, "Ankomst", "date")
    file, yes = ask(conference, "Vedlegg", "file"), ask(conference, "Jeg er med på leken", "consent")
    sent: dict[str, Any] = {
        field(text): " Rådgiver ", field(long): "To\r\nlinjer", field(one): "Sei", field(many): ["C", "A"],
        field(number): "2,5", field(day): "2027-06-26", field(file): pdf(), field(yes): "y",
    }  # fmt: skip
    response = client.submit(PATH, form_of(conference, "kari@example.org") | sent)
    assert response.status_code == 303
    assert answers("kari@example.org") == {
        "Tittel": "Rådgiver", "Bakgrunn": "To\nlinjer", "Rett": "Sei", "Verksteder": ["A", "C"], "Personer": 2.5,
        "Ankomst": "2027-06-26", "Vedlegg": "innlegg.pdf", "Jeg er med på leken": True,
    }  # fmt: skip


def test_nothing_is_stored_for_what_was_left_open(client: StrictClient, conference: Conference) -> None:
    ask(conference, "Tittel"), ask(conference, "Rett", "choice", options=("Torsk", "Sei")), ask(conference, "Ja", "consent")
    assert client.submit(PATH, form_of(conference, "kari@example.org")).status_code == 303
    assert answers("kari@example.org") == {}


@pytest.mark.parametrize(
    ("kind", "sent", "told"),
    [
        ("text", "", "Svar på «Om deg»"),
        ("text", "x" * 301, "Kort ned teksten med 1 tegn"),
        ("text", "a\0b", "tegn som ikke kan vises"),
        ("long", "x" * 4001, "Kort ned teksten"),
        ("choice", "", "Svar på «Om deg»"),
        ("choice", "Uer", "Velg et av svarene i listen"),
        ("choices", [], "Svar på «Om deg»"),
        ("choices", ["Torsk", "Uer"], "Velg blant svarene"),
        ("number", "mange", "Skriv et tall"),
        ("number", "1e400", "Skriv et tall"),
        ("number", "²", "Skriv et tall"),
        ("number", "99999999999999999999999", "Skriv et tall"),
        ("date", "i morgen", "Velg en dato"),
        ("date", "0001-01-01", "Velg en dato"),
        ("file", "", "Svar på «Om deg»"),
    ],
)
def test_what_is_wrong_is_told_first_and_the_rest_is_kept(
    client: StrictClient, conference: Conference, kind: str, sent: Any, told: str
) -> None:
    options = ("Torsk", "Sei") if kind in ("choice", "choices") else ()
    other, row = ask(conference, "Annet"), ask(conference, "Om deg", kind, options=options, required=True)
    response = client.submit(
        PATH, form_of(conference, "kari@example.org") | {field(row): sent, field(other): "Dette blir stående"}
    )
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert told in page
    assert f'href="#{field(row)}"' in page
    assert "Dette blir stående" in page
    assert db.session.scalars(select(Registration)).all() == []


def test_a_question_is_asked_only_of_those_it_is_for(client: StrictClient, conference: Conference) -> None:
    speak = ask(conference, "Innlegg", "choice", options=("Ja", "Nei"))
    topic = ask(conference, "Tema", required=True, when=(speak, "Ja"))
    film = ask(conference, "Film", "choice", options=("Ja", "Nei"), when=(speak, "Ja"))
    length = ask(conference, "Minutter", "number", required=True, when=(film, "Ja"))
    hidden = {field(topic): "Lagres ikke", field(film): "Ja", field(length): "tull"}
    no = form_of(conference, "nei@example.org") | {field(speak): "Nei"} | hidden
    assert client.submit(PATH, no).status_code == 303
    assert answers("nei@example.org") == {"Innlegg": "Nei"}
    yes = form_of(conference, "ja@example.org") | {field(speak): "Ja", field(topic): ""}
    assert "Svar på «Tema»" in client.submit(PATH, yes).get_data(as_text=True)


def test_without_a_script_each_page_says_whom_a_question_is_for(client: StrictClient, conference: Conference) -> None:
    ready_made(conference, "speak")
    page = client.get(PATH).get_data(as_text=True)
    assert page.count("Gjelder bare hvis du svarer «Ja» på «Vil du holde et innlegg?».") == 2
    assert "js/questions.js" in page


def test_ready_made_questions_are_in_the_readers_language_and_nights_are_the_conferences(
    client: StrictClient, conference: Conference
) -> None:
    rows = ready_made(conference, "speak", "dinner", "hotel", "first-time", "photo", "list")
    assert set(rows) == {"speak", "speak-topic", "speak-minutes", "dinner", "hotel", "first-time", "photo", "list"}
    assert {row.label for row in rows.values()} == {""}
    page = client.get(PATH).get_data(as_text=True)
    assert "Blir du med på middagen?" in page
    for night in conference.dates:
        assert f'value="{night.isoformat()}"' in page
    first = conference.dates[0].isoformat()
    sent = {field(rows["hotel"]): [first], field(rows["speak"]): "yes", field(rows["speak-topic"]): "Fadderordning"}
    sent |= {field(rows["speak-minutes"]): "20", field(rows["dinner"]): "no", field(rows["list"]): "y"}
    assert client.submit(PATH, form_of(conference, "kari@example.org") | sent).status_code == 303
    told = answers("kari@example.org")
    assert told["speak-minutes"] == 20
    assert (told["hotel"], told["dinner"], told["list"], "photo" in told) == ([first], "no", True, False)
    assert list(db.session.scalars(questions.answering(conference, "list"))) == [person("kari@example.org").id]
    assert list(db.session.scalars(questions.answering(conference, "dinner"))) == []
    assert list(db.session.scalars(questions.answering(conference, "hotel", first))) == [person("kari@example.org").id]


def test_a_consent_is_never_given_beforehand_and_never_demanded(
    organiser: StrictClient, client: StrictClient, conference: Conference
) -> None:
    photo = ready_made(conference, "photo")["photo"]
    page = client.get(PATH).get_data(as_text=True)
    box = page[page.index(f'id="{field(photo)}"') - 100 :][:300]
    assert "checked" not in box
    refused = organiser.submit(f"{FORM}/{photo.uid}", {"required": "now"})
    assert refused.status_code == 422
    assert "må være frivillig" in refused.get_data(as_text=True)


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "tom.pdf", "Filen er tom"),
        (b"<svg onload='x'/>", "tegning.svg", "Velg en PDF eller et bilde"),
        (b"MZ\0\0", "program.pdf", "Velg en PDF eller et bilde"),
        (b"%PDF-1.4 uten slutt", "halv.pdf", "Velg en PDF eller et bilde"),
        (b"%PDF-1.4" + b"x" * 5_000_000 + b"%%EOF", "stor.pdf", "større enn 5 MB"),
        (b"%PDF-1.4 EICAR-STANDARD-ANTIVIRUS-TEST-FILE %%EOF", "v.pdf", "likner et virus"),
        (b"%PDF-1.4 %%EOF", "../../etc/x.pdf", "Filnavnet har tegn"),
    ],
)
def test_a_file_that_is_no_pdf_or_picture_is_refused(
    client: StrictClient, conference: Conference, app: Flask, content: bytes, name: str, told: str
) -> None:
    row = ask(conference, "Vedlegg", "file")
    sent = form_of(conference, "kari@example.org") | {field(row): pdf(name, content)}
    response = client.submit(PATH, sent)
    assert response.status_code == 422
    assert told in response.get_data(as_text=True)
    assert not [path for path in files.root.rglob("*") if path.is_file()]


def test_a_good_file_must_be_chosen_again_when_something_else_is_wrong(client: StrictClient, conference: Conference) -> None:
    row = ask(conference, "Vedlegg", "file")
    response = client.submit(PATH, form_of(conference, "kari@example.org", name="") | {field(row): pdf()})
    assert "Velg filen på nytt" in response.get_data(as_text=True)


def test_a_file_is_read_by_the_organiser_and_its_sender_only_and_as_something_to_save(
    client: StrictClient, organiser: StrictClient, conference: Conference, sign_in: SignIn
) -> None:
    row = ask(conference, "Vedlegg", "file")
    client.submit(PATH, form_of(conference, "kari@example.org") | {field(row): pdf("Søknad <b>.PDF")})
    client.submit(PATH, form_of(conference, "ola@example.org"))
    answer = db.session.scalars(select(QuestionAnswer)).one()
    got = organiser.get(f"{FORM}/svar/{answer.uid}/fil")
    assert got.status_code == 200
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in got.headers["Content-Security-Policy"]
    mine, other = path_of(person("kari@example.org")), path_of(person("ola@example.org"))
    assert client.get(f"{mine}/svar/{answer.uid}/fil").status_code == 200
    assert client.get(f"{other}/svar/{answer.uid}/fil").status_code == 404
    assert client.submit(f"{other}/svar/{answer.uid}/slett", page=other).status_code == 404
    assert sign_in("programme", conference=conference).get(f"{FORM}/svar/{answer.uid}/fil").status_code == 403
    path = files.path(answer.file) if answer.file else pytest.fail("no file")
    assert path.exists()
    assert client.submit(f"{mine}/svar/{answer.uid}/slett", page=mine).status_code == 303
    assert not path.exists()


def test_the_file_of_somebody_signed_up_before_is_not_kept(client: StrictClient, conference: Conference) -> None:
    row = ask(conference, "Vedlegg", "file")
    client.submit(PATH, form_of(conference, "kari@example.org"))
    assert client.submit(PATH, form_of(conference, "KARI@example.org") | {field(row): pdf()}).status_code == 303
    assert answers("kari@example.org") == {}
    assert not [path for path in files.root.rglob("*") if path.is_file()]


def test_somebody_who_phones_is_asked_too(organiser: StrictClient, conference: Conference) -> None:
    row = ask(conference, "Rett", "choice", options=("Torsk", "Sei"), required=True)
    path = "/admin/k/prove/pamelding/ny"
    sent = form_of(conference, "kari@example.org")
    assert organiser.submit(path, sent).status_code == 422
    assert organiser.submit(path, sent | {field(row): "Torsk"}).status_code == 303
    assert answers("kari@example.org") == {"Rett": "Torsk"}


def test_a_question_of_later_is_asked_on_the_personal_page_until_it_is_answered(
    client: StrictClient, conference: Conference, sign_up: SignUp
) -> None:
    sign_up("kari@example.org"), sign_up("ola@example.org")
    day = today() + timedelta(days=10)
    row = ask(conference, "Hvilket bord?", required=True, by=day)
    ask(conference, "Hvilken buss?", required=True, by=day + timedelta(days=3))
    ask(conference, "Frivillig")
    kari = person("kari@example.org")
    page = client.get(path_of(kari)).get_data(as_text=True)
    assert "Du mangler svar på 2 spørsmål – svar før" in page
    assert set(db.session.scalars(questions.lacking(conference))) == {kari.id, person("ola@example.org").id}
    assert [q.label for q in questions.missing(kari)] == ["Hvilket bord?", "Hvilken buss?"]
    # Until the day a newcomer may leave it; on the day nobody may.
    assert client.submit(PATH, form_of(conference, "ny@example.org")).status_code == 303
    form = path_of(person("kari@example.org")) + "/svar"
    for question in questions.every(conference):
        assert field(question) in client.get(form).get_data(as_text=True)
    buss = field(questions.every(conference)[1])
    assert client.submit(form, {field(row): "Bord 4", buss: "Den første"}).status_code == 303
    assert "Du mangler svar" not in client.get(path_of(person("kari@example.org"))).get_data(as_text=True)
    assert person("kari@example.org").id not in db.session.scalars(questions.lacking(conference)).all()
    begin_write()
    db.session.scalars(select(Question).where(Question.label == "Hvilket bord?")).one().required_by = today()
    db.session.commit()
    assert client.submit(PATH, form_of(conference, "sen@example.org")).status_code == 422


def test_nobody_lacks_what_is_not_asked_of_them(client: StrictClient, conference: Conference) -> None:
    several = ask(conference, "Hva?", "choices", options=('Ål "stor"', "Sei", "a, b"))
    consent = ask(conference, "Jeg sier ja", "consent")
    ask(conference, "Hvor stor ål?", required=True, when=(several, 'Ål "stor"'))
    ask(conference, "Hvilken?", required=True, when=(several, "b"))
    ask(conference, "Hvorfor ja?", required=True, by=today() + timedelta(days=9), when=(consent, "yes"))
    begin_write()
    for row in db.session.scalars(select(Question)):
        row.required_by = today() + timedelta(days=9)
    db.session.commit()
    names = {
        "eel": {field(several): ['Ål "stor"']},
        "none": {},
        "fish": {field(several): ["Sei", "a, b"]},
        "yes": {field(consent): "y"},
    }
    for name, sent in names.items():
        assert client.submit(PATH, form_of(conference, f"{name}@example.org") | sent).status_code == 303
    lacking = set(db.session.scalars(questions.lacking(conference)))
    assert lacking == {person("eel@example.org").id, person("yes@example.org").id}
    for name in names:
        row = person(f"{name}@example.org")
        assert bool(questions.missing(row)) == (row.id in lacking), name
    begin_write()
    signup.cancel(person("eel@example.org"))
    db.session.commit()
    assert set(db.session.scalars(questions.lacking(conference))) == {person("yes@example.org").id}


def test_answers_are_changed_and_one_that_falls_away_is_deleted(client: StrictClient, conference: Conference) -> None:
    rows = ready_made(conference, "speak", "photo")
    sent = {field(rows["speak"]): "yes", field(rows["speak-topic"]): "Faddere", field(rows["photo"]): "y"}
    client.submit(PATH, form_of(conference, "kari@example.org") | sent)
    form = path_of(person("kari@example.org")) + "/svar"
    assert "Faddere" in client.get(form).get_data(as_text=True)
    wrong = client.submit(
        form, {field(rows["speak"]): "yes", field(rows["speak-topic"]): "", field(rows["speak-minutes"]): "15"}
    )
    assert wrong.status_code == 422
    assert 'value="15"' in wrong.get_data(as_text=True)
    assert client.submit(form, {field(rows["speak"]): "no", field(rows["speak-topic"]): "Faddere"}).status_code == 303
    assert answers("kari@example.org") == {"speak": "no", "photo": True}


def test_each_consent_is_withdrawn_and_given_again_by_a_button(client: StrictClient, conference: Conference) -> None:
    rows = ready_made(conference, "photo", "list")
    client.submit(PATH, form_of(conference, "kari@example.org") | {field(rows["photo"]): "y", field(rows["list"]): "y"})
    page = path_of(person("kari@example.org"))
    photo = f"{page}/samtykke/{rows['photo'].uid}"
    assert client.submit(f"{photo}/trekk", page=page).status_code == 303
    assert answers("kari@example.org") == {"list": True}
    assert "Trukket" in client.get(page).get_data(as_text=True)
    assert client.submit(f"{photo}/trekk", page=page).status_code == 303
    assert client.submit(f"{photo}/gi", page=page).status_code == 303
    assert answers("kari@example.org") == {"list": True, "photo": True}
    revision = conference.revision
    client.submit(f"{page}/samtykke/{rows['list'].uid}/trekk", page=page)
    db.session.expire_all()
    assert conference.revision > revision, "the public list of participants would be kept as it was"
    assert client.submit(f"{page}/samtykke/{ask(conference, 'Tekst').uid}/gi", page=page).status_code == 404


def test_a_consent_taken_off_the_form_can_still_be_withdrawn(
    client: StrictClient, organiser: StrictClient, conference: Conference
) -> None:
    photo = ready_made(conference, "photo")["photo"]
    client.submit(PATH, form_of(conference, "kari@example.org") | {field(photo): "y"})
    organiser.submit(f"{FORM}/{photo.uid}/ta-bort", page=FORM)
    page = path_of(person("kari@example.org"))
    assert client.submit(f"{page}/samtykke/{photo.uid}/trekk", page=page).status_code == 303
    assert answers("kari@example.org") == {}
    assert client.submit(f"{page}/samtykke/{photo.uid}/gi", page=page).status_code == 404


def test_signing_up_asks_once_for_the_questions_however_many_there_are(client: StrictClient, conference: Conference) -> None:
    def asked(email: str, sent: dict[str, Any]) -> int:
        page = client.get(PATH).get_data(as_text=True)
        token = page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        seen: list[str] = []

        def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            seen.append(statement)

        event.listen(db.engine, "before_cursor_execute", look)
        try:
            answer = client.post(PATH, data=form_of(conference, email) | sent | {"csrf_token": token})
        finally:
            event.remove(db.engine, "before_cursor_execute", look)
        assert answer.status_code == 303
        return len([s for s in seen if "question" in s.split("FROM")[-1] and s.startswith("SELECT")])

    assert asked("a@example.org", {}) == 1
    rows = [ask(conference, f"Spørsmål {n}") for n in range(8)]
    assert asked("b@example.org", {field(row): "Svar" for row in rows}) == 1
    assert len(answers("b@example.org")) == 8


def test_mail_tells_nothing_of_what_was_answered(client: StrictClient, conference: Conference) -> None:
    row = ask(conference, "Merknad")
    client.submit(PATH, form_of(conference, "kari@example.org") | {field(row): "Vinn https://ond.example"})
    assert "ond.example" not in "".join(mail.body + mail.subject + str(mail.calendar) for mail in mails())


def test_somebody_who_has_cancelled_can_still_withdraw_a_consent(client: StrictClient, conference: Conference) -> None:
    rows = ready_made(conference, "photo", "list")
    client.submit(PATH, form_of(conference, "kari@example.org") | {field(rows["photo"]): "y"})
    page = path_of(person("kari@example.org"))
    client.submit(f"{page}/avmeld", page=page)
    assert client.submit(f"{page}/samtykke/{rows['photo'].uid}/gi", page=page).status_code == 409
    assert client.submit(f"{page}/samtykke/{rows['photo'].uid}/trekk", page=page).status_code == 303
    seen = client.get(page).get_data(as_text=True)
    assert "Trukket" in seen
    assert "Gi samtykke" not in seen
