"""From points to a plan draft, its evidence and its exports."""

from datetime import date

from flask import Flask

from konferanse.common.language import date_range, date_words


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.plan import cli, line_routes, public_routes, routes  # noqa: F401 - they add their views to the blueprint

    app.register_blueprint(routes.bp)
    cli.register(app)
    app.jinja_env.filters.update(iso_date_words=iso_date_words, iso_range=iso_range)


def iso_date_words(value: str | date) -> str:
    """2019-10-01, a date or its ISO form, as 1. oktober 2019."""
    return date_words(date.fromisoformat(value) if isinstance(value, str) else value)


def iso_range(first: str, last: str) -> str:
    """2019-06-26 and 2019-06-27 as 26.–27. juni 2019."""
    return date_range(date.fromisoformat(first), date.fromisoformat(last))
