"""konferanse: from an assignment to a plan that can be followed back to the table that said it."""

import os
from collections.abc import Mapping

from flask import Flask

from konferanse import config, errors, extensions, logs, operations, security
from konferanse.common import (
    counters,  # noqa: F401 - limits find it by the address of their storage
    language,
    worker,
)
from konferanse.common.erasure import erasures
from konferanse.common.storage import files


def create_app(environ: Mapping[str, str] | None = None) -> Flask:
    """The application, configured from ``environ`` (the process's own when omitted)."""
    logs.configure()
    root = config.ROOT
    app = Flask("konferanse", template_folder=str(root / "templates"), static_folder=str(root / "static"))
    app.config.from_mapping(config.from_environment(os.environ if environ is None else environ))
    extensions.init_app(app)
    extensions.babel.init_app(app, locale_selector=language.select_language)
    files.init_app(app)
    worker.queue.init_app(app)
    erasures.path = app.config["INSTANCE"] / "erased.txt"
    security.init_app(app)
    errors.init_app(app)
    operations.register(app)
    _register_packages(app)
    return app


def _register_packages(app: Flask) -> None:
    """Every package's pages and commands, in the order the data flows."""
    from konferanse import (
        access,
        answers,
        conference,
        demo,
        front,
        groups,
        plan,
        presentations,
        programme,
        registration,
        templating,
        themes,
    )

    templating.init_app(app)
    for package in (access, conference, programme, presentations, registration, groups, answers, themes, plan, front, demo):
        package.init_app(app)
