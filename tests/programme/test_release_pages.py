"""Publishing tells readers what is new, and old releases can be read."""

from collections.abc import Callable

import pytest

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import editing, releases
from konferanse.programme.models import ProgrammeItem
from tests.conftest import StrictClient
from tests.programme.making import add

EDIT = "/admin/k/prove/program"
RELEASES = "/k/prove/program/utgaver"


@pytest.fixture
def editor(sign_in: Callable[..., StrictClient], conference: Conference) -> StrictClient:
    return sign_in("programme", conference=conference)


@pytest.fixture
def talk(conference: Conference) -> ProgrammeItem:
    """One item, published."""
    begin_write()
    item = add(conference, "09:30", "10:15", "Oppdraget", speaker="Direktøren, NAV")
    releases.publish(conference, "Første utgave", "system")
    db.session.commit()
    return item


def move(talk: ProgrammeItem) -> None:
    begin_write()
    talk.title = "Oppdraget vårt"
    add(talk.conference, "10:15", "10:30", "Kaffe", kind="break")
    db.session.commit()


def test_the_note_is_begun_from_the_changes_and_the_organiser_decides_what_it_says(
    editor: StrictClient, client: StrictClient, talk: ProgrammeItem
) -> None:
    move(talk)
    page = editor.get(EDIT).get_data(as_text=True)
    assert "– Oppdraget vårt (" in page
    assert "het før «Oppdraget»" in page
    assert "): ny</textarea>" in page
    sent = editor.submit(f"{EDIT}/publiser", {"name": "Andre", "note": "Kaffen kommer"}, page=EDIT)
    assert sent.status_code == 303
    assert "Kaffen kommer" in client.get(f"{RELEASES}/2").get_data(as_text=True)


def test_a_note_may_be_left_out(editor: StrictClient, talk: ProgrammeItem, conference: Conference) -> None:
    move(talk)
    editor.submit(f"{EDIT}/publiser", {"name": "Andre", "note": " "}, page=EDIT)
    db.session.rollback()
    assert [row.note for row in releases.history(conference)] == ["", ""]


def test_a_note_that_is_too_long_is_kept_and_nothing_is_published(
    editor: StrictClient, talk: ProgrammeItem, conference: Conference
) -> None:
    move(talk)
    sent = editor.submit(f"{EDIT}/publiser", {"name": "Andre", "note": "x" * 4001}, page=EDIT)
    assert (sent.status_code, "x" * 4001 in sent.get_data(as_text=True)) == (422, True)
    assert len(releases.history(conference)) == 1


def test_every_release_is_listed_and_read_as_it_was(client: StrictClient, talk: ProgrammeItem, conference: Conference) -> None:
    assert "Tidligere utgaver" not in client.get("/k/prove/program").get_data(as_text=True)
    move(talk)
    begin_write()
    releases.publish(conference, "Andre utgave", "system")
    db.session.commit()
    assert f'href="{RELEASES}"' in client.get("/k/prove/program").get_data(as_text=True)
    listed = client.get(RELEASES).get_data(as_text=True)
    assert [text in listed for text in ("Utgave 1: Første utgave", "Utgave 2: Andre utgave", "2 endringer")] == [True] * 3
    first, second = (client.get(f"{RELEASES}/{n}").get_data(as_text=True) for n in (1, 2))
    assert ("Oppdraget vårt" in first, "Kaffe" in first, "eldre utgave" in first) == (False, False, True)
    assert ("Oppdraget vårt" in second, "2 endringer siden" in second, "eldre utgave" in second) == (True, True, False)


def test_a_cancelled_item_stays_and_says_so_and_a_removed_one_is_gone(
    client: StrictClient, talk: ProgrammeItem, conference: Conference
) -> None:
    begin_write()
    talk.status = "cancelled"
    gone = add(conference, "12:00", "13:00", "Lunsj", kind="break")
    releases.publish(conference, "Andre", "system")
    editing.remove_item(gone, "system", conference.slug)
    releases.publish(conference, "Tredje", "system")
    db.session.commit()
    page = client.get(f"{RELEASES}/3").get_data(as_text=True)
    assert ("Avlyst" in page, "Lunsj: utgår" in page, '<th scope="row" >Lunsj' in page) == (True, False, False)


def test_what_is_not_there_is_not_found(client: StrictClient, talk: ProgrammeItem, conference: Conference) -> None:
    for path in (f"{RELEASES}/2", f"{RELEASES}/0", f"{RELEASES}/99999999999999999999", "/k/annen/program/utgaver"):
        assert client.get(path).status_code == 404, path
    conference_status = conference.status
    begin_write()
    conference.status = "draft"
    db.session.commit()
    assert client.get(RELEASES).status_code == 404, conference_status
