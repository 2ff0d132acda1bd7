"""``make pages``: every page × state × light and dark × 360 and 1280 px × without JavaScript, with a picture of each in
pictures/ and axe on each. States: filled, empty, closed, draft, and each form as it looks when it is refused."""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.pages.browser import ROOT, axe
from tests.pages.shown import Sheet, Shown, shown
from tests.rules.site import told

pytestmark = [pytest.mark.browser, pytest.mark.pages]
PICTURES = ROOT / "pictures"
HEIGHTS = {360: 760, 1280: 900}
# A form is sent with nothing in it: what a person can see is emptied, the token and other hidden fields stay.
SEND_EMPTY = """number => {
  const form = document.querySelectorAll('main form[method=post i]')[number];
  for (const field of form.querySelectorAll('input:not([type=hidden]), textarea, select')) {
    if (field.type === 'checkbox' || field.type === 'radio') field.checked = false;
    else if (field.type !== 'file') field.value = '';
  }
  form.noValidate = true;
  form.submit();
}"""
SHOWN_FIELDS = "form => form.querySelectorAll('input:not([type=hidden]), textarea, select').length"


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The product with conferences in every state."""
    with shown(tmp_path_factory.mktemp("everything"), every_state=True) as served:
        yield served


def look(page: Page, sheet: Sheet, folder: Path, *, script: bool) -> list[str]:
    """Take a picture; what axe and the width tell, one line each."""
    picture = folder / f"{sheet.name}.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=picture, full_page=True)
    width, room = page.evaluate("() => [document.documentElement.scrollWidth, innerWidth]")
    found = [f"{sheet.name}: {width} px wide in a window of {room}"] if width > room else []
    return found + ([f"{sheet.name}: {fault}" for fault in axe(page)] if script else [])


def refused_forms(shown: Shown, page: Page, sheet: Sheet, folder: Path) -> list[str]:
    """Each form of the page sent empty; those refused with a page of their own are looked at."""
    found = []
    page.goto(sheet.path)
    forms = page.locator("main form[method=post i]")
    for number in range(forms.count()):
        page.goto(sheet.path)
        if not page.locator("main form[method=post i]").nth(number).evaluate(SHOWN_FIELDS):
            continue
        with page.expect_navigation() as sent:
            page.evaluate(SEND_EMPTY, number)
        refused = Sheet(f"feil/{sheet.name.split('/')[1]}-{number}", sheet.path, sheet.actor, sheet.access)
        if sent.value.status == 422:
            found += look(page, refused, folder, script=True)
        elif sent.value.status >= 500:
            found.append(f"{refused.name}: {sent.value.status}")
        shown.site.put_back()
    return found


@pytest.mark.parametrize("script", [True, False], ids=["with-script", "without-script"])
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_in_every_state(
    everything: Shown, browser: Browser, scheme: Literal["light", "dark"], width: int, script: bool
) -> None:
    folder = PICTURES / f"{scheme}-{width}{'' if script else '-without-script'}"
    problems = []
    window = {"viewport": {"width": width, "height": HEIGHTS[width]}, "color_scheme": scheme, "java_script_enabled": script}
    for state in everything.states:
        for sheet in everything.sheets(state):
            with everything.visitor(browser, sheet.actor, **window) as context:
                page = context.new_page()
                page.goto(sheet.path)
                problems += look(page, sheet, folder, script=script)
    assert not problems, told(problems)


@pytest.mark.parametrize(("scheme", "width"), [("light", 360), ("dark", 1280)])
def test_every_form_as_it_looks_when_refused(
    everything: Shown, browser: Browser, scheme: Literal["light", "dark"], width: int
) -> None:
    problems = []
    for sheet in everything.sheets("fylt"):
        window = {"viewport": {"width": width, "height": HEIGHTS[width]}, "color_scheme": scheme}
        with everything.visitor(browser, sheet.actor, **window) as context:
            problems += refused_forms(everything, context.new_page(), sheet, PICTURES / f"{scheme}-{width}")
    assert not problems, told(problems)
