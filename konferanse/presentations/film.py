"""Films and their captions: WebM (Matroska, RFC 8794/9559), MP4 (ISO 14496-12) and WebVTT (W3C).

The whole chain of boxes or elements is walked, so a file cut short or with something else at its end is refused.
"""

import re
from typing import BinaryIO

from flask_babel import gettext as _

from konferanse.presentations.unacceptable import Unacceptable

MP4 = "video/mp4"
WEBM = "video/webm"
CAPTIONS_SIZE = 1_000_000
BOXES = 100_000
TAG = re.compile(r"<(?!/?(?:c|i|b|u|v|ruby|rt|lang)[\s.>]|[\d:.]+>)")  # W3C WebVTT 4.2.2: what a caption may hold
# Brands that browsers play; QuickTime ("qt  ") is not among them.
BRANDS = {b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"M4VH", b"dash", b"MSNV", b"f4v "}
EBML, SEGMENT, VOID, CRC = 0x1A45DFA3, 0x18538067, 0xEC, 0xBF
TIMING = re.compile(r"((?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3})[ \t]+-->[ \t]+((?:\d{2,}:)?[0-5]\d:[0-5]\d\.\d{3})(?:[ \t]+\S.*)?")
LONGEST_CUE = 1000


def kind_of(stream: BinaryIO, size: int) -> str:
    """``video/mp4`` or ``video/webm``. Raises ``Unacceptable``."""
    stream.seek(0)
    head = stream.read(64)
    if head[4:8] == b"ftyp":
        _walk_boxes(stream, size)
        return MP4
    if head.startswith(EBML.to_bytes(4, "big")):
        _walk_elements(stream, size)
        return WEBM
    raise _not_a_film()


def _walk_boxes(stream: BinaryIO, size: int) -> None:
    """Follow the top-level boxes of an MP4 to the very end of the file."""
    found: set[bytes] = set()
    at = 0
    for _count in range(BOXES):
        if at == size:
            break
        stream.seek(at)
        header = stream.read(16)
        if len(header) < 8:
            raise _cut_short()
        length, name, start = int.from_bytes(header[:4], "big"), header[4:8], 8
        if length == 1:
            length, start = int.from_bytes(header[8:16], "big"), 16
        elif length == 0:
            length = size - at
        if length < start or at + length > size:
            raise _cut_short()
        if not found:
            _check_brand(stream, at + start, length - start)
        found.add(name)
        at += length
    if at != size or not {b"moov", b"mdat"} <= found:
        raise _cut_short()


def _check_brand(stream: BinaryIO, at: int, length: int) -> None:
    stream.seek(at)
    body = stream.read(min(length, 256))
    brands = {body[:4], *(body[i : i + 4] for i in range(8, len(body) - 3, 4))}
    if body[:4] == b"qt  " or not brands & BRANDS:
        raise Unacceptable(_("Videoen er i et format som nettlesere ikke spiller av. Lagre den som MP4 (H.264) eller WebM."))


def _walk_elements(stream: BinaryIO, size: int) -> None:
    """Follow the top-level elements of a WebM to the very end of the file."""
    stream.seek(0)
    first, length = _element(stream)
    kind = stream.read(length or 0) if length is not None and length < 4096 else b""
    if first != EBML or b"\x42\x82\x84webm" not in kind:
        raise Unacceptable(_("Videoen er i et format som nettlesere ikke spiller av. Lagre den som MP4 (H.264) eller WebM."))
    segments = 0
    for _count in range(BOXES):
        if (at := stream.tell()) >= size:
            break
        name, length = _element(stream)
        if name not in (SEGMENT, VOID, CRC):
            raise _cut_short()
        segments += name == SEGMENT
        if length is None:  # a live recording: the segment lasts to the end
            break
        end = stream.tell() + length
        if end > size or end <= at:
            raise _cut_short()
        stream.seek(end)
    else:
        raise _cut_short()
    if segments != 1:
        raise _cut_short()


def _element(stream: BinaryIO) -> tuple[int, int | None]:
    """The next element's id and length; None when the length is unknown (RFC 8794 6)."""
    name, _width = _number(stream, keep_marker=True)
    length, width = _number(stream, keep_marker=False)
    return name, None if length == (1 << 7 * width) - 1 else length


def _number(stream: BinaryIO, *, keep_marker: bool) -> tuple[int, int]:
    first = stream.read(1)
    if not first or not first[0]:
        raise _cut_short()
    width = 9 - first[0].bit_length()
    rest = stream.read(width - 1)
    if len(rest) != width - 1:
        raise _cut_short()
    value = int.from_bytes(first + rest, "big")
    return value if keep_marker else value & ~(1 << 7 * width), width


def captions(stream: BinaryIO) -> bytes:
    """A WebVTT file as UTF-8 with LF. Raises ``Unacceptable``, naming the line."""
    raw = stream.read(CAPTIONS_SIZE + 1)
    if len(raw) > CAPTIONS_SIZE:
        raise Unacceptable(_("Tekstingen er for stor. Den kan være på høyst 1 MB."))
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unacceptable(_("Tekstingen er ikke lagret som UTF-8. Lagre den på nytt med «UTF-8» som tegnsett.")) from None
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if "\0" in text or not re.fullmatch(r"WEBVTT(?:[ \t].*)?", lines[0]):
        raise Unacceptable(_("Tekstingen må være en WebVTT-fil: første linje er «WEBVTT». Lagre den som .vtt, og prøv igjen."))
    if not _cues(lines):
        raise Unacceptable(
            _("Tekstingen har ingen linjer med tid. Skriv for eksempel «00:00:01.000 --> 00:00:04.000» og så teksten.")
        )
    return "\n".join(lines).strip("\n").encode() + b"\n"


def _cues(lines: list[str]) -> int:
    """How many cues there are. Raises ``Unacceptable`` for one that cannot be shown."""
    count, latest = 0, 0.0
    for number, line in enumerate(lines, 1):
        if "-->" not in line:
            _check_words(number, line)
            continue
        found = TIMING.fullmatch(line.strip())
        if not found:
            raise _wrong(number, _("Tiden skrives slik: 00:00:01.000 --> 00:00:04.000"))
        start, end = _seconds(found[1]), _seconds(found[2])
        if end <= start:
            raise _wrong(number, _("Slutten må være etter starten."))
        if start < latest:
            raise _wrong(number, _("Den begynner før linjen over. Sett linjene i rekkefølge."))
        if number >= len(lines) or not lines[number].strip():
            raise _wrong(number, _("Det står ingen tekst under tiden."))
        if len(lines[number]) > LONGEST_CUE:
            raise _wrong(number + 1, _("Teksten er for lang til å vises. Del den opp."))
        count, latest = count + 1, start
    return count


def _check_words(number: int, line: str) -> None:
    """Refuse what is not words: a style sheet could fetch pictures, and other marks would be read aloud or run."""
    if line.strip() in ("STYLE", "REGION"):
        raise _wrong(number, _("Ta ut STYLE og REGION. Nettleseren velger selv hvordan teksten ser ut."))
    if TAG.search(line):
        raise _wrong(number, _("Bare <i>, <b>, <u>, <c>, <v>, <lang> og <ruby> kan stå i teksten. Skriv < som &lt;."))


def _seconds(clock: str) -> float:
    parts = [float(part) for part in clock.split(":")]
    return sum(part * float(60**power) for power, part in enumerate(reversed(parts)))


def _wrong(line: int, why: str) -> Unacceptable:
    return Unacceptable(_("Tekstingen har en feil på linje %(n)s.", n=line) + " " + why)


def _cut_short() -> Unacceptable:
    return Unacceptable(_("Videoen er skadet eller ikke komplett. Lagre en ny kopi og last opp den."))


def _not_a_film() -> Unacceptable:
    return Unacceptable(_("Filen er ikke en video vi kan vise. Lagre den som MP4 eller WebM, og last opp den."))
