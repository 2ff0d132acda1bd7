"""Tables, tasks, and who sits where."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.groups import cli, routes, task_routes  # noqa: F401 - the tasks' pages hang on the same blueprint

    app.register_blueprint(routes.bp)
    cli.register(app)
