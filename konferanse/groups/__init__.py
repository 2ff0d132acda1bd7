"""Tables, tasks, and who sits where."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.groups import models  # noqa: F401 - its tables belong to the schema
