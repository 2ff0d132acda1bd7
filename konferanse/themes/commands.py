"""``flask themes run`` and ``export``: the engine on a conference's stored answers."""

from pathlib import Path

import click
from flask import Flask

from konferanse.cli import refuse, write_out
from konferanse.common.errors import Refused
from konferanse.conference.cli import conference_or_refuse
from konferanse.extensions import begin_write, db
from konferanse.themes import runs
from konferanse.themes.cli import themes
from konferanse.themes.tasks import execute


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(themes)


@themes.command("run")
@click.argument("slug")
def run_now(slug: str) -> None:
    """Make themes and points from the answers of a conference, here and now."""
    conference = conference_or_refuse(slug)
    begin_write()
    try:
        run = runs.start(conference, "system")
        db.session.commit()
        execute(run.id, lambda percent: click.echo(f"{percent} %", err=True))
    except Refused as refusal:
        refuse(refusal.message)
    totals = runs.as_result(run).totals
    click.echo(" · ".join(f"{name} {count}" for name, count in totals.items()))


@themes.command("export")
@click.argument("slug")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where to write; standard output when left out.")
def export(slug: str, out: Path | None) -> None:
    """The newest themes and points of a conference, as RESULT.json."""
    conference = conference_or_refuse(slug)
    run = runs.newest_done(conference.id) or refuse(f"{slug} has no themes yet; run: flask themes run {slug}")
    try:
        write_out(out, runs.as_result(run).to_json().encode())
    except Refused as refusal:
        refuse(refusal.message)
