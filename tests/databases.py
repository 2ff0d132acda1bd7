"""A fresh database for every test: a copied SQLite file, or a PostgreSQL database cloned from an empty one."""

import atexit
import os
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from uuid import uuid4

import psycopg

from konferanse import create_app
from konferanse.extensions import db

KEY = "a key of the tests, long enough to be accepted anywhere"


def environment(instance: Path, database_url: str | None = None, **more: str) -> dict[str, str]:
    """The environment of an app whose state lives in ``instance``."""
    values = {"KONFERANSE_INSTANCE": str(instance), "KONFERANSE_SECRET_KEY": KEY, "KONFERANSE_BASE_URL": "http://localhost"}
    return values | ({"KONFERANSE_DATABASE_URL": database_url} if database_url else {}) | more


@cache
def _sqlite_template() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="konferanse-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    app = create_app(environment(folder))
    with app.app_context():
        db.create_all()
        db.engine.dispose()
    return folder / "konferanse.db"


def fresh_sqlite(instance: Path) -> None:
    """Put an empty database with today's tables in ``instance``."""
    shutil.copy(_sqlite_template(), instance / "konferanse.db")


def _as_postgres(*command: str) -> None:
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


@cache
def _postgres_server() -> str:
    """Start a PostgreSQL of our own on a Unix socket; returns the folder of the socket."""
    binaries = max(Path("/usr/lib/postgresql").glob("*/bin"))
    folder = Path(tempfile.mkdtemp(prefix="konferanse-pg-"))
    folder.chmod(0o777)
    data = folder / "data"
    _as_postgres(str(binaries / "initdb"), "-D", str(data), "-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-sync")
    options = f"-k {folder} -c listen_addresses='' -c fsync=off -c max_connections=300"
    _as_postgres(str(binaries / "pg_ctl"), "-D", str(data), "-w", "-o", options, "-l", str(folder / "log"), "start")

    def stop() -> None:
        _as_postgres(str(binaries / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)

    atexit.register(stop)
    return str(folder)


@cache
def _postgres_template() -> str:
    url = new_postgres(template="template1")
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(environment(Path(folder), url))
        with app.app_context():
            db.create_all()
            db.engine.dispose()
    return database_name(url)


def database_name(url: str) -> str:
    """The database's name in a URL from ``new_postgres``; the folder of its socket follows after the question mark."""
    return url.split("@/")[1].split("?")[0]


def new_postgres(template: str | None = None) -> str:
    """The URL of a new PostgreSQL database with today's tables (or cloned from ``template``)."""
    source = template or _postgres_template()
    name = f"t{uuid4().hex[:12]}"
    with psycopg.connect(f"host={_postgres_server()} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
    return f"postgresql+psycopg://postgres@/{name}?host={_postgres_server()}"


def put_back_postgres(url: str, template: str) -> None:
    """Make the database of ``url`` anew as a copy of the one of ``template``; both must be without connections."""
    name, source = database_name(url), database_name(template)
    with psycopg.connect(f"host={_postgres_server()} user=postgres dbname=postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')
