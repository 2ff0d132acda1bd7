"""Days, rooms and items: a working copy and published releases."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    # The routes share one blueprint.
    from konferanse.programme import cli, reading_routes, release_routes, routes, shift_routes  # noqa: F401

    app.register_blueprint(routes.bp)
    cli.register(app)
