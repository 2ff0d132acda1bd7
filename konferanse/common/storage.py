"""Uploaded files: bytes under the instance folder by UUID, facts about them in a row."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import String, event
from sqlalchemy.orm import Mapped, Session, mapped_column

from konferanse.common.clock import now
from konferanse.extensions import Model, UtcDateTime, db


class File(Model):
    """A stored file. ``name`` is what it was called; it is never used as a path."""

    __tablename__ = "file"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    name: Mapped[str] = mapped_column(String(200))
    content_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64))
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=now)


class FileStore:
    """Where the bytes are: ``<instance>/files/ab/<uuid>``."""

    root: Path

    def init_app(self, app: Flask) -> None:
        """Keep files under ``app``'s instance folder."""
        self.root = app.config["INSTANCE"] / "files"

    def path(self, file: File) -> Path:
        """The path of ``file``'s bytes."""
        return self._path(file.uid)

    def _path(self, uid: UUID) -> Path:
        return self.root / uid.hex[:2] / uid.hex

    def keep(self, content: BinaryIO, *, name: str, content_type: str) -> File:
        """Write ``content`` to disk (synced) and add its row; the caller commits."""
        file = self._store(content, name, content_type)
        db.session.add(file)
        return file

    @contextmanager
    def staged(self, content: BinaryIO, *, name: str, content_type: str) -> Iterator[File]:
        """Write ``content`` to disk before the write lock is taken, since a large file takes seconds. The body begins the
        write, adds the row and commits; when it raises, the bytes are deleted."""
        file = self._store(content, name, content_type)
        try:
            yield file
        except BaseException:
            self.path(file).unlink(missing_ok=True)
            raise

    def _store(self, content: BinaryIO, name: str, content_type: str) -> File:
        file = File(uid=uuid4(), name=name[:200], content_type=content_type, size=0, sha256="")
        target = self.path(file)
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        with target.open("wb") as out:
            while chunk := content.read(1 << 20):
                digest.update(chunk)
                file.size += len(chunk)
                out.write(chunk)
            out.flush()
            os.fsync(out.fileno())
        file.sha256 = digest.hexdigest()
        return file

    def drop(self, file: File) -> None:
        """Delete the row, and the bytes once that is committed: a write that is taken back leaves both."""
        self.drop_bytes(file.uid)
        db.session.delete(file)

    def drop_bytes(self, uid: UUID) -> None:
        """Delete the bytes of the file ``uid``, which need have no row, once the transaction is committed."""
        db.session.info.setdefault("dropped_files", []).append(self._path(uid))


files = FileStore()


@event.listens_for(Session, "after_commit")
def _delete_dropped(session: Session) -> None:
    for path in session.info.pop("dropped_files", ()):
        path.unlink(missing_ok=True)


@event.listens_for(Session, "after_rollback")
def _keep_dropped(session: Session) -> None:
    session.info.pop("dropped_files", None)
