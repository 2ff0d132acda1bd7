"""Whether an uploaded file is slides, a film or captions: by what is in it, never by what it is called.

Every refusal is an ``Unacceptable`` with a sentence that says how to mend it; nothing has been stored then. PDFs and pictures
are kept in a cleaned copy, so whatever stood between or after their parts is gone.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
import unicodedata
import zipfile
from pathlib import Path
from typing import BinaryIO, NamedTuple

import puremagic
from flask_babel import gettext as _

from konferanse.presentations import containers, film, office
from konferanse.presentations.containers import Container, bomb, damaged, locked, other, two_in_one, virus
from konferanse.presentations.unacceptable import Unacceptable

SLIDES_SIZE = 50_000_000
FILM_SIZE = 200_000_000
HERE = Path(__file__).parent
PDF_CLEANER, PICTURE_CLEANER = HERE / "pdf_cleaning.py", HERE / "picture_cleaning.py"
CLEANER_SECONDS = 30  # on the clock; the cleaners have fewer of their own, and a busy machine is not a bad file
PDF, PNG, JPEG, WEBP, GIF = "application/pdf", "image/png", "image/jpeg", "image/webp", "image/gif"
PICTURES = {b"\x89PNG\r\n\x1a\n": PNG, b"\xff\xd8\xff": JPEG, b"GIF8": GIF, b"RIFF": WEBP}
ENDINGS = {
    PDF: ".pdf",
    office.PPTX: ".pptx",
    office.ODP: ".odp",
    office.KEY: ".key",
    PNG: ".png",
    JPEG: ".jpg",
    WEBP: ".webp",
    GIF: ".gif",
    film.MP4: ".mp4",
    film.WEBM: ".webm",
}
ALSO = {".jpeg": ".jpg", ".jpe": ".jpg"}
MARKUP = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg)[\s>]", re.IGNORECASE)


class Accepted(NamedTuple):
    """A file that may be stored. ``content`` is at its start; ``removed`` names what was taken out of it."""

    content: BinaryIO
    content_type: str
    name: str
    removed: list[str]


def slides(stream: BinaryIO, name: str) -> Accepted:
    """Check a PDF, PPTX, ODP, Keynote file or picture of at most 50 MB. Raises ``Unacceptable``."""
    stem, ending = file_name(name)
    size = _size(stream, SLIDES_SIZE, _("Gjør bildene i presentasjonen mindre, og prøv igjen."))
    head = _start(stream)
    removed: list[str] = []
    content = stream
    if head.startswith(b"%PDF-"):
        content, removed = _pdf(stream, head, size)
        kind = PDF
    elif head.startswith(b"PK\x03\x04"):
        kind = office.kind_of(Container(stream, size))
        if MARKUP.search(head[:1024]) or b"%PDF-" in head[:1024]:
            raise two_in_one()
    elif pictured := _picture_kind(head):
        kind = pictured
        content, removed = _cleaned(PICTURE_CLEANER, stream)
    else:
        raise other(_what(head))
    try:
        _check_ending(ending, kind)
    except Unacceptable:
        if content is not stream:
            content.close()
        raise
    content.seek(0)
    return Accepted(content, kind, stem + ENDINGS[kind], removed)


def moving_pictures(stream: BinaryIO, name: str) -> Accepted:
    """Check a WebM or MP4 of at most 200 MB. Raises ``Unacceptable``."""
    stem, ending = file_name(name)
    size = _size(stream, FILM_SIZE, _("Lagre videoen med lavere oppløsning, og prøv igjen."))
    _start(stream)
    kind = film.kind_of(stream, size)
    _check_ending(ending, kind)
    stream.seek(0)
    return Accepted(stream, kind, stem + ENDINGS[kind], [])


def file_name(name: str) -> tuple[str, str]:
    """The stem and the lower-case ending of what the file was called. Raises ``Unacceptable`` for a name with a path or
    line breaks in it, which no browser sends; signs that other systems stumble over become spaces."""
    name = unicodedata.normalize("NFC", name)
    hidden = any(unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn") for c in name)
    if hidden or re.search(r"[/\\]|%0[ad0]|^\.\.", name, re.IGNORECASE):
        raise Unacceptable(
            _("Filnavnet har tegn som ikke kan brukes, for eksempel / eller linjeskift. Gi filen et annet navn.")
        )
    name = "".join(c for c in name if unicodedata.category(c) != "Cf")  # a mark that turns the direction hides an ending
    name = " ".join(re.sub(r'["<>|:*?;%]', " ", name).split())
    stem, dot, ending = name.rpartition(".")
    if not dot:
        stem, ending = ending, ""
    return stem.strip(". ")[:120] or "fil", ending.strip().lower()


def download_name(name: str) -> str:
    """A name that is safe in a header and on any disk, for files that were stored by other ways than a form."""
    words = "".join(" " if c in '/\\"<>|:*?;%' or unicodedata.category(c)[0] == "C" else c for c in name)
    return " ".join(word for word in words.split() if word.strip(".")).lstrip(".")[:150] or "fil"


def _size(stream: BinaryIO, most: int, advice: str) -> int:
    size = stream.seek(0, 2)
    if not size:
        raise Unacceptable(_("Filen er tom. Se etter at den åpner seg hos deg, og velg den på nytt."))
    if size > most:
        megabytes = f"{size / 1_000_000:.0f}"
        raise Unacceptable(
            _("Filen er på %(n)s MB, og grensen er %(most)s MB.", n=megabytes, most=most // 1_000_000) + " " + advice
        )
    return size


def _start(stream: BinaryIO) -> bytes:
    """The first 4 kB, after a search through everything for the anti-virus test string."""
    stream.seek(0)
    head, tail = b"", b""
    while chunk := stream.read(1 << 20):
        head = head or chunk[:4096]
        if containers.EICAR in tail + chunk:
            raise virus()
        tail = chunk[-64:]
    stream.seek(0)
    return head


def _check_ending(ending: str, kind: str) -> None:
    """A file that calls itself something else confuses whoever opens it, or is meant to."""
    right = ENDINGS[kind]
    if ending and ALSO.get(f".{ending}", f".{ending}") != right:
        raise Unacceptable(
            _("Filen heter .%(a)s, men innholdet er %(b)s. Gi den et navn som slutter på %(b)s.", a=ending[:12], b=right)
        )


def _what(head: bytes) -> str:
    """What a file that is not slides seems to be."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if MARKUP.search(text[:1024]):
        return "vector" if re.search(rb"<svg[\s>]", text[:1024], re.IGNORECASE) else "web"
    if text.startswith((b"<?xml", b"<")):
        return "web"
    if head.startswith((b"MZ", b"\x7fELF", b"#!", b"\xca\xfe\xba\xbe")):
        return "program"
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return "old"
    try:
        guess = puremagic.magic_string(head)[0].mime_type
    except (puremagic.PureError, ValueError, IndexError):
        return "plain"
    if guess.startswith("image/"):
        return "image"
    if guess.startswith(("video/", "audio/")):
        return "film"
    return "archive" if re.search(r"zip|compress|tar|rar|7z", guess) else "plain"


def _picture_kind(head: bytes) -> str | None:
    """The content type of a picture of a kind we take, by its first bytes."""
    for start, kind in PICTURES.items():
        if head.startswith(start) and (kind != WEBP or head[8:12] == b"WEBP"):
            return kind
    return None


def _pdf(stream: BinaryIO, head: bytes, size: int) -> tuple[BinaryIO, list[str]]:
    """A cleaned copy of a PDF and what was taken out."""
    stream.seek(max(0, size - 4096))
    _before, mark, after = stream.read().rpartition(b"%%EOF")
    if not mark:
        raise damaged()
    stream.seek(0)
    if MARKUP.search(head[:1024]) or MARKUP.search(after) or zipfile.is_zipfile(stream):
        raise two_in_one()
    return _cleaned(PDF_CLEANER, stream)


def _cleaned(program: Path, stream: BinaryIO) -> tuple[BinaryIO, list[str]]:
    """What ``program`` makes of the file, and what it took out. Raises ``Unacceptable``."""
    with tempfile.TemporaryDirectory(prefix="konferanse-") as folder:
        source, target = Path(folder, "in"), Path(folder, "out")
        stream.seek(0)
        with source.open("wb") as copy:
            shutil.copyfileobj(stream, copy, 1 << 20)
        removed = _run(program, source, target)
        return target.open("rb"), removed  # an open file outlives its folder


def _run(program: Path, source: Path, target: Path) -> list[str]:
    """Run a cleaner; one that crashed or was stopped means a damaged file. Raises ``Unacceptable``."""
    command = [sys.executable, "-I", str(program), str(source), str(target)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=CLEANER_SECONDS, check=True, cwd=source.parent)
        result = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise damaged() from error
    if "refused" in result:
        raise _refusal(result["refused"], result.get("most", 0) // 1_000_000)
    if not target.exists():
        raise damaged()
    return [str(what) for what in result["removed"]]


def _refusal(why: str, millions: int) -> Unacceptable:
    if why == "encrypted":
        return locked()
    if why == "heavy":
        return bomb()
    if why == "large":
        return Unacceptable(
            _("Bildet har for mange punkter. Gjør det mindre enn %(n)s millioner punkter, og last det opp på nytt.", n=millions)
        )
    if why == "moving":
        return Unacceptable(_("Bildet beveger seg. Lagre det som et stillbilde, eller last det opp som video med teksting."))
    return damaged()
