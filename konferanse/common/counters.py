"""Counters of the rate limits, shared by every process of the server: in memory each process would count for itself.

A small SQLite file beside the database, not in its backup. Who is counted is kept as a keyed hash: no network address is
on disk. Losing the file loses an hour's counting.
"""

import hashlib
import threading
import time
from typing import Any
from urllib.parse import unquote, urlsplit

import pysqlite3.dbapi2 as sqlite
from limits.storage import Storage

TABLE = "CREATE TABLE IF NOT EXISTS counter (key BLOB PRIMARY KEY, count INTEGER NOT NULL, expires REAL NOT NULL) WITHOUT ROWID"
COUNT = """
INSERT INTO counter (key, count, expires) VALUES (:key, :amount, :until)
ON CONFLICT (key) DO UPDATE SET
  count = CASE WHEN expires <= :now THEN :amount ELSE count + :amount END,
  expires = CASE WHEN expires <= :now THEN :until ELSE expires END
RETURNING count
"""


class SharedCounters(Storage):
    """``counters:///path/of/limits.db``; ``secret`` keys the hashes."""

    STORAGE_SCHEME = ["counters"]

    def __init__(self, uri: str, wrap_exceptions: bool = False, *, secret: str = "", **options: Any) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self.path, self.secret, self.own = unquote(urlsplit(uri).path), secret.encode(), threading.local()

    @property
    def base_exceptions(self) -> type[Exception]:
        """What can go wrong."""
        return sqlite.Error  # type: ignore[no-any-return]

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count ``amount`` more under ``key`` for ``expiry`` seconds from the first one; returns the count."""
        moment = time.time()
        values = {"key": self._hash(key), "amount": amount, "now": moment, "until": moment + expiry}
        count = int(self._connection().execute(COUNT, values).fetchone()[0])
        if count == amount:  # a new one: a good time to throw away old ones
            self._connection().execute("DELETE FROM counter WHERE expires <= ?", [moment])
        return count

    def get(self, key: str) -> int:
        """The count under ``key``."""
        return int(self._read("count", key))

    def get_expiry(self, key: str) -> float:
        """When the count under ``key`` ends."""
        return float(self._read("expires", key) or time.time())

    def check(self) -> bool:
        """Whether the file can be read."""
        return bool(self._connection().execute("SELECT 1").fetchone())

    def reset(self) -> int:
        """Forget every count; returns how many."""
        return int(self._connection().execute("DELETE FROM counter").rowcount)

    def clear(self, key: str) -> None:
        """Forget one."""
        self._connection().execute("DELETE FROM counter WHERE key = ?", [self._hash(key)])

    def _read(self, column: str, key: str) -> Any:
        query = f"SELECT {column} FROM counter WHERE key = ? AND expires > ?"  # noqa: S608 - a column of ours
        row = self._connection().execute(query, [self._hash(key), time.time()]).fetchone()
        return row[0] if row else 0

    def _hash(self, key: str) -> bytes:
        return hashlib.blake2b(key.encode(), key=self.secret[:64], digest_size=16).digest()

    def _connection(self) -> Any:
        """This thread's own; a forked process has threads of its own."""
        if not hasattr(self.own, "connection"):
            opened = sqlite.connect(self.path, timeout=2, isolation_level=None)
            for statement in ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=OFF", TABLE):
                opened.execute(statement)
            self.own.connection = opened
        return self.own.connection
