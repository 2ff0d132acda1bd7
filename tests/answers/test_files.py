"""Answers in from files and paper, and out again."""

import csv
import json
from io import BytesIO, StringIO
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from konferanse.answers import delivery, imports, sheets
from konferanse.answers.delivery import new_answer
from konferanse.answers.models import Answer, AnswerVersion, Words
from konferanse.answers.sheets import BadSheet
from konferanse.common.clock import now
from konferanse.common.fields import unprintable
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups.models import GroupTask, Table
from tests.groups.room import with_tables, with_task

GOOD = "id,task,table,text\ng1,oppg1,B01,Fordommer\ng2,oppg1,B02,Tid\n"


@pytest.fixture
def room(conference: Conference) -> Conference:
    with_tables(conference, 3)
    with_task(conference, is_open=False)
    return conference


def take_in(conference: Conference, content: str | bytes, **how: bool) -> imports.Summary:
    begin_write()
    try:
        summary = imports.import_file(conference, content.encode() if isinstance(content, str) else content, "system", **how)
        db.session.commit()
    finally:
        db.session.rollback()
    return summary


def texts() -> dict[str, str]:
    return {a.ref: a.text for a in db.session.scalars(select(Answer))}


def refused(conference: Conference, content: str | bytes) -> list[str]:
    with pytest.raises(BadSheet) as refusal:
        take_in(conference, content)
    assert texts() == {}
    return refusal.value.problems


@pytest.mark.parametrize(
    "content",
    [
        GOOD,
        "\ufeff" + GOOD,
        GOOD.replace(",", ";"),
        GOOD.replace("\n", "\r\n"),
        "Table,extra,TEXT,id,task\nB01,x,Fordommer,g1,oppg1\nB02,,Tid,g2,oppg1\n\n",
    ],
    ids=["plain", "bom", "semicolon", "crlf", "other order"],
)
def test_every_kind_of_csv_is_read(room: Conference, content: str) -> None:
    assert take_in(room, content).added == 2
    assert texts() == {"g1": "Fordommer", "g2": "Tid"}


def test_the_same_file_again_changes_nothing(room: Conference) -> None:
    take_in(room, GOOD)
    again = take_in(room, GOOD)
    assert (again.added, again.changed, again.same) == (0, 0, 2)
    assert db.session.scalar(select(func.count()).select_from(AnswerVersion)) == 2


def test_the_same_file_does_not_undo_what_a_table_edited_since(room: Conference) -> None:
    take_in(room, GOOD)
    begin_write()
    answer = db.session.scalars(select(Answer).where(Answer.ref == "g1")).one()
    delivery.store_version(answer, Words("Fordommer hos ledere"), now())
    db.session.commit()
    assert take_in(room, GOOD).same == 2
    assert texts()["g1"] == "Fordommer hos ledere"


def test_a_changed_text_is_a_new_version(room: Conference) -> None:
    take_in(room, GOOD)
    assert take_in(room, GOOD.replace("Tid", "Tid til opplæring")).changed == 1
    assert texts()["g2"] == "Tid til opplæring"


def said(ref: str) -> tuple[str, str, str]:
    return tuple(db.session.scalars(select(Answer).where(Answer.ref == ref)).one().words)


def test_owner_and_deadline_are_read_where_the_file_has_them(room: Conference) -> None:
    take_in(room, "id,task,table,text,deadline,owner\ng1,oppg1,B01,Fordommer,høsten 2019, NAV Oslo \ng2,oppg1,B02,Tid,,\n")
    assert (said("g1"), said("g2")) == (("Fordommer", "NAV Oslo", "høsten 2019"), ("Tid", "", ""))


def test_a_file_without_the_columns_leaves_owner_and_deadline_as_they_are(room: Conference) -> None:
    take_in(room, "id,task,table,text,owner\ng1,oppg1,B01,Fordommer,NAV\n")
    assert take_in(room, GOOD).same == 1
    assert take_in(room, GOOD.replace("Fordommer", "Fordommer hos ledere")).changed == 1
    assert said("g1") == ("Fordommer hos ledere", "NAV", "")


def test_another_owner_for_the_same_text_is_a_new_version_once(room: Conference) -> None:
    take_in(room, GOOD)
    new = "id,task,table,text,owner\ng1,oppg1,B01,Fordommer,NAV\n"
    assert [take_in(room, new).changed for _ in range(2)] == [1, 0]
    assert [v.words for v in db.session.scalars(select(Answer).where(Answer.ref == "g1")).one().versions] == [
        Words("Fordommer"),
        Words("Fordommer", "NAV"),
    ]
    assert take_in(room, "id,task,table,text,owner\ng1,oppg1,B01,Fordommer,\n").same == 1  # as it was before


def test_a_bad_owner_is_named_by_line_and_column(room: Conference) -> None:
    assert refused(room, f"id,task,table,text,owner\ng1,oppg1,B01,x,{'x' * 201}\n")[0].startswith("Linje 2, kolonne owner")
    assert refused(room, 'id,task,table,text,deadline\ng1,oppg1,B01,x,"en\nto"\n')[0].startswith("Linje 2, kolonne deadline")
    assert refused(room, "id,task,table,text,owner,owner\ng1,oppg1,B01,x,a,b\n") == [
        "Linje 1: kolonnen «owner» står to ganger."
    ]


def test_a_quoted_text_may_run_over_lines_and_the_next_line_keeps_its_number(room: Conference) -> None:
    problems = refused(room, 'id,task,table,text\ng1,oppg1,B01,"en\nto"\ng2,oppg9,B01,x\n')
    assert problems == ["Linje 4, kolonne task: det finnes ingen oppgave «oppg9»."]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("g3,oppg1,B99,Hei", "Linje 4, kolonne table"),
        ("g3,oppg9,B01,Hei", "Linje 4, kolonne task"),
        (",oppg1,B01,Hei", "Linje 4, kolonne id"),
        ("g1,oppg1,B01,Hei", "Linje 4, kolonne id: «g1» står også på linje 2"),
        ("g3,oppg1,B01,", "Linje 4, kolonne text"),
        (f"g3,oppg1,B01,{'x' * 4001}", "Linje 4, kolonne text"),
        ("g3,oppg1,B01,a\0b", "Linje 4, kolonne text"),
        ("g3,oppg1", "Linje 4: kolonnen «table»"),
        ('g3,oppg1,B01,"uten slutt', "Linje 4 kan ikke leses"),
    ],
)
def test_a_bad_line_is_named_and_nothing_goes_in(room: Conference, line: str, named: str) -> None:
    assert refused(room, GOOD + line + "\n")[0].startswith(named)


def test_every_bad_line_is_named(room: Conference) -> None:
    problems = refused(room, GOOD + "g3,x,B01,Hei\ng4,oppg1,x,Hei\n")
    assert [p.split(":")[0] for p in problems] == ["Linje 4, kolonne task", "Linje 5, kolonne table"]


@pytest.mark.parametrize(
    "content", [b"", b"\xef\xbb\xbf", b"id,task,text\n", b"id,id,task,table,text\n", b"PK\x03\x04 not a zip", b"\xff\xfe"]
)
def test_what_is_no_sheet_is_refused_in_words(room: Conference, content: bytes) -> None:
    assert refused(room, content)


def test_latin1_is_refused_with_the_line(room: Conference) -> None:
    assert refused(room, GOOD.encode() + "g3,oppg1,B01,på".encode("latin-1"))[0].startswith("Linje 4")


def test_an_id_belongs_to_one_table(room: Conference) -> None:
    take_in(room, GOOD)
    with pytest.raises(BadSheet, match="hører til bord B01"):
        take_in(room, "id,task,table,text\ng1,oppg1,B03,Fordommer\n")


def test_missing_tables_and_tasks_are_made_only_when_asked(room: Conference) -> None:
    content = "id,task,table,text\ng1,oppg7,B17,Fordommer\n"
    refused(room, content)
    summary = take_in(room, content, create=True)
    assert (summary.tables, summary.tasks) == (["B17"], ["oppg7"])
    assert db.session.scalars(select(Table.number).where(Table.code == "B17")).one() == 17
    assert db.session.scalars(select(GroupTask).where(GroupTask.ref == "oppg7")).one().state() == "ahead"


def test_an_import_is_not_stopped_by_a_closed_task_and_is_marked(room: Conference) -> None:
    take_in(room, GOOD)
    assert {a.channel for a in db.session.scalars(select(Answer))} == {"import"}


TEXT = st.text(min_size=1, max_size=60).filter(lambda t: t.strip() and not unprintable(t))
TRICKY = st.sampled_from(
    ["=1+1", "'=1", "''-x", "+47 22", "-5 %", "@x", "|a|b", "a\\|b", '"', "a;b,c", "en\nto", "'", "\t=1", "'-|\\|"]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(written=st.lists(TEXT | TRICKY, min_size=1, max_size=6))
@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_what_goes_out_comes_in_again_letter_for_letter(room: Conference, form: str, written: list[str]) -> None:
    rows = [
        {
            "id": str(n),
            "task": "oppg1",
            "table": "B01",
            "text": delivery.normalised(t),
            "channel": "table",
            "version": 1,
            "late": False,
            "owner": delivery.normalised_own("owner", " ".join(t.split())),
            "deadline": "",
        }
        for n, t in enumerate(written)
    ]
    read = sheets.read(sheets.write(rows, form))
    assert [(r.text, r.owner, r.deadline) for r in read] == [(r["text"], r["owner"], r["deadline"]) for r in rows]


def test_an_export_makes_no_formulas(room: Conference) -> None:
    take_in(room, 'id,task,table,text\ng1,oppg1,B01,"=HYPERLINK(""http://x"")"\n')
    assert "'=HYPERLINK" in sheets.write(imports.export(room), "csv").decode()
    import zipfile

    with zipfile.ZipFile(BytesIO(sheets.write(imports.export(room), "xlsx"))) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_an_export_holds_the_standing_text_of_what_is_not_withdrawn_or_practice(room: Conference) -> None:
    take_in(room, GOOD)
    tryout = with_task(room, "prove", is_tryout=True)
    begin_write()
    g1, g2 = db.session.scalars(select(Answer).order_by(Answer.ref))
    delivery.store_version(g1, Words("Fordommer hos ledere"), now())
    g2.withdrawn = now()
    new_answer(g1.table, tryout, str(uuid4()), Words("øving"), channel="table", written=now())
    db.session.commit()
    rows = json.loads(sheets.write(imports.export(room), "json"))
    assert rows == [
        {
            "id": "g1",
            "task": "oppg1",
            "table": "B01",
            "text": "Fordommer hos ledere",
            "channel": "import",
            "version": 2,
            "late": False,
            "owner": "",
            "deadline": "",
        }
    ]
    header, line = list(csv.reader(StringIO(sheets.write(imports.export(room), "csv").decode(), newline="")))
    assert header == list(sheets.COLUMNS)
    assert line == ["g1", "oppg1", "B01", "Fordommer hos ledere", "import", "2", "false", "", ""]


def test_the_command_line_imports_dries_exports_and_refuses(app: Flask, room: Conference, tmp_path: Path) -> None:
    file, bad = tmp_path / "svar.csv", tmp_path / "feil.csv"
    file.write_text(GOOD)
    bad.write_text(GOOD + "g3,oppg1,B99,x\ng4,oppg9,B01,x\n")
    run = app.test_cli_runner().invoke
    assert "2 added" in run(args=["answers", "import", "prove", str(file), "--dry-run"]).output
    assert texts() == {}
    wrong = run(args=["answers", "import", "prove", str(bad)])
    assert wrong.exit_code == 1
    assert wrong.stderr == "Linje 4, kolonne table: det finnes ikke noe bord «B99». (og 1 feil til)\n"
    assert wrong.stdout == ""
    db.session.rollback()
    assert texts() == {}
    assert run(args=["answers", "import", "prove", str(file)]).exit_code == 0
    db.session.rollback()
    assert len(texts()) == 2
    out = tmp_path / "ut.csv"
    assert run(args=["answers", "export", "prove", "--out", str(out)]).exit_code == 0
    assert out.read_bytes().startswith(b"id,task,table,text,channel,version,late,owner,deadline\r\n")
    assert run(args=["answers", "import", "prove", str(out)]).output == "0 added, 0 changed, 2 unchanged\n"
    assert run(args=["answers", "import", "finnes-ikke", str(file)]).exit_code == 1
    assert run(args=["answers", "import", "prove", "finnes-ikke.csv"]).exit_code == 2
