"""Run migrations. On SQLite a batch migration drops and remakes a table, which with foreign keys on would empty its
children: they are off while it runs, checked before the commit, and on again after."""

from typing import Any

from alembic import context
from flask import current_app

database = current_app.extensions["migrate"].db
config = context.config


def render_item(kind: str, item: Any, autogen: Any) -> str | bool:
    """Write our own column types as SQLAlchemy's, so that a migration does not depend on today's code."""
    if kind == "type" and type(item).__name__ == "UtcDateTime":
        return "sa.DateTime(timezone=True)"
    return False


def run() -> None:
    """Run them in one transaction."""
    engine = database.engine.execution_options(write=True)
    sqlite = engine.dialect.name == "sqlite"
    with engine.connect() as connection:
        raw = connection.connection.dbapi_connection
        if sqlite:
            raw.execute("PRAGMA foreign_keys=OFF")  # no effect inside a transaction, so before BEGIN
        try:
            context.configure(
                connection=connection,
                target_metadata=database.metadata,
                render_as_batch=sqlite,
                compare_type=True,
                transactional_ddl=True,
                render_item=render_item,
                process_revision_directives=None,
            )
            with context.begin_transaction():
                context.run_migrations()
                if sqlite and (orphans := raw.execute("PRAGMA foreign_key_check").fetchall()):
                    raise RuntimeError(f"migration left rows without their parents: {orphans[:5]}")
        finally:
            if sqlite:
                connection.rollback()
                raw.execute("PRAGMA foreign_keys=ON")


run()
