"""Slides and the video greeting: upload, checks, serving."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages."""
    from konferanse.presentations import routes, staff_routes  # noqa: F401 - the staff pages join the same blueprint

    app.register_blueprint(routes.bp)
