"""5,000 generated malformed submissions of the sign-up form: no 5xx, and what is refused stores nothing (issue: Bad input)."""

import random
from collections import Counter
from collections.abc import Callable
from typing import Any

import pysqlite3.dbapi2 as sqlite
import pytest

from tests.rules.malformed import Generator
from tests.rules.site import Site, told
from tests.rules.test_malformed import SEED, changed, forms_of, send

SUBMISSIONS = 5000


@pytest.mark.slow
def test_the_sign_up_form_bears_five_thousand_malformed_submissions(open_site: Callable[..., Site]) -> None:
    site = open_site(1)
    (route,) = (r for r in site.routes if r.rule == "/k/<slug>/pamelding" and r.method == "POST")
    pick = random.Random(SEED)
    generator = Generator(SEED, site.world.ours, forms_of(site), site.token)
    assert {"name", "email", "allergies", "interpreter", "days", "leave_empty"} <= set(generator.forms[route.rule])
    watch = sqlite.connect(str(site.folder / "konferanse.db"))
    answers: Counter[int] = Counter()
    problems, people, version = [], count(watch), changed(watch)
    for _ in range(SUBMISSIONS):
        request = generator.request(route)
        request.method, request.path_info = "POST", route.path(site.world.ours)
        status = send(site, "nobody" if pick.random() < 0.9 else "organiser", request)
        answers[status] += 1
        before, version = version, changed(watch)
        if status >= 500 or (status >= 400 and before != version):
            problems.append(f"{status}: {request.said}")
    stored = count(watch) - people
    watch.close()
    assert not problems, told(problems)
    assert answers.total() == SUBMISSIONS
    assert answers[422] > SUBMISSIONS / 2, "most are to get as far as the form"
    assert stored <= answers[303], "a person more than were told they are signed up"


def count(watch: Any) -> int:
    """How many are signed up, in every conference."""
    return int(watch.execute("SELECT count(*) FROM registration").fetchone()[0])
