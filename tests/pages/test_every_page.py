"""Every page in its main state, in a browser: usable by everybody, on a phone, by keyboard, and without JavaScript."""

from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from tests.pages.browser import axe
from tests.pages.shown import Sheet, Shown
from tests.rules.site import told

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("pages")]
PHONE = {"width": 360, "height": 760}
LARGEST = {"conference:public": 150_000, "everyone": 150_000, "link:table": 120_000, "link:participant": 150_000}  # ui.md
FOCUSED = "() => document.activeElement.className"


@dataclass
class Visit:
    """What one look at a page on a phone told."""

    sheet: Sheet
    faults: list[str] = field(default_factory=list)
    width: int = 0
    first_stop: str = ""
    after_skip: str = ""
    console: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)
    weight: int = 0


@pytest.fixture(scope="session")
def visits(product: Shown, browser: Browser) -> list[Visit]:
    """Each page looked at once."""
    found = [_look(product, browser, sheet) for sheet in product.sheets("fylt")]
    assert len(found) > 30
    return found


def _look(product: Shown, browser: Browser, sheet: Sheet) -> Visit:
    visit = Visit(sheet)
    with product.visitor(browser, sheet.actor, viewport=PHONE) as context:
        page = context.new_page()
        requests = []
        page.on("requestfinished", lambda request: requests.append(request))
        page.on("console", lambda m: visit.console.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: visit.console.append(str(error)))
        page.goto(sheet.path, wait_until="load")
        visit.weight = sum(request.sizes()["responseBodySize"] for request in requests)
        visit.elsewhere = [r.url for r in requests if not r.url.startswith((product.server.url, "data:"))]
        visit.width = int(page.evaluate("() => document.documentElement.scrollWidth"))
        _by_keyboard(page, visit)
        visit.faults = axe(page)
    return visit


def _by_keyboard(page: Page, visit: Visit) -> None:
    page.keyboard.press("Tab")
    visit.first_stop = str(page.evaluate(FOCUSED))
    page.keyboard.press("Enter")
    visit.after_skip = str(page.evaluate("() => document.activeElement.id"))
    page.evaluate("() => { document.activeElement.blur(); scrollTo(0, 0) }")


def _wrong(visits: list[Visit], fault: Callable[[Visit], object]) -> str:
    return told([f"{v.sheet.name} ({v.sheet.path[:60]}): {what}" for v in visits if (what := fault(v))])


def test_axe_finds_nothing(visits: list[Visit]) -> None:
    assert not any(v.faults for v in visits), _wrong(visits, lambda v: v.faults)


def test_nothing_runs_off_a_narrow_phone(visits: list[Visit]) -> None:
    assert max(v.width for v in visits) <= PHONE["width"], _wrong(visits, lambda v: v.width > PHONE["width"] and v.width)


def test_the_first_stop_of_the_tab_key_skips_to_the_content(visits: list[Visit]) -> None:
    assert all(v.first_stop == "ds-skip-link" for v in visits), _wrong(visits, lambda v: v.first_stop != "ds-skip-link" and v)
    assert all(v.after_skip == "innhold" for v in visits), _wrong(visits, lambda v: v.after_skip != "innhold" and v.after_skip)


def test_the_browser_has_nothing_to_complain_of(visits: list[Visit]) -> None:
    """A blocked inline style, a missing file or a script that fails shows up in the console."""
    assert not any(v.console for v in visits), _wrong(visits, lambda v: v.console)


def test_no_page_asks_anybody_else_for_anything(visits: list[Visit]) -> None:
    assert not any(v.elsewhere for v in visits), _wrong(visits, lambda v: v.elsewhere)


def test_pages_of_the_public_are_light(visits: list[Visit]) -> None:
    heavy = [v for v in visits if v.weight > LARGEST.get(v.sheet.access, 10**9)]
    assert not heavy, _wrong(heavy, lambda v: f"{v.weight} bytes over the wire on a first visit")


def test_every_page_reads_and_can_be_filled_in_without_javascript(product: Shown, browser: Browser) -> None:
    problems = []
    for sheet in product.sheets("fylt"):
        with product.visitor(browser, sheet.actor, viewport=PHONE, java_script_enabled=False) as context:
            page = context.new_page()
            answer = page.goto(sheet.path)
            assert answer
            if answer.status != 200 or not page.locator("main h1").is_visible():
                problems.append(f"{sheet.name}: {answer.status}, heading not to be seen")
            forms = page.locator("main form")
            for form in (forms.nth(n) for n in range(forms.count())):
                folded = form.locator("xpath=ancestor-or-self::details[not(@open)]").count()
                if not folded and not form.locator(":is(button, input[type=submit]):visible").count():
                    problems.append(f"{sheet.name}: a form without a button to be seen: {form.get_attribute('action')}")
    assert not problems, told(problems)
