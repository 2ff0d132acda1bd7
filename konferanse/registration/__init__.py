"""Who comes: sign-up, seats, waiting list, self-service."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.registration import models  # noqa: F401 - its tables belong to the schema
