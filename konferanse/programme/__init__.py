"""Days, rooms and items: a working copy and published releases."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.programme import models  # noqa: F401 - its tables belong to the schema
