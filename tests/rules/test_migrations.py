"""The migrations make exactly the tables the models describe, on both databases, and can be walked back."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import Connection, inspect

from konferanse import create_app
from konferanse.config import ROOT
from konferanse.extensions import begin_write, db
from tests import databases
from tests.factories.filled import fill
from tests.rules.site import told

NewApp = Callable[[], Flask]
NOT_OURS = {"alembic_version", "sqlite_sequence"}


@pytest.fixture(params=["sqlite", "postgresql"])
def new_app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewApp]:
    """``new_app()`` is an app on a database without tables."""
    made: list[Flask] = []

    def make() -> Flask:
        folder = tmp_path / str(len(made))
        folder.mkdir()
        url = databases.new_postgres(template="template1") if request.param == "postgresql" else None
        made.append(create_app(databases.environment(folder, url)))
        return made[-1]

    yield make
    for app in made:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()


def reflected(connection: Connection) -> dict[str, dict[str, Any]]:
    """The schema as the database tells it: per table its columns, keys, indexes and checks."""
    seen = inspect(connection)
    return {name: _table(seen, name, connection) for name in seen.get_table_names() if name not in NOT_OURS}


def _table(seen: Any, name: str, connection: Connection) -> dict[str, Any]:
    parts: dict[str, Any] = {}
    for column in seen.get_columns(name):
        kind = column["type"].compile(connection.dialect)
        parts[f"column {column['name']}"] = f"{kind} nullable={column['nullable']} default={column['default']}"
    parts["primary key"] = seen.get_pk_constraint(name)["constrained_columns"]
    for key in seen.get_foreign_keys(name):
        to = f"{key['referred_table']}.{key['referred_columns']}"
        parts[f"foreign key {key['constrained_columns']}"] = f"{key['name']} → {to} {key['options']}"
    for unique in seen.get_unique_constraints(name):
        parts[f"unique {unique['name']}"] = unique["column_names"]
    for index in seen.get_indexes(name):
        where = {k: str(v) for k, v in index.get("dialect_options", {}).items() if k.endswith("_where")}
        parts[f"index {index['name']}"] = f"{index['column_names']} unique={bool(index['unique'])} {where}"
    for check in seen.get_check_constraints(name):
        parts[f"check {check['name']}"] = re.sub(r"\s+", " ", check["sqltext"])
    return parts


def test_the_migrations_make_what_the_models_say(new_app: NewApp) -> None:
    """Column by column, key by key, CHECK by CHECK: ``flask db check`` is blind to the last."""
    migrated, created = new_app(), new_app()
    with migrated.app_context():
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            by_migrations = reflected(connection)
    with created.app_context():
        db.create_all()
        with db.engine.connect() as connection:
            by_models = reflected(connection)
    differences = []
    for table in sorted(by_migrations.keys() | by_models.keys()):
        ours, theirs = by_models.get(table, {}), by_migrations.get(table, {})
        differences += [
            f"{table}, {part}: {ours.get(part)} in the models, {theirs.get(part)} after the migrations"
            for part in sorted(ours.keys() | theirs.keys())
            if ours.get(part) != theirs.get(part)
        ]
    assert not differences, told(differences)


def test_flask_db_check_has_nothing_to_add(new_app: NewApp) -> None:
    with new_app().app_context():
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, db.metadata) == []


def test_every_migration_can_be_undone_and_done_again(new_app: NewApp) -> None:
    with new_app().app_context():
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            first = reflected(connection)
        flask_migrate.downgrade(revision="base")
        with db.engine.connect() as connection:
            assert reflected(connection) == {}
        flask_migrate.upgrade()
        with db.engine.connect() as connection:
            assert reflected(connection) == first


def test_the_newest_migration_keeps_the_rows_when_undone_and_done_again(new_app: NewApp) -> None:
    """A filled database goes one step back and forth; a migration takes with it only the tables it made itself."""
    with new_app().app_context():
        flask_migrate.upgrade()
        begin_write()
        fill("fylt", 2)
        db.session.commit()
        if len(list(ScriptDirectory(str(ROOT / "migrations")).walk_revisions())) == 1:
            return
        before = _counts()
        flask_migrate.downgrade(revision="-1")
        with db.engine.connect() as connection:
            older = set(reflected(connection))
        flask_migrate.upgrade()
        assert {name: n for name, n in _counts().items() if name in older} == {
            name: n for name, n in before.items() if name in older
        }


def _counts() -> dict[str, int]:
    tables = {table.name: table for table in db.metadata.sorted_tables}
    counted = {name: db.session.scalar(db.select(db.func.count()).select_from(t)) or 0 for name, t in tables.items()}
    db.session.rollback()
    return counted


def test_there_is_one_line_of_migrations(app: Flask) -> None:
    assert len(ScriptDirectory(str(ROOT / "migrations")).get_heads()) == 1
