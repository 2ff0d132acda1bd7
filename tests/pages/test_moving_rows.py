"""The programme's rows in a real browser: lifted with the keyboard, dragged, and put back with the undo button."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from tests.conftest import StrictClient
from tests.pages.browser import axe
from tests.programme.making import add
from tests.serving import Server, serve

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]
ADDRESS = "/admin/k/prove/program"
BEFORE = ["09.00–10.00 Åpning", "10.00–10.30 Foredrag", "10.45–11.00 Kaffe"]


@pytest.fixture
def site(conference: Conference, environ: dict[str, str]) -> Iterator[Server]:
    begin_write()
    add(conference, "09:00", "10:00", "Åpning")
    add(conference, "10:00", "10:30", "Foredrag")
    add(conference, "10:45", "11:00", "Kaffe")
    db.session.commit()
    with serve(environ, workers=1) as server:
        yield server


@pytest.fixture
def page(browser: Browser, site: Server, sign_in: Callable[..., StrictClient], conference: Conference) -> Page:
    """The editor, opened by somebody who may change it."""
    [cookie] = sign_in("programme", conference=conference)._cookies.values()
    context = browser.new_context(locale="nb-NO")
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.url}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(site.url + ADDRESS)
    return page


def rows(page: Page) -> list[str]:
    found = page.locator(".edit-table").first.locator("tbody tr")
    return [f"{row.locator('.edit-time').inner_text()} {row.locator('th a').inner_text()}" for row in found.all()]


def handle(page: Page, title: str) -> str:
    return f".row-handle[aria-label='Dra «{title}»']"


def test_a_row_is_lifted_moved_and_dropped_with_the_keyboard(page: Page) -> None:
    assert rows(page) == BEFORE
    page.locator(handle(page, "Åpning")).focus()
    page.keyboard.press("Space")
    expect(page.locator("[data-order-said]")).to_contain_text("«Åpning» er løftet")
    page.keyboard.press("ArrowDown")
    expect(page.locator("[data-order-said]")).to_have_text("«Åpning» før «Kaffe».")
    assert axe(page) == []
    with page.expect_navigation():
        page.keyboard.press("Space")
    assert rows(page) == ["09.00–09.30 Foredrag", "09.30–10.30 Åpning", "10.45–11.00 Kaffe"]
    expect(page.locator(handle(page, "Åpning"))).to_be_focused()
    with page.expect_navigation():
        page.get_by_role("button", name="Angre", exact=True).click()
    assert rows(page) == BEFORE


def test_escape_puts_a_lifted_row_back_and_tells_the_server_nothing(page: Page) -> None:
    page.locator(handle(page, "Kaffe")).focus()
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Escape")
    expect(page.locator(handle(page, "Kaffe"))).to_be_focused()
    assert rows(page) == BEFORE
    page.reload()
    assert rows(page) == BEFORE


def test_a_row_is_dragged_past_others(page: Page) -> None:
    start, goal = (page.locator(handle(page, title)).bounding_box() for title in ("Kaffe", "Åpning"))
    assert start
    assert goal
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 10, start["y"] - 10, steps=5)
    with page.expect_navigation():
        page.mouse.move(goal["x"] + 10, goal["y"] + 2, steps=15)
        page.mouse.up()
    assert rows(page) == ["09.00–09.15 Kaffe", "09.15–10.15 Åpning", "10.30–11.00 Foredrag"]
