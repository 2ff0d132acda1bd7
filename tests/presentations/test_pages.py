"""Staff upload, publish and order presentations; the public downloads what is published and nothing else."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage

from konferanse.common.audit import AuditEntry
from konferanse.common.storage import File
from konferanse.common.storage import files as store
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations.models import Presentation, Video
from konferanse.presentations.staff_routes import SLIDES_REQUEST
from konferanse.programme import releases
from tests.conftest import StrictClient
from tests.presentations import files
from tests.presentations.handing_in import PAGE, PUBLIC, SANDBOX, VTT, address, film, only, stored_files, typed, upload
from tests.programme.making import add


def test_an_upload_is_listed_when_it_is_published(editor: StrictClient, client: StrictClient) -> None:
    assert upload(editor).status_code == 303
    assert "Bodø industri" in editor.get(PAGE).get_data(as_text=True)
    assert "Bodø industri" not in client.get(PUBLIC).get_data(as_text=True)
    assert client.get(address(only())).status_code == 404
    editor.submit(f"{PAGE}/{only().uid}/publiser", page=PAGE)
    page = client.get(PUBLIC).get_data(as_text=True)
    for text in ("Bodø industri", "Daglig leder, tiltaksbedrift", "Kort sagt.", "PDF (1 kB)"):
        assert text in page
    link = re.search(r'href="(/k/prove/presentasjoner/[^"]+\.pdf)"', page)
    assert link is not None
    assert client.get(link[1]).status_code == 200
    assert "Set-Cookie" not in client.get(PUBLIC).headers


def test_a_download_cannot_run_anywhere(editor: StrictClient, client: StrictClient) -> None:
    upload(editor, publish="y")
    response = client.get(address(only()))
    assert response.content_type == "application/pdf"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == SANDBOX
    disposition = response.headers["Content-Disposition"]
    assert disposition.startswith("attachment;")
    assert "filename*=UTF-8''Foredrag%20%C3%A6%C3%B8%C3%A5.pdf" in disposition
    assert disposition.isascii()
    assert response.data.startswith(b"%PDF-")


def test_a_copy_the_reader_has_is_not_sent_again(editor: StrictClient, client: StrictClient) -> None:
    upload(editor, publish="y")
    first = client.get(address(only()))
    again = client.get(address(only()), headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_stored_name_with_line_breaks_breaks_no_header(
    editor: StrictClient, client: StrictClient, write: Callable[[], None]
) -> None:
    upload(editor, publish="y")
    write()
    db.session.scalars(select(File)).one().name = 'a\r\nSet-Cookie: x=1".pdf'
    db.session.commit()
    response = client.get(address(only()))
    assert response.status_code == 200
    assert "Set-Cookie" not in response.headers
    assert client.get(PUBLIC).status_code == 200


def test_no_hostile_file_is_stored_and_what_was_typed_is_kept(app: Flask, editor: StrictClient) -> None:
    for what, (name, content, says) in files.HOSTILE.items():
        response = upload(editor, content, name)
        page = response.get_data(as_text=True)
        assert response.status_code == 422, what
        for text in (says, "Bodø industri", "Daglig leder, tiltaksbedrift", "Kort sagt."):
            assert text in page, what
    assert db.session.scalars(select(Presentation)).all() == []
    assert stored_files(app) == []


def test_a_file_name_with_raw_line_breaks_is_not_stored(app: Flask, editor: StrictClient) -> None:
    upload_page = editor.get(f"{PAGE}/ny").get_data(as_text=True)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', upload_page)
    assert token is not None
    parts = [
        f'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n{token[1]}\r\n',
        '--x\r\nContent-Disposition: form-data; name="title"\r\n\r\nTittel\r\n',
        '--x\r\nContent-Disposition: form-data; name="file"; filename="a\nSet-Cookie: x=1.pdf"\r\n\r\n',
    ]
    body = "".join(parts).encode() + files.pdf() + b"\r\n--x--\r\n"
    response = editor.post(f"{PAGE}/ny", data=body, content_type="multipart/form-data; boundary=x")
    assert response.status_code in (400, 422)
    assert stored_files(app) == []


def test_fields_and_file_are_told_at_once(editor: StrictClient) -> None:
    page = upload(editor, b"hei", title="").get_data(as_text=True)
    assert "Skriv hva presentasjonen heter" in page
    assert "ikke en presentasjon" in page
    assert "Velg filen med lysbildene" in editor.submit(f"{PAGE}/ny", {"title": "Uten fil"}).get_data(as_text=True)


def test_a_file_that_is_too_large_is_told_with_what_was_typed_and_far_larger_is_cut_off(
    app: Flask, editor: StrictClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from konferanse.presentations import checks

    monkeypatch.setattr(checks, "SLIDES_SIZE", 3_000_000)
    large = upload(editor, files.pdf() + b"\0" * 4_000_000)
    assert large.status_code == 422
    assert "grensen er 3 MB" in large.get_data(as_text=True)
    assert "Kort sagt." in large.get_data(as_text=True)
    for path, size in ((f"{PAGE}/ny", SLIDES_REQUEST + 1), ("/admin/k/prove/program/ny", 3_000_000)):
        form = {"content_type": "multipart/form-data; boundary=x", "environ_overrides": {"CONTENT_LENGTH": str(size)}}
        assert editor.post(path, data=b"--x", **form).status_code == 413
    assert stored_files(app) == []


def test_an_upload_without_the_forms_token_is_refused(app: Flask, editor: StrictClient) -> None:
    for path in (f"{PAGE}/ny", f"{PAGE}/video/ny"):
        assert editor.post(path, data=typed(files.pdf())).status_code == 400
    assert stored_files(app) == []


def test_what_was_taken_out_of_a_pdf_is_told(editor: StrictClient) -> None:
    upload(editor, files.pdf(files.scripted))
    assert "tok vi ut dette av filen" in editor.get(PAGE).get_data(as_text=True)


def test_slides_without_a_summary_wait_for_one(editor: StrictClient, client: StrictClient) -> None:
    refused = upload(editor, summary="", publish="y")
    assert refused.status_code == 422
    assert "Skriv et sammendrag før du publiserer" in refused.get_data(as_text=True)
    upload(editor, summary="")
    assert "Mangler sammendrag" in editor.get(PAGE).get_data(as_text=True)
    assert editor.submit(f"{PAGE}/{only().uid}/publiser", page=PAGE).status_code == 409
    assert only().published is None


def test_a_replaced_file_is_the_next_version(app: Flask, editor: StrictClient, client: StrictClient) -> None:
    upload(editor, publish="y")
    uid = only().uid
    editor.submit(f"{PAGE}/{uid}", typed(files.pptx(), "nytt.pptx", title="Ny tittel"))
    assert only().title == "Ny tittel"
    assert client.get(address(only())).content_type.endswith("presentationml.presentation")
    assert [version.number for version in only().versions] == [1, 2]
    assert len(stored_files(app)) == len(db.session.scalars(select(File)).all()) == 2
    kept = {k: v for k, v in typed(b"").items() if k != "file"}
    editor.submit(f"{PAGE}/{uid}", kept)
    assert (only().title, only().file.name) == ("Bodø industri", "nytt.pptx")  # type: ignore[union-attr]


def test_a_refused_replacement_leaves_the_old_file(app: Flask, editor: StrictClient, client: StrictClient) -> None:
    upload(editor, publish="y")
    before = client.get(address(only())).data
    assert editor.submit(f"{PAGE}/{only().uid}", typed(b"<html>", title="Feil")).status_code == 422
    assert client.get(address(only())).data == before
    assert only().title == "Bodø industri"
    without = editor.submit(f"{PAGE}/{only().uid}", {**typed(files.pptx(), "b.pptx"), "summary": ""})
    assert without.status_code == 422
    assert len(stored_files(app)) == 1


def test_a_presentation_is_withdrawn_and_deleted(app: Flask, editor: StrictClient, client: StrictClient) -> None:
    upload(editor, publish="y")
    where = address(only())
    editor.submit(f"{PAGE}/{only().uid}/trekk", page=PAGE)
    assert client.get(where).status_code == 404
    assert "Bodø industri" not in client.get(PUBLIC).get_data(as_text=True)
    assert editor.get(f"{PAGE}/{only().uid}/fil").status_code == 200
    editor.submit(f"{PAGE}/{only().uid}/slett", page=PAGE)
    assert stored_files(app) == []
    assert db.session.scalars(select(File)).all() == []
    actions = db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("presentation"))).all()
    assert actions == [f"presentation.{a}" for a in ("added", "published", "withdrawn", "removed")]


def test_a_deletion_that_is_taken_back_keeps_the_bytes(app: Flask, editor: StrictClient, write: Callable[[], None]) -> None:
    upload(editor)
    write()
    file = only().file
    assert file is not None
    store.drop(file)
    db.session.rollback()
    assert len(stored_files(app)) == 1
    write()
    db.session.commit()
    assert len(stored_files(app)) == 1


def test_presentations_are_put_in_order(editor: StrictClient, client: StrictClient) -> None:
    for title in ("Første", "Andre", "Tredje"):
        upload(editor, title=title, publish="y")

    def order() -> list[str]:
        return re.findall(r'class="shown-title"[^>]*><a[^>]*>([^<]+)<', client.get(PUBLIC).get_data(as_text=True))

    last = db.session.scalars(select(Presentation).where(Presentation.title == "Tredje")).one()
    editor.submit(f"{PAGE}/{last.uid}/flytt/opp", page=PAGE)
    assert order() == ["Første", "Tredje", "Andre"]
    editor.submit(f"{PAGE}/{last.uid}/flytt/opp", page=PAGE)
    editor.submit(f"{PAGE}/{last.uid}/flytt/opp", page=PAGE)
    assert order() == ["Tredje", "Første", "Andre"]
    editor.submit(f"{PAGE}/{last.uid}/flytt/ned", page=PAGE)
    assert order() == ["Første", "Tredje", "Andre"]
    assert editor.submit(f"{PAGE}/{last.uid}/flytt/bort", page=PAGE).status_code == 404


def test_a_presentation_leads_to_its_item_in_the_programme(
    editor: StrictClient, client: StrictClient, conference: Conference
) -> None:
    begin_write()
    item = add(conference, "09:00", "10:15", "IPS i praksis")
    releases.publish(conference, "Utgave", "system")
    db.session.commit()
    upload(editor, item=str(item.uid), publish="y")
    page = client.get(PUBLIC).get_data(as_text=True)
    assert f"/k/prove/program#post-{str(item.uid).split('-')[0]}" in page
    assert "kl. 09.00–10.15" in page
    assert upload(editor, item="11111111-1111-4111-8111-111111111111").status_code == 422


def test_another_conferences_presentation_does_not_exist(
    editor: StrictClient, client: StrictClient, conference: Conference
) -> None:
    upload(editor, publish="y")
    film(editor, publish="y")
    video = db.session.scalars(select(Video)).one()
    begin_write()
    first = conference.first_date
    lifecycle.change_status(
        lifecycle.create("annen", "Annen", "regionsamling", first, first + timedelta(days=1)), "published", "system"
    )
    db.session.commit()
    assert client.get(f"/k/annen/presentasjoner/{only().uid}/fil.pdf").status_code == 404
    for part in ("", "/film", "/teksting.vtt"):
        assert client.get(f"/k/prove/presentasjoner/video/{video.uid}{part}").status_code == 200
        assert client.get(f"/k/annen/presentasjoner/video/{video.uid}{part}").status_code == 404
    assert editor.get("/admin/k/annen/presentasjoner").status_code == 404


def test_readers_look_but_do_not_touch(
    editor: StrictClient, sign_in: Callable[..., StrictClient], conference: Conference
) -> None:
    upload(editor)
    reader = sign_in("read", conference=conference)
    assert reader.get(PAGE).status_code == 200
    assert reader.get(f"{PAGE}/{only().uid}/fil").status_code == 200
    assert reader.get(f"{PAGE}/ny").status_code == 403
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', reader.get(PAGE).get_data(as_text=True))
    assert token is not None
    for path in ("ny", f"{only().uid}", f"{only().uid}/slett", f"{only().uid}/publiser", "video/ny"):
        assert reader.post(f"{PAGE}/{path}", data={"csrf_token": token[1]}).status_code == 403


def test_a_video_loads_on_click_and_in_parts(editor: StrictClient, client: StrictClient) -> None:
    assert film(editor, publish="y").status_code == 303
    row = db.session.scalars(select(Video)).one()
    page = client.get(PUBLIC).get_data(as_text=True)
    assert "Spill av videohilsenen" in page
    assert "Takk for at du kom." in page
    assert "<video" not in page
    player = client.get(f"{PUBLIC}/video/{row.uid}").get_data(as_text=True)
    assert 'preload="none"' in player
    assert '<track kind="captions" default srclang="nb"' in player
    where = f"{PUBLIC}/video/{row.uid}/film"
    part = client.get(where, headers={"Range": "bytes=0-3"})
    assert (part.status_code, part.data) == (206, files.webm()[:4])
    assert part.headers["Content-Range"] == f"bytes 0-3/{len(files.webm())}"
    assert part.content_type == "video/webm"
    assert part.headers["Content-Security-Policy"] == SANDBOX
    assert client.get(where, headers={"Range": "bytes=999999-"}).status_code == 416
    captions = client.get(f"{PUBLIC}/video/{row.uid}/teksting.vtt")
    assert captions.content_type == "text/vtt; charset=utf-8"
    assert captions.data == VTT


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"transcript": ""}, "Skriv ut det som blir sagt"),
        ({"captions": FileStorage(BytesIO(b""), "")}, "Velg filen med teksting"),
        ({"captions": FileStorage(BytesIO(b"hei"), "nb.vtt")}, "første linje er «WEBVTT»"),
        ({"file": FileStorage(BytesIO(b""), "")}, "Velg videofilen"),
        ({"file": FileStorage(BytesIO(b"<html>"), "a.mp4")}, "ikke en video"),
        ({"title": ""}, "Skriv hva videoen heter"),
        ({"caption_language": "xx"}, "Velg et språk i listen"),
    ],
)
def test_a_video_needs_captions_and_a_transcript(app: Flask, editor: StrictClient, wrong: dict[str, Any], says: str) -> None:
    response = film(editor, summary="Om hilsenen", **wrong)
    assert response.status_code == 422
    assert says in response.get_data(as_text=True)
    assert "Om hilsenen" in response.get_data(as_text=True)
    assert stored_files(app) == []


def test_a_video_is_changed_withdrawn_and_deleted(app: Flask, editor: StrictClient, client: StrictClient) -> None:
    film(editor, publish="y")
    uid = db.session.scalars(select(Video.uid)).one()
    fields = {"title": "Ny tittel", "summary": "", "caption_language": "nn", "transcript": "Takk."}
    new = {"captions": FileStorage(BytesIO(VTT + b"\n00:03.000 --> 00:04.000\nMeir\n"), "nn.vtt")}
    editor.submit(f"{PAGE}/video/{uid}", fields | new)
    row = db.session.scalars(select(Video)).one()
    assert (row.title, row.caption_language, row.file.content_type) == ("Ny tittel", "nn", "video/webm")
    assert b"Meir" in client.get(f"{PUBLIC}/video/{uid}/teksting.vtt").data
    assert len(stored_files(app)) == 2
    editor.submit(f"{PAGE}/video/{uid}/trekk", page=PAGE)
    for part in ("", "/film", "/teksting.vtt"):
        assert client.get(f"{PUBLIC}/video/{uid}{part}").status_code == 404
    editor.submit(f"{PAGE}/video/{uid}/slett", page=PAGE)
    assert stored_files(app) == []
    assert db.session.scalars(select(Video)).all() == []


def test_before_anything_is_published_the_page_says_it_is_coming(client: StrictClient, conference: Conference) -> None:
    assert "Presentasjonene kommer" in client.get(PUBLIC).get_data(as_text=True)


def test_the_list_asks_as_much_with_many_presentations_as_with_one(editor: StrictClient, client: StrictClient) -> None:
    from sqlalchemy import event

    counts = []
    for extra in (1, 6):
        for n in range(extra):
            upload(editor, title=f"Foredrag {n}", publish="y")
        asked: list[str] = []

        def note(*args: Any, asked: list[str] = asked) -> None:
            asked.append(args[2])

        event.listen(db.engine, "before_cursor_execute", note)
        client.get(PUBLIC)
        event.remove(db.engine, "before_cursor_execute", note)
        counts.append(len(asked))
    assert counts[0] == counts[1]
