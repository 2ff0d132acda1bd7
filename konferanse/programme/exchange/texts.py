"""Bytes as text, and text as a tree, without anything in them being fetched, expanded or waited for.

Sources: OWASP's XML external entity cheat sheet; lxml's parser options.
"""

import codecs
import html
import json
import re
from typing import Any

from flask_babel import gettext as _
from lxml import etree

from konferanse.common.errors import Refused

MOST_TAGS = 400_000
DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
KNOWN = {"utf-8", "us-ascii", "iso8859-1", "iso8859-15", "cp1252"}
BOMS = [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")]
NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LOOSE = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9a-fA-F]{1,6});)")


def decoded(content: bytes) -> tuple[str, bool]:
    """``content`` as text, and whether its encoding had to be guessed: UTF-8, else what it declares, else Windows' own."""
    for mark, name in BOMS:
        if content.startswith(mark):
            return content[len(mark) :].decode(name, "replace"), False
    try:
        return content.decode("utf-8"), False
    except UnicodeDecodeError:
        pass
    if (declared := DECLARED.match(content[:300])) and (name := _known(declared[1].decode())):
        return content.decode(name, "replace"), False
    return content.decode("cp1252", "replace"), True


def xml(text: str) -> Any:
    """The root element of ``text``. A document type is refused: all it could do is make entities. Raises ``Refused``."""
    text = re.sub(r"^\s*<\?xml[^>]{0,300}\?>", "", text.lstrip("\ufeff"))
    if _has_doctype(text):
        raise Refused(_("Filen har en dokumenttype (DOCTYPE). Slike filer tar vi ikke imot."))
    if text.count("<") > MOST_TAGS:
        raise Refused(_("Filen er for stor. Del den opp."))
    text = LOOSE.sub("&amp;", _without_html_names(NO_XML.sub("", text)))
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False,
        remove_comments=True, remove_pis=True,
    )  # fmt: skip
    try:
        return etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise Refused(
            _("Linje %(line)s, tegn %(column)s: filen er ikke hel eller gyldig XML.", line=line, column=column)
        ) from error
    except (ValueError, etree.LxmlError) as error:
        raise Refused(_("Filen er ikke gyldig XML.")) from error


def json_value(text: str) -> Any:
    """What ``text`` holds. Raises ``Refused``."""
    if text.count("{") + text.count("[") > MOST_TAGS:
        raise Refused(_("Filen er for stor. Del den opp."))
    try:
        return json.loads(text.lstrip("\ufeff \t\r\n"), strict=False)
    except json.JSONDecodeError as error:
        place = {"line": error.lineno, "column": error.colno}
        raise Refused(_("Linje %(line)s, tegn %(column)s: filen er ikke hel eller gyldig JSON.", **place)) from error
    except (ValueError, RecursionError) as error:
        raise Refused(_("Filen er ikke gyldig JSON.")) from error


def _known(name: str) -> str:
    try:
        found = codecs.lookup(name).name
    except (LookupError, ValueError):
        return ""
    return found if found in KNOWN else ""


def _has_doctype(text: str) -> bool:
    """Whether there is one before the first element, past comments and instructions."""
    at = 0
    while True:
        while text[at : at + 1].isspace():
            at += 1
        ends = next((end for begins, end in (("<!--", "-->"), ("<?", "?>")) if text.startswith(begins, at)), None)
        if ends is None:
            return text.startswith("<!", at)
        found = text.find(ends, at)
        if found < 0:
            return False
        at = found + len(ends)


def _without_html_names(text: str) -> str:
    """``&oslash;`` and its kin as characters: many write them where XML knows five names only."""

    def character(match: re.Match[str]) -> str:
        name = match[0]
        if name in ("&amp;", "&lt;", "&gt;", "&quot;", "&apos;"):
            return name
        found = html.unescape(name)
        return name if found == name or "<" in found or "&" in found else found

    return re.sub(r"&[A-Za-z][A-Za-z0-9]{1,30};", character, text) if "&" in text else text
