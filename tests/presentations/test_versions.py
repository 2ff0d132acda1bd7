"""Each upload is kept; the newest is shown; an earlier one is brought back or deleted, bytes and pictures with it."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pytest
from flask import Flask
from sqlalchemy import func, select

from konferanse.common.audit import AuditEntry
from konferanse.common.storage import File
from konferanse.common.storage import files as store
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations import tasks, versions
from konferanse.presentations.models import Presentation, PresentationPage, PresentationVersion, Video
from tests.conftest import StrictClient
from tests.presentations import files
from tests.presentations.handing_in import PAGE, PUBLIC, address, film, only, stored_files, typed, upload

FIRST, SECOND, THIRD = files.pdf(), files.pptx(), files.odp()


def two_versions(editor: StrictClient) -> str:
    """A published presentation whose second version is shown; the address of its staff page."""
    upload(editor, FIRST, "første.pdf", publish="y")
    page = f"{PAGE}/{only().uid}"
    editor.submit(page, typed(SECOND, "andre.pptx"))
    return page


def test_each_upload_is_a_version_with_when_and_by_whom(editor: StrictClient, client: StrictClient) -> None:
    page = two_versions(editor)
    assert [(v.number, v.file.name, v.actor.split(":")[0]) for v in only().versions] == [
        (1, "første.pdf", "staff"),
        (2, "andre.pptx", "staff"),
    ]
    text = editor.get(page).get_data(as_text=True)
    assert text.index("Versjon 2") < text.index("Versjon 1")
    assert text.count("Den som vises") == 1
    assert "av Sigrid Saksbehandler" in text
    assert client.get(address(only())).data == SECOND


def test_an_earlier_version_is_brought_back_and_the_next_is_still_the_third(editor: StrictClient, client: StrictClient) -> None:
    page = two_versions(editor)
    first = editor.get(f"{page}/versjoner/1/fil").data
    assert editor.submit(f"{page}/versjoner/1/bruk", page=page).status_code == 303
    assert client.get(address(only())).data == first
    assert "f%C3%B8rste.pdf" in client.get(PUBLIC).get_data(as_text=True)
    editor.submit(page, typed(THIRD, "tredje.odp"))
    assert [v.number for v in only().versions] == [1, 2, 3]
    assert client.get(address(only())).data == THIRD


def test_a_deleted_version_leaves_neither_bytes_nor_pictures(app: Flask, editor: StrictClient) -> None:
    page = two_versions(editor)
    tasks.make_waiting()
    assert db.session.scalar(select(func.count()).select_from(PresentationPage)) == 1
    assert len(stored_files(app)) == 3
    assert editor.submit(f"{page}/versjoner/1/slett", page=page).status_code == 303
    assert [v.number for v in only().versions] == [2]
    assert len(stored_files(app)) == db.session.scalar(select(func.count()).select_from(File)) == 1
    assert editor.get(f"{page}/versjoner/1/fil").status_code == 404
    assert "presentation.version.removed" in db.session.scalars(select(AuditEntry.action)).all()


def test_the_version_that_is_shown_cannot_be_deleted(app: Flask, editor: StrictClient, client: StrictClient) -> None:
    page = two_versions(editor)
    assert editor.submit(f"{page}/versjoner/2/slett", page=page).status_code == 409
    assert client.get(address(only())).status_code == 200
    assert len(stored_files(app)) == 2


def test_the_same_file_sent_again_is_no_new_version(app: Flask, editor: StrictClient) -> None:
    page = two_versions(editor)
    editor.submit(page, typed(SECOND, "andre.pptx"))
    assert [v.number for v in only().versions] == [1, 2]
    assert len(stored_files(app)) == 2


def test_a_form_that_is_sent_twice_makes_one_presentation(app: Flask, editor: StrictClient) -> None:
    key = "6f1f9f9e-0d57-4c3b-9d0e-3f6d1a2b4c5d"
    for _time in range(2):
        assert upload(editor, FIRST, key=key).status_code == 303
    assert str(only().uid) == key
    assert len(stored_files(app)) == 1


def test_one_too_many_is_refused_with_what_was_typed(app: Flask, editor: StrictClient, monkeypatch: pytest.MonkeyPatch) -> None:
    page = two_versions(editor)
    monkeypatch.setattr(versions, "MOST_VERSIONS", 2)
    refused = editor.submit(page, typed(THIRD, "tredje.odp", title="En ny tittel"))
    assert refused.status_code == 422
    assert "Slett en av dem" in refused.get_data(as_text=True)
    assert "En ny tittel" in refused.get_data(as_text=True)
    monkeypatch.setattr(versions, "MOST_PRESENTATIONS", 1)
    assert "Slett noen før du laster opp flere" in upload(editor).get_data(as_text=True)
    monkeypatch.setattr(versions, "MOST_BYTES", 1000)
    assert "brukt opp plassen" in film(editor).get_data(as_text=True)
    assert (len(only().versions), len(stored_files(app))) == (2, 2)


def test_all_that_is_kept_is_counted(app: Flask, editor: StrictClient, conference: Conference) -> None:
    two_versions(editor)
    film(editor)
    tasks.make_waiting()
    kept = versions.storage(conference)
    assert kept == (1, sum(path.stat().st_size for path in stored_files(app)))
    assert "Det er plass til 5 GB" in editor.get(PAGE).get_data(as_text=True)


def test_a_presentation_that_is_deleted_takes_every_version_with_it(app: Flask, editor: StrictClient) -> None:
    page = two_versions(editor)
    tasks.make_waiting()
    editor.submit(f"{page}/slett", page=page)
    assert stored_files(app) == []
    for model in (File, PresentationVersion, PresentationPage):
        assert db.session.scalar(select(func.count()).select_from(model)) == 0


def test_a_conference_that_is_deleted_takes_its_files_and_no_others(
    app: Flask, editor: StrictClient, conference: Conference, write: Callable[[], None]
) -> None:
    two_versions(editor)
    film(editor)
    tasks.make_waiting()
    write()
    first = conference.first_date
    other = lifecycle.create("annen", "Annen", "regionsamling", first, first + timedelta(days=1))
    with store.staged(BytesIO(files.pdf()), name="a.pdf", content_type="application/pdf") as kept:
        db.session.add(Presentation(conference_id=other.id, title="Annen", file=kept))
        db.session.commit()
    write()
    db.session.delete(db.session.get_one(Conference, conference.id))
    db.session.commit()
    assert [path.name for path in stored_files(app)] == [kept.uid.hex]
    assert db.session.scalars(select(Presentation.title)).all() == ["Annen"]
    assert db.session.scalars(select(Video)).all() == []


def test_another_conferences_versions_do_not_exist(
    editor: StrictClient, sign_in: Callable[..., StrictClient], conference: Conference, write: Callable[[], None]
) -> None:
    two_versions(editor)
    tasks.make_waiting()
    write()
    first = conference.first_date
    other = lifecycle.create("annen", "Annen", "regionsamling", first, first + timedelta(days=1))
    lifecycle.change_status(other, "published", "system")
    db.session.commit()
    stranger = sign_in("organiser", conference=other)
    uid = only().uid
    theirs, ours = f"/admin/k/annen/presentasjoner/{uid}", f"{PAGE}/{uid}"
    for part in ("", "/sider", "/sider/1.webp", "/versjoner/1/fil", "/fil"):
        assert stranger.get(theirs + part).status_code == 404
        assert stranger.get(ours + part).status_code == 404
    page = "/admin/k/annen/presentasjoner/ny"
    for part in ("/versjoner/1/bruk", "/versjoner/1/slett", "/publisering", "/sider"):
        assert stranger.submit(theirs + part, page=page).status_code == 404
    assert stranger.get(f"/k/annen/presentasjoner/{uid}").status_code == 404
    begin_write()
    assert only().version.number == 2  # type: ignore[union-attr]
    db.session.rollback()
