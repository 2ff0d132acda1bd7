"""All presentations of a conference as one zip file, made while it is sent: nothing is kept in memory or on disk.

The files go in as they are (stored, APPNOTE 6.3.10 4.4.5), since slides are packed already; so the length is known beforehand.
"""

import hashlib
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from konferanse.common.clock import local
from konferanse.common.storage import files
from konferanse.presentations.checks import ENDINGS, download_name
from konferanse.presentations.models import Presentation

CHUNK = 1 << 18
LOCAL, DESCRIPTOR, CENTRAL, END = 30, 16, 46, 22  # bytes, beside the names
LARGEST = zipfile.ZIP64_LIMIT  # beyond this the records have another form, and the length is left unsaid
NAME = 80


class Entry(NamedTuple):
    """A file in the zip: ``path`` of its bytes, or ``content``. ``mark`` tells one content from another."""

    name: str
    when: datetime
    size: int
    mark: str
    path: Path | None = None
    content: bytes = b""


def entries(presentations: Iterable[Presentation]) -> list[Entry]:
    """The slides that are there, each with its summary beside it; the numbers are the list's order."""
    found = []
    there = [row for row in presentations if row.file is not None and files.path(row.file).exists()]
    for number, row in enumerate(there, 1):
        if row.file is None:
            continue
        stem = f"{number:02} {_name(row.title)}"
        path, ending = files.path(row.file), ENDINGS.get(row.file.content_type, "")
        found.append(Entry(f"{stem}{ending}", row.file.created, path.stat().st_size, row.file.sha256, path))
        text = _summary(row)
        found.append(Entry(f"{stem}.txt", row.updated, len(text), hashlib.sha256(text).hexdigest(), content=text))
    return found


def mark(given: Sequence[Entry]) -> str:
    """The same for the same zip."""
    return hashlib.sha256("".join(f"{e.name}\0{e.mark}\0{e.when}\0" for e in given).encode()).hexdigest()[:24]


def length(given: Sequence[Entry]) -> int | None:
    """The bytes of the zip; None when it is too large to say."""
    names = sum(len(entry.name.encode()) for entry in given)
    total = sum(entry.size for entry in given) + 2 * names + (LOCAL + DESCRIPTOR + CENTRAL) * len(given) + END
    return total if total < LARGEST else None


def stream(given: Sequence[Entry]) -> Iterator[bytes]:
    """The zip, a piece at a time. A file that is gone since ends it, so that nobody takes half a zip for a whole one."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_STORED) as archive:  # type: ignore[call-overload]
        for entry in given:
            about = zipfile.ZipInfo(entry.name, date_time=local(entry.when).timetuple()[:6])
            about.file_size = entry.size
            about.external_attr = 0o644 << 16
            with archive.open(about, "w") as part:
                for piece in _pieces(entry):
                    part.write(piece)
                    yield pipe.take()
    yield pipe.take()


class _Pipe:
    """What zipfile writes to: it cannot be sought in, so sizes and checksums follow each file."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes) -> int:
        self.held += data
        return len(data)

    def flush(self) -> None:
        pass

    def take(self) -> bytes:
        """What has been written since it was last asked."""
        taken = bytes(self.held)
        self.held.clear()
        return taken


def _pieces(entry: Entry) -> Iterator[bytes]:
    if entry.path is None:
        yield entry.content
        return
    with entry.path.open("rb") as source:
        while piece := source.read(CHUNK):
            yield piece


def _summary(row: Presentation) -> bytes:
    head = [part for part in (row.title, row.speaker_role) if part]
    # The line ends and the mark that Windows wants; the others do not mind.
    return "\r\n".join([*head, "", *row.summary.split("\n"), ""]).encode("utf-8-sig")


def _name(title: str) -> str:
    return download_name(unicodedata.normalize("NFC", title))[:NAME].strip(". ") or "presentasjon"
