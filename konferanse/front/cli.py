"""``flask retention run``."""

import sys

import click

from konferanse.cli import Commands
from konferanse.front import daily

retention = Commands("retention", help="Deleting what conferences no longer need.")


@retention.command("run")
def run() -> None:
    """Delete what is due, as the worker does each day. Again is harmless."""
    report = daily.run()
    for slug, counts in report.forgotten.items():
        click.echo(f"{slug}: " + ", ".join(f"{count} {name.replace('_', ' ')}" for name, count in counts.items()))
    if report.texts:
        click.echo(f"texts of {report.texts} old mails")
    if report.reminders:
        click.echo(f"{report.reminders} organisers reminded")
    if report.failed:
        click.echo(f"not done, try again: {', '.join(report.failed)}", err=True)
        sys.exit(1)
    if report.compacted is False:
        click.echo("deleted; old pages are still on disk, since somebody was reading: run again", err=True)
    elif not report.forgotten and not report.texts:
        click.echo("nothing was due")
