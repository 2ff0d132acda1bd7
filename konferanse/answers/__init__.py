"""What the tables answered: capture, versions, import and export."""

from flask import Flask

from konferanse.extensions import csrf


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.answers import (  # noqa: F401 - pages hang on the one blueprint
        api,
        cli,
        flip_chart_routes,
        priority_routes,
        routes,
        table_routes,
        vote_routes,
        wall_routes,
        web_routes,
    )

    for view in (api.put_answer, api.delete_answer, api.put_order):
        csrf.exempt(view)  # the token in the path is the key; no cookie is looked at
    app.register_blueprint(routes.bp)
    cli.register(app)
