"""One browser and one served product for all tests of pages; the group mark keeps them in one worker."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.pages.browser import chromium
from tests.pages.shown import Shown, shown


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
