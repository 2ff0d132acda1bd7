"""The erasure list: what was deleted for somebody's sake, kept outside the database so that a restored backup forgets it too.

One line a row, ``<table> <uuid> <ISO time>``: ids only. Lines older than the longest-lived backup (30 days) are dropped.
"""

import os
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from sqlalchemy import MetaData, delete

from konferanse.common.clock import now
from konferanse.extensions import db

KEPT = timedelta(days=30)


class ErasureList:
    """``<instance>/erased.txt``."""

    path: Path

    def note(self, table: str, uids: list[UUID]) -> None:
        """Write that these rows must not come back; on disk before the transaction that deletes them commits."""
        if not uids:
            return
        with self.path.open("a") as out:
            out.writelines(f"{table} {uid} {now().isoformat()}\n" for uid in uids)
            out.flush()
            os.fsync(out.fileno())

    def apply(self) -> int:
        """Delete every listed row that is there (after a restore); returns how many were."""
        metadata: MetaData = db.metadata
        gone = 0
        for table, uid in self.entries():
            target = metadata.tables.get(table)
            if target is not None:
                gone += db.session.connection().execute(delete(target).where(target.c.uid == uid)).rowcount
        return gone

    def forget_old(self) -> None:
        """Drop lines older than any backup."""
        if not self.path.exists():
            return
        oldest = now() - KEPT
        kept = [line for line in self.path.read_text().splitlines(True) if datetime.fromisoformat(line.split()[2]) >= oldest]
        fresh = self.path.with_suffix(".new")
        fresh.write_text("".join(kept))
        fresh.replace(self.path)

    def uids(self, table: str) -> list[UUID]:
        """The uids listed under ``table``, each once."""
        return list(dict.fromkeys(uid for name, uid in self.entries() if name == table))

    def entries(self) -> list[tuple[str, UUID]]:
        """Every (table, uid) on the list."""
        if not self.path.exists():
            return []
        return [(parts[0], UUID(parts[1])) for parts in map(str.split, self.path.read_text().splitlines()) if len(parts) == 3]


erasures = ErasureList()
