"""Who comes: sign-up, seats, waiting list, self-service."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    # The routes share one blueprint, and the tasks one queue.
    from konferanse.registration import (  # noqa: F401
        cli,
        desk_routes,
        mail_routes,
        needs_routes,
        personal_routes,
        routes,
        setup_routes,
        tasks,
    )

    app.register_blueprint(routes.bp)
    cli.register(app)
