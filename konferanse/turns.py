"""Turns at writing to SQLite, first come first served, across threads and processes.

SQLite's own waiting is a sleep that grows to 100 ms, and whoever wakes first goes first: under load the unlucky wait for
seconds while the lock stands free. The kernel's file locks queue and wake at once, and let go when a process dies.
"""

import fcntl
import threading
from typing import BinaryIO

from sqlalchemy import Engine


class Turn:
    """Held until closed. Closing twice is once."""

    def __init__(self, file: BinaryIO | None) -> None:
        self._file = file

    def close(self) -> None:
        """Let the next one write."""
        if self._file is not None:
            self._file.close()
            self._file = None
            _mine.held = False


_mine = threading.local()


def take(engine: Engine) -> Turn:
    """Wait for a turn. PostgreSQL, and SQLite in memory, need none. Raises ``RuntimeError`` where waiting would never end:
    in a thread that already has its turn."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path or path == ":memory:":
        return Turn(None)
    if getattr(_mine, "held", False):
        raise RuntimeError("a write was begun inside another write of the same thread")
    file = open(f"{path}-turn", "ab")  # noqa: SIM115, PTH123 - closed by the turn; a Path adds 20 us to every write
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
    except BaseException:
        file.close()
        raise
    _mine.held = True
    return Turn(file)
