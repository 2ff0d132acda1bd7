"""Refusals that logic raises and ``konferanse.errors`` turns into pages, and a database that cannot store just now."""

import structlog
from sqlalchemy.exc import OperationalError

RETRY = {"Retry-After": "3"}
"""What goes with 503: nothing was stored, and the client may try again."""


class Refused(Exception):
    """What was asked cannot be done; nothing was changed. ``message`` tells the person how to mend it.

    ``status`` is the HTTP status the page gets.
    """

    status = 409

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Gone(Refused):
    """A link that was revoked, or points to something removed."""

    status = 403


def log_unavailable(error: OperationalError, rule: object) -> None:
    """Tell the operator that the database was locked or the disk full. ``rule`` is the route: a path may hold a link."""
    structlog.get_logger().error("database.unavailable", path_rule=str(rule), error=type(error.orig).__name__)
