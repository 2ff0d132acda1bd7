"""Pages that show several parts together: the public conference page, the organiser's way, health checks."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and what layouts ask for."""
    from konferanse.front import inputs, routes
    from konferanse.front.way import way

    inputs.register(routes.bp)
    app.register_blueprint(routes.bp)
    app.jinja_env.globals["way"] = way
