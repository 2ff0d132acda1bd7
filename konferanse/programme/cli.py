"""``flask programme publish`` and ``flask programme export``."""

from importlib import import_module
from pathlib import Path

import click
from flask import Flask, current_app

from konferanse.cli import Commands, refuse, write_out
from konferanse.conference.cli import conference_or_refuse
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.programme import feed, feed_routes, releases, sheet
from konferanse.programme.exchange import c3voc, frab
from konferanse.programme.models import ProgrammeRelease

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
