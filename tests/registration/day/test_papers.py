"""What is printed: everybody's name as it is written, a code that leads to check-in, and certificates for those who came."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pypdf
import pypdfium2 as pdfium
import pytest
import segno

from konferanse.common import qr
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import arranging, tables
from konferanse.groups.routes import link_of
from konferanse.registration.day import attendance, papers
from konferanse.registration.models import Registration
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task
from tests.registration.conftest import path_of, person

SignUp = Callable[..., str]
BASE = "/admin/k/prove/utskrifter"
LETTERS = "Ærlig Østen Åse Čáhce Đuođđár Ŋuoppáš Šime Ŧeŧŧi Žedraj"
LONG = "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissenhaftschaferswessenschafewaren"
MARKUP = "#set text(red) *Kari* [x] $y$ @z <q> \\ 🎉"


def read(response: Any) -> pypdf.PdfReader:
    """The PDF of a response, checked to be one that everybody can read."""
    assert response.status_code == 200
    assert response.content_type == "application/pdf"
    assert response.headers["Cache-Control"] == "no-store"
    reader = pypdf.PdfReader(io.BytesIO(response.data))
    catalog: Any = reader.trailer["/Root"]
    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalog["/Metadata"].get_object().get_data()
    return reader


def squeezed(text: str) -> str:
    """A PDF knows where letters stand, not which white space was written."""
    return "".join(text.replace("\u200b", "").split())


def text_of(reader: pypdf.PdfReader) -> str:
    return squeezed("".join(page.extract_text() for page in reader.pages))


def alternatives(node: Any) -> list[str]:
    """Every text alternative in a tree of tags."""
    node = node.get_object()
    if isinstance(node, list):
        return [alt for child in node for alt in alternatives(child)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/Alt"])] if "/Alt" in node else []
    return own + (alternatives(node["/K"]) if "/K" in node else [])


def came(registration: Registration, *days: date) -> None:
    begin_write()
    for day in days:
        attendance.check_in(registration, day, "staff:1")
    db.session.commit()


@pytest.mark.parametrize("paper", ["a4", "a6"])
def test_badges_have_every_letter_and_fit_every_name(desk: StrictClient, sign_up: SignUp, paper: str):
    names = ["Li", LETTERS, LONG, "Kari " * 22 + "Nordmann", MARKUP]
    for number, name in enumerate(names):
        sign_up(f"p{number}@example.org", name=name, organisation=LETTERS if number % 2 else "Kompetansesenter " * 11)

    reader = read(desk.get(f"{BASE}/navneskilt.pdf?ark={paper}"))

    text = text_of(reader)
    assert all(squeezed(name) in text for name in names)
    assert squeezed(LETTERS) in text
    assert len(reader.pages) == (1 if paper == "a4" else len(names)), "nothing runs over to a page of its own"
    size = reader.pages[0].mediabox
    assert (round(size.width * 25.4 / 72), round(size.height * 25.4 / 72)) == ((210, 297) if paper == "a4" else (105, 148))
    told = alternatives(reader.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]
    assert [f"QR-kode for å sjekke inn {name}" in told for name in names] == [True] * 5


def test_the_longest_name_and_house_touch_neither_the_heading_nor_the_code(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    begin_write()
    conference.title = "Regionsamling om arbeid og psykisk helse i Bodø og i resten av Nordland fylke"
    db.session.commit()
    name, house = "Kristoffer-Johannes Nordahl-Wedel-Jarlsberg von Hohenzollern-Østgård", "Kompetansesenter " * 8
    sign_up("lang@example.org", name=name, organisation=house)
    page = pdfium.PdfDocument(desk.get(f"{BASE}/navneskilt.pdf?ark=a4").data)[0]
    text = page.get_textpage()
    written = text.get_text_range()

    def boxes(words: str) -> list[tuple[float, ...]]:
        start = written.index(words)
        return [text.get_charbox(n) for n in range(start, start + len(words)) if written[n].strip()]

    heading = min(bottom for _left, bottom, _right, _top in boxes("Regionsamling") + boxes("Nordland"))
    assert max(top for _left, _bottom, _right, top in boxes("Kristoffer")) < heading - 0.8 / 25.4 * 72  # the line between
    last = written.rindex("Kompetansesenter")
    code_top = (297 - 18.5 - 65 + 4.5 + 20) / 25.4 * 72
    assert min(text.get_charbox(n)[1] for n in range(last, last + len("Kompetansesenter"))) > code_top


def test_nine_people_take_two_sheets_and_only_those_who_come_in_person(desk: StrictClient, sign_up: SignUp):
    for number in range(9):
        sign_up(f"p{number}@example.org", name=f"Person {number}")
    sign_up("hjemme@example.org", name="Hjemme Hansen", attendance="digital")
    begin_write()
    person("p8@example.org").status = "waiting"
    db.session.commit()
    assert len(read(desk.get(f"{BASE}/navneskilt.pdf")).pages) == 1
    begin_write()
    person("p8@example.org").status = "confirmed"
    db.session.commit()
    reader = read(desk.get(f"{BASE}/navneskilt.pdf"))
    assert len(reader.pages) == 2
    assert "Hjemme" not in text_of(reader)


def test_badges_of_one_day_are_for_those_who_come_then(conference: Conference, desk: StrictClient, sign_up: SignUp):
    first, last = (day.isoformat() for day in conference.dates)
    sign_up("en@example.org", name="Første Dag", days=[first])
    sign_up("to@example.org", name="Andre Dag", days=[last])
    text = text_of(read(desk.get(f"{BASE}/navneskilt.pdf?dag={last}")))
    assert "AndreDag" in text
    assert "FørsteDag" not in text


def test_a_badge_says_the_table_and_who_chairs_it(conference: Conference, desk: StrictClient, sign_up: SignUp):
    sign_up("kari@example.org", name="Kari Ordstyrer")
    begin_write()
    person("kari@example.org").role = "facilitator"
    tables.set_count(conference, 1, "system")
    arranging.allocate(conference, "system")
    db.session.commit()
    text = text_of(read(desk.get(f"{BASE}/navneskilt.pdf")))
    assert "Bord1" in text
    assert text.count("Ordstyrer") == 2


def test_the_code_on_a_badge_is_the_link_of_check_in(conference: Conference, desk: StrictClient, sign_up: SignUp):
    sign_up("kari@example.org")
    row = person("kari@example.org")
    link = papers.check_in_link(conference, row.uid)
    assert link.endswith(f"/admin/k/prove/innsjekk/{row.uid}")
    assert desk.get("/" + link.split("/", 3)[3]).status_code == 200
    assert drawn(qr.picture(link)) == [bytes(row) for row in segno.make(link, error="m", micro=False, mask=qr.MASK).matrix]


def drawn(svg: str) -> list[bytes]:
    """The modules that an SVG of ours draws, 1 for dark, without the white around."""
    side = int(re.findall(r'width="(\d+)"', svg)[0])
    modules = [bytearray(side) for _row in range(side)]
    for column, row, length in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg):
        modules[int(row)][int(column) : int(column) + int(length)] = b"\1" * int(length)
    edge = qr.QUIET
    assert not any(modules[0]), "there is white around"
    return [bytes(row[edge:-edge]) for row in modules[edge:-edge]]


def test_table_signs_have_number_code_and_words(conference: Conference, sign_in: Callable[..., StrictClient]):
    staff = sign_in("moderation", conference=conference)
    path = "/admin/k/prove/bord/skilt.pdf"
    assert staff.get(path).status_code == 409
    begin_write()
    made = tables.set_count(conference, 12, "system")
    db.session.commit()
    for paper, width in (("a4", 210), ("a5", 148)):
        reader = read(staff.get(f"{path}?ark={paper}"))
        assert len(reader.pages) == 12
        assert round(reader.pages[0].mediabox.width * 25.4 / 72) == width
        for table, page in zip(made, reader.pages, strict=True):
            text = squeezed(page.extract_text())
            assert squeezed(link_of(table)) in text
            assert f"Bord{table.number}" in text
            assert squeezed("Pek kameraet på koden.") in text
        assert "QR-kode til siden for bord 12" in alternatives(reader.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]
    assert len(read(staff.get(f"{path}?bord={made[2].code}")).pages) == 1
    assert sign_in("read", conference=conference).get(path).status_code == 403


def test_a_sheet_for_each_table_has_the_task_lines_to_write_on_and_the_code_of_its_page(
    conference: Conference, sign_in: Callable[..., StrictClient]
):
    staff = sign_in("moderation", conference=conference)
    task = with_task(conference, text="Tenk på det som stopper folk.\n#evil «ikke kode»")
    path = f"/admin/k/prove/oppgaver/{task.ref}/ark.pdf"
    assert staff.get(path).status_code == 409
    with_tables(conference, 3)
    reader = read(staff.get(path))
    assert len(reader.pages) == 3
    for number, page in enumerate(reader.pages, 1):
        text = squeezed(page.extract_text())
        assert f"Bord{number}" in text
        assert squeezed(task.title) in text
        assert squeezed("#evil «ikke kode»") in text
        assert text.endswith("123456789")
    assert "QR-kode til siden for bord 3" in alternatives(reader.trailer["/Root"]["/StructTreeRoot"])  # type: ignore[index]
    assert "ansvaret" not in text_of(reader)
    begin_write()
    task.asks_owner = task.asks_deadline = True
    db.session.commit()
    reader = read(staff.get(path))
    assert len(reader.pages) == 3
    assert [page.extract_text().count("Hvem bør ha ansvaret?") for page in reader.pages] == [7, 7, 7]
    assert [page.extract_text().count("Når bør det være gjort?") for page in reader.pages] == [7, 7, 7]
    for asks in (True, False):  # however much there is to read, a table has one sheet
        begin_write()
        task.text = "Tenk på det som stopper folk, og på dem det gjelder.\n\n" * 8
        task.asks_owner = asks
        task.asks_deadline = False
        db.session.commit()
        reader = read(staff.get(path))
        assert len(reader.pages) == 3
        assert ("ansvaret" in text_of(reader)) is asks
    assert staff.get("/admin/k/prove/oppgaver/finnes-ikke/ark.pdf").status_code == 404
    assert "ark.pdf" in staff.get("/admin/k/prove/oppgaver").get_data(as_text=True)
    assert sign_in("read", conference=conference).get(path).status_code == 403


def test_the_attendance_list_tells_who_came_and_when(conference: Conference, desk: StrictClient, sign_up: SignUp):
    sign_up("a@example.org", name="Åse Ødegård", organisation="=1+2 Bedrift")
    sign_up("b@example.org", name=LETTERS, days=[conference.last_date.isoformat()])
    sign_up("c@example.org", name="Venter Lenge")
    begin_write()
    person("c@example.org").status = "waiting"
    db.session.commit()
    came(person("a@example.org"), conference.first_date)
    came(person("c@example.org"), conference.first_date)
    begin_write()
    attendance.leave(person("a@example.org"), conference.first_date, "staff:1")
    db.session.commit()

    text = text_of(read(desk.get(f"{BASE}/oppmote.pdf")))
    sheet = desk.get(f"{BASE}/oppmote.csv")
    lines = list(csv.DictReader(io.StringIO(sheet.data.decode("utf-8-sig"))))

    assert all(squeezed(name) in text for name in ("Åse Ødegård", LETTERS, "Venter Lenge", "2 personer kom"))
    first, last = (day.isoformat() for day in conference.dates)
    assert [(line["date"], line["name"], line["status"], bool(line["arrived"]), bool(line["left"])) for line in lines] == [
        (first, "Venter Lenge", "waiting", True, False),
        (last, LETTERS, "confirmed", False, False),
        (first, "Åse Ødegård", "confirmed", True, True),
        (last, "Åse Ødegård", "confirmed", False, False),
    ]
    assert lines[-1]["organisation"] == "'=1+2 Bedrift", "no cell becomes a formula"
    assert squeezed(LETTERS) not in text_of(read(desk.get(f"{BASE}/oppmote.pdf?dag={first}")))


def test_names_are_in_norwegian_order():
    names = ["Øystein", "Åse", "Ærlig", "Zoë", "Čáhce", "Carl", "Dag", "Đuođđár", "Eva", "adam"]
    assert sorted(names, key=papers.alphabetical) == [
        "adam", "Čáhce", "Carl", "Dag", "Đuođđár", "Eva", "Zoë", "Ærlig", "Øystein", "Åse",
    ]  # fmt: skip


def test_those_who_were_there_get_a_certificate_in_their_language(
    conference: Conference, desk: StrictClient, sign_up: SignUp, monkeypatch: pytest.MonkeyPatch
):
    sign_up("a@example.org", name=LETTERS)
    sign_up("b@example.org", name="Borte Hele Tiden")
    sign_up("c@example.org", name="Carl Anglo")
    begin_write()
    person("c@example.org").language = "en"
    db.session.commit()
    monkeypatch.setenv("KONFERANSE_NOW", f"{conference.last_date}T18:00")
    assert desk.get(f"{BASE}/deltakerbevis.pdf").status_code == 409
    came(person("a@example.org"), *conference.dates)
    came(person("c@example.org"), conference.last_date)

    reader = read(desk.get(f"{BASE}/deltakerbevis.pdf"))

    carl, letters = (
        squeezed(page.extract_text()) for page in sorted(reader.pages, key=lambda p: "Carl" not in p.extract_text())
    )
    assert len(reader.pages) == 2
    assert squeezed(LETTERS) in letters
    assert squeezed("Prøvekonferansen") in letters
    assert squeezed(f"{conference.first_date.day}.") in letters
    assert "Carl" in carl


def test_my_certificate_is_mine_when_the_day_is_over(
    conference: Conference, client: StrictClient, sign_up: SignUp, monkeypatch: pytest.MonkeyPatch
):
    sign_up("a@example.org", name=LETTERS)
    mine = path_of(person("a@example.org"))
    refused = client.get(f"{mine}/bevis")
    assert refused.status_code == 409
    assert "klart når du har vært med" in refused.get_data(as_text=True)
    came(person("a@example.org"), conference.first_date)
    monkeypatch.setenv("KONFERANSE_NOW", f"{conference.first_date}T10:00")
    assert client.get(f"{mine}/bevis").status_code == 409
    assert "Hent deltakerbevis" not in client.get(mine).get_data(as_text=True)

    monkeypatch.setenv("KONFERANSE_NOW", f"{conference.first_date + timedelta(days=1)}T10:00")

    assert "Hent deltakerbevis" in client.get(mine).get_data(as_text=True)
    assert squeezed(LETTERS) in text_of(read(client.get(f"{mine}/bevis")))


def test_with_nobody_there_is_nothing_to_print_and_the_page_says_so(
    conference: Conference, desk: StrictClient, sign_up: SignUp
):
    for name in ("navneskilt.pdf", "oppmote.pdf", "deltakerbevis.pdf"):
        refused = desk.get(f"{BASE}/{name}")
        assert refused.status_code == 409
        assert "Ingen" in refused.get_data(as_text=True)
    page = desk.get(BASE).get_data(as_text=True)
    assert "navneskilt.pdf" not in page
    sign_up("a@example.org")
    assert "navneskilt.pdf" in desk.get(BASE).get_data(as_text=True)


def test_papers_are_the_organisers(conference: Conference, sign_in: Callable[..., StrictClient], sign_up: SignUp):
    sign_up("a@example.org")
    other = sign_in("moderation", conference=conference)
    for name in ("", "/navneskilt.pdf", "/oppmote.pdf", "/oppmote.csv", "/deltakerbevis.pdf"):
        assert other.get(BASE + name).status_code == 403


def test_the_same_people_give_the_same_badges(conference: Conference, desk: StrictClient, sign_up: SignUp):
    sign_up("a@example.org")
    assert desk.get(f"{BASE}/navneskilt.pdf").data == desk.get(f"{BASE}/navneskilt.pdf").data
