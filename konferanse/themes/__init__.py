"""From answers to points and themes: a pure engine on plain values (docs/adr/0004), and its runs as rows."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.themes import commands, models, routes, tasks  # noqa: F401 - the tables belong to the schema, the tasks to the queue

    app.register_blueprint(routes.bp)
    commands.register(app)
