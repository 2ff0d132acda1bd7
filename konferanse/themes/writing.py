"""The engine's output files: written whole or not at all, to a path or to standard output."""

import csv
import io
import os
import sys
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from konferanse.themes.reading import BadFile


def write(text: str, out: Path | None) -> None:
    """Write UTF-8 with LF line ends. Raises ``BadFile`` when the path cannot be written; then nothing has changed."""
    if out is None:
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
        return
    try:
        handle, name = tempfile.mkstemp(dir=out.parent, prefix=f".{out.name}.")
    except OSError as error:
        raise BadFile(f"{out}: filen kan ikke skrives ({error.strerror}).") from error
    half_done = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text.encode())
        half_done.chmod(0o644)
        half_done.replace(out)
    except OSError as error:
        half_done.unlink(missing_ok=True)
        raise BadFile(f"{out}: filen kan ikke skrives ({error.strerror}).") from error


def as_csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A CSV text with comma and LF. Ids are written as given: the file is read by programs, by id."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return text.getvalue()
