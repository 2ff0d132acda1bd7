"""People are dragged from table to table in a real browser; what cannot be seated there goes back."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import arranging, seating
from tests.conftest import StrictClient
from tests.groups.room import with_guests, with_tables
from tests.pages.browser import axe
from tests.serving import Server, serve

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]


@pytest.fixture
def site(conference: Conference, environ: dict[str, str]) -> Iterator[Server]:
    with_tables(conference, 3)
    with_guests(conference, 6)
    begin_write()
    arranging.allocate(conference, "system")
    for person in seating.room(conference).tables[2].people:
        seating.move(conference, person, None, 1, "system")
    db.session.commit()
    with serve(environ, workers=1) as server:
        yield server


@pytest.fixture
def page(browser: Browser, site: Server, sign_in: Callable[..., StrictClient], conference: Conference) -> Page:
    """The tables, opened by somebody who may change them."""
    [cookie] = sign_in("moderation", conference=conference)._cookies.values()
    context = browser.new_context(locale="nb-NO", viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.url}])
    page = context.new_page()
    page.set_default_timeout(15_000)
    page.goto(f"{site.url}/admin/k/prove/bord")
    return page


def card(page: Page, number: int) -> Locator:
    return page.locator(f"[data-table='B{number:02}']")


def names(page: Page, number: int) -> list[str]:
    return card(page, number).locator(".people > li > a").all_inner_texts()


def drag(page: Page, name: str, number: int) -> None:
    """Drag somebody onto a table's list of people."""
    person = page.locator(".people > li", has_text=name).last
    target = card(page, number).locator(".people")
    target.evaluate("list => list.scrollIntoView({block: 'center'})")
    start, end = person.bounding_box(), target.bounding_box()
    assert start
    assert end
    page.mouse.move(start["x"] + 20, start["y"] + 8)
    page.mouse.down()
    page.mouse.move(start["x"] + 30, start["y"] + 14, steps=3)
    for nudge in range(30):  # it looks where the pointer is twenty times a second
        page.mouse.move(end["x"] + 40 + nudge % 3, end["y"] + end["height"] / 2, steps=4)
        page.wait_for_timeout(60)
        if target.locator("li", has_text=name).count():
            break
    with page.expect_navigation():
        page.mouse.up()


def test_a_name_dragged_to_another_table_sits_there_also_after_a_reload(page: Page) -> None:
    [first, *_rest] = names(page, 1)
    expect(page.get_by_text("Du kan også dra navn fra bord til bord.")).to_be_visible()
    drag(page, first, 2)
    expect(page.get_by_role("status").or_(page.locator(".ds-alert")).first).to_contain_text(f"{first} sitter nå ved bord 2")
    page.reload()
    assert first in names(page, 2)
    assert first not in names(page, 1)
    assert axe(page) == []


def test_somebody_can_be_dragged_to_a_table_where_nobody_sits(page: Page) -> None:
    [first, *_rest] = names(page, 1)
    assert names(page, 3) == []
    drag(page, first, 3)
    assert names(page, 3) == [first]
