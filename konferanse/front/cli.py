"""``flask retention run`` and ``flask programme publish``."""

import sys

import click

from konferanse.cli import Commands
from konferanse.conference.cli import conference_or_refuse
from konferanse.extensions import begin_write, db
from konferanse.front import daily, publishing
from konferanse.programme.cli import programme

retention = Commands("retention", help="Deleting what conferences no longer need.")


@retention.command("run")
def run() -> None:
    """Delete what is due, as the worker does each day. Again is harmless."""
    report = daily.run()
    for slug, counts in report.forgotten.items():
        click.echo(f"{slug}: " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()))
    if report.texts:
        click.echo(f"texts of {report.texts} old mails")
    if report.inputs:
        click.echo(f"{report.inputs} inputs from the web")
    if report.reminders:
        click.echo(f"{report.reminders} organisers reminded")
    if report.failed:
        click.echo(f"not done, try again: {', '.join(report.failed)}", err=True)
        sys.exit(1)
    if report.compacted is False:
        click.echo("deleted; old pages are still on disk, since somebody was reading: run again", err=True)
    elif not (report.forgotten or report.texts or report.inputs):
        click.echo("nothing was due")


@programme.command("publish")
@click.argument("slug")
@click.option("--name", required=True, help="What the release is called.")
def publish(slug: str, name: str) -> None:
    """Make the working copy public as the next release. Drafts to those concerned wait for an organiser to send them."""
    begin_write()
    release, news, speakers = publishing.publish(conference_or_refuse(slug), name, "", "system")
    db.session.commit()
    click.echo(f"{release.number}\t{release.name}")
    if news or speakers.letters or speakers.unreachable:
        told = f"drafts: {int(news is not None)} to participants, {speakers.letters} to speakers"
        click.echo(f"{told}; {len(speakers.unreachable)} speakers without an address", err=True)
