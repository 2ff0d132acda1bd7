"""What may be inside a PPTX, ODP or Keynote file.

Sources: ECMA-376 part 2 (content types, relationships), ODF 1.3 parts 2 and 3 (mimetype, manifest, events, links). Keynote's
format is not published; its files are recognised by the names of their parts and kept as they are.
"""

import re

from flask_babel import gettext as _

from konferanse.presentations.containers import Attributes, Container, bomb, elements, fetching, locked, macros, other, program
from konferanse.presentations.unacceptable import Unacceptable

PPTX = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
ODP = "application/vnd.oasis.opendocument.presentation"
KEY = "application/vnd.apple.keynote"
RELATIONSHIPS = 20 << 20  # bytes of all lists of relationships together
# Main part's content type, or ODF media type → what the file is called in a sentence.
OTHERS = {
    "wordprocessingml": "word",
    "spreadsheetml": "sheet",
    "opendocument.text": "text",
    "opendocument.spreadsheet": "sheet",
    "opendocument.graphics": "drawing",
}
ODF = "urn:oasis:names:tc:opendocument:xmlns:"
SCRIPT, PRESENTATION, DRAW = f"{ODF}script:1.0 ", f"{ODF}presentation:1.0 ", f"{ODF}drawing:1.0 "
HREF = "http://www.w3.org/1999/xlink href"
LINK = f"{DRAW}a"  # a link that the reader follows, or not
ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]+:|//|\\\\|\.\./)", re.IGNORECASE)


def kind_of(container: Container) -> str:
    """The content type of slides without macros. Raises ``Unacceptable``."""
    if "mimetype" in container.names:
        return check_odp(container)
    if "[Content_Types].xml" in container.names:
        return check_pptx(container)
    if "Index/Document.iwa" in container.names or "Index.zip" in container.names:
        return check_key(container)
    raise other("archive")


def check_pptx(container: Container) -> str:
    """A PowerPoint presentation. Raises ``Unacceptable``."""
    types = [attributes.get("ContentType", "").lower() for _name, attributes in elements(container.part("[Content_Types].xml"))]
    if any("macroenabled" in kind or "vbaproject" in kind or "activex" in kind for kind in types):
        raise macros()
    if any("vbaproject" in name.lower() or "/activex/" in name.lower() for name in container.names):
        raise macros()
    for word, what in OTHERS.items():
        if any(word in kind and kind.endswith("main+xml") for kind in types):
            raise other(what)
    if "presentationml.slideshow.main" in " ".join(types) or "presentationml.template.main" in " ".join(types):
        raise Unacceptable(
            _("Filen er en lysbildevisning eller mal. Åpne den i PowerPoint og lagre den som «Presentasjon (.pptx)».")
        )
    if f"{PPTX}.main+xml" not in types or "ppt/presentation.xml" not in container.names:
        raise other("archive")
    lists = [entry for entry in container.entries if entry.filename.lower().endswith(".rels")]
    if sum(entry.file_size for entry in lists) > RELATIONSHIPS:
        raise bomb()
    for entry in lists:
        _check_relationships(container.part(entry.filename))
    container.read_everything()
    return PPTX


def check_odp(container: Container) -> str:
    """An OpenDocument presentation. Raises ``Unacceptable``."""
    kind = container.part("mimetype").decode("ascii", "replace").strip()
    for word, what in OTHERS.items():
        if word in kind:
            raise other(what)
    if kind != ODP or "content.xml" not in container.names:
        raise other("archive")
    if any(name.startswith(("Basic/", "Scripts/", "Dialogs/")) for name in container.names):
        raise macros()
    manifest = container.part("META-INF/manifest.xml")
    if any(name.endswith("encryption-data") for name, _attributes in elements(manifest)):
        raise locked()
    for part in ("content.xml", "styles.xml"):
        if part in container.names:
            container.walk(part, _check_odf_element)
    container.read_everything()
    return ODP


def check_key(container: Container) -> str:
    """A Keynote presentation. Raises ``Unacceptable``."""
    if any(name.startswith(".iwp") for name in container.names):
        raise locked()
    if not any(name.startswith(("Index/Slide", "Index/TemplateSlide", "Index/MasterSlide")) for name in container.names):
        raise other("archive")  # Pages and Numbers have the same kind of file; the oldest Keynote has a zip in the zip
    container.read_everything()
    return KEY


def _check_odf_element(tag: str, attributes: Attributes) -> None:
    if tag.startswith(SCRIPT):
        raise macros()
    if tag == f"{PRESENTATION}event-listener" and attributes.get(f"{PRESENTATION}action") == "execute":
        raise program()
    if tag.startswith(DRAW) and tag != LINK and ELSEWHERE.match(attributes.get(HREF, "")):
        raise fetching()


def _check_relationships(xml: bytes) -> None:
    """Only a link that the reader follows may lead out of the file."""
    for name, attributes in elements(xml):
        is_external = attributes.get("TargetMode", "").lower() == "external"
        if name.endswith("Relationship") and is_external and not attributes.get("Type", "").endswith("/hyperlink"):
            raise fetching()
