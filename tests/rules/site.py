"""The app on a small world (tests/factories/world.py), asked by anybody, put back after every write."""

import shutil
from pathlib import Path
from typing import Any

import pysqlite3.dbapi2 as sqlite
from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from konferanse import create_app
from konferanse.extensions import db
from tests import databases
from tests.factories import world as worlds
from tests.rules.routes import WRITING, Route, routes


class Site:
    """``ask`` sends one request as one of ``worlds.ACTORS``; nothing is kept between requests."""

    def __init__(self, folder: Path, rows: int, *, postgres: bool = False) -> None:
        self.template, self.template_url = worlds.template(rows, postgres)
        shutil.copytree(self.template, folder)
        self.folder, self.world = folder, worlds.read(folder)
        source = self.template_url and databases.database_name(self.template_url)
        self.url = databases.new_postgres(template=source) if source else None
        self.app: Flask = create_app(databases.environment(folder, self.url, KONFERANSE_RATE_LIMITS="off"))
        self.routes = routes(self.app)
        self.client = FlaskClient(self.app, use_cookies=False)
        signer = URLSafeTimedSerializer(self.app.config["SECRET_KEY"], salt="wtf-csrf-token")
        self.token = str(signer.dumps(worlds.CSRF))

    def ask(self, actor: str, route: Route, path: str, *, csrf: bool = True, **request: Any) -> TestResponse:
        """One request. Writing ones carry the form's token, in the form or (for the API) in a header."""
        headers = {"Cookie": self.world.cookie(self.app, actor), **request.pop("headers", {})}
        if csrf and route.method in WRITING:
            headers["X-CSRFToken"] = self.token
            if not {"data", "json"} & set(request):
                request["data"] = {"csrf_token": self.token, **self.world.ours.fields}
        return self.client.open(path, method=route.method, headers=headers, **request)

    def put_back(self) -> None:
        """The world as it was: rows and files. Kept pages go by a revision that goes back too."""
        self.app.extensions["kept_pages"].forget()
        if self.url and self.template_url:
            self.close()
            databases.put_back_postgres(self.url, self.template_url)
        else:
            source = sqlite.connect(str(self.template / "konferanse.db"))
            target = sqlite.connect(str(self.folder / "konferanse.db"))
            source.backup(target)
            source.close()
            target.close()
        shutil.copytree(self.template / "files", self.folder / "files", dirs_exist_ok=True)

    def close(self) -> None:
        """Let go of the database."""
        with self.app.app_context():
            db.engine.dispose()


def told(problems: object) -> str:
    """Problems as a failing test shows them: all of them, one a line."""
    lines = [f"{k}: {v}" for k, v in problems.items()] if isinstance(problems, dict) else list(problems)  # type: ignore[call-overload]
    return "\n" + "\n".join(lines)
