"""A page asks the database as often with 30 rows as with one: no query per row (the lists of 200 people stay fast)."""

import re
from collections import Counter
from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from konferanse.extensions import db
from tests.rules.expected import insider
from tests.rules.site import Site, told

LIST = re.compile(r"\((?:\?|%\(\w+\)s)(?:, (?:\?|%\(\w+\)s))*\)")


def asked(site: Site) -> dict[str, Counter[str]]:
    """Per page, how often each statement was run, by somebody who may open it. The lengths of IN lists are left out."""
    found: dict[str, Counter[str]] = {}
    current = ""

    def look(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "WITH")):
            found[current][LIST.sub("(…)", statement)] += 1

    with site.app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", look)
    try:
        for route in site.routes:
            if route.method == "GET":
                current = str(route)
                found[current] = Counter()
                answer = site.ask(insider(route.access), route, route.path(site.world.ours))
                if answer.status_code >= 400:
                    del found[current]  # test_access.py tells of a page that fails
    finally:
        event.remove(engine, "before_cursor_execute", look)
    return found


def test_a_page_with_30_rows_asks_no_more_than_with_one(open_site: Callable[[int], Site]) -> None:
    """A statement that only shows up with 30 (there is a waiting list, say) may run once; none may be repeated more."""
    few, many = asked(open_site(1)), asked(open_site(30))
    problems = [
        f"{route}: {count} times, not {few[route][statement] or 1}: {' '.join(statement.split())[-160:]}"
        for route, statements in many.items()
        for statement, count in statements.items()
        if count > max(1, few[route][statement])
    ]
    assert not problems, told(problems)


def test_no_page_asks_more_than_forty_times(open_site: Callable[[int], Site]) -> None:
    """Forty is a ceiling to notice by, not a goal."""
    busy = {route: n for route, statements in asked(open_site(30)).items() if (n := sum(statements.values())) > 40}
    assert not busy, told(busy)
