"""The conference, its host and its staff."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.conference import cache, cli, routes
    from konferanse.conference.forms import KIND_LABELS
    from konferanse.conference.lifecycle import STATUS_WORDS

    app.register_blueprint(routes.bp)
    app.jinja_env.globals["kinds"] = KIND_LABELS
    app.jinja_env.globals["status_words"] = STATUS_WORDS
    cli.register(app)
    cache.init_app(app)
