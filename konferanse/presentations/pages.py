"""The pages of a version: their pictures, and the words that stand for those."""

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from konferanse.common.clock import now
from konferanse.common.storage import File
from konferanse.extensions import db
from konferanse.presentations.models import Presentation, PresentationPage, PresentationVersion


def pictured(version: PresentationVersion | None) -> list[PresentationPage]:
    """The pages there are pictures of."""
    return [page for page in version.pages if page.picture_id is not None] if version else []


def read(version: PresentationVersion | None) -> list[PresentationPage]:
    """The pages of which there are only words."""
    found = [page for page in version.pages if page.picture_id is None] if version else []
    return [page for page in found if page.title or page.text]


def picture(version: PresentationVersion | None, number: int) -> File | None:
    """The picture of one page."""
    if version is None:
        return None
    query = select(PresentationPage).where(PresentationPage.version_id == version.id, PresentationPage.number == number)
    page = db.session.scalar(query.options(joinedload(PresentationPage.picture)))
    return page.picture if page else None


def describe(row: Presentation, texts: Mapping[int, str], *, looked_over: bool) -> int:
    """Keep what somebody wrote of each page; returns how many they changed. A machine's words are a machine's until they are
    changed, or ``looked_over``; an empty description stays as it was, since a picture without words is lost on some."""
    changed = 0
    for page in pictured(row.version):
        text = texts.get(page.number, "")
        if text and text != page.alt:
            page.alt, page.is_machine = text, False
            changed += 1
        elif looked_over:
            page.is_machine = False
    row.updated = now()
    db.session.flush()
    return changed
