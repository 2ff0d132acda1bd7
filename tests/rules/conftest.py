"""Fixtures of the rules."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.rules.site import Site


@pytest.fixture
def open_site(tmp_path: Path) -> Iterator[Callable[..., Site]]:
    """``open_site(30)`` is a site whose world has 30 of everything; ``postgres=True`` puts it there."""
    opened: list[Site] = []

    def enter(rows: int = 1, *, postgres: bool = False) -> Site:
        opened.append(Site(tmp_path / f"site{len(opened)}", rows, postgres=postgres))
        return opened[-1]

    yield enter
    for site in opened:
        site.close()


@pytest.fixture
def site(open_site: Callable[..., Site]) -> Site:
    """A site with one of everything."""
    return open_site(1)
