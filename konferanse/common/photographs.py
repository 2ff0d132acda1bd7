"""Photographs people send: of a speaker, of a flip chart. What is stored is drawn anew from the pixels, so that where and when
it was taken, and whatever else a camera or a hostile hand put in the file, is gone."""

import warnings
from io import BytesIO
from typing import BinaryIO

from flask_babel import gettext as _

from konferanse.common.errors import Refused

MAX_BYTES = 10_000_000  # a phone's photo
MAX_PIXELS = 50_000_000  # a progressive JPEG this large takes 150 MB while it is read
MAX_UNPACKED = 24_000_000  # and as pixels, 100 MB
FORMATS = ("JPEG", "PNG", "WEBP")
CONTENT_TYPE, ENDING = "image/webp", ".webp"


class NoPicture(Refused):
    """The file is no picture we take; the message says which we do."""


def redrawn(stream: BinaryIO, longest: int) -> BytesIO:
    """The picture as WebP, upright, at most ``longest`` px on a side, with nothing but pixels in it. Raises ``NoPicture``.

    The size is read from the head before any pixel is unpacked, so a small file that claims to be enormous costs nothing.
    """
    from PIL import Image, ImageOps, UnidentifiedImageError  # not before somebody sends a picture

    if stream.seek(0, 2) > MAX_BYTES:
        raise NoPicture(_("Bildet er større enn %(n)s MB. Velg et mindre.", n=MAX_BYTES // 1_000_000))
    stream.seek(0)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is below, and lower
            image = Image.open(stream, formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise NoPicture(_("Bildet har for mange piksler. Velg et mindre."))
        image.draft("RGB", (2 * longest, 2 * longest))  # a JPEG is unpacked at the size it is needed
        if image.width * image.height > MAX_UNPACKED:
            raise NoPicture(_("Bildet har for mange piksler. Velg et mindre."))
        image.load()
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError, MemoryError) as error:
        raise NoPicture(_("Filen er ikke et bilde vi kan lese. Velg en JPEG-, PNG- eller WebP-fil.")) from error
    upright.thumbnail((longest, longest))
    clean = Image.new("RGB", upright.size, "white")
    clean.paste(upright, mask=upright.getchannel("A"))
    out = BytesIO()
    clean.save(out, "WEBP", quality=85)
    out.seek(0)
    return out
