"""Who comes: sign-up, seats, waiting list, self-service."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.registration import desk, desk_mail, desk_needs, personal, routes  # noqa: F401 - all on one blueprint

    app.register_blueprint(routes.bp)
