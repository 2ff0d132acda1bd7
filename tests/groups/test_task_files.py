"""Tasks in from a sheet and out again: on the page, and by command."""

import re
from collections.abc import Callable
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from werkzeug.test import TestResponse
from xlsxwriter import Workbook

from konferanse.common.sheets import BadSheet
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import task_files, tasks
from konferanse.groups.models import GroupTask
from konferanse.groups.tables import tables_of
from tests.conftest import StrictClient
from tests.groups.room import with_tables, with_task
from tests.groups.test_cli import run
from tests.groups.test_pages import TASKS, page

SignIn = Callable[..., StrictClient]
IMPORT = f"{TASKS}/fil/import"
GOOD = """\
id,title,text,kind,minutes,tryout
prove,Prøv å svare,,,,ja
a,Hva hindrer oss?,Tenk høyt,hindring,20,
,Hva gjør vi?,,Tiltak,,nei
"""


SHEET = [
    ["id", "title", "text", "kind", "minutes", "tryout"],
    ["prove", "Prøv å svare", "", "", "", True],
    ["a", "Hva hindrer oss?", "Tenk høyt", "hindring", 20, False],
    ["", "Hva gjør vi?", "", "Tiltak", "", "nei"],
]


@pytest.fixture
def moderator(sign_in: SignIn, conference: Conference) -> StrictClient:
    return sign_in("moderation", conference=conference)


def stored() -> list[tuple[object, ...]]:
    """The tasks in order, as plain values."""
    db.session.rollback()
    rows = db.session.scalars(select(GroupTask).order_by(GroupTask.position))
    return [(t.ref, t.title, t.text, t.kind, t.minutes, t.is_tryout) for t in rows]


def take_in(conference: Conference, content: str | bytes) -> task_files.Plan:
    begin_write()
    try:
        done = task_files.import_file(conference, content.encode() if isinstance(content, str) else content, "system")
        db.session.commit()
    finally:
        db.session.rollback()
    return done


def upload(client: StrictClient, content: str) -> TestResponse:
    file = (BytesIO(content.encode()), "oppgaver.csv")
    return client.submit(IMPORT, {"file": file}, page=IMPORT, content_type="multipart/form-data")


def token_in(words: str) -> str:
    """What carries the file from the page that shows what would happen."""
    found = re.search(r'name="fil" value="([^"]+)"', words)
    assert found
    return found[1]


def xlsx(lines: list[list[object]]) -> bytes:
    out = BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, cells in enumerate(lines):
            sheet.write_row(number, 0, cells)
    return out.getvalue()


AS_READ = [
    ("prove", "Prøv å svare", "", "free", None, True),
    ("a", "Hva hindrer oss?", "Tenk høyt", "hindring", 20, False),
    ("oppg1", "Hva gjør vi?", "", "tiltak", None, False),
]


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        "\ufeff" + GOOD.replace(",", ";").replace("\n", "\r\n"),
        GOOD.replace("id,title,text,kind,minutes,tryout", "Id,Spørsmål,FORKLARING,Slag svar,Minutter,Prøve"),
        xlsx(SHEET),
    ],
    ids=["plain", "semicolons, bom", "headings as on the page", "xlsx"],
)  # fmt: skip
def test_every_kind_of_sheet_is_read_in_its_order(conference: Conference, content: str | bytes) -> None:
    assert take_in(conference, content).count(task_files.NEW) == 3
    assert stored() == AS_READ


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_is_written_is_read_back_and_changes_nothing(conference: Conference, form: str) -> None:
    take_in(conference, GOOD)
    with_task(conference, "formel", is_open=False, text="=1+1\n@her", kind="rutine", minutes=5)
    before = stored()
    done = take_in(conference, task_files.write(conference, form))
    assert [step.act for step in done.steps] == [task_files.SAME] * 4
    assert stored() == before


def test_rounds_and_tables_are_read_and_written_so_that_no_spreadsheet_takes_them_for_dates(conference: Conference) -> None:
    with_tables(conference, 9)
    take_in(conference, "id,title,round,tables\na,Sist,2,bord 1-3 og B09\nb,Først,,\n")
    assert [(t.ref, t.round, tasks.numbers(t, tables_of(conference))) for t in tasks.tasks_of(conference)] == [
        ("b", 1, []),
        ("a", 2, [1, 2, 3, 9]),
    ]
    assert "1; 2; 3; 9" in task_files.write(conference, "csv").decode()
    for form in ("csv", "xlsx"):
        assert take_in(conference, task_files.write(conference, form)).count(task_files.SAME) == 2
    changed = take_in(conference, "id,title,tables\na,Sist,7\n").steps[0].changes
    assert changed == [("tables", [1, 2, 3, 9], [7])]


def test_no_cell_becomes_a_formula(conference: Conference) -> None:
    with_task(conference, "formel", is_open=False, text="=1+1")
    assert "'=1+1" in task_files.write(conference, "csv").decode()


def test_a_line_changes_only_the_columns_it_has_and_an_open_task_stays_open(conference: Conference) -> None:
    task = with_task(conference, "a", text="Husk denne", minutes=20)
    begin_write()
    tasks.add(conference, "b", "Urørt", "system", text="Som før")
    db.session.commit()
    take_in(conference, "id,title,minutes\na,Hva hindrer dere?,\n")
    assert stored()[0] == ("a", "Hva hindrer dere?", "Husk denne", "free", None, False)
    assert stored()[1][1:3] == ("Urørt", "Som før")
    assert task.state() == "open"


def test_the_same_lines_without_ids_again_change_nothing(conference: Conference) -> None:
    for expected in (task_files.NEW, task_files.SAME):
        done = take_in(conference, "title\nHva hindrer oss?\nHva gjør vi?\n")
        assert {step.act for step in done.steps} == {expected}
    assert [row[0] for row in stored()] == ["oppg1", "oppg2"]


def test_two_lines_without_ids_and_with_one_question_are_not_two_tasks(conference: Conference) -> None:
    with pytest.raises(BadSheet) as refused:
        take_in(conference, "title\nHva hindrer oss?\nHva hindrer oss?\n")
    assert refused.value.problems[0].startswith("Linje 3, kolonne id: «oppg1» står også på linje 2")


def test_a_new_line_never_gets_an_id_that_stands_further_down(conference: Conference) -> None:
    take_in(conference, "id,title\n,Først\noppg1,Så\n")
    assert [row[:2] for row in stored()] == [("oppg2", "Først"), ("oppg1", "Så")]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("ø,Hva,,,,", "Linje 3, kolonne id"),
        ("a,Hva,,,,", "Linje 3, kolonne id: «a» står også på linje 2"),
        ("b,,,,,", "Linje 3, kolonne title: mangler"),
        ('b,"to\nlinjer",,,,', "Linje 3, kolonne title"),
        (f"b,{'x' * 201},,,,", "Linje 3, kolonne title"),
        (f"b,Hva,{'x' * 2001},,,", "Linje 3, kolonne text"),
        ("b,a\0b,,,,", "Linje 3, kolonne title"),
        ("b,Hva,,ønske,,", "Linje 3, kolonne kind: «ønske» er ukjent"),
        ("b,Hva,,,0,", "Linje 3, kolonne minutes"),
        ("b,Hva,,,601,", "Linje 3, kolonne minutes"),
        ("b,Hva,,,snart,", "Linje 3, kolonne minutes"),
        ("b,Hva,,,,kanskje", "Linje 3, kolonne tryout"),
        ("b,Hva,,,,,0", "Linje 3, kolonne round"),
        ("b,Hva,,,,,21", "Linje 3, kolonne round"),
        ("b,Hva,,,,,1,77", "Linje 3, kolonne tables: Det finnes ikke noe bord «77»."),
        ("b,Hva,,,,,1,2-1", "Linje 3, kolonne tables"),
        ("b,Hva,og når,,,,,,x", "Linje 3 har 9 celler"),
    ],
)
def test_a_bad_line_is_named_by_number_and_column_and_nothing_is_stored(conference: Conference, line: str, named: str) -> None:
    with_tables(conference, 3)
    with pytest.raises(BadSheet) as refused:
        take_in(conference, f"id,title,text,kind,minutes,tryout,round,tables\na,God,,,,,,\n{line}\n")
    assert refused.value.problems[0].startswith(named)
    assert stored() == []


@pytest.mark.parametrize(
    "content",
    [b"", b"\n\n", b"id,text\na,b\n", b"title,title\na,b\n", b"title\n", b"PK\x03\x04", b"title\n\xff\n", b'title\n"x\n'],
)
def test_a_file_that_cannot_be_read_is_refused_in_words(conference: Conference, content: bytes) -> None:
    with pytest.raises(BadSheet):
        take_in(conference, content)
    assert stored() == []


def test_the_page_says_line_by_line_what_would_happen_and_then_does_it(moderator: StrictClient, conference: Conference) -> None:
    with_task(conference, "a", text="Tenk høyt", kind="hindring", minutes=10)
    shown = upload(moderator, GOOD)
    words = shown.get_data(as_text=True)
    assert shown.status_code == 200
    assert words.count("Legges til") == 3  # two lines, and how many there are
    assert "Minutter: fra «10» til «20»" in words
    assert len(stored()) == 1
    form = {"fil": token_in(words)}
    assert moderator.submit(f"{IMPORT}/ta-inn", form, page=IMPORT).status_code == 303
    assert len(stored()) == 3
    assert "2 lagt til, 1 endret" in page(moderator, TASKS)


def test_a_wrong_line_is_shown_with_its_column_and_cannot_be_taken_in(moderator: StrictClient, conference: Conference) -> None:
    shown = upload(moderator, "title,minutes\nHva?,snart\n")
    assert shown.status_code == 422
    assert "«snart» er ikke et helt tall" in shown.get_data(as_text=True)
    assert 'name="fil"' not in shown.get_data(as_text=True)


def test_what_has_changed_since_it_was_shown_is_shown_again_and_not_done(
    moderator: StrictClient, conference: Conference
) -> None:
    token = token_in(upload(moderator, GOOD).get_data(as_text=True))
    with_task(conference, "a", is_open=False)
    again = moderator.submit(f"{IMPORT}/ta-inn", {"fil": token}, page=IMPORT)
    assert again.status_code == 409
    assert len(stored()) == 1
    token = token_in(again.get_data(as_text=True))
    assert moderator.submit(f"{IMPORT}/ta-inn", {"fil": token}, page=IMPORT).status_code == 303
    assert len(stored()) == 3


def test_a_file_shown_for_another_conference_is_not_taken_in(
    moderator: StrictClient, sign_in: SignIn, conference: Conference
) -> None:
    token = token_in(upload(moderator, GOOD).get_data(as_text=True))
    assert moderator.submit(f"{IMPORT}/ta-inn", {"fil": token + "x"}, page=IMPORT).status_code == 422
    other = sign_in("moderation", "read", conference=conference)  # a colleague
    assert other.submit(f"{IMPORT}/ta-inn", {"fil": token}, page=IMPORT).status_code == 422
    begin_write()
    lifecycle.create("annen", "En annen", "regionsamling", conference.first_date, conference.last_date)
    db.session.commit()
    both = sign_in("moderation", conference=db.session.scalars(select(Conference).where(Conference.slug == "annen")).one())
    path = IMPORT.replace("prove", "annen")
    assert both.submit(f"{path}/ta-inn", {"fil": token}, page=path).status_code == 422
    assert stored() == []


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_the_sheet_is_downloaded_and_can_be_taken_in(moderator: StrictClient, conference: Conference, form: str) -> None:
    take_in(conference, GOOD)
    response = moderator.get(f"{TASKS}/fil/eksport.{form}")
    assert f"oppgaver-prove.{form}" in response.headers["Content-Disposition"]
    assert take_in(conference, response.get_data()).count(task_files.SAME) == 3
    assert moderator.get(f"{TASKS}/fil/eksport.exe").status_code == 404


def test_commands_take_in_look_over_and_write(app: Flask, conference: Conference, tmp_path: Path) -> None:
    file, out = tmp_path / "oppgaver.csv", tmp_path / "ut.csv"
    file.write_text(GOOD, encoding="utf-8")
    code, told, _err = run(app, f"tasks import prove {file} --dry-run")
    assert (code, told.splitlines()[-1]) == (0, "3 added, 0 changed, 0 unchanged")
    assert "line 4: oppg1 added" in told
    assert stored() == []
    assert run(app, f"tasks import prove {file}") == (0, "3 added, 0 changed, 0 unchanged\n", "")
    assert run(app, f"tasks export prove --format csv --out {out}")[0] == 0
    text = StringIO(out.read_text(encoding="utf-8"))
    assert text.readline().strip() == "id,title,text,kind,minutes,round,tables,tryout"
    assert run(app, f"tasks import prove {out}")[1] == "0 added, 0 changed, 3 unchanged\n"
    file.write_text("title,minutes\nHva?,snart\nSå?,0\n", encoding="utf-8")
    code, told, err = run(app, f"tasks import prove {file}")
    assert (code, told, err.count("\n")) == (1, "", 1)
    assert "Linje 2, kolonne minutes" in err
    assert run(app, f"tasks import prove {tmp_path}/finnes-ikke.csv")[0] == 2
    assert run(app, "tasks export prove --format ods")[0] == 2
