"""Uploaded files: bytes under the instance folder by UUID, facts about them in a row."""

import hashlib
import os
from datetime import datetime
from pathlib import Path
from typing import BinaryIO
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

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
        return self.root / file.uid.hex[:2] / file.uid.hex

    def keep(self, content: BinaryIO, *, name: str, content_type: str) -> File:
        """Write ``content`` to disk (synced) and add its row; the caller commits."""
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
        db.session.add(file)
        return file

    def drop(self, file: File) -> None:
        """Delete the bytes and the row."""
        self.path(file).unlink(missing_ok=True)
        db.session.delete(file)


files = FileStore()
