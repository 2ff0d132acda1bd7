"""Uploading in a real browser: the progress is shown, and what was typed and chosen outlives a refusal and a dropped line."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.presentations.models import Presentation
from tests.conftest import StrictClient
from tests.presentations import files
from tests.presentations.handing_in import PAGE
from tests.serving import Server, serve

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture
def editor(sign_in: Callable[..., StrictClient], conference: Conference) -> StrictClient:
    """Somebody who may change the programme and its presentations."""
    return sign_in("programme", conference=conference)


@pytest.fixture
def server(app: Flask, environ: dict[str, str], conference: Conference) -> Iterator[Server]:
    """The product, served."""
    with serve(environ, workers=1) as running:
        yield running


@pytest.fixture
def page(app: Flask, browser: Browser, server: Server, editor: StrictClient) -> Iterator[Page]:
    """The form for a new presentation, before somebody who is signed in."""
    context = browser.new_context(base_url=server.url, locale="nb-NO")
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = editor.get_cookie(name)
    assert cookie is not None
    context.add_cookies([{"name": name, "value": cookie.value, "url": server.url}])
    opened = context.new_page()
    opened.set_default_timeout(20_000)
    opened.goto(f"{PAGE}/ny")
    yield opened
    context.close()


def handed_in() -> list[str]:
    """The titles that are stored."""
    db.session.rollback()
    return list(db.session.scalars(select(Presentation.title)))


def press(page: Page) -> None:
    page.get_by_role("button", name="Last opp presentasjonen").click()


def test_a_refusal_keeps_the_words_and_the_file(page: Page, tmp_path: Path) -> None:
    (tmp_path / "Foredrag.pptx").write_bytes(files.pptx())
    page.get_by_label("Skriftlig sammendrag").fill("Dette skrev jeg.")
    page.locator("#file").set_input_files(tmp_path / "Foredrag.pptx")
    press(page)
    expect(page.get_by_role("alert")).to_be_focused()
    expect(page.get_by_role("alert")).to_contain_text("Skriv hva presentasjonen heter")
    expect(page.get_by_label("Skriftlig sammendrag")).to_have_value("Dette skrev jeg.")
    assert page.evaluate("document.querySelector('#file').files[0].name") == "Foredrag.pptx"
    expect(page.get_by_text("Velg filen på nytt")).to_have_count(0)
    page.get_by_label("Tittel").fill("Foredraget")
    press(page)
    expect(page).to_have_url(re.compile(r"/presentasjoner$"))
    expect(page.get_by_role("status").first).to_contain_text("«Foredraget» er lastet opp.")
    assert handed_in() == ["Foredraget"]


def test_a_file_that_is_refused_itself_is_not_chosen_again(page: Page, tmp_path: Path) -> None:
    (tmp_path / "Foredrag.pptx").write_bytes(b"<html>")
    page.get_by_label("Tittel").fill("Foredraget")
    page.locator("#file").set_input_files(tmp_path / "Foredrag.pptx")
    press(page)
    expect(page.get_by_role("alert")).to_contain_text("en nettside")
    assert page.evaluate("document.querySelector('#file').files.length") == 0
    expect(page.get_by_label("Tittel")).to_have_value("Foredraget")


def test_a_dropped_line_keeps_everything_and_a_second_try_makes_one(page: Page, server: Server, tmp_path: Path) -> None:
    (tmp_path / "Foredrag.pptx").write_bytes(files.pptx())
    page.get_by_label("Tittel").fill("Foredraget")
    page.locator("#file").set_input_files(tmp_path / "Foredrag.pptx")
    server.kill()
    press(page)
    status = page.locator("[data-upload-words]")
    expect(status).to_contain_text("Linjen falt ut")
    expect(page.get_by_label("Tittel")).to_have_value("Foredraget")
    expect(page.get_by_role("button", name="Prøv igjen")).to_be_focused()
    server.start()
    page.get_by_role("button", name="Prøv igjen").click()
    expect(page).to_have_url(re.compile(r"/presentasjoner$"))
    assert handed_in() == ["Foredraget"]


def test_a_form_that_has_been_open_too_long_is_sent_all_the_same(page: Page, tmp_path: Path) -> None:
    (tmp_path / "Foredrag.pptx").write_bytes(files.pptx())
    page.get_by_label("Tittel").fill("Foredraget")
    page.locator("#file").set_input_files(tmp_path / "Foredrag.pptx")
    page.evaluate("document.querySelector('form[data-upload] input[name=csrf_token]').value = 'for gammelt'")
    press(page)
    expect(page).to_have_url(re.compile(r"/presentasjoner$"))
    assert handed_in() == ["Foredraget"]


def test_somebody_who_was_signed_out_meanwhile_is_told_and_keeps_what_they_wrote(
    page: Page, tmp_path: Path, app: Flask
) -> None:
    (tmp_path / "Foredrag.pptx").write_bytes(files.pptx())
    page.get_by_label("Tittel").fill("Foredraget")
    page.locator("#file").set_input_files(tmp_path / "Foredrag.pptx")
    page.context.clear_cookies()
    press(page)
    expect(page.locator("[data-upload-words]")).to_contain_text("ikke logget inn lenger")
    expect(page.get_by_label("Tittel")).to_have_value("Foredraget")
    assert handed_in() == []
