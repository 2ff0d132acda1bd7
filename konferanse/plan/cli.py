"""``flask plan``: draft, publish and export the plan of a conference's assignment."""

from pathlib import Path

import click
from flask import Flask

from konferanse.cli import Commands, refuse, write_out
from konferanse.conference.cli import conference_or_refuse
from konferanse.extensions import begin_write, db
from konferanse.plan import drafting, exports, publishing
from konferanse.plan.accounting import account

plan = Commands("plan", help="The plan: draft, publish, export.")


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(plan)


@plan.command("draft")
@click.argument("slug")
def draft(slug: str) -> None:
    """Make the draft, or make it anew, from the newest themes; what people decided stays."""
    begin_write()
    conference = conference_or_refuse(slug)
    made = drafting.draft(conference.mandate, "system", conference.slug)
    db.session.commit()
    click.echo(" · ".join(f"{name} {count}" for name, count in account(made).totals.items()))


@plan.command("publish")
@click.argument("slug")
@click.option("--name", required=True, help='What the version is called, for example "Utkast til høring".')
def publish(slug: str, name: str) -> None:
    """Check every quote and count, and publish the plan as its next version."""
    begin_write()
    conference = conference_or_refuse(slug)
    row = drafting.plan_of(conference.mandate) or refuse(f"{slug} has no plan draft yet; run: flask plan draft {slug}")
    version = publishing.publish(row, conference, name.strip()[:200], "system")
    db.session.commit()
    click.echo(f"{version.number}\t{version.name}")


@plan.command("export")
@click.argument("slug")
@click.option("--format", "format_name", type=click.Choice(list(exports.TYPES)), required=True)
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where to write; standard output when left out.")
def export(slug: str, format_name: str, out: Path | None) -> None:
    """The plan as a file, checked against the answers; the published version when nothing has changed since."""
    content = publishing.exportable(conference_or_refuse(slug))
    write_out(out, exports.rendered(content, format_name))
