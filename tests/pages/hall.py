"""A hall with a table in it: a running server, an open task, and phones 360 px wide."""

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Browser, BrowserContext, Page, expect

from konferanse.answers import delivery
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import tasks
from konferanse.groups.access import token_of
from konferanse.groups.models import GroupTask, Table

PHONE = {"width": 360, "height": 740}
DELIVERED = "Alt er levert"


@dataclass
class Hall:
    """A running server with one table and an open task."""

    url: str
    table: Table
    task: GroupTask
    conference: Conference
    browser: Browser

    def texts(self) -> list[str]:
        """What the server has, in order."""
        db.session.rollback()
        return [a.text for a in delivery.standing(self.table)]

    def words(self) -> list[tuple[str, str, str]]:
        """What the server has, in order: text, owner and deadline."""
        db.session.rollback()
        return [tuple(a.words) for a in delivery.standing(self.table)]

    def phone(self, **how: object) -> tuple[BrowserContext, Page]:
        """A phone that has opened the table's page."""
        context = self.browser.new_context(viewport=PHONE, locale="nb-NO", **how)  # type: ignore[arg-type]
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.goto(self.link)
        return context, page

    @property
    def link(self) -> str:
        """The table's page, by the link as it is now."""
        return f"{self.url}/bord/{token_of(self.table)}"

    def close_task(self) -> None:
        """The organiser closes the task."""
        begin_write()
        tasks.close_task(self.conference, self.task, "system")
        db.session.commit()


def write(page: Page, text: str) -> None:
    """Add an answer."""
    page.get_by_label("Skriv ett svar om gangen").fill(text)
    page.get_by_role("button", name="Legg til svar").click()


def wait_until(true: Callable[[], bool], page: Page) -> None:
    """Give it ten seconds to become true, while the page goes on."""
    for _ in range(100):
        if true():
            return
        page.wait_for_timeout(100)
    raise AssertionError("it did not happen")


def look(page: Page) -> None:
    """Somebody takes the phone up again, so that it asks the server."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def all_delivered(page: Page) -> None:
    """The strip says so."""
    expect(page.locator("#strip")).to_have_text(DELIVERED, timeout=60_000)
