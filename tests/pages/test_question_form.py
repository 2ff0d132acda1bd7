"""Questions that hang on others, in a real browser: hidden until called for, and all there without a script."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from konferanse.conference.models import Conference
from tests.pages.browser import axe
from tests.registration.questions.asking import answers, ask, ready_made
from tests.serving import serve

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
PHONE = {"width": 360, "height": 740}


@pytest.fixture
def form(app: Flask, environ: dict[str, str], conference: Conference) -> Iterator[str]:
    """The address of a sign-up form: do you want to speak, on what, for how long – and a film, how long."""
    speak = ready_made(conference, "speak")["speak"]
    screen = ask(conference, "Vil du vise film?", "choice", options=("Ja, gjerne", "Nei"), when=(speak, "yes"))
    ask(conference, "Hvor lang er filmen?", "number", required=True, when=(screen, "Ja, gjerne"))
    with serve(environ, workers=1) as server:
        yield f"{server.url}/k/prove/pamelding"


def opened(browser: Browser, address: str, **how: object) -> Page:
    page = browser.new_context(viewport=PHONE, locale="nb-NO", **how).new_page()  # type: ignore[arg-type]
    page.set_default_timeout(15_000)
    page.goto(address)
    return page


def fill_in(page: Page, email: str) -> None:
    page.get_by_label("Navn").fill("Kari Nordmann")
    page.get_by_label("E-post").fill(email)
    page.get_by_label("Virksomhet", exact=True).fill("Kommunen")
    page.get_by_label("Hva slags virksomhet?").select_option("kommune")
    page.get_by_label("Fylke").select_option("oslo")
    page.get_by_label("Jeg har lest").check()


def test_a_question_appears_when_it_is_called_for_and_goes_again(browser: Browser, form: str, conference: Conference) -> None:
    page = opened(browser, form)
    topic, film, length = (page.get_by_label(t) for t in ("Hva vil du snakke om?", "Vil du vise film?", "Hvor lang er filmen?"))
    speak = page.get_by_role("group", name="Vil du holde et innlegg?")
    expect(topic).to_be_hidden()
    speak.get_by_label("Ja").check()
    expect(topic).to_be_visible()
    expect(page.get_by_text("Gjelder bare hvis")).to_have_count(4)
    assert not [one for one in page.get_by_text("Gjelder bare hvis").all() if one.is_visible()]
    expect(length).to_be_hidden()
    page.get_by_label("Ja, gjerne").check()
    expect(length).to_be_visible()
    assert axe(page) == []
    speak.get_by_label("Nei").check()
    expect(length).to_be_hidden()  # what it hangs on is hidden itself
    expect(film).to_be_hidden()
    fill_in(page, "kari@example.org")
    page.get_by_role("button", name="Meld deg på").click()
    page.wait_for_url("**/kvittering/**")
    assert answers("kari@example.org") == {"speak": "no"}
    page.context.close()


def test_what_was_answered_is_shown_again_when_the_form_is_refused(browser: Browser, form: str) -> None:
    page = opened(browser, form)
    page.get_by_role("group", name="Vil du holde et innlegg?").get_by_label("Ja").check()
    page.get_by_label("Hva vil du snakke om?").fill("Fadderordninger")
    page.get_by_role("button", name="Meld deg på").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Hva vil du snakke om?")).to_have_value("Fadderordninger")
    page.context.close()


def test_without_a_script_every_question_is_there_and_says_when_it_applies(browser: Browser, form: str) -> None:
    page = opened(browser, form, java_script_enabled=False)
    expect(page.get_by_label("Hvor lang er filmen?")).to_be_visible()
    expect(page.get_by_text("Gjelder bare hvis du svarer «Ja, gjerne» på «Vil du vise film?».")).to_be_visible()
    fill_in(page, "kari@example.org")
    page.get_by_role("button", name="Meld deg på").click()
    page.wait_for_url("**/kvittering/**")
    page.context.close()
