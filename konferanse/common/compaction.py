"""Making deleted rows disappear from the files of the database, not only from its tables."""

import pysqlite3.dbapi2 as sqlite
import structlog
from sqlalchemy.exc import OperationalError

from konferanse.extensions import db

log = structlog.get_logger()
# PostgreSQL keeps a deleted row's bytes in its page until that is written anew.
EMPTIED = ("access_need", "question_answer", "registration", "outbox_mail", "audit_entry", "bulk_action", "invitation", "file")


def compact() -> bool:
    """Write the database anew without what was deleted; whoever writes meanwhile waits (SQLite: 0.5 s for 30 MB).

    Call it outside a transaction. Returns False when somebody was in the way, or the disk is full: try later.
    ``secure_delete`` zeroes freed cells, but a page that was split keeps a copy behind, and the write-ahead log keeps the
    page as it was.
    """
    db.session.rollback()
    try:
        return _vacuum_sqlite() if db.engine.dialect.name == "sqlite" else _vacuum_postgres()
    except (sqlite.Error, OperationalError) as error:
        log.warning("compaction.postponed", reason=type(error).__name__)
        return False


def _vacuum_sqlite() -> bool:
    raw = db.engine.raw_connection()
    try:
        cursor = raw.cursor()
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = (cursor.fetchone() or (1,))[0]
        cursor.close()
    finally:
        raw.close()
    return not busy


def _vacuum_postgres() -> bool:
    """Each table for itself, and not at all behind a long reader: everybody else would wait behind us."""
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("SET lock_timeout = '3s'")
        for table in EMPTIED:
            connection.exec_driver_sql(f"VACUUM (FULL) {table}")
        connection.exec_driver_sql("RESET lock_timeout")
    return True
