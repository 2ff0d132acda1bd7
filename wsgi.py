"""The application that gunicorn and ``flask`` serve."""

from konferanse import create_app

app = create_app()
