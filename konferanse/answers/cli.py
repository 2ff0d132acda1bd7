"""``flask answers``."""

from pathlib import Path

import click
from flask import Flask

from konferanse.answers import imports, sheets
from konferanse.cli import Commands, write_out
from konferanse.conference.cli import conference_or_refuse
from konferanse.extensions import begin_write, db

answers = Commands("answers", help="Answers in and out.")
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
OUT = click.Path(dir_okay=False, path_type=Path)


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(answers)


@answers.command("import")
@click.argument("slug")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--create", is_flag=True, help="Make tables and tasks that the file names and the conference lacks.")
def import_answers(slug: str, file: Path, dry_run: bool, create: bool) -> None:
    """Take in ANSWERS.csv (or .xlsx): the whole file or nothing."""
    begin_write()
    summary = imports.import_file(conference_or_refuse(slug), file.read_bytes(), "system", create=create)
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
    made = f", {len(summary.tables)} tables and {len(summary.tasks)} tasks made" if create else ""
    left = f", {summary.withdrawn} withdrawn and left alone" if summary.withdrawn else ""
    click.echo(f"{summary.added} added, {summary.changed} changed, {summary.same} unchanged{left}{made}")


@answers.command("export")
@click.argument("slug")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx", "json"]), default="csv")
@click.option("--out", type=OUT)
def export(slug: str, form: str, out: Path | None) -> None:
    """Every answer that stands, as its text is now."""
    write_out(out, sheets.write(imports.export(conference_or_refuse(slug)), form))
