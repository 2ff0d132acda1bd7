"""``flask themes``: the engine on files, without a database. Exit 0 done, 1 refused with one line, 2 usage."""

from pathlib import Path

import click

from konferanse.cli import Commands, write_out
from konferanse.common.csv_files import as_csv
from konferanse.themes import engine
from konferanse.themes.reading import read_answers, read_decisions, read_points

themes = Commands("themes", help="Points and themes from answers.")
_FILE = click.Path(path_type=Path, dir_okay=False)
_OUT = click.option("--out", type=_FILE, help="Where to write; standard output when left out.")
_DECISIONS = click.option("--decisions", "decisions_file", type=_FILE, help="CSV with answer,point,verdict (yes or no).")


@themes.command(with_appcontext=False)
@click.argument("answers_file", metavar="ANSWERS.csv", type=_FILE)
@click.option("--points", "points_file", type=_FILE, help="CSV with point,statement: named points to keep.")
@_DECISIONS
@_OUT
@click.option("--progress", is_flag=True, help="Tell on standard error how far it has come.")
def aggregate(
    answers_file: Path, points_file: Path | None, decisions_file: Path | None, out: Path | None, progress: bool
) -> None:
    """Answers to points and themes, as RESULT.json."""
    answers = read_answers(answers_file)
    points = None if points_file is None else read_points(points_file)
    decisions = None if decisions_file is None else read_decisions(decisions_file, answers, points)
    result = engine.aggregate(answers, points=points, decisions=decisions, progress=_told if progress else None)
    write_out(out, result.to_json().encode())


@themes.command(with_appcontext=False)
@click.argument("answers_file", metavar="ANSWERS.csv", type=_FILE)
@click.argument("points_file", metavar="POINTS.csv", type=_FILE)
@_OUT
def match(answers_file: Path, points_file: Path, out: Path | None) -> None:
    """How well each answer says each point, as id,point,score; higher is better."""
    scores = engine.match(read_answers(answers_file), read_points(points_file))
    write_out(out, as_csv(("id", "point", "score"), ((s.answer, s.point, f"{s.score:.6f}") for s in scores)).encode())


@themes.command(with_appcontext=False)
@click.argument("answers_file", metavar="ANSWERS.csv", type=_FILE)
@click.option("--points", "points_file", type=_FILE, required=True, help="CSV with point,statement.")
@_DECISIONS
@click.option("--n", "count", type=click.IntRange(min=1), default=10, show_default=True, help="How many to ask.")
@_OUT
def ask(answers_file: Path, points_file: Path, decisions_file: Path | None, count: int, out: Path | None) -> None:
    """The decisions that would help most, best first, as answer,point,confidence."""
    answers, points = read_answers(answers_file), read_points(points_file)
    decisions = [] if decisions_file is None else read_decisions(decisions_file, answers, points)
    asked = engine.ask(answers, points, decisions, count)
    write_out(out, as_csv(("answer", "point", "confidence"), ((s.answer, s.point, f"{s.score:.3f}") for s in asked)).encode())


def _told(what: str, done: int, total: int) -> None:
    click.echo(f"{what} {done}/{total}", err=True)
