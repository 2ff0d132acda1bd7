"""Tables, tasks, and who sits where."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.groups import (  # noqa: F401 - one blueprint
        arranging_routes,
        audiences,
        cli,
        routes,
        sign_routes,
        task_file_routes,
        task_routes,
    )

    app.register_blueprint(routes.bp)
    cli.register(app)
