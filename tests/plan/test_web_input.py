"""Input from the web in themes and plan: followed like any answer, said beside the tables' support and never added to it."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from python_calamine import CalamineWorkbook

from konferanse.answers.models import Answer
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.plan import editing, exports, publishing
from konferanse.plan.accounting import account, lines_of
from konferanse.plan.content import contract
from konferanse.plan.models import Plan
from konferanse.plan.wording import support_words
from konferanse.themes import runs
from tests.conftest import StrictClient
from tests.factories.gathering import CHOSEN, say, texts
from tests.plan import reading
from tests.plan.conftest import redraft

SignIn = Callable[..., StrictClient]
EDITOR = editing.Editor("staff:1", "prove")
OWN = "Nattevaktene må få opplæring i å være fadder."


@pytest.fixture
def before(plan: Plan, conference: Conference) -> dict[str, Any]:
    """The plan of the tables alone."""
    return publishing.exportable(conference)


@pytest.fixture
def with_web(before: dict[str, Any], conference: Conference) -> Plan:
    """The same with two inputs from the web: one says what a table said (g016), one what nobody else did."""
    begin_write()
    said = texts(["g016"])["g016"]
    say(conference, "nett-1", said["text"], task=said["task"], channel="web")
    say(conference, "nett-2", OWN, channel="web")
    db.session.commit()
    return redraft(conference)


def told_by_tables(content: dict[str, Any]) -> list[dict[str, Any]]:
    """The lines some table stands behind, without their numbers."""
    return [
        {key: value for key, value in line.items() if key != "number"} for line in content["lines"] if line["support"]["tables"]
    ]


@pytest.mark.postgres
def test_what_tables_stand_behind_is_the_same_with_and_without_it(
    before: dict[str, Any], with_web: Plan, conference: Conference
) -> None:
    after = publishing.exportable(conference)
    assert told_by_tables(after) == told_by_tables(before)
    for part in ("themes", "sectors", "tables"):
        assert after[part] == before[part]
    assert after["header"] == before["header"]


def test_the_counts_add_up_and_say_the_webs_part(with_web: Plan, conference: Conference) -> None:
    totals = publishing.exportable(conference)["totals"]
    assert totals == {"answers": len(CHOSEN) + 2, "used": 18, "merged": 3, "parked": 1, "web": 2}
    assert "web" not in contract(publishing.exportable(conference))["lines"][0]["support"]


def test_a_line_of_the_web_alone_counts_no_table(with_web: Plan, conference: Conference) -> None:
    content = contract(publishing.exportable(conference))
    (line,) = [line for line in content["lines"] if any(e["answer"] == "nett-2" for e in line["evidence"])]
    assert line["support"] == {"tables": 0, "answers": 0, "web": 1}
    assert line["text"] == OWN
    (evidence,) = line["evidence"]
    assert evidence == {"answer": "nett-2", "table": "", "task": "oppg2", "start": 0, "end": len(OWN), "quote": OWN}


def merged(plan: Plan) -> str:
    """Put the web's word for what a table said on that table's line, as a person does; returns the line's id."""
    told = account(plan)
    by_name = {answer.name: answer.answer_id for answer in told.answers.values()}
    theirs, webs = (told.where[by_name[name]].lines[0] for name in ("g016", "nett-1"))
    assert theirs is not webs
    begin_write()
    editing.merge(webs, theirs, EDITOR)
    db.session.commit()
    return str(theirs.uid)


def test_on_a_line_with_tables_it_is_said_beside(before: dict[str, Any], with_web: Plan, conference: Conference) -> None:
    uid = merged(with_web)
    (was,) = [line for line in before["lines"] if line["id"] == uid]
    (line,) = [line for line in publishing.exportable(conference)["lines"] if line["id"] == uid]
    assert line["support"] == was["support"] | {"web": 1}
    assert support_words(line["support"]) == f"{support_words(was['support'])} + 1 innspill fra nettet"


def test_words_for_support() -> None:
    assert support_words({"tables": 7, "answers": 11}) == "7 bord · 11 svar"
    assert support_words({"tables": 7, "answers": 11, "web": 2}) == "7 bord · 11 svar + 2 innspill fra nettet"
    assert support_words({"tables": 0, "answers": 0, "web": 2}) == "2 innspill fra nettet"


def test_every_format_says_where_it_is_from(with_web: Plan, conference: Conference, app: Flask) -> None:
    uid = merged(with_web)
    content = publishing.exportable(conference)
    with app.test_request_context():
        for name, read in reading.READERS.items():
            words = " ".join(read(exports.rendered(content, name)).split())
            assert "+ 1 innspill fra nettet" in words, name
            assert "Av alle svarene er 2 innspill fra nettet." in words, name
            assert "bord  " not in words, name
        rows = list(csv.DictReader(io.StringIO(exports.as_csv(content).decode("utf-8-sig"))))
        book = CalamineWorkbook.from_filelike(io.BytesIO(exports.as_xlsx(content)))
    assert {row["id"]: row["web"] for row in rows}[uid] == "1"
    assert sorted(row["web"] for row in rows)[-3:] == ["0", "1", "1"]
    sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    assert {row[1]: row[2] for row in sheets["Belegg"]}["nett-2"] == "nettet"
    assert ["Av dem fra nettet", 2.0] in sheets["Tall"]


def test_pages_say_it_apart(with_web: Plan, conference: Conference, client: StrictClient, sign_in: SignIn) -> None:
    begin_write()
    publishing.publish(with_web, conference, "Utkast", "staff:1")
    db.session.commit()
    staff = sign_in("plan", conference=conference)
    pages = {path: staff.get(f"/admin/k/prove/{path}") for path in ("temaer", "plan", "plan/svar")}
    pages["public"] = client.get("/k/prove/plan")
    for path, response in pages.items():
        words = " ".join(response.get_data(as_text=True).split())
        assert "Av alle svarene er 2 innspill fra nettet." in words, path
    themes = staff.get("/admin/k/prove/temaer").get_data(as_text=True)
    assert "1 innspill fra nettet" in themes
    assert "Fra nettet" in pages["public"].get_data(as_text=True)
    assert "Fra nettet" in pages["plan/svar"].get_data(as_text=True)


def test_a_run_never_counts_it_as_a_table(with_web: Plan, conference: Conference) -> None:
    run = runs.newest_done(conference.id)
    assert run is not None
    result = json.loads(runs.as_result(run).to_json())
    web = [point for point in result["points"] if point["id"].startswith("w-")]
    assert {quote["answer"] for point in web for quote in point["quotes"]} == {"nett-1", "nett-2"}
    assert {point["tables"] for point in web} == {0}
    assert {theme["tables"] for theme in result["themes"] if theme["id"].startswith("w-")} == {0}
    assert result["totals"]["web"] == 2


def test_what_the_organiser_took_out_again_is_parked_in_those_words(with_web: Plan, conference: Conference) -> None:
    begin_write()
    db.session.scalars(db.select(Answer).filter_by(ref="nett-2")).one().withdrawn = now()
    db.session.commit()
    plan = redraft(conference)
    content = publishing.exportable(conference)
    assert [row["reason"] for row in content["parked"] if row["answer"] == "nett-2"] == ["tatt ut"]
    assert "Tatt ut igjen av arrangøren" in exports.rendered(content, "md").decode()
    assert [line for line in lines_of(plan) if line.text == OWN] == []


def test_support_orders_themes_by_tables_and_never_by_it(with_web: Plan, conference: Conference) -> None:
    begin_write()
    for n in range(12):
        say(conference, f"nett-{n + 3}", f"{OWN} ({n})", channel="web")
    db.session.commit()
    redraft(conference)
    lines = [line for line in publishing.exportable(conference)["lines"] if line["chapter"] == "tiltak"]
    by_tables = [bool(line["support"]["tables"]) for line in lines]
    assert by_tables == sorted(by_tables, reverse=True)
    assert not all(by_tables)
