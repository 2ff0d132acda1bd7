"""A form sent from elsewhere is refused: every writing route wants the form's token, the table API its own in the path."""

import pytest

from tests.rules.expected import insider
from tests.rules.routes import WRITING, Route
from tests.rules.site import Site, told

TABLE_API = "/api/bord/<token>"


def guarded(site: Site) -> list[Route]:
    """Every route that must want a token."""
    return [route for route in site.routes if route.method in WRITING and not route.rule.startswith(TABLE_API)]


@pytest.mark.parametrize("token", ["", "forged", None])
def test_a_form_without_its_token_is_refused(site: Site, token: str | None) -> None:
    assert guarded(site)
    found = {}
    for route in guarded(site):
        fields = {} if token is None else {"csrf_token": token}
        answer = site.ask(insider(route.access), route, route.path(site.world.ours), csrf=False, data=fields)
        found[str(route)] = answer.status_code
    problems = {route: status for route, status in found.items() if status != 400}
    assert not problems, told(problems)


def test_the_token_of_another_session_is_refused(site: Site) -> None:
    found = {}
    for route in guarded(site):
        cookie = site.world.cookie(site.app, insider(route.access), csrf="made in another session")
        answer = site.ask(insider(route.access), route, route.path(site.world.ours), headers={"Cookie": cookie})
        found[str(route)] = answer.status_code
    problems = {route: status for route, status in found.items() if status != 400}
    assert not problems, told(problems)


def test_the_table_api_takes_its_token_from_the_path(site: Site) -> None:
    """No cookie and no form token: a phone at a table has neither."""
    for route in site.routes:
        if route.rule.startswith(TABLE_API) and route.method in WRITING:
            answer = site.client.open(route.path(site.world.ours), method=route.method, json={})
            assert answer.status_code in (200, 201, 204, 409, 422), f"{route}: {answer.status_code}"
