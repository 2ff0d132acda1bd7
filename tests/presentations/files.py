"""Good and hostile files, made in memory."""

import struct
import zipfile
from collections.abc import Callable
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String

PPTX_MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
SCRIPT = "urn:oasis:names:tc:opendocument:xmlns:script:1.0"
ODP_TYPE = "application/vnd.oasis.opendocument.presentation"


def zipped(entries: dict[str, bytes | str], stored: tuple[str, ...] = ("mimetype",)) -> bytes:
    """A zip of ``entries`` in that order."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in entries.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


def pptx(main: str = PPTX_MAIN, more: dict[str, bytes | str] | None = None, types: str = "") -> bytes:
    """A PowerPoint file as far as its container goes."""
    return zipped(
        {
            "[Content_Types].xml": '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            f'<Override PartName="/ppt/presentation.xml" ContentType="{main}"/>{types}</Types>',
            "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"/>',
            "ppt/presentation.xml": "<p:presentation xmlns:p='x'>" + "<p:sld/>" * 300 + "</p:presentation>",
            **(more or {}),
        }
    )


def slides(*shown: tuple[str, str], order: tuple[int, ...] = (), notes: str = "") -> bytes:
    """A PPTX with slides of a title and a paragraph each, shown in ``order`` (of numbers from 1)."""
    made: dict[str, bytes | str] = {}
    links, kinds = "", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    for n, (title, text) in enumerate(shown, 1):
        placeholder = '<p:nvSpPr><p:nvPr><p:ph type="title"/></p:nvPr></p:nvSpPr>'
        number = '<p:sp><p:nvSpPr><p:nvPr><p:ph type="sldNum"/></p:nvPr></p:nvSpPr><a:p><a:r><a:t>7</a:t></a:r></a:p></p:sp>'
        words = f"<p:sp>{placeholder}<a:p><a:r><a:t>{title}</a:t></a:r></a:p></p:sp><p:sp><a:p><a:t>{text}</a:t></a:p></p:sp>"
        made[f"ppt/slides/slide{n}.xml"] = f'<p:sld xmlns:p="p" xmlns:a="a">{words}{number}</p:sld>'
        links += f'<Relationship Id="r{n}" Type="{kinds}/slide" Target="slides/slide{n}.xml"/>'
    if notes:
        made["ppt/notesSlides/notesSlide1.xml"] = f'<p:notes xmlns:p="p" xmlns:a="a"><a:p><a:t>{notes}</a:t></a:p></p:notes>'
    ids = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in order or range(1, len(shown) + 1))
    made["ppt/presentation.xml"] = f'<p:presentation xmlns:p="p" xmlns:r="{kinds}">{ids}</p:presentation>'
    made["ppt/_rels/presentation.xml.rels"] = f"<Relationships>{links}</Relationships>"
    return pptx(more=made)


def odp(kind: str = ODP_TYPE, more: dict[str, bytes | str] | None = None, manifest: str = "<manifest/>") -> bytes:
    """An OpenDocument file as far as its container goes."""
    contents = {"mimetype": kind, "content.xml": "<document/>", "META-INF/manifest.xml": manifest}
    return zipped({**contents, **(more or {})})


def docx() -> bytes:
    """A Word document."""
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    types = f'<Types><Override PartName="/word/document.xml" ContentType="{kind}"/></Types>'
    return zipped({"[Content_Types].xml": types, "word/document.xml": "<w/>"})


def pdf(change: Callable[[Pdf], None] | None = None, **save: object) -> bytes:
    """A PDF of one page, changed by ``change`` before it is saved."""
    document = pikepdf.new()
    document.add_blank_page()
    if change:
        change(document)
    out = BytesIO()
    document.save(out, **save)  # type: ignore[arg-type]
    return out.getvalue()


def scripted(document: Pdf) -> None:
    """Script and launches in every place they hide."""
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    document.Root.OpenAction = script
    document.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), script])))
    page = document.pages[0].obj
    page.AA = Dictionary(O=script)
    launch = Dictionary(S=Name.Launch, F=String("cmd.exe"))
    disguised = Dictionary(Type=Name.Whatever, S=Name.JavaScript, JS=String("app.alert(2)"))
    document.Root.Disguise = Dictionary(Type=Name.Whatever, A=disguised, B=Array([disguised]))
    link = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 1, 1]), A=launch)
    good = Dictionary(S=Name.URI, URI=String("https://example.org"), Next=Array([script]))
    kept = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=document.make_indirect(good))
    page.Annots = Array([link, document.make_indirect(kept)])
    document.Root.AcroForm = Dictionary(Fields=Array([]), XFA=Stream(document, b"<xdp/>"))


def attached(document: Pdf) -> None:
    """A file within the file."""
    document.attachments["virus.exe"] = b"MZ..."


def encrypted(user: str) -> bytes:
    """A PDF that asks for ``user``; an empty one still forbids things."""
    return pdf(encryption=pikepdf.Encryption(owner="eier", user=user))


def mp4(tail: bytes = b"", brand: bytes = b"isom") -> bytes:
    """An MP4 as far as its boxes go."""

    def box(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", 8 + len(body)) + name + body

    return box(b"ftyp", brand + b"\0\0\2\0" + brand) + box(b"moov", b"\0" * 64) + box(b"mdat", bytes(range(256)) * 8) + tail


def webm(kind: bytes = b"webm") -> bytes:
    """A WebM as far as its elements go."""
    header = b"\x42\x82" + bytes([0x80 | len(kind)]) + kind
    body = b"\x00" * 500
    return b"\x1a\x45\xdf\xa3" + bytes([0x80 | len(header)]) + header + b"\x18\x53\x80\x67" + b"\x41\xf4" + body


def overlapping() -> bytes:
    """A zip whose directory names the same bytes twice: a bomb without nesting."""
    raw = bytearray(pptx(more={"a.xml": "<a/>" * 1000, "b.xml": "<b/>" * 1000}))
    archive = zipfile.ZipFile(BytesIO(bytes(raw)))
    first, second = archive.getinfo("a.xml"), archive.getinfo("b.xml")
    at = raw.rindex(b"b.xml") - 4  # the offset field ends where the name begins
    assert raw[at : at + 4] == struct.pack("<I", second.header_offset)
    raw[at : at + 4] = struct.pack("<I", first.header_offset)
    return bytes(raw)


def understated() -> bytes:
    """A zip whose directory says an entry is smaller than it is."""
    raw = bytearray(pptx(more={"ppt/slides/slide1.xml": b"<a>" + b"0" * 5_000_000 + b"</a>"}))
    central = raw.index(b"PK\x01\x02", raw.rindex(b"ppt/slides/slide1.xml") - 60)
    struct.pack_into("<I", raw, central + 24, 100)
    return bytes(raw)


HOSTILE: dict[str, tuple[str, bytes, str]] = {
    # what it is: (file name, bytes, part of the sentence that refuses it)
    "empty": ("tom.pdf", b"", "Filen er tom"),
    "html as pdf": ("side.pdf", b"<!DOCTYPE html><html><script>alert(1)</script></html>", "en nettside"),
    "html after a bom": ("side.pdf", b"\xef\xbb\xbf  <HTML><body>hei</body></HTML>", "en nettside"),
    "svg": ("tegning.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "en SVG-tegning"),
    "svg as pdf": ("tegning.pdf", b"<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>", "en SVG-tegning"),
    "exe": ("oppsett.exe", b"MZ\x90\x00" + b"\0" * 400, "et program"),
    "exe as pptx": ("foredrag.pptx", b"MZ\x90\x00" + b"\0" * 400, "et program"),
    "elf": ("foredrag.odp", b"\x7fELF" + b"\0" * 400, "et program"),
    "shell script": ("foredrag.pdf", b"#!/bin/sh\nrm -rf /\n", "et program"),
    "plain text": ("notat.pdf", b"hei og hallo " * 40, "en fil vi ikke kjenner igjen"),
    "png": ("bilde.pdf", b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "skadet eller ikke komplett"),
    "old powerpoint": ("gammel.ppt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 900, "eldre Office-format"),
    "eicar": ("eicar.pdf", EICAR, "likner et virus"),
    "eicar in a pdf": ("eicar.pdf", pdf() + EICAR, "likner et virus"),
    "eicar in a pptx": ("eicar.pptx", pptx(more={"ppt/media/x.bin": EICAR}), "likner et virus"),
    "pptm as pptx": (
        "makro.pptx",
        pptx(main="application/vnd.ms-powerpoint.presentation.macroEnabled.main+xml"),
        "har makroer",
    ),
    "pptx with vba": ("makro.pptx", pptx(more={"ppt/vbaProject.bin": b"\xd0\xcf\x11\xe0"}), "har makroer"),
    "pptx with renamed vba": (
        "makro.pptx",
        pptx(types='<Override PartName="/ppt/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'),
        "har makroer",
    ),
    "pptx with activex": ("makro.pptx", pptx(more={"ppt/activeX/activeX1.xml": "<a/>"}), "har makroer"),
    "odp with basic": ("makro.odp", odp(more={"Basic/Standard/Module1.xml": "<a/>"}), "har makroer"),
    "odp with event script": (
        "makro.odp",
        odp(more={"styles.xml": f"<script:event-listener xmlns:script='{SCRIPT}' href='vnd.sun.star.script:x'/>"}),
        "har makroer",
    ),
    "odt as odp": ("tekst.odp", odp(kind="application/vnd.oasis.opendocument.text"), "et tekstdokument"),
    "docx as pptx": ("tekst.pptx", docx(), "et Word-dokument"),
    "zip as pptx": ("arkiv.pptx", zipped({"hei.txt": "hei"}), "et arkiv"),
    "encrypted odp": (
        "hemmelig.odp",
        odp(manifest='<m:manifest xmlns:m="x"><m:file-entry><m:encryption-data/></m:file-entry></m:manifest>'),
        "låst med passord",
    ),
    "encrypted pdf": ("hemmelig.pdf", encrypted("hemmelig"), "låst med passord"),
    "restricted pdf": ("sperret.pdf", encrypted(""), "låst med passord"),
    "zip bomb": ("bombe.pptx", pptx(more={"ppt/media/a.xml": b"0" * 60_000_000}), "pakker ut mye mer"),
    "overlapping zip bomb": ("bombe.pptx", overlapping(), "pakker ut mye mer"),
    "understated entry": ("bombe.pptx", understated(), "skadet eller ikke komplett"),
    "pptx with a macro workbook": ("makro.pptx", pptx(more={"ppt/embeddings/ark.xlsm": "PK"}), "har makroer"),
    "path in a pptx": ("sti.pptx", pptx(more={"../../etc/passwd": "x"}), "peker ut av den"),
    "absolute path in an odp": ("sti.odp", odp(more={"/etc/passwd": "x"}), "peker ut av den"),
    "backslash path": ("sti.pptx", pptx(more={"..\\..\\windows\\a.xml": "x"}), "peker ut av den"),
    "program in a pptx": ("prog.pptx", pptx(more={"ppt/embeddings/oppsett.exe": b"MZ"}), "har et program i seg"),
    "renamed program in a pptx": ("prog.pptx", pptx(more={"ppt/media/image1.png": b"MZ\x90"}), "har et program i seg"),
    "entities": (
        "enheter.pptx",
        pptx(more={"ppt/slides/slide1.xml": '<!DOCTYPE a [<!ENTITY b "lol">]><a>&b;</a>'}),
        "skadet",
    ),
    "entities in the content types": (
        "enheter.pptx",
        zipped({"[Content_Types].xml": '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><Types>&b;</Types>'}),
        "skadet",
    ),
    "pptx that fetches": (
        "henter.pptx",
        pptx(
            more={
                "ppt/_rels/presentation.xml.rels": '<Relationships><Relationship Id="r1" TargetMode="External" '
                'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate" '
                'Target="http://ond.example/x"/></Relationships>'
            }
        ),
        "henter innhold fra andre filer",
    ),
    "truncated pdf": ("halv.pdf", pdf()[:-200], "skadet eller ikke komplett"),
    "pdf of nothing": ("tull.pdf", b"%PDF-1.7\n" + b"tull " * 300 + b"\n%%EOF\n", "skadet eller ikke komplett"),
    "truncated pptx": ("halv.pptx", pptx()[:-40], "skadet eller ikke komplett"),
    "pdf and html": ("to.pdf", b"%PDF-1.7\n<html><script>alert(1)</script></html>\n" + pdf(), "to filtyper"),
    "pdf and zip": ("to.pdf", pdf() + zipped({"a.txt": "a"}) + b"\n%%EOF", "to filtyper"),
    "pdf with html after it": ("to.pdf", pdf() + b"\n<script>alert(1)</script>", "to filtyper"),
    "html before a pdf": ("to.pdf", b"<html><script>alert(1)</script></html>" + pdf(), "en nettside"),
    "gif and pptx": ("to.pptx", b"GIF89a" + pptx(), "skadet eller ikke komplett"),
    "zip with something before it": ("to.pptx", b"PK\x03\x04" + pptx(), "to filtyper"),
    "pdf called pptx": ("foredrag.pptx", pdf(), "innholdet er .pdf"),
    "pptx called pdf": ("foredrag.pdf", pptx(), "innholdet er .pptx"),
    "pdf called html": ("foredrag.html", pdf(), "innholdet er .pdf"),
    "path in the name": ("../../etc/passwd.pdf", pdf(), "Filnavnet"),
    "backslash in the name": ("..\\..\\passwd.pdf", pdf(), "Filnavnet"),
    "escaped line break in the name": ("a%0D%0ASet-Cookie: x.pdf", pdf(), "Filnavnet"),
}
