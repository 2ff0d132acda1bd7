"""Files are judged by what is in them; a refusal stores nothing and says how to mend it."""

import tracemalloc
from collections.abc import Iterator
from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from konferanse import create_app
from konferanse.demo import slides as demo_slides
from konferanse.presentations import checks, film
from konferanse.presentations.unacceptable import Unacceptable
from tests import databases
from tests.presentations import files, hostile, hostile_parts


@pytest.fixture(scope="module", autouse=True)
def _words(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The messages need an application for their language, and nothing else of it."""
    with create_app(databases.environment(tmp_path_factory.mktemp("instance"))).app_context():
        yield


@pytest.mark.parametrize("what", files.HOSTILE)
def test_a_hostile_file_is_refused_with_a_sentence(what: str) -> None:
    name, content, says = files.HOSTILE[what]
    with pytest.raises(Unacceptable, match=says) as refusal:
        checks.slides(BytesIO(content), name)
    assert refusal.value.message.endswith(".")


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("Foredrag æøå.pdf", files.pdf(), "application/pdf"),
        ("foredrag.PPTX", files.pptx(), "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
        ("foredrag", files.odp(), "application/vnd.oasis.opendocument.presentation"),
        ("foredrag.key", hostile_parts.key(), "application/vnd.apple.keynote"),
        ("plakat.png", hostile_parts.picture("PNG"), "image/png"),
        ("plakat.JPG", hostile_parts.picture("JPEG"), "image/jpeg"),
        ("plakat.webp", hostile_parts.picture("WEBP"), "image/webp"),
        ("plakat.gif", hostile_parts.picture("GIF"), "image/gif"),
    ],
    ids=["pdf", "pptx", "odp", "key", "png", "jpeg", "webp", "gif"],  # a zip's clock must not get into a test's name
)
def test_slides_are_taken(name: str, content: bytes, kind: str) -> None:
    with (accepted := checks.slides(BytesIO(content), name)).content:
        assert accepted.content_type == kind
        assert accepted.name == f"{name.split('.')[0]}{checks.ENDINGS[kind]}"
        assert accepted.removed == []
        assert accepted.content.read(4) == content[:4]


def test_what_runs_is_taken_out_of_a_pdf_and_named() -> None:
    with (accepted := checks.slides(BytesIO(files.pdf(files.scripted)), "a.pdf")).content:
        assert accepted.removed == ["action", "form", "javascript", "launch"]
        raw = accepted.content.read()
        with pikepdf.open(BytesIO(raw)) as document:
            everything = "".join(repr(thing) for thing in document.objects)
            links = document.pages[0].obj.Annots
            assert [str(link.A.get("/URI")) for link in links if "/A" in link] == ["https://example.org"]
    for word in ("JavaScript", "app.alert", "Launch", "cmd.exe", "OpenAction", "XFA", "/AA"):
        assert word not in everything
        assert word.encode() not in raw


def test_files_in_a_pdf_are_taken_out() -> None:
    with (accepted := checks.slides(BytesIO(files.pdf(files.attached)), "a.pdf")).content:
        assert accepted.removed == ["attachment"]
        assert not pikepdf.open(BytesIO(accepted.content.read())).attachments


def test_a_start_page_is_not_an_action() -> None:
    def first_page(document: pikepdf.Pdf) -> None:
        document.Root.OpenAction = pikepdf.Array([document.pages[0].obj, pikepdf.Name.Fit])

    with (accepted := checks.slides(BytesIO(files.pdf(first_page)), "a.pdf")).content:
        assert accepted.removed == []


def test_a_font_may_be_called_what_it_likes() -> None:
    def named(document: pikepdf.Pdf) -> None:
        font = pikepdf.Dictionary(Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica)
        document.pages[0].obj.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(AA=font, JS=font))

    with (accepted := checks.slides(BytesIO(files.pdf(named)), "a.pdf")).content:
        assert accepted.removed == []
        with pikepdf.open(BytesIO(accepted.content.read())) as document:
            assert set(document.pages[0].obj.Resources.Font.keys()) == {"/AA", "/JS"}


@pytest.mark.parametrize("form", ["pdf", "pptx", "odp"])
def test_slides_as_programs_make_them_are_taken_whole(form: str) -> None:
    deck = demo_slides.deck("bodo-industri")
    content = demo_slides.make(form, "Bodø industri", deck)
    with (accepted := checks.slides(BytesIO(content), f"Bodø industri.{form}")).content:
        assert (accepted.content_type, accepted.removed) == (demo_slides.MEDIA_TYPES[form], [])
        if form == "pdf":
            with pikepdf.open(accepted.content) as document:
                assert len(document.pages) >= len(deck)
                assert document.Root.MarkInfo.Marked  # still readable aloud
        else:
            assert accepted.content.read() == content


def test_what_stands_after_a_pdf_is_not_kept() -> None:
    with (accepted := checks.slides(BytesIO(files.pdf() + b"\nnoe annet\n"), "a.pdf")).content:
        assert b"noe annet" not in accepted.content.read()


def test_a_photograph_keeps_its_picture_and_not_its_place() -> None:
    with (accepted := checks.slides(BytesIO(hostile_parts.located()), "a.jpeg")).content:
        assert (accepted.name, accepted.removed) == ("a.jpg", ["metadata"])
        with Image.open(accepted.content) as picture:
            assert (picture.size, dict(picture.getexif())) == ((64, 48), {})


def test_a_photograph_taken_on_its_side_still_stands_up() -> None:
    turned = Image.Exif()
    turned[0x0112] = 6
    accepted = checks.slides(BytesIO(hostile_parts.picture("JPEG", exif=turned)), "a.jpg")
    with accepted.content, Image.open(accepted.content) as picture:
        assert dict(picture.getexif()) == {0x0112: 6}


@pytest.mark.parametrize("what", ["a gif that is a jar too", "html behind a photograph"])
def test_what_stands_after_a_picture_is_not_kept(what: str) -> None:
    name, make, _removed = hostile.TAKEN[what]
    with (accepted := checks.slides(BytesIO(make()), name)).content:
        kept = accepted.content.read()
    assert b"PK" not in kept
    assert b"<script" not in kept


def test_fifty_megabytes_are_the_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "SLIDES_SIZE", 1_000_000)
    with pytest.raises(Unacceptable, match="grensen er 1 MB"):
        checks.slides(BytesIO(files.pdf() + b"\0" * 1_000_000), "a.pdf")


def test_a_zip_bomb_costs_no_memory() -> None:
    bomb = files.pptx(more={f"ppt/media/{n}.xml": b"0" * 7_000_000 for n in range(80)})
    tracemalloc.start()
    with pytest.raises(Unacceptable, match="pakker ut mye mer"):
        checks.slides(BytesIO(bomb), "a.pptx")
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_pdf_that_inflates_without_end_is_stopped() -> None:
    import zlib

    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(b"\0" * 1_000_000) for _ in range(600)) + packer.flush()
    objects = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed)
    body = b"%PDF-1.7\n1 0 obj" + objects + packed + b"\nendstream endobj\n"
    raw = body + b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 2 0 R/Size 3>>\nstartxref\n%d\n%%%%EOF" % len(body)
    with pytest.raises(Unacceptable, match=r"pakker ut mye mer|skadet"):
        checks.slides(BytesIO(raw), "a.pdf")


@pytest.mark.parametrize(("content", "kind"), [(files.mp4(), film.MP4), (files.webm(), film.WEBM)])
def test_films_are_taken(content: bytes, kind: str) -> None:
    assert checks.moving_pictures(BytesIO(content), "hilsen").content_type == kind


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.mp4", b"", "Filen er tom"),
        ("a.mp4", files.mp4()[:-9], "skadet eller ikke komplett"),
        ("a.mp4", files.mp4(tail=b"<script>alert(1)</script>"), "skadet eller ikke komplett"),
        ("a.mov", files.mp4(brand=b"qt  "), "nettlesere ikke spiller av"),
        ("a.mkv", files.webm(kind=b"matroska"), "nettlesere ikke spiller av"),
        ("a.webm", files.webm()[:-9], "skadet eller ikke komplett"),
        ("a.webm", files.webm() + b"<html>", "skadet eller ikke komplett"),
        ("a.webm", files.mp4(), "innholdet er .mp4"),
        ("a.mp4", b"<html>hei</html>", "ikke en video"),
        ("a.mp4", files.pdf(), "ikke en video"),
        ("a.mp4", files.mp4() + files.EICAR, "likner et virus"),
        ("../a.mp4", files.mp4(), "Filnavnet"),
    ],
    ids=range(12),
)
def test_what_is_not_a_film_is_refused(name: str, content: bytes, says: str) -> None:
    with pytest.raises(Unacceptable, match=says):
        checks.moving_pictures(BytesIO(content), name)


CUES = "WEBVTT\n\n1\n00:01.000 --> 00:02.000\nHei\n"


def test_captions_are_kept_as_utf_8_with_line_feeds() -> None:
    content = ("\ufeff" + CUES + "\n00:00:03.000 --> 00:00:04.000 align:start\nSámi čđŋ\n").replace("\n", "\r\n")
    assert film.captions(BytesIO(content.encode())).decode().splitlines()[-1] == "Sámi čđŋ"
    assert b"\r" not in film.captions(BytesIO(content.encode()))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "første linje er «WEBVTT»"),
        (b"1\n00:00:01,000 --> 00:00:02,000\nHei\n", "første linje er «WEBVTT»"),
        (b"WEBVTTX\n", "første linje er «WEBVTT»"),
        (CUES.encode("utf-16"), "UTF-8"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nblåbær".encode("latin-1"), "UTF-8"),
        (b"WEBVTT\n\nHei\n", "ingen linjer med tid"),
        (b"WEBVTT\n\n00:01 --> 00:02\nHei\n", "linje 3"),
        (b"WEBVTT\n\n00:02.000 --> 00:01.000\nHei\n", "linje 3. Slutten"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n\n", "linje 3. Det står ingen tekst"),
        (CUES.encode() + b"\n00:00.500 --> 00:00.900\nFor sent\n", "linje 7. Den begynner"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\n" + b"x" * 1001 + b"\n", "linje 4"),
        (b"WEBVTT\n" + b"x" * 1_000_001, "høyst 1 MB"),
    ],
)
def test_captions_that_cannot_be_shown_are_refused_by_line(content: bytes, says: str) -> None:
    with pytest.raises(Unacceptable, match=says):
        film.captions(BytesIO(content))


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a\r\nSet-Cookie: x=1.pdf", "a Set-Cookie x=1.pdf"),
        ("../../etc/passwd", "etc passwd"),
        ("Blåbær og sjøørret.pdf", "Blåbær og sjøørret.pdf"),
        ('a";b.pdf', "a b.pdf"),
        ("\x00", "fil"),
    ],
)
def test_a_stored_name_can_break_no_header(name: str, safe: str) -> None:
    assert checks.download_name(name) == safe
