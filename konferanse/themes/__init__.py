"""From answers to points and themes: a pure engine on plain values (docs/adr/0004), and its runs as rows."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.themes import commands, routes

    app.register_blueprint(routes.bp)
    app.cli.add_command(commands.themes)
