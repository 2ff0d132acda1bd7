"""What the pages of a version look like and say, found out by the worker: pictures of a PDF's pages, other slides' words."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

from flask_babel import force_locale
from flask_babel import gettext as _
from sqlalchemy import and_, or_, select

from konferanse.common.clock import now
from konferanse.common.fields import printable
from konferanse.common.storage import File
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.presentations import office, slide_texts
from konferanse.presentations.models import Presentation, PresentationPage, PresentationVersion
from konferanse.presentations.unacceptable import Unacceptable

PROGRAM = Path(__file__).with_name("page_pictures.py")
SECONDS = 180  # on the clock, for all pages together
STARTS = 6  # how often the program may be ended by a page
ATTEMPTS = 3
GIVEN_UP = timedelta(minutes=10)  # then somebody else may take it over
ALT = 300  # characters: what a screen reader says in half a minute


class Page(NamedTuple):
    """A page that was read. ``picture`` is a WebP file, None where there is none."""

    number: int
    title: str
    text: str
    picture: Path | None
    size: tuple[int, int] = (0, 0)


class Read(NamedTuple):
    """The pages that could be read, of how many."""

    pages: list[Page]
    of: int


def waiting() -> list[int]:
    """The versions that wait for a preview, or whose maker was lost."""
    lost = and_(PresentationVersion.preview == "making", PresentationVersion.claimed < now() - GIVEN_UP)
    query = select(PresentationVersion.id).where(or_(PresentationVersion.preview == "waiting", lost))
    return list(db.session.scalars(query.order_by(PresentationVersion.id)))


def claim(version_id: int) -> PresentationVersion | None:
    """Take a version that waits, so that nobody else does; None when it is taken, gone, or has been tried often enough."""
    row = db.session.get(PresentationVersion, version_id, with_for_update=True, populate_existing=True)
    if row is None or version_id not in waiting():
        return None
    if row.attempts >= ATTEMPTS:
        row.preview = "failed"
        db.session.flush()
        return None
    row.preview, row.claimed, row.attempts = "making", now(), row.attempts + 1
    db.session.flush()
    return row


@contextmanager
def reading(path: Path, content_type: str) -> Iterator[Read]:
    """The pages of a stored file, read with no transaction open. Pictures lie in a folder that goes when the body is done."""
    with tempfile.TemporaryDirectory(prefix="konferanse-") as folder:
        if content_type in (office.PPTX, office.ODP):
            yield _words(path, content_type)
        else:
            yield _drawn(path, Path(folder))


def keep(version: PresentationVersion, read: Read, pictures: dict[int, File]) -> None:
    """Make rows of what was read; ``pictures`` are stored files by page. Nothing readable is a preview that failed."""
    row = version.presentation
    conference = db.session.get_one(Conference, row.conference_id)
    language = row.language if row.language in ("nb", "nn", "en") else conference.language
    with force_locale(language):
        version.pages = [
            PresentationPage(
                number=page.number,
                title=page.title,
                text=page.text,
                alt=_alt(row, page, read.of) if page.number in pictures else "",
                picture=pictures.get(page.number),
                width=page.size[0],
                height=page.size[1],
            )
            for page in read.pages
        ]
    version.page_count = read.of
    version.preview = "made" if read.pages else "failed"
    row.updated = now()  # which tells the kept pages
    db.session.flush()


def _alt(row: Presentation, page: Page, of: int) -> str:
    lines = (line.strip(" \t•·▪◦‣–—-") for line in page.text.splitlines())
    # A voice stops where the eye does.
    words = " ".join(line if line[-1] in ".?!:;," else f"{line}." for line in lines if line)
    if words:
        return words if len(words) <= ALT else words[:ALT].rpartition(" ")[0] + " …"
    if of == 1:
        return row.title
    return str(_("Side %(n)s av %(all)s. Siden har ingen tekst som kan leses av en maskin.", n=page.number, all=of))


def _words(path: Path, content_type: str) -> Read:
    try:
        slides = slide_texts.read(path, content_type)
    except Unacceptable:
        slides = []
    pages = [Page(n, _tidy(slide.title), _tidy(slide.text), None) for n, slide in enumerate(slides, 1)]
    return Read(pages, len(pages))


def _drawn(path: Path, folder: Path) -> Read:
    """Draw page after page; one that ends the program is passed over."""
    pages: list[Page] = []
    of, first, until = 0, 1, monotonic() + SECONDS
    for _start in range(STARTS):
        lines, whole = _run(path, folder, first, max(1.0, until - monotonic()))
        of = next((line["of"] for line in lines if "of" in line), of)
        drawn = [line for line in lines if "page" in line]
        pages += [_page(line, folder) for line in drawn]
        first = (drawn[-1]["page"] if drawn else first - 1) + 2
        if whole or not of or first > of or monotonic() > until:
            break
    return Read(pages, of)


def _page(line: dict[str, Any], folder: Path) -> Page:
    picture = folder / f"{line['page']}.webp"
    width, height = line["size"]
    return Page(line["page"], _tidy(line["title"])[:200], _tidy(line["text"]), picture, (width, height))


def _run(path: Path, folder: Path, first: int, seconds: float) -> tuple[list[dict[str, Any]], bool]:
    """What the program told, and whether it got to the end."""
    command = [sys.executable, "-I", str(PROGRAM), str(path), str(folder), str(first)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False, cwd=folder)
        told, whole = done.stdout, done.returncode == 0
    except subprocess.TimeoutExpired as late:
        told, whole = late.stdout or b"", False
    return [json.loads(line) for line in told.splitlines() if line.endswith(b"}")], whole


def _tidy(text: str) -> str:
    """``text`` as a page can show it, without empty lines."""
    lines = (" ".join(line.split()) for line in printable(text.replace("\r", "\n")).split("\n"))
    return "\n".join(line for line in lines if line)
