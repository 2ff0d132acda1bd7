"""A form sent from elsewhere is refused: every writing route wants the form's token, the table API its own in the path."""

import pytest

from tests.rules.conftest import Site, told
from tests.rules.routes import WRITING, Route
from tests.rules.test_access import insider

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


def test_anothers_token_is_refused(site: Site) -> None:
    """The token is good with the session it was made in, and no other."""
    for route in guarded(site):
        signer_session = site.world.cookie(site.app, "nobody").split("=")[0] + "="
        headers = {"Cookie": signer_session, "X-CSRFToken": site.token}
        answer = site.client.open(route.path(site.world.ours), method=route.method, headers=headers)
        assert answer.status_code == 400, route


def test_only_the_table_api_is_exempt(site: Site) -> None:
    csrf = site.app.extensions["csrf"]
    blueprints = {getattr(blueprint, "name", blueprint) for blueprint in csrf._exempt_blueprints}
    outside = [route for route in site.routes if not route.rule.startswith(TABLE_API)]
    views = {route: site.app.view_functions[route.endpoint] for route in outside}
    names = {route: f"{view.__module__}.{view.__name__}" for route, view in views.items()}
    exempt = [r for r in outside if names[r] in csrf._exempt_views or r.endpoint.split(".")[0] in blueprints]
    assert not exempt, told(exempt)
