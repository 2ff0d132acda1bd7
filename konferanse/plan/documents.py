"""A published plan as a document to download: PDF, ODT, DOCX, Markdown or one HTML file."""

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from flask_babel import force_locale
from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup, escape

from konferanse.common import typesetting
from konferanse.config import ROOT
from konferanse.plan import markdown, stationery
from konferanse.plan.outline import outline

TEMPLATES = ROOT / "templates" / "plan"
REGIONS = {"nb": "NO", "nn": "NO", "en": "GB", "se": "NO"}
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "md": "text/markdown; charset=utf-8",
    "html": "text/html; charset=utf-8",
}


def render(content: Mapping[str, Any], file_format: str) -> bytes:
    """The plan ``content`` (plan.json of the contract) in ``pdf``, ``odt``, ``docx``, ``md`` or ``html``.

    The document is in the plan's ``language`` (bokmål when it has none), whoever asks. The same content gives the same
    bytes. Raises ``KeyError`` for any other format.
    """
    makers: dict[str, Callable[[dict[str, Any]], bytes]] = {
        "pdf": _pdf,
        "odt": _office("odt"),
        "docx": _office("docx"),
        "md": lambda document: markdown.write(document).encode(),
        "html": lambda document: _html(document).encode(),
    }
    make = makers[file_format]
    code = str(content.get("language") or "nb").split("-")[0]
    code = code if code in REGIONS else "nb"
    with force_locale(code):
        document = outline(content)
    return make({**document, "language": {"lang": code, "region": REGIONS[code]}})


def _pdf(document: dict[str, Any]) -> bytes:
    return typesetting.pdf(TEMPLATES / "document.typ", document)


def _html(document: dict[str, Any], *, office: bool = False) -> str:
    """The whole document as one HTML file; with ``office`` as pandoc wants it, every white space kept."""
    template = _templates().get_template("document.html")
    return template.render(d=document, office=office, lines=_kept if office else _lines)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )


def _lines(text: str) -> Markup:
    """``text`` escaped, with its line ends as line breaks."""
    return Markup("<br>").join(escape(line) for line in text.split("\n"))


def _kept(text: str) -> Markup:
    """Like ``_lines``; white space that HTML would fold stands as signs that ``stationery.unfold`` turns back."""
    folded = re.sub(r"(?<= ) |^ | $", stationery.SPACE, text.replace("\t", stationery.TAB), flags=re.MULTILINE)
    return _lines(folded)


def _office(to: str) -> Callable[[dict[str, Any]], bytes]:
    def make(document: dict[str, Any]) -> bytes:
        page = _html(document, office=True)
        made = typesetting.convert(page, to, stationery.reference(to), "--shift-heading-level-by=-1")
        return typesetting.rezip(made, stationery.unfold(to))

    return make
