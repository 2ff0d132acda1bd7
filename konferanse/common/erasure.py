"""The erasure list: what was deleted for somebody's sake, kept outside the database so that a restored backup forgets it too.

One line a row, ``<table> <uuid> <ISO time>``: ids only. Lines older than the longest-lived backup (30 days) are dropped.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import MetaData, delete

from konferanse.common.clock import now
from konferanse.common.storage import files
from konferanse.extensions import db

KEPT = timedelta(days=30)


class Entry(NamedTuple):
    """One line of the list."""

    table: str
    uid: UUID
    noted: datetime


class ErasureList:
    """``<instance>/erased.txt``."""

    path: Path

    def note(self, table: str, uids: list[UUID]) -> None:
        """Write that these rows must not come back; on disk before the transaction that deletes them commits."""
        if not uids:
            return
        with self._alone(), self.path.open("a+b") as out:
            if out.tell() and out.seek(-1, os.SEEK_END) and out.read(1) != b"\n":
                out.write(b"\n")  # a crash tore the last line; the next must not become part of it
            out.write("".join(f"{table} {uid} {now().isoformat()}\n" for uid in uids).encode())
            out.flush()
            os.fsync(out.fileno())

    def apply(self) -> int:
        """Delete every listed row that is there (after a restore), and files' bytes with or without a row once that is
        committed; returns how many rows were."""
        metadata: MetaData = db.metadata
        gone = 0
        for table, uid in self.entries():
            if table == "file":
                files.drop_bytes(uid)
            target = metadata.tables.get(table)
            if target is not None:
                gone += db.session.connection().execute(delete(target).where(target.c.uid == uid)).rowcount
        return gone

    def forget_old(self) -> None:
        """Drop lines older than any backup."""
        oldest, fresh = now() - KEPT, self.path.with_suffix(".new")
        with self._alone():
            if not self.path.exists():
                return
            with fresh.open("w") as out:
                out.writelines(f"{e.table} {e.uid} {e.noted.isoformat()}\n" for e in self._lines() if e.noted >= oldest)
                out.flush()
                os.fsync(out.fileno())
            fresh.replace(self.path)
            self._sync_folder()

    def uids(self, table: str) -> list[UUID]:
        """The uids listed under ``table``, each once."""
        return list(dict.fromkeys(uid for name, uid in self.entries() if name == table))

    def entries(self) -> list[tuple[str, UUID]]:
        """Every (table, uid) on the list."""
        return [(entry.table, entry.uid) for entry in self._lines()]

    def _lines(self) -> list[Entry]:
        if not self.path.exists():
            return []
        return [entry for entry in map(_entry, self.path.read_text(errors="replace").splitlines()) if entry]

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Web, worker and commands write the list, and ``forget_old`` puts a new file in its place: one at a time."""
        with self.path.with_suffix(".lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _sync_folder(self) -> None:
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def _entry(line: str) -> Entry | None:
    """None for a line torn by a crash: what it tells of was not deleted, since that was to be committed after it."""
    parts = line.split()
    if len(parts) != 3:
        return None
    try:
        entry = Entry(parts[0], UUID(parts[1]), datetime.fromisoformat(parts[2]))
    except ValueError:
        return None
    return entry if entry.noted.tzinfo else None


erasures = ErasureList()
