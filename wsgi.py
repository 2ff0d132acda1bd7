"""The application that gunicorn and ``flask`` serve."""

import sys

from konferanse import create_app

# A thread that holds the write lock asks for Python's own lock after each statement, and waits this long (5 ms by default)
# when another thread computes. See docs/adr/0003.
sys.setswitchinterval(0.0005)

app = create_app()
