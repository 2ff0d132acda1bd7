"""``flask staff``, except grants (they belong to conferences), and ``flask access list``."""

import json

import click
from flask import current_app

from konferanse.access import signin
from konferanse.cli import Commands, refuse
from konferanse.common import links
from konferanse.extensions import begin_write, db

staff = Commands("staff", help="Staff and their sign-in links.")
access = Commands("access", help="Who may do what.")


@staff.command("create")
@click.argument("email")
@click.option("--name", required=True)
@click.option("--admin", is_flag=True)
def create(email: str, name: str, admin: bool) -> None:
    """Add somebody and print a one-time sign-in link."""
    begin_write()
    person = signin.create_staff(email, name, is_admin=admin)
    sign_in = signin.new_sign_in(person)
    db.session.commit()
    click.echo(links.url("inn", sign_in.uid))


@staff.command("link")
@click.argument("email")
def link(email: str) -> None:
    """Print a new one-time sign-in link."""
    begin_write()
    person = signin.find_staff(email)
    if person is None:
        refuse(f"no active staff with the address {email}")
    sign_in = signin.new_sign_in(person)
    db.session.commit()
    click.echo(links.url("inn", sign_in.uid))


@access.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_access(as_json: bool) -> None:
    """Every route with its access."""
    rows = [
        {
            "rule": rule.rule,
            "methods": sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}),
            "access": getattr(current_app.view_functions[rule.endpoint], "access").name,  # noqa: B009 - mypy knows views without it
        }
        for rule in current_app.url_map.iter_rules()
        if rule.endpoint != "static"
    ]
    rows.sort(key=lambda row: (row["rule"], row["methods"]))
    if as_json:
        click.echo(json.dumps(rows, indent=1))
        return
    for row in rows:
        click.echo(f"{row['access']:28} {','.join(row['methods']):8} {row['rule']}")
