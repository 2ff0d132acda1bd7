"""How the plan looks in Word and LibreOffice: pandoc's own reference documents with our paper and styles."""

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from typing import Any

from lxml import etree

from konferanse.common import typesetting

SPACE, TAB = "\ufdd0", "\ufdd1"  # stand for white space that HTML would fold; no text holds them, see outline.printable
FONT = "Calibri"
NIGHT, FJORD, QUIET, MIST = "0F2F45", "2F6F8F", "4A5D68", "C9D6DC"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STYLE = "urn:oasis:names:tc:opendocument:xmlns:style:1.0"
FO = "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
REFERENCE_FOOTER = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"


@dataclass(frozen=True)
class Paragraph:
    """A paragraph style: lengths in points, colours in hexadecimal."""

    name: str
    size: float = 11
    colour: str = "16222A"
    bold: bool = False
    before: float = 0
    after: float = 6
    left: float = 0
    keep_next: bool = False
    new_page: bool = False
    rule: bool = False  # a line along the left side


STYLES = (
    Paragraph("Title", 28, NIGHT, bold=True, before=120, after=12),
    Paragraph("Heading 1", 20, NIGHT, bold=True, after=10, keep_next=True, new_page=True),
    Paragraph("Heading 2", 14, NIGHT, bold=True, before=20, after=6, keep_next=True),
    Paragraph("Planforside", 12, QUIET, after=4),
    Paragraph("Planinnhold", 11, NIGHT, after=2),
    Paragraph("Planlinje", 11, NIGHT, bold=True, before=14, after=3, keep_next=True),
    Paragraph("Planrad", 9.5, QUIET, after=4, keep_next=True),
    Paragraph("Plansitat", 9, before=1, after=3, left=18, rule=True),
    Paragraph("Plangrunn", 11, NIGHT, bold=True, before=10, after=3, keep_next=True),
    Paragraph("Plannote", 9, QUIET),
)


@cache
def reference(to: str) -> bytes:
    """The reference document for ``docx`` or ``odt``."""
    original = typesetting.default_reference(to)
    if to == "odt":
        return typesetting.rezip(original, lambda name, part: _odt_styles(part) if name == "styles.xml" else part)
    with zipfile.ZipFile(BytesIO(typesetting.rezip(original, _docx_part))) as source:
        parts = [(name, source.read(name)) for name in source.namelist()]
    return typesetting.zip_of([*parts, ("word/footer1.xml", _docx_footer())])


def unfold(to: str) -> Callable[[str, bytes], bytes]:
    """A patch for each part of pandoc's document: white space as written, and lines under the rows of tables."""
    space, tab = {"docx": (" ", '</w:t><w:tab/><w:t xml:space="preserve">'), "odt": ("<text:s/>", "<text:tab/>")}[to]

    def patch(name: str, part: bytes) -> bytes:
        if name not in ("word/document.xml", "content.xml"):
            return part
        text = part.decode().replace(SPACE, space).replace(TAB, tab)
        text = text.replace('fo:border="none"', f'fo:border="none" fo:border-bottom="0.5pt solid #{MIST}" fo:padding="0.08cm"')
        return text.encode()

    return patch


def _docx_part(name: str, part: bytes) -> bytes:
    if name == "word/theme/theme1.xml":
        return re.sub(rb'<a:latin typeface="Aptos[^/]*/>', f'<a:latin typeface="{FONT}"/>'.encode(), part)
    if name == "word/styles.xml":
        return _docx_styles(part)
    if name == "word/document.xml":
        section = (
            '<w:sectPr><w:footerReference w:type="default" r:id="rIdFooter"/><w:pgSz w:w="11906" w:h="16838"/>'
            '<w:pgMar w:top="1418" w:right="1474" w:bottom="1418" w:left="1474" w:header="709" w:footer="709" w:gutter="0"/>'
        )
        return part.replace(b"<w:sectPr>", section.encode(), 1)
    if name == "word/_rels/document.xml.rels":
        footer = f'<Relationship Type="{REFERENCE_FOOTER}" Id="rIdFooter" Target="footer1.xml"/></Relationships>'
        return part.replace(b"</Relationships>", footer.encode())
    if name == "[Content_Types].xml":
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"
        return part.replace(b"</Types>", f'<Override PartName="/word/footer1.xml" ContentType="{kind}"/></Types>'.encode())
    return part


def _docx_footer() -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><w:ftr xmlns:w="{W[1:-1]}"><w:p><w:pPr><w:jc w:val="right"/></w:pPr>'
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
        "</w:p></w:ftr>"
    ).encode()


def _docx_styles(part: bytes) -> bytes:
    root = etree.fromstring(part)
    for size in root.findall(f"{W}docDefaults//{W}sz") + root.findall(f"{W}docDefaults//{W}szCs"):
        size.set(f"{W}val", "22")
    for style in STYLES:
        found = [kept for kept in root.iter(f"{W}style") if _docx_name(kept) == style.name.lower()]
        element = found[0] if found else etree.SubElement(root, f"{W}style")
        if not found:
            element.set(f"{W}type", "paragraph")
            element.set(f"{W}customStyle", "1")
            element.set(f"{W}styleId", style.name)
            for tag, value in (("name", style.name), ("basedOn", "Normal")):
                etree.SubElement(element, f"{W}{tag}").set(f"{W}val", value)
            etree.SubElement(element, f"{W}qFormat")
        level = element.find(f"{W}pPr/{W}outlineLvl")
        for old in (*element.findall(f"{W}pPr"), *element.findall(f"{W}rPr")):
            element.remove(old)
        outline = "" if level is None else f'<w:outlineLvl w:val="{level.get(f"{W}val")}"/>'
        element.extend(etree.fromstring(f'<w:x xmlns:w="{W[1:-1]}">{_docx_properties(style, outline)}</w:x>'))
    rows = f'<w:tblBorders xmlns:w="{W[1:-1]}"><w:insideH w:val="single" w:sz="4" w:color="{MIST}"/></w:tblBorders>'
    for table in root.findall(f'{W}style[@{W}styleId="Table"]'):
        table.find(f"{W}tblPr").insert(1, etree.fromstring(rows))
        table.find(f"{W}tblStylePr").insert(0, etree.fromstring(f'<w:rPr xmlns:w="{W[1:-1]}"><w:b/></w:rPr>'))
    for colour in root.findall(f'{W}style[@{W}styleId="Hyperlink"]/{W}rPr/{W}color'):
        colour.attrib.clear()
        colour.set(f"{W}val", FJORD)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True))


def _docx_name(style: Any) -> str:
    name = style.find(f"{W}name")
    return "" if name is None else str(name.get(f"{W}val")).lower()


def _docx_properties(style: Paragraph, outline: str) -> str:
    """``w:pPr`` and ``w:rPr``, their children in the order the schema asks for."""
    rule = f'<w:pBdr><w:left w:val="single" w:sz="8" w:space="8" w:color="{MIST}"/></w:pBdr>' if style.rule else ""
    return (
        f"<w:pPr>{'<w:keepNext/>' * style.keep_next}<w:keepLines/>{'<w:pageBreakBefore/>' * style.new_page}{rule}"
        f'<w:spacing w:before="{style.before * 20:.0f}" w:after="{style.after * 20:.0f}"/>'
        f'<w:ind w:left="{style.left * 20:.0f}"/>{outline}</w:pPr>'
        f'<w:rPr>{"<w:b/>" * style.bold}<w:color w:val="{style.colour}"/>'
        f'<w:sz w:val="{style.size * 2:.0f}"/><w:szCs w:val="{style.size * 2:.0f}"/></w:rPr>'
    )


def _odt_styles(part: bytes) -> bytes:
    """Paper, fonts and paragraph styles; the bottom of each page has its number already."""
    text = part.decode().replace("Times New Roman", FONT).replace('style:font-name="Arial"', f'style:font-name="{FONT}"')
    text = re.sub(r'fo:page-width="[^"]*"\s*fo:page-height="[^"]*"', 'fo:page-width="21cm" fo:page-height="29.7cm"', text)
    root = etree.fromstring(text.encode())
    styles = root.find("{urn:oasis:names:tc:opendocument:xmlns:office:1.0}styles")
    assert styles is not None  # noqa: S101 - pandoc's reference document has it
    for style in STYLES:
        name = style.name.replace(" ", "_20_")
        found = styles.xpath("style:style[@style:name=$name]", namespaces={"style": STYLE}, name=name)
        element = found[0] if found else etree.SubElement(styles, f"{{{STYLE}}}style")
        if not found:
            element.set(f"{{{STYLE}}}name", name)
            element.set(f"{{{STYLE}}}family", "paragraph")
            element.set(f"{{{STYLE}}}parent-style-name", "Standard")
        for old in list(element):
            element.remove(old)
        element.extend(etree.fromstring(f'<x xmlns:style="{STYLE}" xmlns:fo="{FO}">{_odt_properties(style)}</x>'))
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def _odt_properties(style: Paragraph) -> str:
    keep = ' fo:keep-with-next="always"' if style.keep_next else ""
    page = ' fo:break-before="page"' if style.new_page else ""
    rule = f' fo:border-left="1pt solid #{MIST}" fo:padding-left="8pt"' if style.rule else ""
    weight = ' fo:font-weight="bold"' if style.bold else ' fo:font-weight="normal"'
    return (
        f'<style:paragraph-properties fo:margin-top="{style.before}pt" fo:margin-bottom="{style.after}pt" '
        f'fo:margin-left="{style.left}pt" fo:text-align="start"{keep}{page}{rule}/>'
        f'<style:text-properties style:font-name="{FONT}" fo:font-size="{style.size}pt" fo:color="#{style.colour}"{weight}/>'
    )
