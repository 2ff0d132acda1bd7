"""Slides and the video greeting: upload, checks, serving."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Register pages and commands."""
    from konferanse.presentations import models  # noqa: F401 - its tables belong to the schema
