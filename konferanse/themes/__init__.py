"""From answers to points and themes: a pure engine, and what is stored of its runs."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.themes import cli, models  # noqa: F401 - its tables belong to the schema

    app.cli.add_command(cli.themes)
