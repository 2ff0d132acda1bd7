"""How gunicorn serves the product: ``gunicorn --config python:konferanse.server wsgi:app``; the command line says how many
workers.

The application is loaded before the workers are forked: they share its memory, and what the first sign-ups need is compiled
once instead of by every worker in the middle of the rush.
"""

from typing import Any

from flask import Flask
from jinja2.meta import find_referenced_templates
from sqlalchemy.orm import configure_mappers

worker_class = "gthread"
threads = 8
preload_app = True
control_socket_disable = True

AT_ONCE = ("registration/new.html", "registration/receipt.html", "front/conference.html", "programme/public.html")


def when_ready(server: Any) -> None:
    """gunicorn's hook between loading the application and forking."""
    warm(server.app.wsgi())


def warm(app: Flask) -> None:
    """Compile the templates of the pages that crowds open, and what those are made of."""
    configure_mappers()
    environment = app.jinja_env
    waiting, seen = list(AT_ONCE), set()
    while waiting:
        name = waiting.pop()
        if name not in seen and environment.loader:
            seen.add(name)
            environment.get_template(name)
            source, _path, _fresh = environment.loader.get_source(environment, name)
            waiting += [found for found in find_referenced_templates(environment.parse(source)) if found]
