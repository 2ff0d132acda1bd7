"""Slides and the video greeting: upload, checks, serving."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages."""
    # The staff's and the speakers' pages join the same blueprint.
    from konferanse.presentations import (  # noqa: F401
        public_speaker_routes,
        routes,
        speaker_routes,
        speaker_staff_routes,
        staff_routes,
        tasks,
    )
    from konferanse.programme import presenting

    app.register_blueprint(routes.bp)
    app.jinja_env.globals["presented_speakers"] = presenting.presented
