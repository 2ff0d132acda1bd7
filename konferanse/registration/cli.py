"""``flask registration import`` and ``flask registration export``."""

from collections import Counter
from pathlib import Path

import click
from flask import Flask
from flask_babel import force_locale

from konferanse.cli import Commands, refuse, write_out
from konferanse.common.worker import wake
from konferanse.conference.cli import conference_or_refuse
from konferanse.extensions import begin_write, db
from konferanse.registration import models, signup
from konferanse.registration.lists import intake, sheet

registration = Commands("registration", help="Those who sign up.")
LARGEST = 20_000_000
COUNTED = ("confirmed", "offered", "waiting", "cancelled", "already")


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(registration)


@registration.command("import")
@click.argument("slug")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Say what would happen, and change nothing.")
def import_sheet(slug: str, file: Path, dry_run: bool) -> None:
    """Sign up everybody in FILE (.csv, .xlsx, .ods), or nobody if a line is wrong. Nobody is mailed."""
    conference = conference_or_refuse(slug)
    if file.stat().st_size > LARGEST:
        refuse(f"{file.name} is larger than {LARGEST // 1_000_000} MB")
    with force_locale("en"):
        entries, problems = sheet.read(file.read_bytes(), file.name, conference)
    if problems:
        told = "; ".join(f"line {p.line}, column {p.column}: {p.message}" for p in problems[:5])
        refuse(told if len(problems) <= 5 else f"{told}; and {len(problems) - 5} more")
    begin_write()
    with force_locale("en"):
        try:
            taken = signup.take_in(conference, entries, "system")
        except intake.NoRoom as full:
            refuse(f"line {full.line}, column status: {full.message}")
    if dry_run:
        db.session.rollback()
    else:
        db.session.commit()
        wake()
    counts = Counter(person.status for person in taken)
    lead = "would sign up: " if dry_run else "signed up: "
    click.echo(lead + ", ".join(f"{counts[name]} {name}" for name in COUNTED if counts[name] or name != "offered"))


@registration.command("export")
@click.argument("slug")
@click.option("--format", "form", type=click.Choice(["csv", "xlsx"]), required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
def export(slug: str, form: str, out: Path | None) -> None:
    """Write everybody, cancelled ones too. Health data is not in it."""
    rows = signup.signed_up(conference_or_refuse(slug), models.STATUSES)
    write_out(out, sheet.csv_bytes(rows) if form == "csv" else sheet.xlsx_bytes(rows))
