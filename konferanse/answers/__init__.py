"""What the tables answered: capture, versions, import and export."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.answers import models  # noqa: F401 - its tables belong to the schema
