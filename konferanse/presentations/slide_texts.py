"""What the slides of a PPTX or ODP say, in order: what somebody reads who cannot see them.

Speaker's notes and comments are not the public's, and are left out. Sources: ECMA-376 part 1 chapters 19 and 21, ODF 1.3
part 3 chapters 9 and 10.
"""

import posixpath
from pathlib import Path
from typing import NamedTuple

from konferanse.presentations import office
from konferanse.presentations.containers import Attributes, Container, elements

MOST_SLIDES = 300
TEXT = 4000  # characters of a slide
TITLE = 200
DESCRIBED = ("pic", "graphicFrame")
TITLES = ("title", "ctrTitle")
QUIET = ("sldNum", "dt", "ftr")  # placeholders that say the same on every slide
ODF_QUIET = ("notes", "annotation", "footer", "date-time", "header")
SPACES = ("s", "tab", "line-break", "br")


class Slide(NamedTuple):
    """A slide in words: a line for each paragraph."""

    title: str
    text: str


def read(path: Path, content_type: str) -> list[Slide]:
    """The slides of a stored file. Raises ``Unacceptable`` for one that cannot be read."""
    with path.open("rb") as stream:
        container = Container(stream, path.stat().st_size)
        if content_type == office.ODP:
            reader = _OdfReader()
            container.walk("content.xml", reader.start, reader.end, reader.words)
            return reader.slides[:MOST_SLIDES]
        return [_pptx_slide(container, name) for name in _slide_names(container)[:MOST_SLIDES]]


def _slide_names(container: Container) -> list[str]:
    """The slides' parts in the order they are shown."""
    targets = {}
    for name, attributes in elements(container.part("ppt/_rels/presentation.xml.rels")):
        if name.endswith("Relationship") and attributes.get("Type", "").endswith("/slide"):
            targets[attributes.get("Id", "")] = posixpath.normpath(posixpath.join("/ppt", attributes.get("Target", "")))[1:]
    order: list[str] = []

    def start(tag: str, attributes: Attributes) -> None:
        if _local(tag) == "sldId":
            order.extend(targets[value] for key, value in attributes.items() if key.endswith(" id") and value in targets)

    container.walk("ppt/presentation.xml", start)
    return [name for name in order if name in container.names]


def _pptx_slide(container: Container, name: str) -> Slide:
    reader = _PptxReader()
    container.walk(name, reader.start, reader.end, reader.words)
    return reader.slide()


class _Reader:
    """Paragraphs as they are met, the title's apart."""

    def __init__(self) -> None:
        self.title: list[str] = []
        self.lines: list[str] = []
        self.paragraph: list[str] = []
        self.is_title = self.is_quiet = False

    def end_paragraph(self) -> None:
        """Keep the paragraph that ends here."""
        line = " ".join("".join(self.paragraph).split())
        self.paragraph = []
        if line and not self.is_quiet:
            (self.title if self.is_title else self.lines).append(line)

    def slide(self) -> Slide:
        """What was met since the last slide."""
        found = Slide(" ".join(self.title)[:TITLE], "\n".join(self.lines)[:TEXT])
        self.title, self.lines, self.is_title, self.is_quiet = [], [], False, False
        return found


class _PptxReader(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self.shapes: list[str] = []
        self.in_text = False

    def start(self, tag: str, attributes: Attributes) -> None:
        name = _local(tag)
        if name in ("sp", *DESCRIBED):
            self.shapes.append(name)
            self.is_title = self.is_quiet = False
        elif name == "ph":
            kind = attributes.get("type", "")
            self.is_title, self.is_quiet = kind in TITLES, kind in QUIET
        elif name == "cNvPr" and self.shapes and self.shapes[-1] in DESCRIBED and attributes.get("descr", "").strip():
            self.lines.append(" ".join(attributes["descr"].split()))
        elif name == "t":
            self.in_text = True
        elif name in SPACES:
            self.paragraph.append(" ")

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name == "t":
            self.in_text = False
        elif name == "p":
            self.end_paragraph()
        elif name in ("sp", *DESCRIBED) and self.shapes:
            self.shapes.pop()
            self.is_title = self.is_quiet = False

    def words(self, text: str) -> None:
        if self.in_text:
            self.paragraph.append(text)


class _OdfReader(_Reader):
    def __init__(self) -> None:
        super().__init__()
        self.slides: list[Slide] = []
        self.depth = self.quiet = 0  # of paragraphs, of what nobody shall read

    def start(self, tag: str, attributes: Attributes) -> None:
        name = _local(tag)
        self.quiet += name in ODF_QUIET
        if name == "frame":
            self.is_title = attributes.get(f"{office.PRESENTATION}class") == "title"
        elif name in ("p", "h", "title", "desc"):
            self.depth += 1
        elif name in SPACES:
            self.paragraph.append(" ")

    def end(self, tag: str) -> None:
        name = _local(tag)
        if name in ("p", "h", "title", "desc"):
            self.depth -= 1
            if not self.depth:
                self.end_paragraph()
        elif name == "frame":
            self.is_title = False
        elif name == "page":
            self.slides.append(self.slide())
        self.quiet -= name in ODF_QUIET

    def words(self, text: str) -> None:
        if self.depth and not self.quiet:
            self.paragraph.append(text)


def _local(tag: str) -> str:
    return tag.rpartition(" ")[2]
