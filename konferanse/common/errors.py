"""Refusals that logic raises and ``konferanse.errors`` turns into pages."""


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
