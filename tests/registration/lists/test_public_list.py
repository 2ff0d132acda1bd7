"""The public list of participants: names of those who said yes, and counts that tell of nobody."""

import re
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as some

from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import signup
from konferanse.registration.lists import public_list
from konferanse.registration.models import ORGANISATION_TYPES, Question, QuestionAnswer
from tests.conftest import StrictClient
from tests.registration.conftest import person

SignUp = Callable[..., str]
PAGE = "/k/prove/deltakere"
SWITCH = "/admin/k/prove/pamelding/deltakerliste"


@pytest.fixture
def asked(conference: Conference) -> Question:
    """The list is public, and the form asks who will be on it."""
    begin_write()
    conference.lists_participants = True
    row = Question(conference_id=conference.id, kind="consent", preset="list", label="Navnet mitt kan stå på deltakerlisten")
    db.session.add(row)
    db.session.commit()
    return row


def consent(email: str, to: Question, value: object = True) -> QuestionAnswer:
    begin_write()
    row = QuestionAnswer(registration_id=person(email).id, question_id=to.id, value=value)
    db.session.add(row)
    db.session.commit()
    return row


def text(client: StrictClient) -> str:
    page = client.get(PAGE)
    assert page.status_code == 200
    return page.get_data(as_text=True)


@pytest.mark.postgres
def test_only_those_who_said_yes_are_named(
    conference: Conference, asked: Question, client: StrictClient, sign_up: SignUp
) -> None:
    for name in ("Anne", "Bodil", "Cato", "Dina"):
        sign_up(f"{name.lower()}@example.org", name=name, organisation=f"{name}s arbeidsplass")
    consent("anne@example.org", asked)
    consent("bodil@example.org", asked, False)
    kept = consent("cato@example.org", asked)
    page = text(client)
    assert "Anne" in page
    assert "Annes arbeidsplass" in page
    assert "anne@example.org" not in page
    assert "Cato" in page
    assert not [name for name in ("Bodil", "Dina") if name in page]
    begin_write()
    db.session.get_one(QuestionAnswer, kept.id).withdrawn = now()
    signup.cancel(person("anne@example.org"))
    db.session.commit()
    page = text(client)
    assert not [name for name in ("Anne", "Cato") if name in page]
    assert "Ingen navn ennå" in page


def test_a_yes_to_something_else_is_no_yes_to_the_list(
    conference: Conference, asked: Question, client: StrictClient, sign_up: SignUp
) -> None:
    sign_up("a@example.org", name="Anne")
    begin_write()
    photo = Question(conference_id=conference.id, kind="consent", preset="photo", label="Foto")
    db.session.add(photo)
    db.session.commit()
    consent("a@example.org", photo)
    assert "Anne" not in text(client)


def test_there_is_no_list_unless_the_organiser_says_so(
    conference: Conference, client: StrictClient, sign_up: SignUp, sign_in: Callable[..., StrictClient]
) -> None:
    sign_up("a@example.org")
    desk = sign_in("organiser", conference=conference)
    assert client.get(PAGE).status_code == 404
    assert PAGE not in client.get("/k/prove").get_data(as_text=True)
    assert desk.submit(SWITCH, {"vises": "ja"}, page="/admin/k/prove/pamelding").status_code == 303
    assert client.get(PAGE).status_code == 200
    assert PAGE in client.get("/k/prove").get_data(as_text=True)
    assert desk.submit(SWITCH, {}, page="/admin/k/prove/pamelding").status_code == 303
    assert client.get(PAGE).status_code == 404


def test_the_page_is_no_ones_own_and_not_for_search_engines(
    conference: Conference, asked: Question, client: StrictClient
) -> None:
    page = client.get(PAGE)
    assert "Set-Cookie" not in page.headers
    assert 'name="robots" content="noindex"' in page.get_data(as_text=True)


def test_types_are_counted_and_few_are_folded_together(
    conference: Conference, asked: Question, client: StrictClient, sign_up: SignUp
) -> None:
    for n in range(4):
        sign_up(f"t{n}@example.org", organisation_type="tillitsvalgt")
    assert "Hvor de kommer fra" not in text(client)
    for n in range(6):
        sign_up(f"n{n}@example.org", organisation_type="nav")
    page = text(client)
    assert "illitsvalgt" not in page
    assert re.search(r"Alle</th><td class=\"numbers\">10\b", page)  # six and four: told apart, the four could be counted
    sign_up("k@example.org", organisation_type="kommune")
    page = text(client)
    assert re.search(r"NAV</th><td class=\"numbers\">6\b", page)
    assert re.search(r"Andre</th><td class=\"numbers\">5\b", page)
    assert "Kommune" not in page


@given(some.dictionaries(some.sampled_from(ORGANISATION_TYPES), some.integers(0, 30)))
def test_no_number_told_is_of_fewer_than_five(counts: dict[str, int]) -> None:
    types, others = public_list.told(counts)
    assert all(count >= 5 for _kind, count in types)
    assert others == 0 or others >= 5
    total = sum(counts.values())
    assert sum(count for _kind, count in types) + others == (total if total >= 5 else 0)
    assert all(counts[kind] == count for kind, count in types)
