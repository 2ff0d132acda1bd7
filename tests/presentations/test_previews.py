"""The worker draws pages and reads slides; what it wrote is a machine's until a person has looked; nothing hostile stops it."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select

from konferanse.demo import slides as demo_slides
from konferanse.extensions import db
from konferanse.presentations import previews, tasks
from konferanse.presentations.models import PresentationPage, PresentationVersion
from tests.conftest import StrictClient
from tests.presentations import files, hostile, hostile_parts
from tests.presentations.handing_in import PAGE, PUBLIC, SANDBOX, only, stored_files, upload


def deck(form: str) -> bytes:
    """A deck as programs make them."""
    return demo_slides.make(form, "Bodø industri", demo_slides.deck("bodo-industri"))


def shown() -> list[PresentationPage]:
    """The pages of what is shown."""
    db.session.rollback()
    version = only().version
    assert version is not None
    return version.pages


def test_each_page_of_a_pdf_has_a_picture_with_words(app: Flask, editor: StrictClient, client: StrictClient) -> None:
    upload(editor, deck("pdf"), publish="y")
    page = f"{PAGE}/{only().uid}"
    assert "Forhåndsvisning lages …" in editor.get(page).get_data(as_text=True)
    assert "Forhåndsvisning lages …" in editor.get(PAGE).get_data(as_text=True)
    assert "kommer om litt" in client.get(f"{PUBLIC}/{only().uid}").get_data(as_text=True)
    assert tasks.make_waiting() == 1
    assert [row.title for row in shown()][:3] == ["Bodø industri", "Hva er en tiltaksbedrift?", "Tre trinn på veien"]
    assert shown()[1].alt.startswith("Hva er en tiltaksbedrift? En bedrift som hjelper folk fram til arbeid.")
    text = client.get(f"{PUBLIC}/{only().uid}").get_data(as_text=True)
    assert text.count("/sider/") == len(shown()) == 6
    assert "er laget av en maskin" in text
    picture = client.get(f"{PUBLIC}/{only().uid}/sider/2.webp")
    with Image.open(BytesIO(picture.data)) as drawn:
        assert (drawn.format, drawn.width) == ("WEBP", 1280)
        assert drawn.size == (shown()[1].width, shown()[1].height)
    assert "Forhåndsvisning lages" not in editor.get(page).get_data(as_text=True)


def test_a_picture_is_guarded_like_every_file(editor: StrictClient, client: StrictClient) -> None:
    upload(editor, deck("pdf"), publish="y")
    tasks.make_waiting()
    where = f"{PUBLIC}/{only().uid}/sider/1.webp"
    for answer in (client.get(where), editor.get(f"{PAGE}/{only().uid}/sider/1.webp")):
        assert (answer.status_code, answer.content_type) == (200, "image/webp")
        assert answer.headers["Content-Security-Policy"] == SANDBOX
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
    for number in ("0", "7", "99999999999999999999"):
        assert client.get(f"{PUBLIC}/{only().uid}/sider/{number}.webp").status_code == 404


@pytest.mark.parametrize("form", ["pptx", "odp"])
def test_the_words_of_other_slides_are_read(editor: StrictClient, client: StrictClient, form: str) -> None:
    upload(editor, deck(form), f"a.{form}", publish="y")
    tasks.make_waiting()
    assert [row.title for row in shown()][:3] == ["Bodø industri", "Hva er en tiltaksbedrift?", "Tre trinn på veien"]
    text = client.get(f"{PUBLIC}/{only().uid}").get_data(as_text=True)
    assert "Teksten på lysbildene" in text
    assert "En bedrift som hjelper folk fram til arbeid" in text
    assert "/sider/" not in text


def test_notes_and_comments_are_not_the_publics(tmp_path: Path) -> None:
    page = '<draw:page xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0">'
    body = (
        f'<d xmlns:text="t" xmlns:p="p" xmlns:o="o">{page}<text:p>På <text:span>veien</text:span></text:p>'
        "<o:annotation><text:p>hemmelig merknad</text:p></o:annotation>"
        "<p:notes><text:p>hemmelig notat</text:p></p:notes></draw:page></d>"
    )
    odp, pptx = tmp_path / "a.odp", tmp_path / "a.pptx"
    odp.write_bytes(files.odp(more={"content.xml": body}))
    pptx.write_bytes(files.slides(("Tittel", "Åpent"), notes="hemmelig notat"))
    read = [
        [(page.title, page.text) for page in found.pages]
        for path, kind in ((odp, files.ODP_TYPE), (pptx, files.PPTX_MAIN.removesuffix(".main+xml")))
        for found in [opened(path, kind)]
    ]
    assert read == [[("", "På veien")], [("Tittel", "Åpent")]]


def opened(path: Path, kind: str) -> previews.Read:
    """What is read of a file that has words only."""
    with previews.reading(path, kind) as read:
        return read


def test_slides_come_in_the_order_they_are_shown(tmp_path: Path) -> None:
    path = tmp_path / "a.pptx"
    path.write_bytes(files.slides(("Sist", ""), ("Først", ""), order=(2, 1)))
    kind = files.PPTX_MAIN.removesuffix(".main+xml")
    assert [page.title for page in opened(path, kind).pages] == ["Først", "Sist"]


@pytest.mark.parametrize(
    ("what", "pages", "of"),
    [
        ("a pdf that is drawn for years", 0, 1),
        ("a pdf of 5,000 pages", 60, 5000),
        ("24 million black pixels", 1, 1),
    ],
)
def test_a_hostile_file_costs_a_page_and_no_more(tmp_path: Path, what: str, pages: int, of: int) -> None:
    name, make, _removed = hostile.TAKEN[what]
    path = tmp_path / "file"
    path.write_bytes(make())
    kind = "application/pdf" if name.endswith(".pdf") else "image/png"
    with previews.reading(path, kind) as read:
        assert (len(read.pages), read.of) == (pages, of)


def test_a_page_that_ends_the_program_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(hostile_parts.bad_page_among_good())
    with previews.reading(path, "application/pdf") as read:
        assert ([page.number for page in read.pages], read.of) == ([1, 3], 3)


def test_a_deck_that_cannot_be_drawn_says_so_and_holds_up_no_other(editor: StrictClient, client: StrictClient) -> None:
    upload(editor, hostile_parts.with_page(hostile_parts.drawing_bomb), publish="y")
    bad = only().uid
    upload(editor, deck("pdf"), title="Den neste")
    assert tasks.make_waiting() == 2
    states = db.session.scalars(select(PresentationVersion.preview).order_by(PresentationVersion.id)).all()
    assert states == ["failed", "made"]
    assert "Vi klarte ikke å lage en forhåndsvisning" in editor.get(f"{PAGE}/{bad}").get_data(as_text=True)
    assert "Kort sagt." in client.get(f"{PUBLIC}/{bad}").get_data(as_text=True)


def test_a_preview_that_was_lost_is_taken_up_again_and_at_last_given_up(
    editor: StrictClient, write: Callable[[], None]
) -> None:
    upload(editor, deck("pdf"))
    version = only().version
    assert version is not None
    for attempt in range(1, previews.ATTEMPTS + 1):
        write()
        assert previews.claim(version.id) is not None
        assert previews.claim(version.id) is None  # somebody has it
        version.claimed -= previews.GIVEN_UP * 2  # type: ignore[operator]
        db.session.commit()
        assert version.attempts == attempt
    assert tasks.make_waiting() == 0
    db.session.rollback()
    assert version.preview == "failed"


def test_keynote_is_kept_and_told_not_to_be_read(editor: StrictClient, client: StrictClient) -> None:
    upload(editor, hostile_parts.key(), "a.key", publish="y")
    assert tasks.make_waiting() == 0
    assert "Keynote-filer kan ikke leses her" in editor.get(f"{PAGE}/{only().uid}").get_data(as_text=True)
    assert "Last ned Keynote" in client.get(f"{PUBLIC}/{only().uid}").get_data(as_text=True)


def test_a_picture_is_its_own_preview_and_its_title_describes_it(editor: StrictClient) -> None:
    upload(editor, hostile_parts.picture("JPEG", (2000, 1000)), "plakat.jpg", title="Plakat om IPS")
    tasks.make_waiting()
    assert [(row.alt, row.is_machine, row.width, row.height) for row in shown()] == [("Plakat om IPS", True, 1280, 640)]


def test_words_for_pictures_are_a_machines_until_somebody_has_looked(editor: StrictClient, client: StrictClient) -> None:
    upload(editor, deck("pdf"), publish="y")
    tasks.make_waiting()
    page = f"{PAGE}/{only().uid}/sider"
    before = [row.alt for row in shown()]
    assert editor.get(page).get_data(as_text=True).count("Laget av en maskin") == 6
    sent = {f"alt_{row.number}": row.alt for row in shown()} | {"alt_1": "Fjell ved sjøen\nog en sol", "alt_2": ""}
    assert editor.submit(page, sent).status_code == 303
    assert [row.alt for row in shown()] == ["Fjell ved sjøen og en sol", *before[1:]]
    assert [row.is_machine for row in shown()] == [False, True, True, True, True, True]
    text = client.get(f"{PUBLIC}/{only().uid}").get_data(as_text=True)
    assert 'alt="Fjell ved sjøen og en sol"' in text
    assert "5 av 6 beskrivelser" in text
    editor.submit(page, {"looked_over": "y"})
    assert not any(row.is_machine for row in shown())
    assert "maskin" not in client.get(f"{PUBLIC}/{only().uid}").get_data(as_text=True)
    assert "for lang" not in text
    too_long = editor.submit(page, {"alt_1": "x" * 1001})
    assert (too_long.status_code, shown()[0].alt) == (422, "Fjell ved sjøen og en sol")


def test_a_version_deleted_while_it_is_drawn_leaves_nothing(
    app: Flask, editor: StrictClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    upload(editor, deck("pdf"))
    page = f"{PAGE}/{only().uid}"
    reading = previews.reading

    def deleted_meanwhile(path: Path, kind: str) -> object:
        editor.submit(f"{page}/slett", page=page)
        return reading(path, kind)

    monkeypatch.setattr(previews, "reading", deleted_meanwhile)
    assert tasks.make_waiting() == 0
    assert stored_files(app) == []
