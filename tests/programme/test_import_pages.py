"""Staff take in a programme: they see what would happen, and then exactly that happens."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from konferanse.common.audit import AuditEntry
from konferanse.common.clock import local
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import editing
from konferanse.programme.models import ProgrammeItem, Room
from tests.conftest import StrictClient
from tests.programme.making import add

PAGE = "/admin/k/prove/program/import"
TEXT = "09.00–09.30 Velkommen v/ Direktøren\n09.30 Kaffe\n10.00-11.00\tIPS i praksis\tKari Nordmann, NAV\tStorsalen\n"


@pytest.fixture
def editor(sign_in: Callable[..., StrictClient], conference: Conference) -> StrictClient:
    return sign_in("programme", conference=conference)


def shown(client: StrictClient, content: bytes | str, **fields: Any) -> str:
    """What the page says of a file, or of a pasted text."""
    data = {"file": (BytesIO(content), "fil")} if isinstance(content, bytes) else {"text": content}
    return client.submit(PAGE, data | fields, content_type="multipart/form-data").get_data(as_text=True)


def sealed(page: str) -> str:
    found = re.search(r'name="fil" value="([^"]+)"', page)
    assert found
    return found[1]


def titles() -> list[str]:
    db.session.expire_all()
    return [item.title for item in db.session.scalars(select(ProgrammeItem).where(editing.HERE).order_by(ProgrammeItem.start))]


def test_nothing_is_taken_in_before_somebody_says_so(editor: StrictClient, conference: Conference) -> None:
    page = shown(editor, TEXT)
    assert "Nytt rom: Storsalen" in page
    assert page.count(">Legges til</span>") == 3
    assert titles() == []
    assert db.session.scalars(select(Room)).all() == []


def test_what_was_shown_is_done(editor: StrictClient, conference: Conference) -> None:
    page = shown(editor, TEXT)
    assert editor.submit(f"{PAGE}/ta-inn", {"fil": sealed(page)}, page=PAGE).status_code == 303
    assert titles() == ["Velkommen", "Kaffe", "IPS i praksis"]
    welcome, coffee, ips = editing.items(conference)
    assert (welcome.speaker, local(welcome.end).strftime("%H:%M")) == ("Direktøren", "09:30")
    assert (coffee.kind, local(coffee.end).strftime("%H:%M")) == ("break", "10:00")
    assert (ips.speaker, ips.room and ips.room.name) == ("Kari Nordmann, NAV", "Storsalen")
    assert [item.number for item in (welcome, coffee, ips)] == [1, 2, 3]
    actions = list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("programme."))))
    assert actions.count("programme.item_added") == 3
    assert actions.count("programme.imported") == 1


def test_what_changed_meanwhile_is_shown_anew(editor: StrictClient, conference: Conference) -> None:
    begin_write()
    row = add(conference, "09:00", "09:30", "Velkommen")
    db.session.commit()
    token = sealed(shown(editor, TEXT))
    begin_write()
    row.title, row.version = "Kollegaens tittel", 2
    db.session.commit()
    response = editor.submit(f"{PAGE}/ta-inn", {"fil": token}, page=PAGE)
    page = response.get_data(as_text=True)
    assert response.status_code == 409
    assert "Programmet er endret siden du så på listen" in page
    assert titles() == ["Kollegaens tittel"]
    assert editor.submit(f"{PAGE}/ta-inn", {"fil": sealed(page)}, page=PAGE).status_code == 303
    assert len(titles()) == 4


def test_an_item_that_is_there_is_changed_and_the_page_says_how(editor: StrictClient, conference: Conference) -> None:
    begin_write()
    add(conference, "09:00", "09:45", "Velkommen", speaker="Ordføreren", description="Blir stående", expected=40)
    db.session.commit()
    page = shown(editor, TEXT)
    assert page.count(">Endres</span>") == 1
    assert "Ny slutt: fra «09.45» til «09.30»" in page
    assert "Ny innleder: fra «Ordføreren» til «Direktøren»" in page
    editor.submit(f"{PAGE}/ta-inn", {"fil": sealed(page)}, page=PAGE)
    [row] = [item for item in editing.items(conference) if item.title == "Velkommen"]
    assert (row.speaker, row.description, row.expected, row.version) == ("Direktøren", "Blir stående", 40, 2)


def test_replacing_takes_out_what_the_file_lacks(editor: StrictClient, conference: Conference) -> None:
    begin_write()
    add(conference, "14:00", "15:00", "Gammelt")
    db.session.commit()
    page = shown(editor, TEXT, replace="y")
    assert page.count(">Tas ut</span>") == 1
    editor.submit(f"{PAGE}/ta-inn", {"fil": sealed(page)}, page=PAGE)
    assert titles() == ["Velkommen", "Kaffe", "IPS i praksis"]


def test_a_programme_for_other_dates_can_be_moved(editor: StrictClient, conference: Conference) -> None:
    page = shown(editor, f"3. mai 2021\n{TEXT}4. mai 2021\n09.00 Slutt")
    assert "Ingen av programpostene ligger på dagene" in page
    moved = editor.submit(f"{PAGE}/flytt", {"fil": sealed(page)}, page=PAGE).get_data(as_text=True)
    assert "Ligger utenfor" not in moved
    editor.submit(f"{PAGE}/ta-inn", {"fil": sealed(moved)}, page=PAGE)
    assert [local(item.start).date() for item in editing.items(conference)] == [conference.first_date] * 3 + [
        conference.last_date
    ]


def test_a_line_that_cannot_be_read_is_named_and_nothing_is_offered(editor: StrictClient, conference: Conference) -> None:
    page = shown(editor, "date,start,end,title\n2026-06-26,ni,10:00,Åpning\n".encode())
    assert "«ni» er ikke et klokkeslett" in page
    assert 'name="fil"' not in page
    assert titles() == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "Velg en fil, eller lim inn et program."),
        (b"%PDF-1.7 ", "Denne filtypen kan vi ikke lese."),
        (b"<!DOCTYPE html><html></html>", "Filen har en dokumenttype"),
        (b"PK\x03\x04 tull", "Filen er ikke et regneark som kan leses."),
        (b"Bare prat", "Ingen programposter kan tas inn."),
    ],
)
def test_what_cannot_be_read_is_refused_by_the_field(
    editor: StrictClient, conference: Conference, content: bytes, says: str
) -> None:
    response = editor.submit(PAGE, {"file": (BytesIO(content), "x")}, content_type="multipart/form-data")
    assert response.status_code == 422
    assert says in response.get_data(as_text=True)


def test_a_refused_text_is_not_lost(editor: StrictClient, conference: Conference) -> None:
    assert "Bare prat om ingenting" in shown(editor, "Bare prat om ingenting")


def test_nobody_can_make_up_or_pass_on_what_was_shown(
    editor: StrictClient, sign_in: Callable[..., StrictClient], conference: Conference
) -> None:
    token = sealed(shown(editor, TEXT))
    other = sign_in("programme", "organiser", conference=conference)
    assert other.submit(f"{PAGE}/ta-inn", {"fil": token}, page=PAGE).status_code == 422
    for wrong in (token[:-4] + "AAAA", "", "x.y"):
        assert editor.submit(f"{PAGE}/ta-inn", {"fil": wrong}, page=PAGE).status_code == 422
        assert editor.submit(f"{PAGE}/flytt", {"fil": wrong}, page=PAGE).status_code == 422
    assert titles() == []


def test_the_template_is_read_by_the_import(editor: StrictClient, conference: Conference) -> None:
    content = editor.get(f"{PAGE}/mal.xlsx").get_data()
    rows = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0).to_python()
    assert rows[0] == ["date", "start", "end", "title", "kind", "room", "speaker", "language", "description"]
    editor.submit(f"{PAGE}/ta-inn", {"fil": sealed(shown(editor, content))}, page=PAGE)
    assert titles() == ["Velkommen", "Pause"]


def test_who_may_only_read_the_programme_may_not_import(sign_in: Callable[..., StrictClient], conference: Conference) -> None:
    reader = sign_in("read", conference=conference)
    assert reader.get(PAGE).status_code == 403
    assert "Hent inn et program" not in reader.get("/admin/k/prove/program").get_data(as_text=True)
