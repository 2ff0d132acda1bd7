"""Who may do what: routes × methods × everybody × {own, other conference}, from what the views declare (security.md)."""

import pytest

from konferanse.conference.access import PERMISSIONS
from tests.factories.world import ACTORS
from tests.rules.expected import AREAS, FORBIDDEN, IN, LINKS, MISSING, OPEN, SIGN_IN, expected, insider, outcome
from tests.rules.routes import WRITING, Route
from tests.rules.site import Site, told


def ask(site: Site, actor: str, route: Route, path: str) -> str:
    """What ``actor`` gets, on a world nobody has changed."""
    found = outcome(site.ask(actor, route, path))
    if route.method in WRITING and found == IN:
        site.put_back()
    return found


def test_every_route_declares_access(site: Site) -> None:
    assert [str(route) for route in site.routes if route.access is None] == []


def test_every_view_has_one_method(site: Site) -> None:
    methods: dict[str, set[str]] = {}
    for route in site.routes:
        methods.setdefault(route.endpoint, set()).add(route.method)
    assert {endpoint: sorted(m) for endpoint, m in methods.items() if len(m) > 1} == {}


def test_only_what_writes_is_called_by_a_writing_method(site: Site) -> None:
    """GET is for reading; that it does not write is proved in test_get_never_writes.py. No other methods exist."""
    assert {route.method for route in site.routes} <= {"GET", "POST", "PUT", "DELETE"}


def test_writing_takes_the_permission_of_its_part(site: Site) -> None:
    """The matrix below believes what a view declares; this is what it should declare."""
    problems = []
    for route in site.routes:
        if route.method not in WRITING:
            continue
        if route.rule.startswith("/admin/k/<slug>/"):
            wanted = {f"permission:{AREAS.get(route.rule.split('/')[4], 'organiser')}"}
        elif route.rule.startswith("/admin/"):
            wanted = {"administrator"}
        elif OPEN.match(route.rule):
            wanted = {"everyone", "conference:public"}
        else:
            wanted = {"signed-in", *LINKS}
        if route.access not in wanted:
            problems.append(f"{route}: wants {' or '.join(sorted(wanted))}")
    assert not problems, told(problems)


@pytest.mark.parametrize("actor", ACTORS)
def test_everybody_gets_what_the_view_declares(site: Site, actor: str) -> None:
    problems = []
    for route in site.routes:
        wanted, found = expected(route.access, actor), ask(site, actor, route, route.path(site.world.ours))
        if found != wanted:
            problems.append(f"{actor} {route}: {found}, not {wanted}")
    assert not problems, told(problems)


@pytest.mark.parametrize("actor", [*(a for a in ACTORS if a in PERMISSIONS), "nobody"])
def test_another_conference_does_not_exist(site: Site, actor: str) -> None:
    problems = []
    for route in site.routes:
        if not (route.access or "").startswith("permission:"):
            continue
        wanted = SIGN_IN if actor == "nobody" else MISSING
        found = ask(site, actor, route, route.path(site.world.theirs))
        if found != wanted:
            problems.append(f"{actor} {route}: {found}, not {wanted}")
    assert not problems, told(problems)


@pytest.mark.parametrize("actor", ["nobody", "stranger", "organiser", "administrator"])
def test_a_draft_has_no_public_pages(site: Site, actor: str) -> None:
    public = [route for route in site.routes if route.access == "conference:public"]
    assert public
    found = {str(route): ask(site, actor, route, route.path(site.world.draft)) for route in public}
    problems = {route: what for route, what in found.items() if what != MISSING}
    assert not problems, told(problems)


def test_what_belongs_to_another_conference_does_not_exist_under_ours(site: Site) -> None:
    """Our slug with their item, registration, table, file …: 404 to somebody who may do it with our own."""
    problems = []
    for route in site.routes:
        for name, key in route.arguments.items():
            theirs = site.world.theirs.values.get(key)
            if "slug" not in route.arguments or name == "slug" or theirs == site.world.ours.values.get(key):
                continue
            found = ask(site, insider(route.access), route, route.path(site.world.ours, **{name: theirs or ""}))
            if found != MISSING:
                problems.append(f"{route} with their {name}: {found}, not 404")
    assert not problems, told(problems)


def test_personal_links_open_for_their_holder_only(site: Site) -> None:
    problems = []
    for route in site.routes:
        if (route.access or "") not in LINKS:
            continue
        key = route.arguments["token"]
        link = site.world.ours.values[key]
        others = [v for k, v in site.world.ours.values.items() if k.endswith("/token") and k != key]
        tampered = ("B" if link[0] != "B" else "C") + link[1:]
        wanted = {"A" * 44: MISSING, link[:-1]: MISSING, tampered: MISSING, site.world.ours.revoked[key]: FORBIDDEN}
        wanted |= dict.fromkeys(others, MISSING)
        for token, what in wanted.items():
            found = ask(site, "administrator", route, route.path(site.world.ours, token=token))
            if found != what:
                problems.append(f"{route} token {token[:6]}…: {found}, not {what}")
    assert not problems, told(problems)
