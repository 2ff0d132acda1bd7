"""``flask programme import`` and ``export``; ``publish``, which also writes drafts to those concerned, is in ``front``."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import click
from flask import Flask, current_app

from konferanse.cli import Commands, refuse, write_out
from konferanse.conference.cli import conference_or_refuse
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import feed, feed_routes, releases, sheet
from konferanse.programme.exchange import c3voc, frab, planning, reading
from konferanse.programme.exchange.found import LARGEST
from konferanse.programme.models import ProgrammeRelease

programme = Commands("programme", help="Programmes.")


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(programme)


@programme.command("import")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only list what would be done, line by line.")
@click.option("--replace", is_flag=True, help="Take out of the working copy what the file lacks.")
@click.option("--move-days", "move", type=int, default=0, help="Move everything by so many days.")
def import_file(slug: str, file: Path, dry_run: bool, replace: bool, move: int) -> None:
    """Take FILE (frab XML, c3voc JSON, ICS, XLSX, ODS or CSV) into the working copy: matched by id, else added."""
    conference = conference_or_refuse(slug)
    if file.stat().st_size > LARGEST:
        refuse("the file is too large")
    found = reading.read(file.read_bytes(), conference.dates)
    if not dry_run:
        begin_write()
    planned = planning.plan(conference, found, replace=replace, move=move)
    if dry_run:
        for line in _told(planned):
            click.echo("\t".join(" ".join(cell.split()) for cell in line))
    if planned.problems:
        first, more = planned.problems[0], len(planned.problems) - 1
        refuse(f"line {first.line}, column {first.column}: {first.message}{f' (and {more} more)' if more else ''}")
    if not dry_run:
        planning.apply(conference, planned, "system")
        db.session.commit()
    counts = [f"{planned.count(act)} {act}" for act in (planning.NEW, planning.CHANGED, planning.SAME, planning.REMOVED)]
    click.echo(", ".join([*counts, f"{len(planned.left)} left out"]))


def _told(planned: planning.Plan) -> Iterator[tuple[str, ...]]:
    """What would be done, a line each: where in the file, what, when, title, what changes, what is odd."""
    for note in planned.notes:
        yield "", "note", "", note
    for name in planned.rooms:
        yield "", "room", "", name
    if planned.suggested:
        yield "", "note", "", f"--move-days {planned.suggested} puts it on the days of the conference"
    for problem in planned.problems:
        yield str(problem.line), "problem", problem.column, problem.message
    for step in planned.steps:
        changed = ", ".join(difference.what for difference in step.differences)
        yield str(step.line or ""), step.act, planning.when(step), step.title, changed, " ".join(step.notes)
    for left in planned.left:
        yield str(left.line), "left out", "", left.title, "", left.why


@programme.command("export")
@click.argument("slug")
@click.option("--format", "form", type=click.Choice(["frab-xml", "c3voc-json", "ics", "csv", "pdf"]), required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
def export(slug: str, form: str, out: Path | None) -> None:
    """Write what the public reads; before the first release, the working copy."""
    conference = conference_or_refuse(slug)
    release = releases.published(conference)
    content = release.content if release else releases.working_copy(conference)
    with current_app.test_request_context(base_url=current_app.config["BASE_URL"]):
        write_out(out, _written(conference, release, content, form))


def _written(conference: Conference, release: ProgrammeRelease | None, content: releases.Content, form: str) -> bytes:
    if form == "csv":
        return sheet.csv_bytes(content)
    if form == "ics":
        return feed.calendar(conference, content, feed_routes.page(conference))
    if form == "pdf":
        return _printed(conference, content)
    schedule = feed_routes.published_schedule(conference, release, content)
    if form == "c3voc-json":
        return c3voc.json_bytes(schedule)
    return frab.xml_bytes(schedule, feed_routes.xml_address(conference))


def _printed(conference: Conference, content: releases.Content) -> bytes:
    try:
        module = import_module("konferanse.programme.printing")  # it brings a compiler along: only when asked for
    except ModuleNotFoundError:
        refuse("this installation cannot print the programme")
    written: bytes = module.pdf(conference, content)
    return written
