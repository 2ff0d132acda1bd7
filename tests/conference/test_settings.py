"""What an organiser writes about a conference: kept when refused, changed when right, and out of others' reach."""

import struct
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest
from flask import Flask

from konferanse.common.clock import today
from konferanse.common.storage import File
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference, Host
from konferanse.extensions import db
from tests.conftest import StrictClient

SignIn = Callable[..., StrictClient]
Write = Callable[[], None]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + _chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0))
    + _chunk(b"IDAT", zlib.compress(b"\0\0\0\0"))
    + _chunk(b"IEND", b"")
)
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def _fresh(conference: Conference) -> Conference:
    db.session.rollback()
    return db.session.get_one(Conference, conference.id)


@pytest.mark.parametrize("path", ["", "om", "oppdrag", "vertskap", "bilde", "bilde/fil", "kolleger", "forhandsvisning"])
def test_another_conference_s_pages_do_not_exist(conference: Conference, sign_in: SignIn, write: Write, path: str) -> None:
    write()
    mine = lifecycle.create("min", "Min egen", "regionsamling", today(), today())
    db.session.commit()
    organiser = sign_in("organiser", conference=mine)
    assert organiser.get("/admin/k/min/").status_code == 200
    assert organiser.get(f"/admin/k/prove/{path}").status_code == 404


def test_a_new_conference_belongs_to_who_made_it_and_starts_as_a_draft(app: Flask, sign_in: SignIn) -> None:
    admin = sign_in(admin=True)
    answer = admin.submit(
        "/admin/ny",
        {"title": "Ny", "slug": "ny-2027", "kind": "regionsamling", "first_date": "2027-03-01", "last_date": "2027-03-02"},
    )
    assert answer.status_code == 303
    made = db.session.query(Conference).filter_by(slug="ny-2027").one()
    assert (made.status, [m.permissions for m in made.memberships]) == ("draft", [["organiser"]])


def test_a_refused_new_conference_keeps_what_was_typed(app: Flask, sign_in: SignIn) -> None:
    answer = sign_in(admin=True).submit("/admin/ny", {"title": "Den vi planlegger", "slug": "den", "kind": "regionsamling"})
    assert answer.status_code == 422
    page = answer.get_data(as_text=True)
    assert 'value="Den vi planlegger"' in page
    assert "Skriv datoen slik: 26.06.2019" in page
    assert db.session.query(Conference).count() == 0


def test_goals_are_written_one_on_each_line_and_come_back_so(conference: Conference, sign_in: SignIn) -> None:
    organiser = sign_in("organiser", conference=conference)
    dates = {"first_date": str(conference.first_date), "last_date": str(conference.last_date)}
    data = {"title": "Prøvekonferansen", "kind": conference.kind, "goals": "Første mål\r\n\r\n Andre mål ", **dates}
    assert organiser.submit("/admin/k/prove/om", data).status_code == 303
    assert _fresh(conference).goals == ["Første mål", "Andre mål"]
    assert "Første mål\nAndre mål</textarea>" in organiser.get("/admin/k/prove/om").get_data(as_text=True)


def test_about_refuses_days_in_the_wrong_order_and_keeps_the_text(conference: Conference, sign_in: SignIn) -> None:
    data = {"title": "Nytt navn", "kind": conference.kind, "first_date": "2027-03-02", "last_date": "2027-03-01"}
    answer = sign_in("organiser", conference=conference).submit("/admin/k/prove/om", data)
    assert answer.status_code == 422
    assert "Siste dag kan ikke være før første dag." in answer.get_data(as_text=True)
    assert 'value="Nytt navn"' in answer.get_data(as_text=True)
    assert _fresh(conference).title == "Prøvekonferansen"


def test_the_assignment_is_written(conference: Conference, sign_in: SignIn) -> None:
    data = {"title": "Oppdraget", "summary": "Lag en plan.", "plan_must_hold": "tiltak\nrutiner", "report_by": "2027-10-01"}
    assert sign_in("organiser", conference=conference).submit("/admin/k/prove/oppdrag", data).status_code == 303
    mandate = _fresh(conference).mandate
    assert (mandate.summary, mandate.plan_must_hold, str(mandate.report_by)) == (
        "Lag en plan.",
        ["tiltak", "rutiner"],
        "2027-10-01",
    )


@pytest.mark.parametrize("number", ["883658753", "12345", "abcdefghi", "88365875٢"])
def test_a_wrong_organisation_number_is_refused_and_kept(conference: Conference, sign_in: SignIn, number: str) -> None:
    data = {"name": "Helse Nord RHF", "org_nr": number}
    answer = sign_in("organiser", conference=conference).submit("/admin/k/prove/vertskap", data)
    assert answer.status_code == 422
    assert f'value="{number}"' in answer.get_data(as_text=True)
    assert db.session.query(Host).count() == 0


def test_a_host_is_stored_with_a_compact_number_and_shown_to_the_public(
    conference: Conference, sign_in: SignIn, client: StrictClient
) -> None:
    data = {"name": "Helse Nord RHF", "org_nr": "883 658 752", "privacy_email": "personvern@example.org"}
    assert sign_in("organiser", conference=conference).submit("/admin/k/prove/vertskap", data).status_code == 303
    host = _fresh(conference).host
    assert host is not None
    assert host.org_nr == "883658752"
    assert "883 658 752" in client.get("/personvern").get_data(as_text=True)
    assert "Helse Nord RHF" in client.get("/k/prove").get_data(as_text=True)


def test_a_link_to_a_statement_must_be_a_web_address(conference: Conference, sign_in: SignIn) -> None:
    data = {"name": "Helse Nord RHF", "accessibility_url": "javascript:alert(1)"}
    assert sign_in("organiser", conference=conference).submit("/admin/k/prove/vertskap", data).status_code == 422


def test_a_host_that_others_share_cannot_be_taken_over(conference: Conference, sign_in: SignIn, write: Write) -> None:
    write()
    other = lifecycle.create("annen", "En annen", "regionsamling", today(), today())
    other.host = Host(name="Helse Nord RHF", org_nr="883658752", privacy_email="ekte@example.org")
    db.session.commit()
    organiser = sign_in("organiser", conference=conference)
    path = "/admin/k/prove/vertskap"
    wrong = organiser.submit(path, {"name": "helse nord rhf", "org_nr": "974760673"})
    assert wrong.status_code == 409
    joined = organiser.submit(path, {"name": "Helse Nord RHF", "org_nr": "883658752", "privacy_email": "falsk@example.org"})
    assert joined.status_code == 303
    changed = organiser.submit(path, {"name": "Helse Nord RHF", "org_nr": "883658752", "privacy_email": "falsk@example.org"})
    assert changed.status_code == 409
    assert db.session.query(Host).one().privacy_email == "ekte@example.org"


def _upload(client: StrictClient, content: bytes, name: str, **more: str) -> tuple[int, str]:
    data = {"file": (BytesIO(content), name), "alt": "Et bord", "credit": "Foto: Ola", **more}
    answer = client.submit("/admin/k/prove/bilde", data, content_type="multipart/form-data")
    return answer.status_code, answer.get_data(as_text=True)


def test_a_picture_is_served_as_what_it_is_and_nothing_else(
    conference: Conference, sign_in: SignIn, client: StrictClient
) -> None:
    assert client.get("/k/prove/bilde").status_code == 404
    assert _upload(sign_in("organiser", conference=conference), PNG, "bilde.png")[0] == 303
    picture = client.get("/k/prove/bilde?v=1")
    assert (picture.get_data(), picture.mimetype) == (PNG, "image/png")
    assert picture.headers["X-Content-Type-Options"] == "nosniff"
    assert picture.headers["Content-Security-Policy"] == "default-src 'none'"
    assert picture.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Foto: Ola" in client.get("/k/prove").get_data(as_text=True)


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (SVG, "bilde.svg"),
        (SVG, "bilde.png"),
        (b"<!doctype html><script>alert(1)</script>", "bilde.jpg"),
        (PNG + b"<script>alert(1)</script>", "bilde.png"),
        (PNG[:-20], "avkuttet.png"),
        (b"\xff\xd8\xff\xe0 ikke et bilde", "bilde.jpg"),
        (b"RIFF\xff\xff\xff\xffWEBPVP8 ", "bilde.webp"),
        (b"GIF89a" + b"\0" * 100, "bilde.gif"),
        (b"%PDF-1.7\n%%EOF", "bilde.png"),
        (b"x", "bilde.png"),
    ],
)
def test_what_is_not_a_picture_is_refused_whatever_it_is_called(
    conference: Conference, sign_in: SignIn, content: bytes, name: str
) -> None:
    status, page = _upload(sign_in("organiser", conference=conference), content, name)
    assert status == 422
    assert "Filen er ikke et bilde vi kan vise." in page
    assert 'value="Foto: Ola"' in page
    assert (_fresh(conference).picture_id, db.session.query(File).count()) == (None, 0)


def test_a_picture_that_is_too_large_is_told_so_beside_the_field(conference: Conference, sign_in: SignIn) -> None:
    status, page = _upload(sign_in("organiser", conference=conference), PNG + b"\0" * 2_000_001, "stort.png")
    assert status == 422
    assert "Bildet er større enn 2 MB." in page


def test_a_picture_needs_words_and_a_file(conference: Conference, sign_in: SignIn) -> None:
    organiser = sign_in("organiser", conference=conference)
    status, page = _upload(organiser, PNG, "bilde.png", alt=" ")
    assert status == 422
    assert "Beskriv bildet for dem som ikke ser det" in page
    status, page = _upload(organiser, b"", "")
    assert status == 422
    assert "Velg en bildefil." in page


def test_the_words_of_a_picture_change_without_a_new_file_and_it_can_be_taken_away(
    conference: Conference, sign_in: SignIn, client: StrictClient
) -> None:
    organiser = sign_in("organiser", conference=conference)
    _upload(organiser, PNG, "bilde.png")
    assert _upload(organiser, b"", "", alt="Et rundt bord")[0] == 303
    assert (_fresh(conference).picture_alt, client.get("/k/prove/bilde").status_code) == ("Et rundt bord", 200)
    assert organiser.submit("/admin/k/prove/bilde/fjern", page="/admin/k/prove/bilde").status_code == 303
    assert client.get("/k/prove/bilde").status_code == 404


def test_a_picture_cannot_be_put_there_without_the_form_s_token(conference: Conference, sign_in: SignIn) -> None:
    organiser = sign_in("organiser", conference=conference)
    data = {"file": (BytesIO(PNG), "bilde.png"), "alt": "Et bord"}
    answer = organiser.post("/admin/k/prove/bilde", data=data, content_type="multipart/form-data")
    assert answer.status_code == 400
    assert _fresh(conference).picture_id is None


def test_who_may_only_read_changes_nothing(conference: Conference, sign_in: SignIn) -> None:
    reader = sign_in("read", conference=conference)
    page = "/admin/k/prove/vertskap"
    for path in ("om", "oppdrag", "vertskap", "bilde", "bilde/fjern"):
        assert reader.submit(f"/admin/k/prove/{path}", {"name": "X", "title": "X"}, page=page).status_code == 403
    assert (_fresh(conference).title, db.session.query(Host).count()) == ("Prøvekonferansen", 0)
