"""Registrations in and out as sheets."""

import json
from collections.abc import Callable
from pathlib import Path
from zipfile import ZipFile

import pytest
from click.testing import Result
from flask import Flask
from python_calamine import CalamineWorkbook

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.registration import places, signup
from tests.registration.conftest import mails, person

HEAD = "name,email,organisation,organisation_type,county,attendance,days,accept_privacy,status"
SignUp = Callable[..., str]
Flasks = Callable[..., Result]


@pytest.fixture
def flask(app: Flask) -> Flasks:
    """``flask("registration", "export", …)``."""

    def run(*arguments: object) -> Result:
        result = app.test_cli_runner().invoke(args=[str(a) for a in arguments])
        db.session.rollback()  # the command has left
        return result

    return run


@pytest.fixture
def imported(flask: Flasks, conference: Conference, tmp_path: Path) -> Callable[..., Result]:
    """``imported("a line", …)`` imports a sheet with those lines."""

    def run(*lines: str, head: str = HEAD, encoding: str = "utf-8", options: tuple[str, ...] = ()) -> Result:
        file = tmp_path / "inn.csv"
        file.write_bytes("\r\n".join([head, *lines, ""]).encode(encoding))
        return flask("registration", "import", conference.slug, file, *options)

    return run


def test_a_sheet_is_signed_up_and_nobody_is_mailed(imported: Callable[..., Result], conference: Conference) -> None:
    day = conference.dates[1].isoformat()
    done = imported(
        f"Åse Ødegård,aase@example.org,NAV,nav,troms,digital,{day},1,",
        "Per,per@example.org,HF,helseforetak,nordland,,,,waiting",
        '"Nord, Kari",,"Ord ""og"" bord",,,physical,,,confirmed',
    )
    assert done.output == "signed up: 3 confirmed, 0 waiting, 0 cancelled, 0 already\n"
    row = person("aase@example.org")
    assert (row.name, row.attendance, row.county, row.dates, row.source) == (
        "Åse Ødegård", "digital", "troms", [conference.dates[1]], "import",
    )  # fmt: skip
    assert row.accepted_privacy
    assert person("").organisation_name == 'Ord "og" bord'
    assert [mail.kind for mail in mails()] == ["promoted"]  # Per's sheet said waiting, and there was room


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
@pytest.mark.parametrize("delimiter", [",", ";"])
def test_both_kinds_of_csv_are_read(imported: Callable[..., Result], encoding: str, delimiter: str) -> None:
    head = HEAD.replace(",", delimiter)
    assert imported(delimiter.join(["Kåre", "k@example.org"]), head=head, encoding=encoding).exit_code == 0
    assert person("k@example.org").name == "Kåre"


def test_the_same_sheet_twice_is_one_sheet(imported: Callable[..., Result], conference: Conference) -> None:
    lines = ["Kari,kari@example.org,,,,,,,", "Per,,NAV,,,,,,", "Per,,NAV,,,,,,"]
    imported(*lines)
    again = imported(*lines)
    assert "3 already" in again.output
    assert places.availability(conference).taken == 3


def test_a_dry_run_changes_nothing(imported: Callable[..., Result], conference: Conference) -> None:
    done = imported("Kari,kari@example.org,,,,,,,", options=("--dry-run",))
    assert done.output.startswith("would sign up: 1 confirmed")
    assert places.availability(conference).taken == 0


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (",a@example.org,,,,,,,", "line 3, column name:"),
        (f"{'x' * 121},a@example.org,,,,,,,", "line 3, column name:"),
        ("Per,per(at)example,,,,,,,", "line 3, column email:"),
        ("Per,,,bank,,,,,", "line 3, column organisation_type:"),
        ("Per,,,,hordaland,,,,", "line 3, column county:"),
        ("Per,,,,,telepathy,,,", "line 3, column attendance:"),
        ("Per,,,,,,2001-01-01,,", "line 3, column days:"),
        ("Per,,,,,,,,maybe", "line 3, column status:"),
        ("Per\0,,,,,,,,", "line 3, column name:"),
        ("Per,,,,,,,,,,,", " 12 "),
        ('Per,"unfinished', "Line 3"),
    ],
)
def test_a_wrong_line_is_named_and_nobody_is_signed_up(
    imported: Callable[..., Result], conference: Conference, line: str, told: str
) -> None:
    done = imported("Kari,kari@example.org,,,,,,,", line)
    assert done.exit_code == 1
    assert told in done.output
    assert done.output.count("\n") == 1
    assert places.availability(conference).taken == 0


def test_a_sheet_cannot_seat_more_than_there_is_room_for(imported: Callable[..., Result], conference: Conference) -> None:
    lines = [f"Nr {n},n{n}@example.org,,,,,,,confirmed" for n in range(21)]
    done = imported(*lines)
    assert done.exit_code == 1
    assert "line 22, column status:" in done.output
    assert places.availability(conference).taken == 0


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"kolonne;epost\nx;y", " name"),
        (b"name,name\na,b", "twice"),
        (b"name\n\xe6\xf8\xe5", "Line 2: the file is not in UTF-8"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused(
    flask: Flasks, conference: Conference, tmp_path: Path, content: bytes, told: str
) -> None:
    file = tmp_path / "inn.csv"
    file.write_bytes(content)
    done = flask("registration", "import", conference.slug, file)
    assert done.exit_code == 1
    assert told in done.output


def test_a_spreadsheet_that_is_none_is_refused(flask: Flasks, conference: Conference, tmp_path: Path) -> None:
    file = tmp_path / "inn.xlsx"
    file.write_bytes(b"PK\x03\x04 not a workbook")
    assert flask("registration", "import", conference.slug, file).exit_code == 1


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_exported_can_be_imported_elsewhere(
    flask: Flasks, conference: Conference, sign_up: SignUp, tmp_path: Path, form: str
) -> None:
    begin_write()
    signup.set_seats(conference, 1, "system")
    db.session.commit()
    sign_up("a@example.org", name='=HYPERLINK("http://ond.example")', phone="+47 22 22 22 22", organisation="A | B")
    sign_up("b@example.org", name='-Per;,"Ola"', attendance="digital", days=[conference.dates[1].isoformat()])
    sign_up("c@example.org")
    out = tmp_path / f"ut.{form}"
    flask("registration", "export", conference.slug, "--format", form, "--out", out)
    flask(
        "conference", "create", "annen", "--title", "Annen", "--kind", "regionsamling", "--seats", 1,
        "--from", conference.first_date, "--to", conference.last_date, "--publish",
    )  # fmt: skip
    done = flask("registration", "import", "annen", out)
    assert done.output == "signed up: 2 confirmed, 1 waiting, 0 cancelled, 0 already\n"
    again = tmp_path / f"igjen.{form}"
    flask("registration", "export", "annen", "--format", form, "--out", again)
    if form == "csv":
        assert again.read_bytes() == out.read_bytes()
        assert b"\r\n'=HYPERLINK" in out.read_bytes() or b"\"'=HYPERLINK" in out.read_bytes()
    else:
        cells = CalamineWorkbook.from_path(out).get_sheet_by_index(0).to_python()
        assert cells == CalamineWorkbook.from_path(again).get_sheet_by_index(0).to_python()
        assert cells[1][0] == '=HYPERLINK("http://ond.example")'
        with ZipFile(out) as book:
            assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_the_outbox_is_listed_with_links_an_operator_can_open(flask: Flasks, client: object, sign_up: SignUp) -> None:
    sign_up("kari@example.org")
    (mail,) = json.loads(flask("outbox", "list", "--json").output)
    assert mail["recipient"] == "kari@example.org"
    assert "http://localhost/min/" in mail["body"]
    assert mail["calendar"]["method"] == "REQUEST"
    assert flask("outbox", "send").exit_code == 1
