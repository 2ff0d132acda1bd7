"""Staff, sign-in, and access declared on every route."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.access import cli, routes

    app.register_blueprint(routes.bp)
    app.cli.add_command(cli.staff)
    app.cli.add_command(cli.access)
