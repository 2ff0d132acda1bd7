"""The June 2019 conference as data files, an open conference ahead of today, and the loader of both."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register commands."""
    from konferanse.demo import cli

    app.cli.add_command(cli.demo)
