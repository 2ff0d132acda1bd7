"""The organiser's page of questions: made, changed, moved, taken off – and no answer lost; answers counted and exported."""

import csv
import io
from collections.abc import Callable

import pytest

from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import signup
from konferanse.registration.questions import answer_sheet, questions
from tests.conftest import StrictClient
from tests.registration.conftest import form_of, path_of, person
from tests.registration.questions.asking import answers, ask, field, ready_made

PATH = "/k/prove/pamelding"
FORM = "/admin/k/prove/pamelding/skjema"
SignIn = Callable[..., StrictClient]
pytestmark = pytest.mark.postgres


@pytest.fixture
def organiser(sign_in: SignIn, conference: Conference) -> StrictClient:
    """Somebody who may change the form."""
    return sign_in("organiser", conference=conference)


def test_the_organiser_makes_changes_moves_and_takes_off_questions(organiser: StrictClient, conference: Conference) -> None:
    assert "Ingen egne spørsmål ennå" in organiser.get(FORM).get_data(as_text=True)
    sent = {"label": "Rett", "kind": "choice", "options": "Torsk\nSei\n\n", "required": "now", "help": "Begge er gode."}
    assert organiser.submit(f"{FORM}/ny", sent).status_code == 303
    assert (
        organiser.submit(
            f"{FORM}/ny", {"label": "Dato", "kind": "date", "required": "later", "required_by": "2027-06-01"}
        ).status_code
        == 303
    )
    first, second = questions.every(conference)
    assert (first.options, first.required, second.required_by and second.required_by.isoformat()) == (
        ["Torsk", "Sei"],
        True,
        "2027-06-01",
    )
    assert organiser.submit(f"{FORM}/{second.uid}/flytt/opp", page=FORM).status_code == 303
    assert [row.label for row in questions.every(conference)] == ["Dato", "Rett"]
    assert organiser.submit(f"{FORM}/{first.uid}", sent | {"label": "Middagsrett"}).status_code == 303
    assert organiser.submit(f"{FORM}/{first.uid}/ta-bort", page=FORM).status_code == 303
    assert [q.label for q in questions.asked(conference)] == ["Dato"]
    assert organiser.submit(f"{FORM}/{first.uid}/ta-tilbake", page=FORM).status_code == 303
    assert [q.label for q in questions.asked(conference)] == ["Dato", "Middagsrett"]
    assert organiser.get(f"{FORM}/vis").get_data(as_text=True).count("Middagsrett") == 1


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({"label": ""}, "Skriv spørsmålet"),
        ({"label": "x" * 301}, "Kort ned teksten"),
        ({"kind": "rating"}, "Velg hva slags svar"),
        ({"kind": "choice", "options": "Bare ett"}, "Skriv svarene å velge mellom"),
        ({"kind": "choices", "options": ""}, "Skriv svarene å velge mellom"),
        ({"kind": "choice", "options": "A\nA"}, "To av svarene er like"),
        ({"kind": "choice", "options": "\n".join(str(n) for n in range(61))}, "Det er plass til 60 svar"),
        ({"required": "maybe"}, "Velg om spørsmålet må besvares"),
        ({"required": "later"}, "Velg datoen"),
        ({"required": "later", "required_by": "31.12.9999"}, "Velg datoen"),
        ({"kind": "consent", "required": "now"}, "må være frivillig"),
        ({"shown_if": "0" * 32 + "-0"}, "Velg når spørsmålet skal vises"),
    ],
)
def test_a_question_that_is_wrong_is_told_and_what_was_typed_is_kept(
    organiser: StrictClient, conference: Conference, sent: dict[str, str], told: str
) -> None:
    good = {"label": "Hva?", "kind": "text", "required": "no", "help": "Dette blir stående"}
    response = organiser.submit(f"{FORM}/ny", good | sent)
    assert response.status_code == 422
    assert told in response.get_data(as_text=True)
    assert "Dette blir stående" in response.get_data(as_text=True)
    assert questions.every(conference) == []


def test_no_change_of_the_form_loses_an_answer(client: StrictClient, organiser: StrictClient, conference: Conference) -> None:
    row = ask(conference, "Rett", "choice", options=("Torsk", "Sei"))
    client.submit(PATH, form_of(conference, "kari@example.org") | {field(row): "Torsk"})
    path = f"{FORM}/{row.uid}"
    other_kind = organiser.submit(path, {"label": "Rett", "kind": "text", "required": "no"})
    assert other_kind.status_code == 422
    assert "Ta spørsmålet bort fra skjemaet og lag et nytt" in other_kind.get_data(as_text=True)
    renamed = {"label": "Hvilken rett?", "kind": "choice", "options": "Skrei\nSei", "required": "no"}
    assert organiser.submit(path, renamed).status_code == 303
    page = path_of(person("kari@example.org"))
    assert "Torsk" in client.get(page).get_data(as_text=True)
    # Saving the form with the old answer still chosen keeps it.
    assert "Torsk (kan ikke lenger velges)" in client.get(f"{page}/svar").get_data(as_text=True)
    assert client.submit(f"{page}/svar", {field(row): "Torsk"}).status_code == 303
    assert client.submit(PATH, form_of(conference, "ola@example.org") | {field(row): "Torsk"}).status_code == 422
    organiser.submit(f"{path}/ta-bort", page=FORM)
    assert "Torsk" in client.get(page).get_data(as_text=True)
    assert list(answers("kari@example.org").values()) == ["Torsk"]


def test_the_words_somebody_has_consented_to_stand(
    client: StrictClient, organiser: StrictClient, conference: Conference
) -> None:
    row = ask(conference, "Jeg vil bli med på tur", "consent")
    client.submit(PATH, form_of(conference, "kari@example.org") | {field(row): "y"})
    sent = {"label": "Jeg selger huset mitt", "kind": "consent", "required": "no"}
    refused = organiser.submit(f"{FORM}/{row.uid}", sent)
    assert refused.status_code == 422
    assert "Noen har samtykket til denne teksten" in refused.get_data(as_text=True)


def test_a_question_stays_after_the_one_that_decides_about_it(organiser: StrictClient, conference: Conference) -> None:
    speak = ask(conference, "Innlegg", "choice", options=("Ja", "Nei"))
    topic = ask(conference, "Tema", when=(speak, "Ja"))
    assert organiser.submit(f"{FORM}/{topic.uid}/flytt/opp", page=FORM).status_code == 409
    orphaning = organiser.submit(
        f"{FORM}/{speak.uid}", {"label": "Innlegg", "kind": "choice", "options": "Jo\nNei", "required": "no"}
    )
    assert "«Ja» bestemmer om «Tema» vises" in orphaning.get_data(as_text=True)
    # A question never hangs on itself or on one that hangs on it.
    assert "Når svaret på" not in organiser.get(f"{FORM}/{speak.uid}").get_data(as_text=True)
    organiser.submit(f"{FORM}/{speak.uid}/ta-bort", page=FORM)
    assert questions.asked(conference) == []
    assert "Vises ikke, fordi «Innlegg» er tatt bort" in organiser.get(FORM).get_data(as_text=True)


def test_one_click_adds_ready_made_questions_once_and_brings_back_those_taken_off(
    organiser: StrictClient, conference: Conference
) -> None:
    assert organiser.submit(FORM, {"package": "speak"}).status_code == 303
    assert organiser.submit(FORM, {"package": "speak"}).status_code == 303
    rows = questions.every(conference)
    assert [row.preset for row in rows] == ["speak", "speak-topic", "speak-minutes"]
    organiser.submit(f"{FORM}/{rows[1].uid}/ta-bort", page=FORM)
    organiser.submit(FORM, {"package": "speak"})
    assert [q.preset for q in questions.asked(conference)] == ["speak", "speak-topic", "speak-minutes"]
    assert organiser.submit(FORM, {"package": "horoscope"}).status_code == 409


def test_another_conferences_questions_do_not_exist(
    organiser: StrictClient, conference: Conference, client: StrictClient
) -> None:
    begin_write()
    other = lifecycle.create("annen", "Annen", "dialogkonferanse", conference.first_date, conference.last_date)
    db.session.commit()
    row = ask(other, "Hemmelig spørsmål", required=True)
    assert organiser.get(f"{FORM}/{row.uid}").status_code == 404
    assert "Hemmelig" not in client.get(PATH).get_data(as_text=True)
    assert client.submit(PATH, form_of(conference, "kari@example.org")).status_code == 303


def test_answers_are_counted_listed_and_exported_without_formulas(
    client: StrictClient, organiser: StrictClient, conference: Conference
) -> None:
    rows = ready_made(conference, "dinner", "hotel", "photo")
    text = ask(conference, "=Spørsmål")
    for n, dinner in enumerate(["yes", "yes", "no"]):
        sent = {field(rows["dinner"]): dinner, field(text): f"=1+{n}", field(rows["photo"]): "y"}
        sent |= {field(rows["hotel"]): [d.isoformat() for d in conference.dates[: n + 1]]}
        client.submit(PATH, form_of(conference, f"d{n}@example.org", name=f"Deltaker {n}") | sent)
    begin_write()
    signup.cancel(person("d2@example.org"))
    db.session.commit()
    totals = answer_sheet.totals(conference, answer_sheet.every(conference))
    assert [(t.answered, [count for _words, count in t.counts]) for t in totals] == [
        (2, [2, 0]),
        (2, [2, 1]),
        (2, [2]),
        (2, []),
    ]
    page = organiser.get(f"{FORM}/svar").get_data(as_text=True)
    assert "Blir du med på middagen?" in page
    listed = organiser.get(f"{FORM}/svar?sporsmal={text.uid.hex}").get_data(as_text=True)
    assert "=1+0" in listed
    assert "Deltaker 2" not in listed
    got = organiser.get(f"{FORM}/svar.csv")
    assert "attachment" in got.headers["Content-Disposition"]
    lines = list(csv.reader(io.StringIO(got.get_data().decode("utf-8-sig"))))
    assert [line[0] for line in lines] == ["Navn", "Deltaker 0", "Deltaker 1"]
    assert not [cell for line in lines for cell in line if cell.startswith(("=", "+", "-", "@"))]
    shown = organiser.get(f"/admin/k/prove/pamelding/{person('d0@example.org').uid}").get_data(as_text=True)
    assert "=1+0" in shown
    assert "Natt til" in shown
