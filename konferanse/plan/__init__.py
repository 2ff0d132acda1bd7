"""From points to a plan draft, its evidence and its exports."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.plan import models  # noqa: F401 - its tables belong to the schema
