"""Reads the plan's documents back, each in its own way, as one text with every white space it holds."""

import io
import json
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from typing import Any

import html5lib
import pypandoc
import pypdf
from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
XHTML = "{http://www.w3.org/1999/xhtml}"
HEADER, FOOTER = 780, 60  # points from the bottom of the page


def pdf(document: bytes) -> str:
    """The text between the running header and the page number."""
    found: list[str] = []

    def visit(text: str, page: list[float], line: list[float], *_font: Any) -> None:
        if FOOTER < line[4] * page[1] + line[5] * page[3] + page[5] < HEADER:
            found.append(text)

    for page in pypdf.PdfReader(io.BytesIO(document)).pages:
        page.extract_text(visitor_text=visit)
    return "".join(found)


def part(document: bytes, name: str) -> Any:
    """A part of an office file, parsed: broken XML or a broken zip raises."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        assert archive.testzip() is None
        return etree.fromstring(archive.read(name))


def docx(document: bytes) -> str:
    signs = {f"{W}br": "\n", f"{W}tab": "\t"}
    paragraphs = part(document, "word/document.xml").iter(f"{W}p")
    return "\n\n".join(
        "".join(node.text or "" if node.tag == f"{W}t" else signs.get(node.tag, "") for node in paragraph.iter())
        for paragraph in paragraphs
    )


def odt(document: bytes) -> str:
    body = part(document, "content.xml").find(f"{OFFICE}body")
    return "\n\n".join("".join(_odt(node)) for node in body.iter(f"{TEXT}p", f"{TEXT}h"))


def _odt(node: Any) -> Iterator[str]:
    """As a reader of ODF does: white space folds, and is there where an element says so (ODF 1.3, 6.1.2)."""
    yield " ".join((node.text or "").split("\n"))
    for child in node:
        if child.tag == f"{TEXT}s":
            yield " " * int(child.get(f"{TEXT}c", "1"))
        else:
            yield {f"{TEXT}tab": "\t", f"{TEXT}line-break": "\n"}.get(child.tag, "")
            yield from _odt(child)
        yield " ".join((child.tail or "").split("\n"))


def md(document: bytes) -> str:
    """What pandoc understands of it as GitHub's Markdown: text and line breaks; anything else shows as its own name."""
    read = [pypandoc.get_pandoc_path(), "--sandbox", "-f", "gfm", "-t", "json"]
    tree = json.loads(subprocess.run(read, input=document, capture_output=True, check=True).stdout)
    return "".join(_words(tree["blocks"]))


TRANSPARENT = ("Para", "Plain", "BulletList", "BlockQuote", "Strong", "Table")
SILENT = ("Align", "Col", "Row")


def _words(node: Any) -> Iterator[str]:
    if isinstance(node, list):
        for inner in node:
            yield from _words(inner)
    elif isinstance(node, dict) and "t" not in node:
        yield from _words(list(node.values()))
    elif isinstance(node, dict):
        yield from _element(node["t"], node.get("c"))


def _element(kind: str, content: Any) -> Iterator[str]:
    if kind == "Str":
        yield content
    elif kind in ("Space", "LineBreak"):
        yield {"Space": " ", "LineBreak": "\n"}[kind]
    elif kind in TRANSPARENT:
        yield from _words(content)
    elif kind == "Header":
        yield from _words(content[2])
    elif kind == "Link" and content[2][0].removeprefix("mailto:").startswith(("http", "www", "post@")):
        yield from _words(content[1])  # GitHub makes addresses into links by itself; they read the same
    elif not kind.startswith(SILENT) and (kind, content) != ("RawBlock", ["html", "<!-- -->"]):
        yield f"<{kind}>"
    if kind in ("Para", "Plain", "Header"):
        yield "\n\n"


def html(document: bytes) -> str:
    body = html5lib.parse(document, transport_encoding="utf-8").find(f"{XHTML}body")
    return "".join(_html(body))


def _html(node: Any) -> Iterator[str]:
    yield "\n" if node.tag == f"{XHTML}br" else node.text or ""
    for child in node:
        yield from _html(child)
        yield child.tail or ""


READERS: dict[str, Callable[[bytes], str]] = {"pdf": pdf, "docx": docx, "odt": odt, "md": md, "html": html}
