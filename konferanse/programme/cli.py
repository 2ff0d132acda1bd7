"""``flask programme publish`` and ``flask programme export``."""

from pathlib import Path

import click
from flask import Flask, current_app, url_for

from konferanse.cli import Commands, write_out
from konferanse.conference.cli import conference_or_refuse
from konferanse.extensions import begin_write, db
from konferanse.programme import feed, releases, sheet

programme = Commands("programme", help="Programmes.")


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(programme)


@programme.command("publish")
@click.argument("slug")
@click.option("--name", required=True, help="What the release is called.")
def publish(slug: str, name: str) -> None:
    """Make the working copy public as the next release."""
    begin_write()
    release = releases.publish(conference_or_refuse(slug), name, "system")
    db.session.commit()
    click.echo(f"{release.number}\t{release.name}")


@programme.command("export")
@click.argument("slug")
@click.option("--format", "form", type=click.Choice(["ics", "csv"]), required=True)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path))
def export(slug: str, form: str, out: Path | None) -> None:
    """Write what the public reads; before the first release, the working copy."""
    conference = conference_or_refuse(slug)
    release = releases.published(conference)
    content = release.content if release else releases.working_copy(conference)
    if form == "csv":
        write_out(out, sheet.csv_bytes(content))
        return
    with current_app.test_request_context(base_url=current_app.config["BASE_URL"]):
        page = current_app.config["BASE_URL"] + url_for("programme.public", slug=slug)
    write_out(out, feed.calendar(conference, content, page))
