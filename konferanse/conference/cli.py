"""``flask conference`` and ``flask staff grant``."""

from datetime import datetime

import click
from flask import Flask

from konferanse.access.cli import staff as staff_group
from konferanse.cli import Commands, refuse
from konferanse.conference import lifecycle
from konferanse.conference.access import PERMISSIONS, find
from konferanse.conference.models import KINDS, Conference
from konferanse.extensions import begin_write, db

conference = Commands("conference", help="Conferences.")
DATE = click.DateTime(["%Y-%m-%d"])


def register(app: Flask) -> None:
    """Add the commands to ``app``."""
    app.cli.add_command(conference)


def conference_or_refuse(slug: str) -> Conference:
    """The conference called ``slug``, or exit 1."""
    return find(slug) or refuse(f"no conference is called {slug}")


@conference.command("create")
@click.argument("slug")
@click.option("--title", required=True)
@click.option("--kind", type=click.Choice(KINDS), required=True)
@click.option("--from", "first", type=DATE, required=True)
@click.option("--to", "last", type=DATE, required=True)
@click.option("--seats", type=click.IntRange(min=0))
@click.option("--publish", is_flag=True, help="Publish, and open sign-up now.")
def create(slug: str, title: str, kind: str, first: datetime, last: datetime, seats: int | None, publish: bool) -> None:
    """Make a conference."""
    begin_write()
    made = lifecycle.create(slug, title, kind, first.date(), last.date(), seats=seats)
    if publish:
        lifecycle.change_status(made, "published", "system")
        lifecycle.open_signup(made)
    db.session.commit()
    click.echo(made.slug)


@conference.command("list")
@click.argument("slug", required=False)
def list_all(slug: str | None) -> None:
    """Every conference, or one: slug, status, dates, title."""
    query = db.select(Conference).order_by(Conference.first_date, Conference.slug)
    rows = [conference_or_refuse(slug)] if slug else db.session.scalars(query).all()
    for row in rows:
        click.echo(f"{row.slug}\t{row.status}\t{row.first_date}\t{row.last_date}\t{row.title}")


def _status_command(name: str, status: str, help_text: str) -> None:
    @conference.command(name, help=help_text)
    @click.argument("slug")
    def change(slug: str) -> None:
        begin_write()
        row = conference_or_refuse(slug)
        lifecycle.change_status(row, status, "system")
        db.session.commit()


_status_command("publish", "published", "Make the pages public; sign-up has its own window.")
_status_command("close", "closed", "End the conference; its pages stay.")
_status_command("reopen", "published", "Open a closed conference again.")


@staff_group.command("grant")
@click.argument("slug")
@click.argument("email")
@click.argument("permissions", nargs=-1, required=True, type=click.Choice(PERMISSIONS))
def grant(slug: str, email: str, permissions: tuple[str, ...]) -> None:
    """Give somebody permissions in a conference."""
    begin_write()
    lifecycle.grant(conference_or_refuse(slug), lifecycle.colleague(email), list(permissions), "system")
    db.session.commit()
