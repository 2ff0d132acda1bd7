"""From answers to points and themes."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.themes import models  # noqa: F401 - its tables belong to the schema
