"""Slides and films handed in through the staff's pages, and what became of them."""

from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from konferanse.extensions import db
from konferanse.presentations.models import Presentation
from tests.conftest import StrictClient
from tests.presentations import files

PAGE = "/admin/k/prove/presentasjoner"
PUBLIC = "/k/prove/presentasjoner"
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"
VTT = b"WEBVTT\n\n00:01.000 --> 00:02.000\nHei\n"


def typed(content: bytes, name: str = "Foredrag æøå.pdf", **other: Any) -> dict[str, Any]:
    """What is filled in, with a file."""
    fields = {"title": "Bodø industri", "speaker_role": "Daglig leder, tiltaksbedrift", "item": "", "summary": "Kort sagt."}
    return fields | {"file": FileStorage(BytesIO(content), name)} | other


def upload(editor: StrictClient, content: bytes | None = None, name: str = "Foredrag æøå.pdf", **other: Any) -> TestResponse:
    """Hand in a presentation."""
    return editor.submit(f"{PAGE}/ny", typed(files.pdf() if content is None else content, name, **other))


def film(editor: StrictClient, **other: Any) -> TestResponse:
    """Hand in a film with captions."""
    fields = {"title": "Hilsen fra statsråden", "summary": "", "caption_language": "nb", "transcript": "Takk for at du kom."}
    fields |= {"file": FileStorage(BytesIO(files.webm()), "hilsen.webm"), "captions": FileStorage(BytesIO(VTT), "nb.vtt")}
    return editor.submit(f"{PAGE}/video/ny", fields | other)


def only() -> Presentation:
    """The one presentation there is."""
    return db.session.scalars(select(Presentation)).one()


def address(row: Presentation) -> str:
    """Where the public downloads it."""
    return f"{PUBLIC}/{row.uid}/fil.pdf"


def stored_files(app: Flask) -> list[Path]:
    """Every file on disk."""
    return [p for p in Path(app.config["INSTANCE"], "files").rglob("*") if p.is_file()]
