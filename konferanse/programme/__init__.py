"""Days, rooms and items: a working copy and published releases."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.programme import cli, feed_routes, import_routes, routes  # noqa: F401 - their views hang on the same blueprint

    app.register_blueprint(routes.bp)
    cli.register(app)
