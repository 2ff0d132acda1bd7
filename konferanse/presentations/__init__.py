"""Slides and the video greeting: upload, checks, serving."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages."""
    # The staff's and the speakers' pages join the same blueprint.
    from konferanse.presentations import (  # noqa: F401
        routes,
        speaker_routes,
        speaker_staff_routes,
        staff_routes,
        tasks,
    )

    app.register_blueprint(routes.bp)
