"""Public pages are kept, and never stale."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import releases
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


def test_a_foreign_host_gets_nothing_from_the_kept_pages(client: StrictClient, conference: Conference) -> None:
    page(client)
    assert client.get("/k/prove", headers={"Host": "evil.example.com"}).status_code == 400


def test_closing_and_cancelling_follow_the_way(conference: Conference) -> None:
    begin_write()
    lifecycle.change_status(conference, "closed", "system")
    with pytest.raises(lifecycle.Refused, match="fra «avsluttet» til «avlyst»"):
        lifecycle.change_status(conference, "cancelled", "system")
