"""The conference, its host and its staff."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.conference import cache, cli, routes

    app.register_blueprint(routes.bp)
    cli.register(app)
    cache.init_app(app)
