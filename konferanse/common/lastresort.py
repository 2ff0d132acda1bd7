"""A small TrueType font, made on demand, that draws each given character as a box with its code inside.

PDF/UA refuses a character that no font can draw, and one emoji in an answer must not stop a plan from being published.
With this font last in the list the character is there to be read aloud, searched and copied, and is seen as a box.
Tables follow the OpenType specification, https://learn.microsoft.com/typography/opentype/spec/.
"""

import struct
import unicodedata
from collections.abc import Iterable

FAMILY = "Konferanse Last Resort"
EM, BOX, LINE = 1000, 900, 40
FIRST_RARE = 0x0250  # Latin letters, æøå and the Sami ones included, are in typst's own fonts
PICTURES = 0x2400  # ␀, whose box shows the control character's own code

# Seven segments as (x0, y0, x1, y1) in a cell of 160 by 300: top, right (upper, lower), bottom, left (lower, upper), middle.
SEGMENTS = {
    "a": (0, 260, 160, 300), "b": (120, 150, 160, 300), "c": (120, 0, 160, 150), "d": (0, 0, 160, 40),
    "e": (0, 0, 40, 150), "f": (0, 150, 40, 300), "g": (0, 130, 160, 170),
}  # fmt: skip
DIGITS = ("abcdef", "bc", "abged", "abgcd", "fgbc", "afgcd", "afgedc", "abc", "abcdefg", "abcdfg",
          "abcefg", "cdefg", "adef", "bcdeg", "adefg", "aefg")  # fmt: skip
Rectangle = tuple[int, int, int, int]


def rare(text: str) -> list[str]:
    """The characters of ``text`` that typst's fonts may lack, once each, in order of code."""
    return sorted({c for c in text if ord(c) >= FIRST_RARE})


def font(characters: Iterable[str]) -> bytes:
    """The font file with a glyph for each of ``characters``. Marks and format characters get no width and no ink."""
    wanted = sorted(set(characters))
    outlines, widths = [_glyph([_frame(0)[0]])], [EM]
    for character in wanted:
        silent = unicodedata.category(character) in ("Cf", "Mn", "Me", "Zl", "Zp")
        outlines.append(b"" if silent else _glyph(_box(ord(character))))
        widths.append(0 if silent else EM)
    glyf, loca = b"", [0]
    for outline in outlines:
        glyf += outline
        loca.append(len(glyf))
    count = len(outlines)
    tables = {
        b"OS/2": _os2(),
        b"cmap": _cmap([ord(c) for c in wanted]),
        b"glyf": glyf,
        b"head": struct.pack(">4IHHqqhhhhHHhhh", 0x10000, 0x10000, 0, 0x5F0F3CF5, 3, EM, 0, 0, 0, -100, EM, BOX, 0, 8, 2, 1, 0),
        b"hhea": struct.pack(">IhhhHhhhhhh4hhH", 0x10000, 800, -200, 0, EM, 0, 0, EM, 1, 0, 0, 0, 0, 0, 0, 0, count),
        b"hmtx": b"".join(struct.pack(">Hh", width, 0) for width in widths),
        b"loca": struct.pack(f">{len(loca)}I", *loca),
        b"maxp": struct.pack(">I14H", 0x10000, count, 400, 100, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
        b"name": _name(),
        b"post": struct.pack(">IIhhIIIII", 0x30000, 0, -100, 50, 0, 0, 0, 0, 0),
    }
    return _file(tables)


def _box(code: int) -> list[Rectangle]:
    """A frame with the code in hexadecimal, in two rows."""
    shown = code - PICTURES if PICTURES <= code < PICTURES + 0x20 else code
    digits = f"{shown:04X}" if shown < 0x10000 else f"{shown:06X}"
    columns = len(digits) // 2
    left = (EM - columns * 160 - (columns - 1) * 60) // 2
    ink = _frame(1)
    for place, digit in enumerate(digits):
        x, y = left + place % columns * 220, 420 if place < columns else 40
        ink += [(x + a, y + b - 40, x + c, y + d - 40) for a, b, c, d in map(SEGMENTS.__getitem__, DIGITS[int(digit, 16)])]
    return ink


def _frame(inset: int) -> list[Rectangle]:
    low, high, left, right = -100, BOX - 100, 50 * inset + 20, EM - 50 * inset - 20
    return [
        (left, low, right, low + LINE), (left, high - LINE, right, high),
        (left, low, left + LINE, high), (right - LINE, low, right, high),
    ]  # fmt: skip


def _glyph(rectangles: list[Rectangle]) -> bytes:
    """A simple glyph of filled rectangles, all drawn the same way round, so that overlaps stay filled."""
    points = [p for x0, y0, x1, y1 in rectangles for p in ((x0, y0), (x0, y1), (x1, y1), (x1, y0))]
    xs, ys = zip(*points, strict=True)
    made = struct.pack(">5h", len(rectangles), min(xs), min(ys), max(xs), max(ys))
    made += struct.pack(f">{len(rectangles)}H", *range(3, len(points), 4)) + b"\0\0" + b"\1" * len(points)
    for values in (xs, ys):
        steps = [b - a for a, b in zip((0, *values), values, strict=False)]
        made += struct.pack(f">{len(steps)}h", *steps)
    return made + b"\0" * (-len(made) % 4)


def _cmap(codes: list[int]) -> bytes:
    groups = b"".join(struct.pack(">3I", code, code, glyph) for glyph, code in enumerate(codes, 1))
    table = struct.pack(">HHIII", 12, 0, 16 + len(groups), 0, len(codes)) + groups
    return struct.pack(">HHHHI", 0, 1, 3, 10, 12) + table


def _name() -> bytes:
    records, strings = b"", b""
    for number, text in ((1, FAMILY), (2, "Regular"), (4, FAMILY), (6, FAMILY.replace(" ", ""))):
        encoded = text.encode("utf-16-be")
        records += struct.pack(">6H", 3, 1, 0x409, number, len(encoded), len(strings))
        strings += encoded
    return struct.pack(">3H", 0, 4, 6 + len(records)) + records + strings


def _os2() -> bytes:
    script = (650, 600, 0, 75, 650, 600, 0, 350, 50, 260)  # sub- and superscript, strikeout
    head = struct.pack(">HhHHH", 4, EM, 400, 5, 0) + struct.pack(">10hh", *script, 0) + bytes(10)
    ranges = struct.pack(">4I4sHHH", 0, 0, 0, 0, b"none", 0x40, FIRST_RARE, 0xFFFF)
    return head + ranges + struct.pack(">3hHHIIhhHHH", 800, -200, 0, 800, 200, 1, 0, 500, 700, 0, 32, 1)


def _file(tables: dict[bytes, bytes]) -> bytes:
    """The tables behind their directory, with the checksums the format asks for."""
    directory, body, start = b"", b"", 12 + 16 * len(tables)
    for tag, content in tables.items():
        directory += struct.pack(">4sIII", tag, _checksum(content), start + len(body), len(content))
        body += content + b"\0" * (-len(content) % 4)
    made = struct.pack(">IHHHH", 0x10000, len(tables), 128, 3, len(tables) * 16 - 128) + directory + body
    adjustment = (0xB1B0AFBA - _checksum(made)) & 0xFFFFFFFF
    at = made.index(struct.pack(">II", 0x10000, 0x10000)) + 8  # checkSumAdjustment in the table head
    return made[:at] + struct.pack(">I", adjustment) + made[at + 4 :]


def _checksum(content: bytes) -> int:
    padded = content + b"\0" * (-len(content) % 4)
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF
