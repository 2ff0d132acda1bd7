"""GET changes nothing (invariant 9); the one exception is the log of who opened health data."""

import re
from typing import Any

from sqlalchemy import event

from konferanse.extensions import db
from tests.rules.expected import IN, insider, outcome
from tests.rules.site import Site, told

READING = re.compile(r"\s*(SELECT|WITH|BEGIN|PRAGMA|ROLLBACK|COMMIT|SAVEPOINT|RELEASE)\b", re.IGNORECASE)
HEALTH_LOG = re.compile(r"\s*INSERT INTO audit_entry\b", re.IGNORECASE)


def writes_of(site: Site, actor: str) -> list[str]:
    """Every statement that writes while ``actor`` (or whoever may) opens every page."""
    written: list[str] = []
    current: list[Any] = []

    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if READING.match(statement):
            return
        if HEALTH_LOG.match(statement) and current[0].access == "permission:needs":
            return
        written.append(f"{current[0]}: {statement[:80]}")

    with site.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", look)
    try:
        for route in site.routes:
            if route.method == "GET":
                current[:] = [route]
                found = outcome(site.ask(actor or insider(route.access), route, route.path(site.world.ours)))
                if not actor and found != IN:
                    written.append(f"{route}: {found}, so it was not seen")
    finally:
        event.remove(engine, "before_cursor_execute", look)
    return written


def test_opening_any_page_writes_nothing(site: Site) -> None:
    written = writes_of(site, "")
    assert not written, told(written)


def test_opening_any_page_without_access_writes_nothing(site: Site) -> None:
    written = writes_of(site, "nobody") + writes_of(site, "stranger")
    assert not written, told(written)


def test_head_and_options_write_nothing_and_never_fail(site: Site) -> None:
    for route in site.routes:
        for method in ("HEAD", "OPTIONS"):
            asked = site.client.open(route.path(site.world.ours), method=method)
            assert asked.status_code < 500, f"{method} {route}"
