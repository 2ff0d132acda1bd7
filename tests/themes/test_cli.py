"""The stateless commands: files in, files out, one clear line when a file cannot be used."""

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from konferanse.themes.cli import themes

HEADER = "id,task,table,text\n"
pytestmark = pytest.mark.xdist_group("themes")


def run(*words: object) -> Result:
    return CliRunner().invoke(themes, [str(word) for word in words])


@pytest.fixture
def answers(tmp_path: Path) -> Path:
    path = tmp_path / "answers.csv"
    path.write_text(
        HEADER + 'a,t,B1,"Flere kurs, takk"\nb,t,B2,"Kurs til alle\nledere"\nc,t,B3,For lite tid\n', encoding="utf-8"
    )
    return path


@pytest.fixture
def points(tmp_path: Path) -> Path:
    path = tmp_path / "points.csv"
    path.write_text("point,statement\nK,Kurs\nT,Tiden strekker ikke til\n", encoding="utf-8")
    return path


def test_aggregate_writes_the_result_of_the_contract(answers: Path, tmp_path: Path) -> None:
    out = tmp_path / "r.json"
    assert run("aggregate", answers, "--out", out).exit_code == 0
    result = json.loads(out.read_text(encoding="utf-8"))
    assert list(result) == ["answers", "points", "themes", "totals", "engine"]
    fate = "id status reason merged_into points confidence kind owner deadline indicator sensitive lang"
    assert list(result["answers"][0]) == fate.split()
    assert list(result["points"][0]) == ["id", "theme", "statement", "kind", "tables", "answers", "opposed_to", "quotes"]
    assert list(result["points"][0]["quotes"][0]) == ["answer", "start", "end", "text"]
    assert list(result["themes"][0]) == ["id", "name", "points", "tables", "answers"]
    assert result["totals"] == {"answers": 3, "used": 3, "merged": 0, "parked": 0}


def test_how_a_spreadsheet_writes_csv_changes_nothing(answers: Path, tmp_path: Path) -> None:
    other = tmp_path / "excel.csv"
    rows = list(csv.reader(answers.open(encoding="utf-8", newline="")))
    with other.open("w", encoding="utf-8-sig", newline="") as file:
        csv.writer(file, delimiter=";").writerows([*row, "ekstra"] for row in rows)
    assert run("aggregate", other).output == run("aggregate", answers).output


def test_match_and_ask_write_csv(answers: Path, points: Path, tmp_path: Path) -> None:
    decisions = tmp_path / "d.csv"
    decisions.write_text("answer,point,verdict\na,K,yes\n", encoding="utf-8")
    scores = list(csv.DictReader(run("match", answers, points).output.splitlines()))
    assert [(row["id"], row["point"]) for row in scores] == [(a, p) for a in "abc" for p in "KT"]
    asked = list(
        csv.DictReader(run("ask", answers, "--points", points, "--decisions", decisions, "--n", 9).output.splitlines())
    )
    assert list(asked[0]) == ["answer", "point", "confidence"]
    assert {row["answer"] for row in asked} == {"b", "c"}


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "svar.csv er tom"),
        (b"id,task,text\na,t,x\n", "linje 1: kolonnen table mangler"),
        (HEADER.encode() + b"a,t,B1,ok\nb,t,B1,bl\xe5\n", "linje 3, tegn 10: filen er ikke i UTF-8"),
        (HEADER.encode() + b"a,t,B1,ok\na,t,B2,ja\n", "linje 3, kolonne id: «a» er brukt før, på linje 2"),
        (HEADER.encode() + b"a,t,B1\n", "linje 2, kolonne text: raden har 3 felt"),
        (HEADER.encode() + b"a,t,B1,Kurs, flere\n", "linje 2, kolonne text: raden har 5 felt"),
        (HEADER.encode() + b'a,t,B1,"ok"\n\nb,t,B1,"uten slutt\n', "linje 4: raden kan ikke leses som CSV"),
        (HEADER.encode() + b",t,B1,ok\n", "linje 2, kolonne id: feltet er tomt"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_in_one_line(tmp_path: Path, content: bytes, told: str) -> None:
    path, out = tmp_path / "svar.csv", tmp_path / "r.json"
    path.write_bytes(content)
    refused = run("aggregate", path, "--out", out)
    assert refused.exit_code == 1
    assert told in refused.stderr
    assert refused.stderr.count("\n") == 1
    assert not out.exists()


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("x,K,yes", "linje 2, kolonne answer: ingen svar har id «x»"),
        ("a,X,yes", "linje 2, kolonne point: ingen poeng har id «X»"),
        ("a,K,ja", "linje 2, kolonne verdict: «ja» er verken yes eller no"),
    ],
)
def test_a_decision_about_nothing_is_refused(answers: Path, points: Path, tmp_path: Path, line: str, told: str) -> None:
    decisions = tmp_path / "d.csv"
    decisions.write_text(f"answer,point,verdict\n{line}\n", encoding="utf-8")
    refused = run("aggregate", answers, "--points", points, "--decisions", decisions)
    assert (refused.exit_code, refused.stdout) == (1, "")
    assert told in refused.stderr


def test_a_missing_file_and_a_folder_that_cannot_be_written_are_refused(answers: Path, tmp_path: Path) -> None:
    assert run("aggregate", tmp_path / "borte.csv").exit_code == 1
    refused = run("aggregate", answers, "--out", tmp_path / "borte" / "r.json")
    assert refused.exit_code == 1
    assert "kan ikke skrives" in refused.stderr


def test_wrong_use_is_exit_two(answers: Path) -> None:
    assert run("aggregate").exit_code == 2
    assert run("ask", answers, "--n", "0").exit_code == 2
