"""Days, rooms and items: a working copy and published releases."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    # The routes share one blueprint.
    from konferanse.programme import (  # noqa: F401
        cli,
        copy_routes,
        feed_routes,
        import_routes,
        move_routes,
        reading_routes,
        release_routes,
        routes,
        shift_routes,
        undo_routes,
    )

    app.register_blueprint(routes.bp)
    cli.register(app)
