"""Turns at writing to SQLite, first come first served, across threads and processes.

SQLite's own waiting is a sleep that grows to 100 ms, and whoever wakes first goes first: under load the unlucky wait for
seconds while the lock stands free. The kernel's file locks queue and wake at once, and let go when a process dies.
"""

import fcntl
import os
import threading
import time
from typing import BinaryIO

from sqlalchemy import Engine

PATIENCE = 15.0
_IN_A_HURRY = 0.25


class Turn:
    """Held until closed. Closing twice is once. ``patience`` is how long its holder may wait for a program that takes no turns
    and has locked the database, in seconds."""

    def __init__(self, file: BinaryIO | None, patience: float = PATIENCE) -> None:
        self._file, self.patience = file, patience

    def gave_up(self) -> None:
        """The database was locked all that time: those who come next look only briefly, for as long as a wait would be. Else
        each of a queue would wait it out anew, one after the other, and reading would stand still behind them."""
        if self._file is not None:
            os.ftruncate(self._file.fileno(), 1)  # told from a file that is merely new
            os.utime(self._file.fileno())

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
    asked = time.monotonic()
    file = open(f"{path}-turn", "ab")  # noqa: SIM115, PTH123 - closed by the turn; a Path adds 20 us to every write
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
    except BaseException:
        file.close()
        raise
    _mine.held = True
    return Turn(file, _patience(file, time.monotonic() - asked))


def _patience(file: BinaryIO, waited: float) -> float:
    found = os.fstat(file.fileno())
    if found.st_size and time.time() - found.st_mtime < PATIENCE:
        return _IN_A_HURRY
    return PATIENCE if waited < 1 else max(_IN_A_HURRY, PATIENCE - waited)
