"""``flask groups solve``: people and wishes from a file, tables to a file, without a database."""

import json
from pathlib import Path

import pytest
from flask import Flask

HEADING = "id,organisation,organisation_type,county,role,apart,together"


def solve(app: Flask, folder: Path, lines: str, options: str) -> tuple[int, str, str]:
    """Exit code, standard output and standard error."""
    (folder / "folk.csv").write_text(lines, encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["groups", "solve", str(folder / "folk.csv"), *options.split()])
    return result.exit_code, result.stdout, result.stderr


def test_a_file_of_people_becomes_a_file_of_tables(app: Flask, tmp_path: Path) -> None:
    roles, apart, together = {0: "facilitator", 1: "facilitator", 2: "facilitator"}, {8: "p9"}, {10: "p11"}
    lines = [f"p{n},o{n // 2},nav,oslo,{roles.get(n, '')},{apart.get(n, '')},{together.get(n, '')}" for n in range(12)]
    out = tmp_path / "bord.csv"
    code, told, _err = solve(app, tmp_path, "\n".join([HEADING, *lines]), f"--tables 3 --rounds 2 --seed 5 --out {out}")
    assert code == 0
    figures = json.loads(told)
    assert set(figures) == {"cost", "bound", "gap", "parts"}
    assert figures["cost"] == sum(figures["parts"].values()) >= figures["bound"]
    heading, *rows = out.read_text(encoding="utf-8").splitlines()
    assert heading == "id,round,table"
    seat = {(one, number): table for one, number, table in (row.split(",") for row in rows)}
    assert len(seat) == 24
    assert set(seat.values()) == {"1", "2", "3"}
    for number in "12":
        assert seat["p8", number] != seat["p9", number]
        assert seat["p10", number] == seat["p11", number]
        assert len({seat[f"p{leader}", number] for leader in range(3)}) == 3


def test_semicolons_bom_and_only_the_needed_columns_will_do(app: Flask, tmp_path: Path) -> None:
    code, out, told = solve(app, tmp_path, "\ufeffid;organisation_type;organisation;notat\n1;nav;A;x\n2;nav;B;\n", "--tables 2")
    heading, *rows = out.split()
    assert (code, heading) == (0, "id,round,table")
    assert {tuple(row.split(",")[::2]) for row in rows} in ({("1", "1"), ("2", "2")}, {("1", "2"), ("2", "1")})
    assert json.loads(told)["cost"] == 0  # the figures make way for the file on standard output


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "tom"),
        (HEADING, "ingen personer"),
        (f"{HEADING}\n1,a,nav,oslo,,,\n1,a,nav,oslo,,,", "linje 3, kolonne id"),
        (f"{HEADING}\n1,a,,oslo,,,", "linje 2, kolonne organisation_type"),
        (f"{HEADING}\n1,a,nav,oslo,leder,,", "linje 2, kolonne role"),
        (f"{HEADING}\n1,a,nav,oslo,,7,", "linje 2, kolonne apart"),
        (f"{HEADING}\n1,a,nav,oslo,,,1", "linje 2, kolonne together"),
        (f"{HEADING}\n1,a,nav,oslo,,2 3,\n2,a,nav,oslo,,3,\n3,a,nav,oslo,,,", "1, 2 og 3 kan ikke alle sitte ved hvert"),
        ("id,organisation\n1,a", "organisation_type mangler"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_by_line_and_writes_nothing(app: Flask, tmp_path: Path, lines: str, said: str) -> None:
    out = tmp_path / "bord.csv"
    code, told, err = solve(app, tmp_path, lines, f"--tables 2 --out {out}")
    assert (code, told, err.count("\n")) == (1, "", 1)
    assert said in err
    assert not out.exists()


def test_no_tables_is_wrong_usage(app: Flask, tmp_path: Path) -> None:
    assert solve(app, tmp_path, f"{HEADING}\n1,a,nav,oslo,,,", "--tables 0")[0] == 2
