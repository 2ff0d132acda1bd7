"""Taking in a list of participants on the web: first what would happen, then exactly that."""

import html
import io
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from konferanse.common.audit import AuditEntry
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import places, signup
from konferanse.registration.models import AccessNeed, Registration
from tests.conftest import StrictClient
from tests.registration.conftest import mails, person

SignUp = Callable[..., str]
BASE = "/admin/k/prove/pamelding"
TOKEN = re.compile(r'name="ark" value="([^"]+)"')
ROW = re.compile(r'<td class="numbers">(\d+)</td><th scope="row">([^<]*)</th><td>[^<]*</td><td><span[^>]*>([^<]+)</span>')


def upload(desk: StrictClient, content: bytes | str, name: str = "inn.csv") -> TestResponse:
    """Choose a file and press the button."""
    raw = content.encode() if isinstance(content, str) else content
    return desk.submit(f"{BASE}/import", {"file": (io.BytesIO(raw), name)}, content_type="multipart/form-data")


def confirm(desk: StrictClient, shown: TestResponse) -> TestResponse:
    """Say yes to what is shown."""
    token = TOKEN.search(shown.get_data(as_text=True))
    assert token, shown.get_data(as_text=True)
    return desk.submit(f"{BASE}/import/ta-inn", {"ark": token[1]}, page=f"{BASE}/import")


def outcomes(shown: TestResponse) -> list[tuple[int, str, str]]:
    """Line, name and what would happen."""
    return [(int(line), html.unescape(name), what) for line, name, what in ROW.findall(shown.get_data(as_text=True))]


def everybody() -> int:
    return db.session.scalar(db.select(db.func.count()).select_from(Registration)) or 0


def with_seats(conference: Conference, count: int | None) -> None:
    begin_write()
    signup.set_seats(conference, count, "system")
    db.session.commit()


@pytest.mark.postgres
def test_what_is_shown_line_by_line_is_what_happens(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    with_seats(conference, 2)
    sign_up("kari@example.org", name="Kari")
    sheet = "name,email,attendance,status\nPer,per@example.org,,\nKari igjen,KARI@example.org,,\nÅse,a@example.org,,\n"
    shown = upload(desk, f"{sheet}Ola,o@example.org,digital,\nEva,e@example.org,,cancelled\n")
    assert outcomes(shown) == [
        (2, "Per", "Får plass"),
        (3, "Kari igjen", "Finnes fra før, endres ikke"),
        (4, "Åse", "Venteliste"),
        (5, "Ola", "Får plass"),
        (6, "Eva", "Lagres som avmeldt"),
    ]
    assert everybody() == 1
    assert confirm(desk, shown).status_code == 303
    assert {n: person(f"{n}@example.org").status for n in ("per", "kari", "a", "o", "e")} == {
        "per": "confirmed", "kari": "confirmed", "a": "waiting", "o": "confirmed", "e": "cancelled",
    }  # fmt: skip
    assert person("kari@example.org").name == "Kari"
    assert mails(to="per@example.org") == []
    entry = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "registration.imported")).one()
    assert entry.detail == {"people": 5}


def test_saying_yes_twice_is_once(conference: Conference, desk: StrictClient) -> None:
    shown = upload(desk, "name,email\nPer,per@example.org\nUten adresse,\n")
    assert confirm(desk, shown).status_code == 303
    again = confirm(desk, shown)
    assert again.status_code == 409
    assert {what for _line, _name, what in outcomes(again)} == {"Finnes fra før, endres ikke"}
    assert everybody() == 2


def test_seats_taken_meanwhile_are_told_and_nothing_is_lost(
    conference: Conference, desk: StrictClient, sign_up: SignUp
) -> None:
    with_seats(conference, 1)
    shown = upload(desk, "name,email\nPer,per@example.org\n")
    assert outcomes(shown) == [(2, "Per", "Får plass")]
    sign_up("rask@example.org")
    answer = confirm(desk, shown)
    assert answer.status_code == 409
    assert "har endret seg" in answer.get_data(as_text=True)
    assert outcomes(answer) == [(2, "Per", "Venteliste")]
    assert everybody() == 1
    assert confirm(desk, answer).status_code == 303
    assert person("per@example.org").status == "waiting"
    assert places.availability(conference).taken == 1


def test_every_fault_is_named_by_line_and_column_in_the_pages_language(conference: Conference, desk: StrictClient) -> None:
    page = upload(desk, "name,email,county\n,a@example.org,\nPer,per(at),hordaland\nKari,kari@example.org,\n")
    assert page.status_code == 422
    text = html.unescape(page.get_data(as_text=True))
    faults = re.findall(r'<th scope="row" class="numbers">(\d+)</th><td>([^<]+)</td><td>([^<]+)</td>', text)
    assert [(line, column) for line, column, _why in faults] == [("2", "Navn"), ("3", "E-post"), ("3", "Fylke")]
    assert "«hordaland» er ukjent" in faults[2][2]
    assert 'name="ark"' not in text
    assert everybody() == 0


def test_a_sheet_that_seats_too_many_is_a_fault_of_its_line(conference: Conference, desk: StrictClient) -> None:
    with_seats(conference, 1)
    page = upload(desk, "name,status\nPer,confirmed\nKari,confirmed\n")
    assert page.status_code == 422
    assert re.search(r'numbers">3</th><td>Status</td><td>Alle plassene er tatt', page.get_data(as_text=True))
    assert everybody() == 0


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (b"", "inn.csv", "Velg en fil som ikke er tom"),
        (b"kolonne\nx", "inn.csv", "ingen kolonne heter name"),
        (b"name\n", "inn.csv", "ingen linjer"),
        (b"name\n\xe6", "inn.csv", "ikke i UTF-8"),
        (b"PK\x03\x04 not a workbook", "inn.xlsx", "ikke et regneark"),
        (b"\x00\x01", "inn.ods", "ikke et regneark"),
        (b"name\n" + b"x\n" * 5001, "inn.csv", "5001 linjer"),
        (b"name\n" + b"x" * 5_000_001, "inn.csv", "for stor"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_in_words(
    conference: Conference, desk: StrictClient, content: bytes, name: str, told: str
) -> None:
    page = upload(desk, content, name)
    assert page.status_code == 422
    assert told in page.get_data(as_text=True)


def test_a_text_in_place_of_a_file_is_no_file(conference: Conference, desk: StrictClient) -> None:
    answer = desk.submit(f"{BASE}/import", {"file": "name\nPer\n"})
    assert answer.status_code == 422
    assert "Velg en fil" in answer.get_data(as_text=True)


def test_the_template_can_be_filled_in_with_the_pages_words(conference: Conference, desk: StrictClient) -> None:
    from python_calamine import CalamineWorkbook

    template = desk.get(f"{BASE}/import/mal.xlsx").get_data()
    head = CalamineWorkbook.from_filelike(io.BytesIO(template)).get_sheet_by_index(0).to_python()[0]
    row = {"Navn": "Åse", "E-post": "a@example.org", "Fylke": "Møre og Romsdal", "Deltar": "Digitalt", "Status": "Påmeldt"}
    row["Type virksomhet"] = "Kommune"
    csv = ";".join(str(h) for h in head) + "\n" + ";".join(row.get(str(h), "") for h in head) + "\n"
    confirm(desk, upload(desk, csv))
    made = person("a@example.org")
    assert (made.county, made.attendance, made.status, made.organisation_type) == (
        "more-og-romsdal", "digital", "confirmed", "kommune",
    )  # fmt: skip


def test_what_is_taken_out_can_be_taken_in_elsewhere(conference: Conference, desk: StrictClient, sign_up: SignUp) -> None:
    with_seats(conference, 1)
    sign_up("a@example.org", name="Åse", county="troms")
    sign_up("b@example.org", name="Bodil")
    files = [
        desk.submit(f"{BASE}/eksport", {"format": form, "felt": "import"}, page=BASE).get_data() for form in ("csv", "xlsx")
    ]
    begin_write()
    db.session.execute(db.delete(Registration))
    db.session.commit()
    for content, name in zip(files, ("ut.csv", "ut.xlsx"), strict=True):
        assert [what for _line, _name, what in outcomes(upload(desk, content, name))] == ["Får plass", "Venteliste"]
    assert confirm(desk, upload(desk, files[1], "ut.xlsx")).status_code == 303
    assert (person("a@example.org").county, person("b@example.org").status) == ("troms", "waiting")


def test_what_was_shown_cannot_be_swapped_or_used_by_others(
    conference: Conference, desk: StrictClient, sign_in: Callable[..., StrictClient]
) -> None:
    shown = upload(desk, "name\nPer\n")
    token = TOKEN.search(shown.get_data(as_text=True))
    assert token
    other = sign_in("organiser", conference=conference, admin=True)
    for client, ark in ((desk, token[1][:-2] + "xx"), (desk, ""), (other, token[1])):
        assert client.submit(f"{BASE}/import/ta-inn", {"ark": ark}, page=f"{BASE}/import").status_code == 422
    assert everybody() == 0


def test_nothing_of_an_uploaded_file_is_kept_unless_it_is_taken_in(
    conference: Conference, desk: StrictClient, tmp_path: Path
) -> None:
    upload(desk, "name,allergies,status\nPer,KANARIFUGL,\nEva,x,waiting\n")
    shown = upload(desk, "name,allergies\nPer,KANARIFUGL\n")
    confirm(desk, shown)
    assert db.session.scalar(db.select(db.func.count()).select_from(AccessNeed)) == 0
    kept = [path for path in tmp_path.rglob("*") if path.is_file() and b"KANARIFUGL" in path.read_bytes()]
    assert kept == []
    assert "KANARIFUGL" not in shown.get_data(as_text=True)


def test_only_the_organiser_takes_people_in(conference: Conference, sign_in: Callable[..., StrictClient]) -> None:
    other = sign_in("moderation", conference=conference)
    assert other.get(f"{BASE}/import").status_code == 403
    assert other.submit(f"{BASE}/import", {}, page=BASE).status_code == 403
