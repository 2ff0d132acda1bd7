"""Who comes: sign-up, seats, waiting list, self-service."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.registration import (  # noqa: F401 - the routes share one blueprint, and the tasks one queue
        bulk_routes,
        cli,
        desk_routes,
        export_routes,
        import_routes,
        mail_routes,
        needs_routes,
        personal_routes,
        public_list_routes,
        routes,
        tasks,
    )

    app.register_blueprint(routes.bp)
    cli.register(app)
