"""Pages that show several parts together: the public conference page, the organiser's way, health checks."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and what layouts ask for."""
    from konferanse.front import personal, routes  # noqa: F401 - the personal page hangs on the same blueprint
    from konferanse.front.way import way

    app.register_blueprint(routes.bp)
    app.jinja_env.globals["way"] = way
