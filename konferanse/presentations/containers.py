"""A zip file from somebody else, looked into without unpacking it: to memory a piece at a time, to disk never.

Source: APPNOTE 6.3.10 (zip). What may be inside slides is said in ``office.py``.
"""

import re
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from typing import BinaryIO
from xml.parsers import expat

from flask_babel import gettext as _

from konferanse.presentations.unacceptable import Unacceptable

ENTRIES = 10_000
DIRECTORY = 4 << 20  # bytes of the list of entries, which zipfile reads whole
UNPACKED = 300 << 20  # bytes of all entries together
RATIO = 200  # unpacked to packed, for entries that matter
MATTERS = 8 << 20
PART = 4 << 20  # bytes of a part that is parsed whole
LARGE_PART = 24 << 20  # bytes of one that is parsed as it comes
ELEMENTS = 50_000
LARGE_ELEMENTS = 500_000
EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PROGRAMS = re.compile(r"\.(exe|dll|scr|com|bat|cmd|js|jse|vbs|vbe|wsf|hta|lnk|ps1|jar|msi|sh|html?|svgz)$")
WITH_MACROS = re.compile(r"\.(docm|dotm|xlsm|xltm|xlam|pptm|potm|ppam|ppsm)$")
CODES = ("utf-8", "utf-16-le", "utf-16-be")
DOCTYPES = tuple(word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in CODES)
# Actions of a PowerPoint slide that start something (ECMA-376 part 1, 21.1.2.3.5).
RUNNING = tuple(f"ppaction://{word}".encode(code) for word in ("program", "macro") for code in CODES)
Attributes = dict[str, str]


class Container:
    """An opened zip whose outline has been checked. Read entries through it only."""

    def __init__(self, stream: BinaryIO, size: int) -> None:
        """Raises ``Unacceptable``."""
        _check_directory(stream, size)
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

    def walk(
        self,
        name: str,
        start: Callable[[str, Attributes], None],
        end: Callable[[str], None] | None = None,
        text: Callable[[str], None] | None = None,
    ) -> None:
        """Call ``start`` with the name ("namespace local") and attributes of each element of an entry as it is read, ``end``
        with its name, ``text`` with what stands in it."""
        if self.zip.getinfo(name).file_size > LARGE_PART:
            raise bomb()
        parser, count = _parser(" "), 0

        def element(tag: str, attributes: Attributes) -> None:
            nonlocal count
            count += 1
            if count > LARGE_ELEMENTS:
                raise bomb()
            start(tag, attributes)

        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = element, end, text
        try:
            for chunk in self.chunks(name):
                parser.Parse(chunk, False)
            parser.Parse(b"", True)
        except expat.ExpatError as error:
            raise damaged() from error

    def read_everything(self) -> None:
        """Read each entry once, keeping none: sizes are true, checksums hold, nothing hides a virus, an entity or a program."""
        for entry in self.entries:
            is_xml = entry.filename.lower().endswith((".xml", ".rels"))
            tail = b""
            for chunk in self.chunks(entry.filename):
                window = tail + chunk
                _check_content(window, is_first=not tail, is_xml=is_xml)
                tail = window[-64:]


def elements(xml: bytes) -> list[tuple[str, Attributes]]:
    """Every element's name and attributes, in order. A document type, which could make entities, is refused."""
    found: list[tuple[str, Attributes]] = []
    parser = _parser(None)

    def element(tag: str, attributes: Attributes) -> None:
        if len(found) == ELEMENTS:
            raise bomb()
        found.append((tag, attributes))

    parser.StartElementHandler = element
    try:
        parser.Parse(xml, True)
    except expat.ExpatError as error:
        raise damaged() from error
    return found


def _parser(separator: str | None) -> expat.XMLParserType:
    def refuse(*_arguments: object) -> None:
        raise damaged()

    parser = expat.ParserCreate(namespace_separator=separator)
    parser.StartDoctypeDeclHandler = refuse
    return parser


def _check_directory(stream: BinaryIO, size: int) -> None:
    """Refuse a list of entries that would fill the memory: zipfile reads as many as its size has room for, whatever it says
    of their number. The record of its size must be the very last thing in the file."""
    stream.seek(max(0, size - 66_000))
    tail = stream.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0:
        raise damaged()
    if at != len(tail) - 22:
        raise two_in_one()
    length = int.from_bytes(tail[at + 12 : at + 16], "little")
    if tail[max(0, at - 20) : at].startswith(b"PK\x06\x07"):  # the same for large files; zipfile prefers it
        length = int.from_bytes(tail[max(0, at - 76) : at][40:48], "little")
    if length > DIRECTORY:
        raise bomb()


def _check_content(window: bytes, *, is_first: bool, is_xml: bool) -> None:
    """Refuse what an entry may not hold. ``window`` is a piece of it; the first begins where the entry does."""
    if EICAR in window:
        raise virus()
    if is_first and window.startswith(b"MZ"):
        raise program()
    if is_first and window.startswith(OLE):
        raise Unacceptable(
            _(
                "Presentasjonen har et innebygd objekt fra et annet program (OLE), og slike kan kjøre kode. Lim det inn som "
                "bilde, lagre filen på nytt og last den opp."
            )
        )
    if is_xml and any(word in window for word in DOCTYPES):
        raise damaged()
    if is_xml and any(word in window for word in RUNNING):
        raise program()


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
        raise program()
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise damaged()
    if entry.file_size > MATTERS and entry.file_size > RATIO * max(1, entry.compress_size):
        raise bomb()


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


def program() -> Unacceptable:
    """It has a program in it, or starts one."""
    return Unacceptable(_("Presentasjonen har et program i seg. Ta det ut, lagre filen på nytt og last den opp."))


def fetching() -> Unacceptable:
    """It asks other machines for content when somebody opens it, who is then known there."""
    return Unacceptable(
        _("Presentasjonen henter innhold fra andre filer når den åpnes. Bygg innholdet inn, og lagre den på nytt.")
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
