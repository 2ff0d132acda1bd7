"""All presentations as one zip, made while it is sent: stable names, the summary beside each, as long as it says."""

import zipfile
from io import BytesIO

from sqlalchemy import select

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.presentations import archive, uploads
from konferanse.presentations.models import Presentation
from tests.conftest import StrictClient
from tests.presentations import files
from tests.presentations.handing_in import PAGE, PUBLIC, SANDBOX, only, upload

ZIP = f"{PUBLIC}.zip"
PPTX = files.pptx()


def test_every_published_presentation_is_in_it_with_its_summary(editor: StrictClient, client: StrictClient) -> None:
    upload(editor, PPTX, "a.pptx", title="Blåbær og sjøørret", summary="Først sagt.\nSå dette.", publish="y")
    upload(editor, files.odp(), "b.odp", title="Andre", publish="y")
    upload(editor, title="Hemmelig kladd")
    answer = client.get(ZIP)
    with zipfile.ZipFile(BytesIO(answer.data)) as found:
        assert found.namelist() == [
            "01 Blåbær og sjøørret.pptx",
            "01 Blåbær og sjøørret.txt",
            "02 Andre.odp",
            "02 Andre.txt",
        ]
        assert found.testzip() is None
        assert found.read("01 Blåbær og sjøørret.pptx") == PPTX
        text = found.read("01 Blåbær og sjøørret.txt").decode("utf-8-sig")
    assert text == "Blåbær og sjøørret\r\nDaglig leder, tiltaksbedrift\r\n\r\nFørst sagt.\r\nSå dette.\r\n"
    assert answer.headers["Content-Disposition"] == "attachment; filename=presentasjoner-prove.zip"
    assert answer.headers["Content-Security-Policy"] == SANDBOX
    assert ZIP in client.get(PUBLIC).get_data(as_text=True)


def test_it_is_as_long_as_it_says_and_the_same_each_time(editor: StrictClient, client: StrictClient) -> None:
    for n in range(3):
        upload(editor, PPTX, "a.pptx", title=f"Æøå {n} 🎉", publish="y")
    first, head = client.get(ZIP), client.head(ZIP)
    assert head.content_length == first.content_length == len(first.data)
    assert head.data == b""
    assert client.get(ZIP).data == first.data
    again = client.get(ZIP, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    editor.submit(f"{PAGE}/{first_of('Æøå 0 🎉').uid}/trekk", page=PAGE)
    assert client.get(ZIP, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def first_of(title: str) -> Presentation:
    """The presentation called that."""
    return db.session.scalars(select(Presentation).where(Presentation.title == title)).one()


def test_no_title_is_a_path(editor: StrictClient, client: StrictClient) -> None:
    for title in ("../../etc/passwd", "C:\\windows\\a", "..", "con", "a" * 200, "\u202egnp.exe"):
        upload(editor, PPTX, "a.pptx", title=title, publish="y")
    with zipfile.ZipFile(BytesIO(client.get(ZIP).data)) as found:
        names = found.namelist()
    assert names[::2] == [
        "01 etc passwd.pptx",
        "02 C windows a.pptx",
        "03 fil.pptx",
        "04 con.pptx",
        f"05 {'a' * 80}.pptx",
        "06 gnp.exe.pptx",
    ]


def test_where_nothing_is_published_there_is_no_zip(editor: StrictClient, client: StrictClient) -> None:
    upload(editor)
    assert client.get(ZIP).status_code == 404
    assert "presentasjoner.zip" not in client.get(PUBLIC).get_data(as_text=True)


def test_it_comes_a_piece_at_a_time(editor: StrictClient, conference: Conference) -> None:
    upload(editor, files.pptx(more={"ppt/media/a.bin": bytes(2_000_000)}), "a.pptx")
    begin_write()
    file = only().file
    assert file is not None
    path = archive.files.path(file)
    path.write_bytes(bytes(range(256)) * 20_000)  # five megabytes that nobody holds at once
    given = archive.entries(uploads.presentations(conference))
    pieces = list(archive.stream(given))
    db.session.rollback()
    assert max(map(len, pieces)) <= archive.CHUNK + 200
    assert sum(map(len, pieces)) == archive.length(given)
