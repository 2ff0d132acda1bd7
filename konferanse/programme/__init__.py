"""Days, rooms and items: a working copy and published releases."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.programme import cli, routes

    app.register_blueprint(routes.bp)
    cli.register(app)
