"""The public form: what it takes, what it refuses, and what a second sign-up of one address looks like."""

import re
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from sqlalchemy import func, select

from konferanse.common.links import fill_in
from konferanse.common.outbox import OutboxMail
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import signup
from konferanse.registration.models import AccessNeed, Registration, RegistrationDay
from tests.conftest import StrictClient
from tests.registration.conftest import STATUS, form_of, mails, path_of, person

PATH = "/k/prove/pamelding"


def rows() -> tuple[int, ...]:
    """How many rows there are of everything a sign-up may write."""
    return tuple(
        db.session.scalar(select(func.count()).select_from(m)) or 0
        for m in (Registration, RegistrationDay, AccessNeed, OutboxMail)
    )


def without_numbers(page: str) -> str:
    """A page without what differs between any two visits: tokens, addresses and keys."""
    return re.sub(r"kvittering/[\w.-]+|[\w.+-]+@example\.org|value=\"[^\"]*\"", "", page, flags=re.IGNORECASE)


def test_one_post_signs_up_and_the_receipt_says_so(client: StrictClient, conference: Conference) -> None:
    response = client.submit(PATH, form_of(conference, "kari@example.org", inviter="Ola", phone="22 22 22 22"))
    assert response.status_code == 303
    receipt = client.get(response.location).get_data(as_text=True)
    assert STATUS.search(receipt)
    assert "Du er påmeldt" in receipt
    assert "kari@example.org" in receipt
    row = person("kari@example.org")
    assert (row.name, row.organisation_name, row.county, row.inviter, row.dates) == (
        "Kari Nordmann", "Prøvesykehuset HF", "nordland", "Ola", conference.dates,
    )  # fmt: skip
    assert row.organisation
    assert row.organisation.key == "prøvesykehuset hf"
    assert row.accepted_privacy


def test_the_receipts_address_says_nothing_of_the_person(client: StrictClient, conference: Conference, app: Flask) -> None:
    location = client.submit(PATH, form_of(conference, "kari@example.org")).location
    page = app.test_client().get(location).get_data(as_text=True)  # somebody else, with the address alone
    assert "kari" not in location.lower()
    assert "kari" not in page.lower()
    assert path_of(person("kari@example.org")) not in page
    assert app.test_client().get(location[:-2] + "xx").status_code == 404


def test_two_people_of_one_organisation_are_of_one_organisation(client: StrictClient, conference: Conference) -> None:
    client.submit(PATH, form_of(conference, "a@example.org", organisation="NAV  Nordland"))
    client.submit(PATH, form_of(conference, "b@example.org", organisation="nav nordland"))
    assert person("a@example.org").organisation_id == person("b@example.org").organisation_id


@pytest.mark.parametrize("again", ["kari@example.org", "  KARI@Example.ORG ", "ｋａｒｉ@example.org"])
@pytest.mark.parametrize("seats", [20, 1])
def test_a_second_sign_up_of_one_address_looks_like_a_newcomers(
    client: StrictClient, conference: Conference, app: Flask, again: str, seats: int
) -> None:
    client.submit(PATH, form_of(conference, "kari@example.org"))
    begin_write()
    signup.set_seats(conference, seats, "system")
    db.session.commit()
    newcomer: StrictClient = app.test_client()  # type: ignore[assignment]
    second = client.submit(PATH, form_of(conference, again, name="En annen", allergies="peanøtter", accept_health="y"))
    seen = client.get(second.location).get_data(as_text=True)
    assert rows()[:3] == (1, 2, 0)
    first = newcomer.submit(PATH, form_of(conference, "ny@example.org"))
    expected = newcomer.get(first.location).get_data(as_text=True)
    assert without_numbers(seen) == without_numbers(expected)
    assert {k for k, _v in second.headers} == {k for k, _v in first.headers}
    assert person("kari@example.org").name == "Kari Nordmann"


def test_only_the_mail_tells_that_an_address_was_signed_up(client: StrictClient, conference: Conference) -> None:
    client.submit(PATH, form_of(conference, "kari@example.org"))
    client.submit(PATH, form_of(conference, "KARI@example.org", name="Svindler med http://ond.example"))
    told = mails("already", "kari@example.org")
    assert len(told) == 1
    body = fill_in(told[0].body)
    assert path_of(person("kari@example.org")) in body
    assert "Svindler" not in body


def test_nobody_fills_an_inbox_by_pressing_again(client: StrictClient, conference: Conference) -> None:
    for _ in range(4):
        client.submit(PATH, form_of(conference, "kari@example.org"))
        client.submit(PATH + "/lenke", {"email": "kari@example.org"})
    assert [mail.kind for mail in mails()] == ["confirmed", "link", "already"]


def test_mail_repeats_nothing_that_was_typed(client: StrictClient, conference: Conference) -> None:
    typed = {"name": "Vinn https://ond.example", "organisation": "Ring 820 00 000", "inviter": "Trykk her"}
    client.submit(PATH, form_of(conference, "offer@example.org", **typed))
    (mail,) = mails()
    assert not [text for text in typed.values() if text in mail.body + mail.subject + str(mail.calendar)]


def test_the_link_is_sent_again_and_the_page_tells_nobody_apart(client: StrictClient, conference: Conference) -> None:
    client.submit(PATH, form_of(conference, "kari@example.org"))
    known = client.submit(PATH + "/lenke", {"email": " Kari@example.org"}).get_data(as_text=True)
    unknown = client.submit(PATH + "/lenke", {"email": "ukjent@example.org"}).get_data(as_text=True)
    assert without_numbers(known) == without_numbers(unknown)
    assert path_of(person("kari@example.org")) in fill_in(mails("link")[0].body)
    assert len(mails("link")) == 1


LONG = "a" * 5000
BAD: list[tuple[str, dict[str, Any], str]] = [
    ("name missing", {"name": ""}, "Skriv navnet ditt"),
    ("name left out", {"name": None}, "Skriv navnet ditt"),
    ("name too long", {"name": "Å" * 121}, "Kort ned teksten med 1 tegn"),
    ("name with NUL", {"name": "Kari\0Nordmann"}, "tegn som ikke kan vises"),
    (
        "name of bytes that are no text",
        {"name": "Kari \ud800 Nordmann".encode("utf-8", "surrogatepass")},
        "tegn som ikke kan vises",
    ),
    ("name on two lines", {"name": "Kari\nNordmann"}, "én linje"),
    ("name is a noncharacter", {"name": "Kari \ufdd0"}, "tegn som ikke kan vises"),
    ("no address", {"email": ""}, "Skriv e-postadressen din"),
    ("half an address", {"email": "kari@"}, "navn@virksomhet.no"),
    ("address with a line break", {"email": "kari@example.org\nBcc: alle@example.org"}, "linje"),
    ("address too long", {"email": f"{LONG}@example.org"}, "Kort ned teksten"),
    ("address that grows when folded", {"email": "ﷺ" * 20 + "@example.org"}, "navn@virksomhet.no"),
    ("phone in words", {"phone": "ring meg"}, "Skriv telefonnummeret med tall"),
    ("no organisation", {"organisation": " "}, "Skriv hvor du kommer fra"),
    ("organisation too long", {"organisation": LONG}, "Kort ned teksten"),
    ("unknown type", {"organisation_type": "bank"}, "Velg hva slags virksomhet"),
    ("type left out", {"organisation_type": None}, "Velg hva slags virksomhet"),
    ("unknown county", {"county": "hordaland"}, "Velg fylke"),
    ("unknown attendance", {"attendance": "telepathy"}, "Velg om du kommer"),
    ("attendance left out", {"attendance": None}, "Velg om du kommer"),
    ("no days", {"days": []}, "Velg minst én dag"),
    ("a day of another year", {"days": ["1999-01-01"]}, "Velg blant dagene"),
    ("a day that is none", {"days": ["2027-02-31", "' OR 1=1 --"]}, "Velg blant dagene"),
    ("privacy not accepted", {"accept_privacy": None}, "Les om personvern"),
    ("no key", {"key": None}, "Skjemaet var skadet"),
    ("a key that is none", {"key": "1; DROP TABLE"}, "Skjemaet var skadet"),
    ("health without consent", {"allergies": "nøtter"}, "Kryss av for samtykke"),
    ("access need without consent", {"access_needs": "rampe"}, "Kryss av for samtykke"),
    ("too much about health", {"allergies": LONG, "accept_health": "y"}, "Kort ned teksten"),
]


@pytest.mark.parametrize(("changes", "told"), [pytest.param(c, t, id=name) for name, c, t in BAD])
def test_what_is_wrong_is_told_kept_and_changes_nothing(
    client: StrictClient, conference: Conference, changes: dict[str, Any], told: str
) -> None:
    sent = form_of(conference, **{"email": "kari@example.org", "inviter": "Inger Invitatør", **changes})
    response = client.submit(PATH, sent)
    page = response.get_data(as_text=True)
    assert response.status_code == 422
    assert told in page
    assert 'class="ds-error-summary"' in page
    assert "Inger Invitatør" in page
    if "key" not in changes:
        assert str(sent["key"]) in page
    assert rows() == (0, 0, 0, 0)


def test_a_form_with_everything_huge_is_refused_whole(client: StrictClient, conference: Conference) -> None:
    response = client.submit(PATH, form_of(conference, "kari@example.org", allergies="x" * 3_000_000))
    assert response.status_code == 413
    assert rows() == (0, 0, 0, 0)


def test_what_was_refused_can_be_mended_and_sent_once(client: StrictClient, conference: Conference) -> None:
    sent = form_of(conference, "kari@example.org", name="")
    client.submit(PATH, sent)
    assert client.submit(PATH, sent | {"name": "Kari"}).status_code == 303
    assert client.submit(PATH, sent | {"name": "Kari"}).status_code == 303
    assert rows()[0] == 1


def test_the_form_fills_in_nothing_that_a_sender_left_out(client: StrictClient, conference: Conference) -> None:
    assert client.submit(PATH, {}).status_code == 422
    assert rows() == (0, 0, 0, 0)


def test_a_form_without_its_token_is_refused(client: StrictClient, conference: Conference) -> None:
    assert client.post(PATH, data=form_of(conference, "kari@example.org")).status_code == 400
    assert rows() == (0, 0, 0, 0)


def test_a_draft_takes_no_sign_ups(client: StrictClient, conference: Conference) -> None:
    begin_write()
    conference.status = "draft"
    db.session.commit()
    assert client.get(PATH).status_code == 404


@pytest.mark.parametrize("language", ["nb", "nn", "en"])
def test_mail_is_in_the_language_of_the_page(client: StrictClient, conference: Conference, language: str) -> None:
    client.submit(f"{PATH}?lang={language}", form_of(conference, "kari@example.org", key=str(uuid4())))
    assert person("kari@example.org").language == language
    assert mails()[0].language == language


def test_a_hotel_full_of_people_is_not_locked_out(environ: dict[str, str], conference: Conference) -> None:
    from konferanse import create_app

    app = create_app(environ | {"KONFERANSE_RATE_LIMITS": "on"})
    app.test_client_class = StrictClient
    browser: StrictClient = app.test_client()  # type: ignore[assignment]
    answers = [browser.submit(PATH, form_of(conference, f"g{n}@example.org", name="")).status_code for n in range(120)]
    assert set(answers) == {422}
