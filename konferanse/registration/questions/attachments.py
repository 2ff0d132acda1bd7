"""Files that people send with an answer: a PDF, PNG or JPEG of at most 5 MB, by what is in it and never by its name.

They are stored as they came, are read by the organiser alone, and only ever leave as something to save.
"""

from typing import BinaryIO

from flask_babel import gettext as _

from konferanse.conference import pictures
from konferanse.presentations.checks import PDF, Accepted, file_name
from konferanse.presentations.containers import EICAR, virus
from konferanse.presentations.unacceptable import Unacceptable

MOST = 5_000_000
ACCEPT = ".pdf,.png,.jpg,.jpeg"
ENDINGS = {PDF: (".pdf",), "image/png": (".png",), "image/jpeg": (".jpg", ".jpeg")}


def accepted(stream: BinaryIO, name: str) -> Accepted:
    """The file, at its start, with a name that fits what it is. Raises ``Unacceptable`` with words on how to mend it."""
    stem, ending = file_name(name)
    content = stream.read(MOST + 1)
    stream.seek(0)
    if not content:
        raise Unacceptable(_("Filen er tom. Se etter at den åpner seg hos deg, og velg den på nytt."))
    if len(content) > MOST:
        raise Unacceptable(_("Filen er større enn 5 MB. Gjør den mindre, og velg den på nytt."))
    if EICAR in content:
        raise virus()
    kind = _kind(content)
    if kind is None:
        raise Unacceptable(_("Velg en PDF eller et bilde (PNG eller JPEG)."))
    right = ENDINGS[kind]
    return Accepted(stream, kind, stem + (f".{ending}" if f".{ending}" in right else right[0]), [])


def _kind(content: bytes) -> str | None:
    if content.startswith(b"%PDF-"):
        return PDF if b"%%EOF" in content[-4096:] else None
    kind = pictures.content_type(content)
    return kind if kind in ENDINGS else None
