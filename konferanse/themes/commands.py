"""``flask themes``: the stateless commands, and ``run`` and ``export`` on a conference's stored answers.

The stateless ones are fetched when one is asked for: they import the engine, which the web process never holds.
"""

from pathlib import Path

import click

from konferanse.cli import Commands, refuse, write_out
from konferanse.conference.cli import conference_or_refuse
from konferanse.themes import runs
from konferanse.themes.tasks import run_now


class Themes(Commands):
    """Both kinds of commands as one group."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command's name."""
        return sorted({*super().list_commands(ctx), *_stateless().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command called so."""
        return super().get_command(ctx, cmd_name) or _stateless().get_command(ctx, cmd_name)


def _stateless() -> click.Group:
    from konferanse.themes import cli

    return cli.themes


themes = Themes("themes", help="Points and themes from answers.")


@themes.command("run")
@click.argument("slug")
def run_themes(slug: str) -> None:
    """Make themes and points from the answers of a conference, here and now."""
    conference = conference_or_refuse(slug)
    run = run_now(conference, "system", lambda percent: click.echo(f"{percent} %", err=True))
    click.echo(" · ".join(f"{name} {count}" for name, count in runs.as_result(run).totals.items()))


@themes.command("export")
@click.argument("slug")
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="Where to write; standard output when left out.")
def export(slug: str, out: Path | None) -> None:
    """The newest themes and points of a conference, as RESULT.json."""
    conference = conference_or_refuse(slug)
    run = runs.newest_done(conference.id) or refuse(f"{slug} has no themes yet; run: flask themes run {slug}")
    write_out(out, runs.as_result(run).to_json().encode())
