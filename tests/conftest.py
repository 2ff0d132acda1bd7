"""Fixtures every test may use; keep it short. Anything about one package lives in that package's folder."""

import re
from collections.abc import Callable, Iterator
from contextvars import Context
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import select
from werkzeug.test import TestResponse

from konferanse import create_app
from konferanse.access.models import Staff
from konferanse.access.signin import create_staff
from konferanse.common.clock import today
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from tests import databases, html
from tests.mail_server import MailServer

# A slow machine is not a defect of the code: timings live in the bench.
settings.register_profile("calm", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("calm")


class StrictClient(FlaskClient):
    """Reads every HTML response strictly, refuses a 500, and fills in the form's token for ``post``."""

    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        db.session.rollback()  # the test's own session reads anew after the request
        # A context of its own: Flask would otherwise lend the request the test's app context, `g` and session included.
        response = Context().run(super().open, *args, **kwargs)
        assert response.status_code != 500, response.get_data(as_text=True)
        if response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            assert html.faults(response.get_data(as_text=True)) == [], response.request.path
        return response

    def submit(self, path: str, data: dict[str, Any] | None = None, *, page: str | None = None, **kwargs: Any) -> TestResponse:
        """Open ``page`` (``path`` when omitted), take its token, and post ``data`` to ``path``."""
        form = self.get(page or path).get_data(as_text=True)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
        assert token, f"no form on {page or path}"
        return self.post(path, data={"csrf_token": token[1], **(data or {})}, **kwargs)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "database_url" in metafunc.fixturenames:
        both = metafunc.definition.get_closest_marker("postgres")
        metafunc.parametrize("database_url", ["sqlite", "postgresql"] if both else ["sqlite"], indirect=True)


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str | None:
    """None for the SQLite file in ``tmp_path``; a PostgreSQL URL in tests marked ``postgres``."""
    if request.param == "postgresql":
        return databases.new_postgres()
    databases.fresh_sqlite(tmp_path)
    return None


@pytest.fixture
def environ(tmp_path: Path, database_url: str | None) -> dict[str, str]:
    """The environment of the test's app."""
    return databases.environment(tmp_path, database_url, KONFERANSE_RATE_LIMITS="off")


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """Templates compiled once: each test has an application of its own, and compiling is a fifth of the time they take."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("compiled")))


@pytest.fixture
def app(environ: dict[str, str], compiled: FileSystemBytecodeCache) -> Iterator[Flask]:
    """The application on an empty database of its own."""
    application = create_app(environ)
    application.jinja_env.bytecode_cache = compiled
    application.config["TESTING"] = True
    application.config["PROPAGATE_EXCEPTIONS"] = False
    application.test_client_class = StrictClient
    with application.app_context():
        yield application
        db.session.remove()
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> StrictClient:
    """A browser nobody is signed in with. Requests get an app context of their own."""
    return app.test_client()  # type: ignore[return-value]


@pytest.fixture
def write(app: Flask) -> Callable[[], None]:
    """``write()`` begins a write; commit with ``db.session.commit()``."""
    return begin_write


@pytest.fixture
def conference(app: Flask) -> Conference:
    """A published two-day conference next month with sign-up open and 20 seats."""
    begin_write()
    first = today() + timedelta(days=30)
    row = lifecycle.create("prove", "Prøvekonferansen", "dialogkonferanse", first, first + timedelta(days=1), seats=20)
    lifecycle.change_status(row, "published", "system")
    lifecycle.open_signup(row)
    db.session.commit()
    return row


@pytest.fixture
def sign_in(app: Flask) -> Callable[..., StrictClient]:
    """``sign_in("organiser", conference)`` gives a client signed in as staff with those permissions; ``admin=True`` an
    administrator."""

    def enter(*permissions: str, conference: Conference | None = None, admin: bool = False) -> StrictClient:
        address = f"{'-'.join(permissions) or 'staff'}{'-admin' if admin else ''}@example.org"
        staff = db.session.scalar(select(Staff).where(Staff.email == address))
        begin_write()
        if staff is None:
            staff = create_staff(address, "Sigrid Saksbehandler", is_admin=admin)
        if conference is not None and permissions:
            lifecycle.grant(conference, staff, list(permissions), "system")
        db.session.commit()
        client: StrictClient = app.test_client()  # type: ignore[assignment]
        with client.session_transaction() as session:
            session["staff"], session["generation"] = staff.id, staff.generation
        return client

    return enter


@pytest.fixture
def mail_server() -> Iterator[MailServer]:
    """A real mail server that can be told to refuse, delay, hang and stop."""
    server = MailServer()
    server.start()
    yield server
    server.stop()
