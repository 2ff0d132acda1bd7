"""Draw the pages of a PDF, or a picture, small enough for a web page. Run as a program of its own:
``python -I page_pictures.py IN FOLDER FIRST`` writes ``FOLDER/<number>.webp`` for each page from FIRST on, and tells of it.

A page that would be drawn for ever, or fill the memory, ends this program and not the worker; whoever runs it goes on with
the page after. It imports nothing of ours, so that it starts quickly.

Output: JSON lines, ``{"of": n}`` and then ``{"page": n, "title", "text", "size"}`` for each page that was drawn.
"""

import json
import math
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
from PIL import Image

MEMORY = 300 << 20  # bytes of address space: the largest picture, and it again while it is made smaller
PAGE_SECONDS = 4  # of processor time
MOST_PAGES = 60
WIDEST = 1280
MOST_PIXELS = 3_000_000
TEXT = 4000  # characters of a page
TITLE = 150
LOOKED_AT = 600  # characters among which the largest are the title
QUALITY: dict[str, Any] = {"quality": 78, "method": 2}


def draw_pdf(source: str, folder: Path, first: int) -> None:
    """Draw each page from ``first`` on."""
    with pdfium.PdfDocument(source) as document:
        tell({"of": len(document)})
        for number in range(first, min(len(document), MOST_PAGES) + 1):
            signal.setitimer(signal.ITIMER_VIRTUAL, PAGE_SECONDS)  # unhandled, it ends the process also inside C code
            page = document[number - 1]
            try:
                words = page.get_textpage()
                title, text = title_of(words), words.get_text_range(count=min(words.count_chars(), TEXT))
                width, height = page.get_size()
                drawn = page.render(scale=scale_of(width, height), draw_annots=False).to_pil()
                drawn.save(folder / f"{number}.webp", **QUALITY)
                words.close()
            finally:
                page.close()
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            tell({"page": number, "title": title, "text": text, "size": drawn.size})


def scale_of(width: float, height: float) -> float:
    """Pixels to a point, so that a page of any shape is neither too wide nor too large."""
    width, height = max(width, 1.0), max(height, 1.0)
    return min(WIDEST / width, math.sqrt(MOST_PIXELS / (width * height)), MOST_PIXELS / WIDEST / height)


def title_of(words: Any) -> str:
    """The first line that is set in the largest letters."""
    count = min(words.count_chars(), LOOKED_AT)
    sizes = [round(pdfium.raw.FPDFText_GetFontSize(words, index), 1) for index in range(count)]
    if not sizes:
        return ""
    text = words.get_text_range(count=count)
    visible = [size for size, letter in zip(sizes, text, strict=False) if not letter.isspace()]
    largest = max(visible, default=0.0)
    start = next((i for i, size in enumerate(sizes) if size == largest and i < len(text) and not text[i].isspace()), 0)
    end = start
    while end < min(len(text), count) and (text[end].isspace() or sizes[end] == largest) and end - start < TITLE:
        end += 1
    return " ".join(text[start:end].split())


def draw_picture(source: str, folder: Path) -> None:
    """Draw the one picture there is."""
    with Image.open(source, formats=("PNG", "JPEG", "WEBP", "GIF")) as picture:
        tell({"of": 1})
        picture.draft("RGB", (WIDEST, WIDEST))
        turned = picture.getexif().get(0x0112, 1)
        if picture.mode in ("RGB", "RGBA", "L"):
            picture.thumbnail((WIDEST, WIDEST), reducing_gap=2.0)
        small = picture.convert("RGBA" if "A" in picture.mode or "transparency" in picture.info else "RGB")
        small.thumbnail((WIDEST, WIDEST))
        turns = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_270, 8: Image.Transpose.ROTATE_90}
        if turned in turns:
            small = small.transpose(turns[turned])
        if small.mode == "RGBA":  # what one sees through is paper, also on a dark page
            paper = Image.new("RGBA", small.size, "white")
            small = Image.alpha_composite(paper, small).convert("RGB")
        small.save(folder / "1.webp", **QUALITY)
        tell({"page": 1, "title": "", "text": "", "size": small.size})


def tell(what: dict[str, Any]) -> None:
    """Say it at once, so that it is known should the next page end everything."""
    print(json.dumps(what), flush=True)


if __name__ == "__main__":
    os.nice(10)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    given, target, begin = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])
    with Path(given).open("rb") as beginning:
        is_pdf = beginning.read(5) == b"%PDF-"
    if is_pdf:
        draw_pdf(given, target, begin)
    else:
        draw_picture(given, target)
