"""The whole product on a real server, page by page: every GET route that answers with HTML, found in the URL map."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext

from konferanse.common.clock import now
from konferanse.conference import lifecycle
from konferanse.conference.access import PERMISSIONS, find
from konferanse.extensions import begin_write, db
from konferanse.groups.models import GroupTask
from tests import databases
from tests.factories.filled import Filled, fill
from tests.rules.expected import IN, expected, insider
from tests.rules.site import Site
from tests.serving import Server, serve

ROWS = 6


@dataclass(frozen=True)
class Sheet:
    """One page to look at, and who looks. ``name`` tells its state and endpoint apart in lists and file names."""

    name: str
    path: str
    actor: str
    access: str


@dataclass
class Shown:
    """A site, served. ``states`` are the conferences to look at, by what state they are in."""

    site: Site
    server: Server
    states: dict[str, Filled]

    def sheets(self, state: str) -> list[Sheet]:
        """Every page of the conference in that state; those of the installation belong to the first state."""
        found = []
        for route in self.site.routes:
            conference = "slug" in route.arguments or route.rule.startswith(("/min/", "/bord/"))
            missing = set(route.arguments.values()) - set(self.states[state].values)
            if route.method != "GET" or missing or not (conference or state == next(iter(self.states))):
                continue
            actor = "nobody" if expected(route.access, "nobody") == IN else insider(route.access)
            path = route.path(self.states[state])
            answer = self.site.ask(actor, route, path)
            if answer.status_code == 200 and answer.mimetype == "text/html":
                found.append(Sheet(f"{state}/{route.endpoint}", path, actor, str(route.access)))
        return found

    @contextmanager
    def visitor(self, browser: Browser, actor: str, **options: Any) -> Iterator[BrowserContext]:
        """A browser window nobody has used, signed in as ``actor``."""
        context = browser.new_context(base_url=self.server.url, locale="nb-NO", **options)
        if actor != "nobody":
            name, _, value = self.site.world.cookie(self.site.app, actor).partition("=")
            context.add_cookies([{"name": name, "value": value, "url": self.server.url}])
        try:
            yield context
        finally:
            context.close()


@contextmanager
def shown(folder: Path, *, every_state: bool = False) -> Iterator[Shown]:
    """The world of the rules with ``ROWS`` of everything, served; with ``every_state`` also an empty, a closed and a draft
    conference."""
    site = Site(folder / "site", ROWS)
    states = {"fylt": site.world.ours}
    if every_state:
        with site.app.app_context():
            states |= {"tom": _empty(), "stengt": _closed(), "kladd": site.world.draft}
            for slug in ("tom", "stengt", "kladd"):
                _let_in(site, slug)
    with serve(databases.environment(site.folder, KONFERANSE_RATE_LIMITS="off"), workers=1) as server:
        try:
            yield Shown(site, server, states)
        finally:
            site.close()


def _empty() -> Filled:
    """A published conference with nothing in it but its name and dates."""
    begin_write()
    first = now().date()
    made = lifecycle.create(
        "tom", "Dialogkonferansen om arbeidsinkludering i Finnmarkssykehuset", "dialogkonferanse", first, first
    )
    lifecycle.change_status(made, "published", "system")
    db.session.commit()
    return Filled("tom", {"k/slug": "tom"})


def _closed() -> Filled:
    begin_write()
    filled = fill("stengt", ROWS)
    conference = find("stengt")
    assert conference
    lifecycle.change_status(conference, "closed", "system")
    for task in db.session.scalars(db.select(GroupTask).where(GroupTask.conference_id == conference.id)):
        task.closed = now()
    db.session.commit()
    return filled


def _let_in(site: Site, slug: str) -> None:
    """Everybody may do here what they may do in ours."""
    begin_write()
    conference = find(slug)
    assert conference
    for permission in PERMISSIONS:
        staff = lifecycle.colleague(f"{permission}@example.org")
        lifecycle.grant(conference, staff, [permission], "system")
    db.session.commit()
