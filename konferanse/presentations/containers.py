"""What may be inside a PPTX or ODP, which are zip files. Nothing is ever unpacked to disk.

Sources: ECMA-376 part 2 (content types, relationships), ODF 1.3 part 2 (mimetype, manifest), APPNOTE 6.3.10 (zip).
"""

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from typing import BinaryIO
from xml.parsers import expat

from flask_babel import gettext as _

from konferanse.presentations.unacceptable import Unacceptable

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODP = "application/vnd.oasis.opendocument.presentation"
ENTRIES = 10_000
UNPACKED = 500 << 20  # bytes of all entries together
RATIO = 200  # unpacked to packed, for entries that matter
MATTERS = 8 << 20
PART = 4 << 20  # bytes of a part that is parsed here
EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
PROGRAMS = re.compile(r"\.(exe|dll|scr|com|bat|cmd|js|jse|vbs|vbe|wsf|hta|lnk|ps1|jar|msi|sh|html?|svgz)$")
WITH_MACROS = re.compile(r"\.(docm|dotm|xlsm|xltm|xlam|pptm|potm|ppam|ppsm)$")
DOCTYPES = tuple(word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be"))
FETCHING = ("oleObject", "attachedTemplate", "subDocument", "frame", "externalLinkPath")
# Main part's content type, or ODF media type → what the file is called in a sentence.
OTHERS = {
    "wordprocessingml": "word",
    "spreadsheetml": "sheet",
    "opendocument.text": "text",
    "opendocument.spreadsheet": "sheet",
    "opendocument.graphics": "drawing",
}


class Container:
    """An opened zip whose outline has been checked. Read entries through it only."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        """Raises ``Unacceptable``."""
        try:
            self.zip = zipfile.ZipFile(stream)
        except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
            raise damaged() from error
        self.entries = self.zip.infolist()
        self.names = {entry.filename for entry in self.entries}
        self._check_outline(size)

    def _check_outline(self, size: int) -> None:
        """Refuse what the directory of the zip already tells; no entry is unpacked."""
        if len(self.entries) > ENTRIES:
            raise bomb()
        if self.zip.comment or not self.entries or min(e.header_offset for e in self.entries) != 0:
            raise two_in_one()
        if len({name.casefold() for name in self.names}) != len(self.entries):
            raise damaged()
        for entry in self.entries:
            _check_entry(entry)
        if sum(entry.file_size for entry in self.entries) > UNPACKED:
            raise bomb()
        end = 0
        for entry in sorted(self.entries, key=lambda e: e.header_offset):
            if entry.header_offset < end:  # entries that share bytes: a bomb without nesting
                raise bomb()
            end = entry.header_offset + 30 + len(entry.filename.encode("utf-8", "replace")) + entry.compress_size
        if end > size:
            raise damaged()

    def chunks(self, name: str) -> Iterator[bytes]:
        """The entry's bytes, a megabyte at a time. Raises ``Unacceptable`` when it is not what the directory says."""
        read = 0
        try:
            with self.zip.open(name) as part:
                while chunk := part.read(1 << 20):
                    read += len(chunk)
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, ValueError, NotImplementedError, OSError, EOFError, RuntimeError) as error:
            raise damaged() from error
        if read != self.zip.getinfo(name).file_size:
            raise damaged()

    def part(self, name: str) -> bytes:
        """A whole entry that is to be parsed; empty when there is none."""
        if name not in self.names:
            return b""
        if self.zip.getinfo(name).file_size > PART:
            raise bomb()
        return b"".join(self.chunks(name))

    def read_everything(self) -> None:
        """Read each entry once, keeping none: sizes are true, checksums hold, nothing hides a virus or an entity."""
        for entry in self.entries:
            is_xml = entry.filename.lower().endswith((".xml", ".rels"))
            tail = b""
            for chunk in self.chunks(entry.filename):
                window = tail + chunk
                if EICAR in window:
                    raise virus()
                if is_xml and any(word in window for word in DOCTYPES):
                    raise damaged()
                if not tail and window.startswith(b"MZ"):
                    raise Unacceptable(
                        _("Presentasjonen har et program i seg. Ta det ut, lagre filen på nytt og last den opp.")
                    )
                tail = window[-64:]


def check_pptx(container: Container) -> str:
    """The content type of a PowerPoint presentation without macros. Raises ``Unacceptable``."""
    if "[Content_Types].xml" not in container.names:
        raise other("archive")
    types = [attributes.get("ContentType", "").lower() for _name, attributes in elements(container.part("[Content_Types].xml"))]
    if any("macroenabled" in kind or "vbaproject" in kind or "activex" in kind for kind in types):
        raise macros()
    if any("vbaproject" in name.lower() or "/activex/" in name.lower() for name in container.names):
        raise macros()
    for word, what in OTHERS.items():
        if any(word in kind and kind.endswith("main+xml") for kind in types):
            raise other(what)
    if "presentationml.slideshow.main" in " ".join(types) or "presentationml.template.main" in " ".join(types):
        raise Unacceptable(
            _("Filen er en lysbildevisning eller mal. Åpne den i PowerPoint og lagre den som «Presentasjon (.pptx)».")
        )
    if f"{PPTX}.main+xml" not in types or "ppt/presentation.xml" not in container.names:
        raise other("archive")
    for name in container.names:
        if name.endswith(".rels"):
            _check_relationships(container.part(name))
    container.read_everything()
    return PPTX


def check_odp(container: Container) -> str:
    """The content type of an OpenDocument presentation without macros. Raises ``Unacceptable``."""
    kind = container.part("mimetype").decode("ascii", "replace").strip()
    for word, what in OTHERS.items():
        if word in kind:
            raise other(what)
    if kind != ODP or "content.xml" not in container.names:
        raise other("archive")
    if any(name.startswith(("Basic/", "Scripts/", "Dialogs/")) for name in container.names):
        raise macros()
    manifest = container.part("META-INF/manifest.xml")
    if any(name.endswith("encryption-data") for name, _attributes in elements(manifest)):
        raise locked()
    for part in ("content.xml", "styles.xml"):
        if part in container.names and any(b"script:event-listener" in w for w in _windows(container.chunks(part))):
            raise macros()
    container.read_everything()
    return ODP


def elements(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Every element's name and attributes, in order. A document type, which could make entities, is refused."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda name, attributes: found.append((name, attributes))

    def refuse(*_arguments: object) -> None:
        raise damaged()

    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise damaged() from error
    return found


def _check_entry(entry: zipfile.ZipInfo) -> None:
    name = entry.orig_filename
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or "\\" in name or ":" in name or _odd(name):
        raise Unacceptable(
            _("Filen har navn i seg som peker ut av den. Åpne den i programmet den er laget i, og lagre en ny kopi.")
        )
    if entry.flag_bits & 0x41:
        raise locked()
    if WITH_MACROS.search(name.lower()):
        raise macros()
    if PROGRAMS.search(name.lower()):
        raise Unacceptable(_("Presentasjonen har et program i seg. Ta det ut, lagre filen på nytt og last den opp."))
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged()
    if entry.file_size > MATTERS and entry.file_size > RATIO * max(1, entry.compress_size):
        raise bomb()


def _check_relationships(xml: bytes) -> None:
    for name, attributes in elements(xml):
        external = name.endswith("Relationship") and attributes.get("TargetMode") == "External"
        if external and attributes.get("Type", "").endswith(FETCHING):
            raise Unacceptable(
                _("Presentasjonen henter innhold fra andre filer når den åpnes. Bygg innholdet inn, og lagre den på nytt.")
            )


def _windows(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Each chunk with the end of the one before, so that no word is cut in two."""
    tail = b""
    for chunk in chunks:
        yield tail + chunk
        tail = chunk[-64:]


def _odd(name: str) -> bool:
    return any(unicodedata.category(c) in ("Cc", "Cs") for c in name) or not name


def damaged() -> Unacceptable:
    """The file cannot be read, or not without danger."""
    return Unacceptable(
        _("Filen er skadet eller ikke komplett. Åpne den i programmet den er laget i, lagre en ny kopi og last opp den.")
    )


def bomb() -> Unacceptable:
    """It would unpack to far more than slides need."""
    return Unacceptable(
        _("Filen pakker ut mye mer enn en presentasjon trenger, og er ikke åpnet. Lagre en ny kopi eller last opp en PDF.")
    )


def macros() -> Unacceptable:
    """It has macros."""
    return Unacceptable(
        _("Presentasjonen har makroer. Lagre den som «PowerPoint-presentasjon (.pptx)» uten makroer, eller som PDF.")
    )


def locked() -> Unacceptable:
    """It is encrypted."""
    return Unacceptable(_("Filen er låst med passord. Fjern passordet, lagre en ny kopi og last opp den."))


def virus() -> Unacceptable:
    """It holds the anti-virus test string."""
    return Unacceptable(_("Filen likner et virus. Kjør et virussøk på maskinen din, og last opp en ren kopi."))


def two_in_one() -> Unacceptable:
    """It is two kinds of file at once."""
    return Unacceptable(
        _("Filen er to filtyper på en gang. Åpne den i programmet den er laget i, lagre en ny kopi og last opp den.")
    )


def other(what: str) -> Unacceptable:
    """It is something, but not slides."""
    names = {
        "word": _("et Word-dokument"),
        "sheet": _("et regneark"),
        "text": _("et tekstdokument"),
        "drawing": _("en tegning"),
        "archive": _("et arkiv"),
        "web": _("en nettside"),
        "vector": _("en SVG-tegning"),
        "program": _("et program"),
        "image": _("et bilde"),
        "film": _("en film eller et lydopptak"),
        "old": _("i et eldre Office-format"),
        "plain": _("en fil vi ikke kjenner igjen"),
    }
    return Unacceptable(
        _(
            "Filen er %(what)s, ikke en presentasjon. Lagre presentasjonen som PDF, PPTX eller ODP, og last opp den.",
            what=names[what],
        )
    )
