"""Read a picture and write it anew. Run as a program of its own: ``python -I picture_cleaning.py IN OUT`` prints one JSON line.

What is written holds the picture and its colours only: not where it was taken, not what stood after it. A picture that would
fill the memory does that to a process with little of it. It imports nothing of ours, so that it starts quickly.

Output: ``{"removed": ["metadata", …]}``, or ``{"refused": "damaged" | "moving"}`` or ``{"refused": "large", "most": pixels}``.
"""

import json
import resource
import sys
import warnings
from typing import Any

from PIL import Image

MEMORY = 190 << 20  # bytes of address space, of which the program itself takes 40
SECONDS = 4
MOST_PIXELS = {"PNG": 24_000_000, "JPEG": 24_000_000, "GIF": 24_000_000, "WEBP": 6_000_000}  # WebP is held four times over
ORIENTATION = 0x0112
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
QUALITY: dict[str, dict[str, Any]] = {"JPEG": {"quality": 90}, "WEBP": {"quality": 90, "method": 2}}


def main(source: str, target: str) -> dict[str, Any]:
    """Write ``source`` anew as ``target``, in its own format."""
    try:
        with Image.open(source, formats=FORMATS) as picture:
            form = str(picture.format)
            if picture.width * picture.height > MOST_PIXELS[form]:
                return {"refused": "large", "most": MOST_PIXELS[form]}
            if getattr(picture, "is_animated", False):
                return {"refused": "moving"}
            about = picture.getexif()
            kept: dict[str, Any] = {"exif": Image.Exif()}
            if turned := about.pop(ORIENTATION, None):
                kept["exif"][ORIENTATION] = turned
            removed = ["metadata"] if about else []
            picture.load()
            if colours := picture.info.get("icc_profile"):
                kept["icc_profile"] = colours
            picture.info.clear()
            still = picture.convert("RGB") if form == "JPEG" and picture.mode not in ("RGB", "L") else picture
            still.save(target, format=form, **kept, **QUALITY.get(form, {}))
            return {"removed": removed}
    except (MemoryError, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return {"refused": "large", "most": min(MOST_PIXELS.values())}
    except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, OverflowError, RuntimeError):
        return {"refused": "damaged"}  # Pillow's own list of what a broken picture may raise is no shorter


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    Image.MAX_IMAGE_PIXELS = max(MOST_PIXELS.values())
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    print(json.dumps(main(sys.argv[1], sys.argv[2])))
