"""Days, rooms and items: a working copy and published releases."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.programme import cli, release_routes, routes, shift_routes  # noqa: F401 - the routes share one blueprint

    app.register_blueprint(routes.bp)
    cli.register(app)
