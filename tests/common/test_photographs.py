"""A photograph somebody sends: nothing but its pixels is kept, and nothing enormous is unpacked."""

import struct
import zlib
from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from konferanse.common import photographs

GPS, TAKEN, ORIENTATION = 0x8825, 0x0132, 0x0112


def photo(kind: str = "JPEG", size: tuple[int, int] = (1200, 900), orientation: int = 1) -> BytesIO:
    """A photo that says where and when it was taken."""
    exif = Image.Exif()
    exif[TAKEN], exif[ORIENTATION] = "2026:06:01 12:00:00", orientation
    exif[GPS] = {1: "N", 2: (67.0, 17.0, 0.0)}
    out = BytesIO()
    Image.new("RGB", size, "teal").save(out, kind, exif=exif)
    return BytesIO(out.getvalue() + b"<script>alert(1)</script>")


def bomb() -> BytesIO:
    """A PNG of 60 kB that claims to be 20,000 pixels each way."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", 20_000, 20_000, 8, 2, 0, 0, 0)
    return BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 60_000)))


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_where_and_when_it_was_taken_is_gone(app: Flask, kind: str) -> None:
    made = photo(kind)
    assert dict(Image.open(made).getexif())  # it is there before
    kept = photographs.redrawn(made, 800).getvalue()
    image = Image.open(BytesIO(kept))
    assert (image.format, image.size, dict(image.getexif())) == ("WEBP", (800, 600), {})
    assert [part for part in (b"2026:06:01", b"<script>", b"EXIF") if part in kept] == []


def test_a_picture_taken_on_its_side_is_kept_upright(app: Flask) -> None:
    assert Image.open(photographs.redrawn(photo(orientation=6), 800)).size == (600, 800)


def test_an_enormous_picture_is_refused_before_it_is_unpacked(app: Flask) -> None:
    with pytest.raises(photographs.NoPicture):
        photographs.redrawn(bomb(), 800)


@pytest.mark.parametrize(
    "content", [b"", b"%PDF-1.7", b"<svg onload='alert(1)'/>", b"GIF89a" + b"\0" * 40, b"\xff\xd8\xff\xe0"]
)
def test_what_is_no_photo_is_refused(app: Flask, content: bytes) -> None:
    with pytest.raises(photographs.NoPicture):
        photographs.redrawn(BytesIO(content), 800)
