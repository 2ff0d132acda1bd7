"""Pages that show several parts together: the public conference page, the organiser's way, health checks."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and what layouts ask for."""
    # Badges, copies, programme items, the personal page, forgetting, answers and input hang on the same blueprint.
    from konferanse.front import (  # noqa: F401
        badge_routes,
        cli,
        copy_routes,
        input_routes,
        item_routes,
        moderation_routes,
        personal_routes,
        public,
        publish_routes,
        retention_routes,
        routes,
        table_fate,
        vote_routes,
        wall_routes,
        web_input_routes,
    )
    from konferanse.front.publishing import waiting
    from konferanse.front.way import way, ways

    app.register_blueprint(routes.bp)
    app.cli.add_command(cli.retention)
    app.jinja_env.globals.update(way=way, ways=ways, public_pages=public.pages, public_or_preview=public.public_or_preview)
    app.jinja_env.globals.update(drafts_of_changes=waiting)
