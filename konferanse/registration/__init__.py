"""Who comes: sign-up, seats, waiting list, self-service."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.registration import personal, routes  # noqa: F401 - personal pages hang on the same blueprint

    app.register_blueprint(routes.bp)
