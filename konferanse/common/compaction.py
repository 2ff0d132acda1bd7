"""Making deleted rows disappear from the files of the database, not only from its tables."""

from konferanse.extensions import db

# PostgreSQL keeps a deleted row's bytes in its page until that is written anew.
EMPTIED = ("access_need", "question_answer", "registration", "outbox_mail", "audit_entry", "bulk_action", "invitation", "file")


def compact() -> bool:
    """Write the database anew without what was deleted. Call it outside a transaction; others may read meanwhile and wait
    to write (SQLite: 0.1 s per 10 MB). Returns False when a reader kept the log of changes from being emptied: try later.

    ``secure_delete`` zeroes freed cells, but a page that was split keeps a copy behind, and the write-ahead log keeps the
    page as it was.
    """
    db.session.rollback()
    if db.engine.dialect.name != "sqlite":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql(f"VACUUM (FULL) {', '.join(EMPTIED)}")
        return True
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
