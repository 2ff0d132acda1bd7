"""Public pages are kept, and never stale."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from flask import Flask, render_template
from flask.testing import FlaskClient

from konferanse.common.clock import now
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import feed, releases
from tests.conftest import StrictClient
from tests.programme.making import add


def page(client: StrictClient, address: str = "/k/prove", **headers: str) -> str:
    return client.get(address, headers=headers).get_data(as_text=True)


@pytest.mark.postgres
def test_a_change_shows_at_once(client: StrictClient, conference: Conference) -> None:
    assert "Prøvekonferansen" in page(client)
    assert page(client) == page(client)
    begin_write()
    conference.title = "Et nytt navn"
    db.session.commit()
    assert "Et nytt navn" in page(client)


def test_without_a_new_revision_the_kept_page_is_what_is_shown(client: StrictClient, conference: Conference) -> None:
    page(client)
    begin_write()
    db.session.execute(db.update(Conference).values(title="Utenom"))  # past the listener that raises the revision
    db.session.commit()
    assert "Utenom" not in page(client)  # so the test above means something


def test_each_language_has_a_page_of_its_own(client: StrictClient, conference: Conference) -> None:
    page(client)
    assert '<html lang="nn"' in page(client, "/k/prove?lang=nn")
    assert '<html lang="en"' in page(client, **{"Accept-Language": "en-GB,en;q=0.8"})
    assert '<html lang="nb"' in page(client)


def test_a_conference_taken_back_to_draft_is_gone_at_once(client: StrictClient, conference: Conference) -> None:
    page(client)
    begin_write()
    conference.status = "draft"
    db.session.commit()
    assert client.get("/k/prove").status_code == 404


def test_a_reader_who_has_the_page_gets_304(client: StrictClient, conference: Conference) -> None:
    page(client)
    first = client.get("/k/prove")
    again = client.get("/k/prove", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.get_data()) == (304, b"")


def test_the_first_reader_gets_the_zipped_page_too(app: Flask, conference: Conference) -> None:
    asked, reader = {"Accept-Encoding": "gzip"}, FlaskClient(app)
    first, second = (reader.get("/k/prove", headers=asked) for _ in range(2))
    assert first.headers["Content-Encoding"] == "gzip"
    assert first.get_data() == second.get_data()
    assert first.headers["ETag"] == second.headers["ETag"]


def test_many_queries_cannot_fill_the_memory(
    app: Flask, client: StrictClient, conference: Conference, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("konferanse.conference.cache.KEPT", 100_000)
    store = app.extensions["kept_pages"]
    for number in range(40):
        page(client, f"/k/prove?nr={number}")
    assert 0 < store.size <= 100_000
    assert store.size == sum(kept.size for kept in store.pages.values())


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("", True),
        ("lang=nn", True),
        ("vis=rom&lang=en", True),
        ("vis=type", True),
        ("q=faddere", False),
        ("lang=tlh", False),
        ("vis=rom&vis=rom", False),
        ("v%69s=rom", False),
        ("noe=annet", False),
        ("vis=rom&", False),
    ],
)
def test_the_programme_is_kept_only_under_addresses_that_say_what_it_knows(
    app: Flask, client: StrictClient, conference: Conference, query: str, kept: bool
) -> None:
    """A search is answered, but pushes nothing out."""
    begin_write()
    add(conference, "09:00", "10:00", "Faddere")
    releases.publish(conference, "Utgave", "system")
    db.session.commit()
    address = f"/k/prove/program?{query}" if query else "/k/prove/program"
    assert client.get(address).status_code == 200
    assert len(app.extensions["kept_pages"].pages) == kept


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is rendered or written, one entry each time; every one takes a while."""
    found: list[str] = []

    def slowly(what: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def do(*arguments: Any, **named: Any) -> Any:
            found.append(what)
            time.sleep(0.2)
            return work(*arguments, **named)

        return do

    monkeypatch.setattr("konferanse.front.routes.render_template", slowly("page", render_template))
    monkeypatch.setattr("konferanse.programme.feed.calendar", slowly("feed", feed.calendar))
    return found


def test_one_reader_makes_a_page_and_the_others_wait_for_it(app: Flask, conference: Conference, made: list[str]) -> None:
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _n: FlaskClient(app).get("/k/prove").get_data(), range(8)))
    assert len(set(answers)) == 1
    assert made == ["page"]


def test_a_page_is_made_anew_each_minute_and_a_feed_when_something_changes(
    client: StrictClient, conference: Conference, made: list[str]
) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        for _minute in range(3):
            page(client)
            page(client, "/k/prove/program.ics")
            clock.shift(61)
    assert made == ["page", "feed", "page", "page"]
    begin_write()
    conference.title = "Et nytt navn"
    db.session.commit()
    assert "Et nytt navn" in page(client, "/k/prove/program.ics")


def test_a_foreign_host_gets_nothing_from_the_kept_pages(client: StrictClient, conference: Conference) -> None:
    page(client)
    assert client.get("/k/prove", headers={"Host": "evil.example.com"}).status_code == 400


def test_closing_and_cancelling_follow_the_way(conference: Conference) -> None:
    begin_write()
    lifecycle.change_status(conference, "closed", "system")
    with pytest.raises(lifecycle.Refused, match="fra «avsluttet» til «avlyst»"):
        lifecycle.change_status(conference, "cancelled", "system")
