"""``flask themes``: the engine on files, without a database. Exit 0 done, 1 refused with one line, 2 usage."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import ParamSpec

import click
from flask.cli import AppGroup

from konferanse.themes import engine
from konferanse.themes.reading import BadFile, read_answers, read_decisions, read_points
from konferanse.themes.writing import as_csv, write

P = ParamSpec("P")

themes = AppGroup("themes", help="Points and themes from answers.")
_FILE = click.Path(path_type=Path, dir_okay=False)
_OUT = click.option("--out", type=_FILE, help="Where to write; standard output when left out.")
_DECISIONS = click.option("--decisions", "decisions_file", type=_FILE, help="CSV with answer,point,verdict (yes or no).")


def refusing(command: Callable[P, None]) -> Callable[P, None]:
    """Turn a file that cannot be used into exit 1 and one line on standard error."""

    @wraps(command)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except BadFile as error:
            click.echo(str(error).replace("\n", " "), err=True)
            sys.exit(1)

    return run


@themes.command(with_appcontext=False)
@click.argument("answers_file", metavar="ANSWERS.csv", type=_FILE)
@click.option("--points", "points_file", type=_FILE, help="CSV with point,statement: named points to keep.")
@_DECISIONS
@_OUT
@click.option("--progress", is_flag=True, help="Tell on standard error how far it has come.")
@refusing
def aggregate(
    answers_file: Path, points_file: Path | None, decisions_file: Path | None, out: Path | None, progress: bool
) -> None:
    """Answers to points and themes, as RESULT.json."""
    answers = read_answers(answers_file)
    points = None if points_file is None else read_points(points_file)
    decisions = None if decisions_file is None else read_decisions(decisions_file, answers, points)
    result = engine.aggregate(answers, points=points, decisions=decisions, progress=_told if progress else None)
    write(result.to_json(), out)


@themes.command(with_appcontext=False)
@click.argument("answers_file", metavar="ANSWERS.csv", type=_FILE)
@click.argument("points_file", metavar="POINTS.csv", type=_FILE)
@_OUT
@refusing
def match(answers_file: Path, points_file: Path, out: Path | None) -> None:
    """How well each answer says each point, as id,point,score; higher is better."""
    scores = engine.match(read_answers(answers_file), read_points(points_file))
    write(as_csv(("id", "point", "score"), ((s.answer, s.point, f"{s.score:.6f}") for s in scores)), out)


@themes.command(with_appcontext=False)
@click.argument("answers_file", metavar="ANSWERS.csv", type=_FILE)
@click.option("--points", "points_file", type=_FILE, required=True, help="CSV with point,statement.")
@_DECISIONS
@click.option("--n", "count", type=click.IntRange(min=1), default=10, show_default=True, help="How many to ask.")
@_OUT
@refusing
def ask(answers_file: Path, points_file: Path, decisions_file: Path | None, count: int, out: Path | None) -> None:
    """The decisions that would help most, best first, as answer,point,confidence."""
    answers, points = read_answers(answers_file), read_points(points_file)
    decisions = [] if decisions_file is None else read_decisions(decisions_file, answers, points)
    asked = engine.ask(answers, points, decisions, count)
    write(as_csv(("answer", "point", "confidence"), ((s.answer, s.point, f"{s.score:.3f}") for s in asked)), out)


def _told(what: str, done: int, total: int) -> None:
    click.echo(f"{what} {done}/{total}", err=True)
