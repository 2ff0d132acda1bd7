"""One browser and one served product for all tests of pages; the group mark keeps them in one worker."""

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser

from konferanse.conference.models import Conference
from tests.groups.room import with_tables, with_task
from tests.pages.browser import chromium
from tests.pages.hall import Hall
from tests.pages.shown import Shown, shown
from tests.serving import serve


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A headless browser."""
    with chromium() as opened:
        yield opened


@pytest.fixture(scope="session")
def product(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    """The product with six of everything."""
    with shown(tmp_path_factory.mktemp("product")) as served:
        yield served


@pytest.fixture
def hall(app: Flask, environ: dict[str, str], conference: Conference, browser: Browser) -> Iterator[Hall]:
    """A served conference with one table and an open task."""
    table, task = with_tables(conference, 1)[0], with_task(conference, minutes=15)
    with serve(environ, workers=1) as server:
        yield Hall(server.url, table, task, conference, browser)
