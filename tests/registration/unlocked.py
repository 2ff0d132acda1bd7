"""The negative control: the same app without its lock, served to the race test alone.

Reads slip outside the transaction, as SQLite's driver lets them by default, and the conference is not locked on
PostgreSQL. A pause between counting and writing makes the window as wide as a busy machine would.
"""

import time
from typing import Any

from sqlalchemy import Connection, Engine, event, inspect, select

from konferanse import create_app, extensions
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration import routes, seats

counted = seats.count


def begin_write() -> None:
    """Let writes through, without beginning a transaction."""
    db.session.rollback()
    db.session().info["write"] = True


def read_without_lock(conference: Conference) -> None:
    """Read the conference anew, as ``seats.lock`` does, and lock nothing."""
    identity = inspect(conference).identity
    assert identity
    query = select(Conference).where(Conference.id == identity[0]).execution_options(populate_existing=True)
    db.session.execute(query).scalar_one()


def count_and_wait(conference: Conference) -> Any:
    """Count, then dawdle."""
    found = counted(conference)
    time.sleep(0.2)
    return found


@event.listens_for(Engine, "before_cursor_execute")
def begin_at_the_first_write(connection: Connection, _cursor: Any, statement: str, *_rest: Any) -> None:
    """What SQLite's driver does when it is left to itself: everything read before was read outside the transaction."""
    raw: Any = connection.connection.dbapi_connection
    if connection.dialect.name == "sqlite" and statement.startswith(("INSERT", "UPDATE")) and not raw.in_transaction:
        raw.execute("BEGIN IMMEDIATE")


event.remove(Engine, "begin", extensions._begin)
seats.lock, seats.count, routes.begin_write = read_without_lock, count_and_wait, begin_write  # type: ignore[assignment]
app = create_app()
