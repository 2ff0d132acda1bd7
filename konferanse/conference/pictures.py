"""The picture of a conference: checked by what it holds, not by what it is called."""

import struct
from io import BytesIO

from flask_babel import gettext as _
from puremagic import PureError, from_string

from konferanse.common.errors import Refused
from konferanse.common.storage import files
from konferanse.conference.models import Conference
from konferanse.extensions import db

MAX_BYTES = 2_000_000
TYPES = {"image/png", "image/jpeg", "image/webp"}


def content_type(content: bytes) -> str | None:
    """``image/png``, ``image/jpeg`` or ``image/webp`` when ``content`` is one from its first byte to its last; else None."""
    try:
        claimed = str(from_string(content[:4096], mime=True))
    except (PureError, ValueError):
        return None
    whole = {"image/png": _is_png, "image/jpeg": _is_jpeg, "image/webp": _is_webp}
    return claimed if claimed in TYPES and whole[claimed](content) else None


def put(conference: Conference, content: bytes) -> None:
    """Keep ``content`` as the picture, in place of the one there was; the caller commits. Raises ``Refused``."""
    kind = content_type(content)
    if kind is None or len(content) > MAX_BYTES:
        raise Refused(_("Bildet må være en PNG-, JPEG- eller WebP-fil på høyst 2 MB."))
    take_away(conference)
    conference.picture = files.keep(BytesIO(content), name=f"bilde.{kind.removeprefix('image/')}", content_type=kind)
    db.session.flush()


def take_away(conference: Conference) -> None:
    """Remove the picture; its bytes stay until the files are swept, so that a rolled-back change loses nothing."""
    old, conference.picture = conference.picture, None
    db.session.flush()
    if old is not None:
        db.session.delete(old)


def _is_png(content: bytes) -> bool:
    """PNG 2nd ed. 5.2, 11.2.2, 11.2.5: signature, IHDR with a size, IEND last."""
    return content[12:16] == b"IHDR" and 0 not in struct.unpack(">II", content[16:24]) and content[-8:-4] == b"IEND"


def _is_jpeg(content: bytes) -> bool:
    """ITU-T T.81 B.1.1.3: SOI first and EOI last, bar padding."""
    return content[:3] == b"\xff\xd8\xff" and content.rstrip(b"\0")[-2:] == b"\xff\xd9"


def _is_webp(content: bytes) -> bool:
    """RFC 9649 2.4: RIFF, a size that is the file's, WEBP."""
    return content[8:12] == b"WEBP" and abs(struct.unpack("<I", content[4:8])[0] + 8 - len(content)) <= 1
