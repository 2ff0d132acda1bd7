"""Tables, tasks, and who sits where."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.groups import audiences, cli, routes, task_routes  # noqa: F401 - what hangs on the blueprint, or registers

    app.register_blueprint(routes.bp)
    cli.register(app)
