"""``flask programme import``: 0 done, 1 refused with one clear line and nothing changed."""

from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select

from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.programme import editing
from konferanse.programme.models import ProgrammeItem

HEAD = "date;start;end;title;kind;room;speaker;language;description;ukjent\n"


@pytest.fixture
def file(tmp_path: Path, conference: Conference) -> Path:
    first, last = conference.first_date, conference.last_date
    path = tmp_path / "program.csv"
    opening = f"{first};09:00;09:30;Åpning;plenary;Sal;Direktøren;nb;;x\n"
    path.write_text(f"\ufeff{HEAD}{opening};09.30;10.15;Pause;break;;;;;\n{last};9;;Dag to;;;;;;\n")
    return path


def run(app: Flask, *args: str) -> tuple[int, str, str]:
    result = app.test_cli_runner().invoke(args=["programme", "import", *args])
    return result.exit_code, result.stdout, result.stderr


def titles() -> list[str]:
    db.session.rollback()
    return [item.title for item in db.session.scalars(select(ProgrammeItem).where(editing.HERE).order_by(ProgrammeItem.start))]


def test_a_file_is_taken_in(app: Flask, conference: Conference, file: Path) -> None:
    assert run(app, "prove", str(file)) == (0, "3 new, 0 changed, 0 same, 0 removed, 0 left out\n", "")
    assert titles() == ["Åpning", "Pause", "Dag to"]
    assert run(app, "prove", str(file))[1] == "0 new, 0 changed, 3 same, 0 removed, 0 left out\n"


def test_a_dry_run_tells_line_by_line_and_changes_nothing(app: Flask, conference: Conference, file: Path) -> None:
    code, out, _err = run(app, "prove", str(file), "--dry-run")
    lines = [line.split("\t") for line in out.splitlines()]
    assert code == 0
    assert [line[:2] + line[3:4] for line in lines[:-1]] == [
        ["", "room", "Sal"],
        ["2", "new", "Åpning"],
        ["3", "new", "Pause"],
        ["4", "new", "Dag to"],
    ]
    assert lines[3][-1] == "Slutten mangler. Satt til kl. 09.30."
    assert titles() == []


def test_replacing_takes_out_what_the_file_lacks(app: Flask, conference: Conference, file: Path, tmp_path: Path) -> None:
    run(app, "prove", str(file))
    only = tmp_path / "bare.csv"
    only.write_text(f"date,start,end,title\n{conference.first_date},09:00,09:30,Åpning\n")
    assert run(app, "prove", str(only), "--replace")[1] == "0 new, 0 changed, 1 same, 2 removed, 0 left out\n"
    assert titles() == ["Åpning"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"{HEAD}2026-06-26;09:00;10:00;A\n2026-06-26;kvart over;10:00;B\n", "line 3, column start: «kvart over»"),
        (f"{HEAD}i går;09:00;10:00;A\n;x;;\n", "line 2, column date: «i går» er ikke en dato (and 2 more)"),
        (f"{HEAD}2026-06-26;09:00;10:00;\n", "line 2, column title: mangler"),
        (f'{HEAD}\n\n2026-06-26;09:00;10:00;"over\nto linjer"\n2026-06-26;9;99:99;B\n', "line 6, column end"),
        ("<schedule>\n<day>", "Linje 2, tegn 6"),
        ('{"schedule":\n nei}', "Linje 2, tegn 2"),
        ("", "Filen er tom."),
        ("BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20260626\nSUMMARY:Hele\nEND:VEVENT\n", "Linje 2: Varer hele dagen"),
    ],
)
def test_what_is_wrong_is_told_on_one_line(app: Flask, conference: Conference, tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "feil"
    path.write_text(text)
    code, out, err = run(app, "prove", str(path))
    assert (code, out, err.count("\n")) == (1, "", 1)
    assert says in err
    assert titles() == []


def test_usage_and_unknown_conferences(app: Flask, conference: Conference, file: Path) -> None:
    assert run(app, "finnes-ikke", str(file))[0] == 1
    assert run(app, "prove", "finnes-ikke.csv")[0] == 2


def test_a_file_too_large_is_not_read(app: Flask, conference: Conference, tmp_path: Path) -> None:
    path = tmp_path / "stor.xml"
    with path.open("wb") as sparse:
        sparse.truncate(2 << 30)
    code, _out, err = run(app, "prove", str(path))
    assert (code, err) == (1, "the file is too large\n")


def test_everything_can_be_moved(app: Flask, conference: Conference, file: Path) -> None:
    run(app, "prove", str(file), "--move-days", "-400")
    first = db.session.scalars(select(ProgrammeItem).order_by(ProgrammeItem.start)).first()
    assert first is not None
    assert first.start.date() == conference.first_date - timedelta(days=400)
    assert run(app, "prove", str(file), "--move-days", "99999999")[0] == 1
