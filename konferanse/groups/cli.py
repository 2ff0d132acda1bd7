"""``flask groups`` and ``flask tasks``."""

import csv
import json
import sys
from io import StringIO
from pathlib import Path

import click
from flask import Flask

from konferanse.cli import Commands, refuse, write_out
from konferanse.common import links
from konferanse.common.csv_files import BadFile
from konferanse.conference.cli import conference_or_refuse
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import arranging, seating, tables, task_files
from konferanse.groups import tasks as task_logic
from konferanse.groups.models import TASK_KINDS, GroupTask
from konferanse.groups.ways import WAYS

groups = Commands("groups", help="Tables and who sits where.")
tasks = Commands("tasks", help="What the tables are asked.")

WORDS = {task_files.NEW: "added", task_files.CHANGED: "changed", task_files.SAME: "unchanged"}


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(groups)
    app.cli.add_command(tasks)


def _ways(_context: click.Context, _option: click.Parameter, value: str | None) -> list[str]:
    """ "mixed,sector" as a list; exit 2 for anything else."""
    ways = [way.strip() for way in value.split(",")] if value is not None else []
    if unknown := [way for way in ways if way not in WAYS]:
        raise click.BadParameter(f"{unknown[0]!r} is not one of {', '.join(WAYS)}.")
    return ways


def _for_each(ways: list[str], rounds: int) -> list[str]:
    """``ways``, when there are none or one for each round; else exit 2."""
    if ways and len(ways) != rounds:
        raise click.UsageError(f"--compose says {len(ways)} for {rounds} round(s). Say one for each.")
    return ways


@groups.command("create")
@click.argument("slug")
@click.option("--tables", "count", type=click.IntRange(min=0), required=True)
def create(slug: str, count: int) -> None:
    """Make the conference have N tables; removes only empty ones."""
    begin_write()
    rows = tables.set_count(conference_or_refuse(slug), count, "system")
    codes = [t.code for t in rows]
    db.session.commit()
    click.echo("\n".join(codes))


@groups.command("links")
@click.argument("slug")
@click.option("--format", "form", type=click.Choice(["csv"]), default="csv")
def print_links(slug: str, form: str) -> None:
    """table,link for every table."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["table", "link"])
    for table in tables.tables_of(conference_or_refuse(slug)):
        writer.writerow([table.code, links.url("bord", table.uid, table.generation)])
    sys.stdout.write(out.getvalue())


@groups.command("solve", with_appcontext=False)
@click.argument("people_file", metavar="PEOPLE.csv", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--tables", "count", type=click.IntRange(1, tables.MOST), required=True)
@click.option("--rounds", type=click.IntRange(1, 20), default=1, show_default=True)
@click.option("--seconds", type=click.FloatRange(min=0.1), default=60, show_default=True, help="Most time to spend.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1000), default=0, show_default=True)
@click.option("--compose", callback=_ways, help="mixed, sector or county for each round, with commas between; else all mixed.")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where ALLOCATION.csv goes.")
def solve(people_file: Path, count: int, rounds: int, seconds: float, seed: int, compose: list[str], out: Path | None) -> None:
    """Seat the people of a file; no database. Tells the cost, the proven bound and the gap as JSON."""
    from konferanse.groups import allocation, unseatable  # they load numpy, as in ``arranging``
    from konferanse.groups import people_file as files

    people, wishes = files.read_people(people_file)
    try:
        found = allocation.solve(
            people, count, rounds=rounds, seconds=seconds, seed=seed, wishes=wishes, compose=_for_each(compose, rounds)
        )
    except allocation.CannotSeat as error:
        raise BadFile(f"{people_file.name}: {unseatable.in_words(error)}") from error
    write_out(out, files.allocation_csv(found).encode())
    told = {"cost": found.cost, "bound": found.bound, "gap": round(found.gap, 4), "parts": found.parts}
    click.echo(json.dumps(told), err=out is None)


@groups.command("allocate")
@click.argument("slug")
@click.option("--tables", "count", type=click.IntRange(min=1), help="First make the conference have N tables.")
@click.option("--rounds", type=click.IntRange(1, 20), default=1)
@click.option("--seconds", type=click.FloatRange(min=0.1), default=arranging.SECONDS, help="Most time to spend.")
@click.option("--seed", type=click.IntRange(0, 2**31 - 1000), default=0)
@click.option("--compose", callback=_ways, help="mixed, sector or county for each round, with commas between; else all mixed.")
def allocate(slug: str, count: int | None, rounds: int, seconds: float, seed: int, compose: list[str]) -> None:
    """Place everybody who is coming. Nobody who writes waits while it is worked out."""
    ways = _for_each(compose, rounds)
    begin_write()
    conference = _with_tables(slug, count)
    asked = arranging.question(conference, rounds, seed, ways)
    db.session.rollback()
    arranged = arranging.arrange(asked, seconds)
    begin_write()
    conference = _with_tables(slug, count)
    arranging.accept(conference, arranged, "system", seed)
    room = seating.room(conference)
    sizes = [len(t.people) for t in room.tables]
    line = f"{room.placed} people at {len(sizes)} tables of {min(sizes)}-{max(sizes)}, {rounds} round(s)"
    db.session.commit()
    click.echo(f"{line}, cost {arranged.cost}, bound {arranged.bound}")


def _with_tables(slug: str, count: int | None) -> Conference:
    """The conference, with ``count`` tables; seats at tables that go are given up first, since everybody is placed anew."""
    conference = conference_or_refuse(slug)
    if count is not None:
        for number in range(1, seating.rounds_of(conference) + 1):
            for seated in seating.room(conference, number).tables[count:]:
                for person in seated.people:
                    seating.move(conference, person, None, number, "system")
        tables.set_count(conference, count, "system")
    return conference


@tasks.command("add")
@click.argument("slug")
@click.argument("ref", metavar="ID")
@click.option("--title", required=True)
@click.option("--kind", type=click.Choice(TASK_KINDS), default="free")
@click.option("--open", "at_once", is_flag=True, help="Open it now.")
def add(slug: str, ref: str, title: str, kind: str, at_once: bool) -> None:
    """Add a task."""
    begin_write()
    conference = conference_or_refuse(slug)
    task = task_logic.add(conference, ref, title, "system", kind=kind)
    if at_once:
        task_logic.open_task(conference, task, "system")
    db.session.commit()


@tasks.command("open")
@click.argument("slug")
@click.argument("ref", metavar="ID")
def open_task(slug: str, ref: str) -> None:
    """Let the tables answer."""
    begin_write()
    conference = conference_or_refuse(slug)
    task_logic.open_task(conference, _task_or_refuse(conference, ref), "system")
    db.session.commit()


@tasks.command("close")
@click.argument("slug")
@click.argument("ref", metavar="ID")
def close_task(slug: str, ref: str) -> None:
    """Stop taking answers written from now on."""
    begin_write()
    conference = conference_or_refuse(slug)
    task_logic.close_task(conference, _task_or_refuse(conference, ref), "system")
    db.session.commit()


@tasks.command("import")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say line by line what would happen; change nothing.")
def import_tasks(slug: str, file: Path, dry_run: bool) -> None:
    """Take in the tasks of FILE (.csv or .xlsx): the whole file or nothing."""
    begin_write()
    done = task_files.import_file(conference_or_refuse(slug), file.read_bytes(), "system")
    if dry_run:
        db.session.rollback()
        for step in done.steps:
            changed = f": {', '.join(change.column for change in step.changes)}" if step.changes else ""
            click.echo(f"line {step.line}: {step.ref} {WORDS[step.act]}{changed}")
    else:
        db.session.commit()
    click.echo(", ".join(f"{done.count(act)} {word}" for act, word in WORDS.items()))


@tasks.command("export")
@click.argument("slug")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), default="csv")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
def export_tasks(slug: str, form: str, out: Path | None) -> None:
    """Every task in order, as a file that can be taken in again."""
    write_out(out, task_files.write(conference_or_refuse(slug), form))


def _task_or_refuse(conference: Conference, ref: str) -> GroupTask:
    return task_logic.find_task(conference, ref) or refuse(f"{conference.slug} has no task called {ref}")
