"""Builders of hostile files, and of the good ones they pretend to be."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from random import Random

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image

from tests.presentations import files
from tests.presentations.files import mp4, pdf, pptx, webm, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
DRAW = 'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" xmlns:xlink="http://www.w3.org/1999/xlink"'
PRESENTATION = 'xmlns:presentation="urn:oasis:names:tc:opendocument:xmlns:presentation:1.0"'


def noise(size: int) -> bytes:
    """Bytes that do not compress, the same each time."""
    return Random(7).randbytes(size)


def key(more: dict[str, bytes | str] | None = None) -> bytes:
    """A Keynote file as far as its names go."""
    return zipped(
        {"Index/Document.iwa": b"\0" * 40, "Index/Slide-1.iwa": b"\0" * 40, "preview.jpg": b"\xff\xd8", **(more or {})}
    )


def linked(kind: str, target: str) -> bytes:
    """A PPTX with something that lies elsewhere."""
    link = f'<Relationship Id="r1" TargetMode="External" Type="{RELS}/{kind}" Target="{target}"/>'
    return pptx(more={"ppt/slides/_rels/slide1.xml.rels": f"<Relationships>{link}</Relationships>"})


def twice(first: str, second: str) -> bytes:
    """A zip that has a name twice."""
    out = io.BytesIO(pptx())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(first, b"<a/>")
        archive.writestr(second, b"<b/>")
    return out.getvalue()


def patched(raw: bytes, at: int, form: str, *values: int) -> bytes:
    """``raw`` with numbers written over it at ``at``, counted from the end."""
    changed = bytearray(raw)
    struct.pack_into(form, changed, len(raw) + at, *values)
    return bytes(changed)


def endless_directory(entries: int) -> bytes:
    """A zip whose list of entries alone would fill the memory, and which says it is of one."""
    entry = b"PK\x01\x02" + b"\0" * 24 + struct.pack("<H", 1) + b"\0" * 16 + b"a"
    body = pptx()[:-22]
    return body + entry * entries + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, len(entry) * entries, len(body), 0)


def endless_directory_64() -> bytes:
    """The same, told in the record for large files, which zipfile prefers."""
    raw = endless_directory(200_000)
    directory, length = raw[:-22], len(raw[:-22]) - len(pptx()[:-22])
    record = b"PK\x06\x06" + struct.pack("<QHHIIQQQQ", 44, 45, 45, 0, 0, 1, 1, length, len(pptx()[:-22]))
    locator = b"PK\x06\x07" + struct.pack("<IQI", 0, len(directory), 1)
    return directory + record + locator + b"PK\x05\x06" + struct.pack("<HHHHIIH", 0, 0, 1, 1, 100, len(pptx()[:-22]), 0)


def holds_itself() -> bytes:
    """A zip with an entry that is said to be the whole zip."""
    raw = bytearray(pptx(more={"self.zip": b"x" * 100}))
    at = raw.rindex(b"PK\x01\x02")
    struct.pack_into("<II", raw, at + 20, len(raw), len(raw))
    return bytes(raw)


def packed_by(method: int) -> bytes:
    """A PPTX with a part that is packed in a way Office does not know."""
    out = io.BytesIO(pptx())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("ppt/media/a.xml", b"<a/>" * 1000, method)
    return out.getvalue()


def secret_entry() -> bytes:
    """A PPTX with an encrypted part."""
    raw = bytearray(pptx())
    at = raw.rindex(b"PK\x01\x02")
    struct.pack_into("<H", raw, at + 8, 1)
    return bytes(raw)


def many_entries() -> bytes:
    """More parts than any deck has."""
    return pptx(more={f"ppt/media/{n}": b"" for n in range(10_001)})


def russian_dolls() -> bytes:
    """Zips in zips in zips, sixteen at each level: a few kB that would be petabytes."""
    inner = zipped({"0.dll": b"\0" * 1_000_000})
    for _level in range(4):
        inner = zipped({f"lib {n}.zip": inner for n in range(16)})
    return inner


def png(width: int, height: int, pixels: bytes | None = None, *chunks: bytes) -> bytes:
    """A PNG (ISO/IEC 15948) of any claimed size."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    body = zlib.compress(pixels if pixels is not None else b"\0" * 100, 9)
    more = b"".join(chunk(c[:4], c[4:]) for c in chunks)
    return b"\x89PNG\r\n\x1a\n" + head + more + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def black(width: int, height: int) -> bytes:
    """A real picture of very many pixels in very few bytes."""
    packer = zlib.compressobj(9)
    row = b"\0" * (1 + 4 * width)
    body = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    return png(width, height, zlib.decompress(body))


def picture(form: str, size: tuple[int, int] = (64, 48), **save: object) -> bytes:
    """A small real picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "#0f2f45").save(out, form, **save)  # type: ignore[arg-type]
    return out.getvalue()


def moving(form: str) -> bytes:
    """A picture that moves."""
    out = io.BytesIO()
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("#0f2f45", "#ffffff", "#2f6f8f")]
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=100, loop=0)
    return out.getvalue()


def located() -> bytes:
    """A photograph that says where it was taken."""
    about = Image.Exif()
    about.get_ifd(0x8825)[1] = "N"
    about[0x010E] = "hjemme hos Kari"
    return picture("JPEG", exif=about)


def endless_webp() -> bytes:
    """A WebP that claims to be as large as one can be (RFC 9649 2.7.1)."""
    body = b"WEBPVP8X" + struct.pack("<I", 10) + b"\0\0\0\0" + (16382).to_bytes(3, "little") * 2 + b"VP8 " + b"\0" * 40
    return b"RIFF" + struct.pack("<I", len(body)) + body


def with_page(change: Callable[[Pdf, Dictionary], None]) -> bytes:
    """A PDF whose first page ``change`` does something to."""
    return pdf(lambda document: change(document, document.pages[0].obj))


def picture_bomb(document: Pdf, page: Dictionary) -> None:
    """A picture of 1.6 billion pixels in a few kB."""
    packed = zlib.compress(b"\0" * 20_000_000, 9)
    about = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 40_000, "Height": 40_000, "BitsPerComponent": 8}
    image = Stream(document, packed, **about, ColorSpace=Name.DeviceRGB, Filter=Name.FlateDecode)
    page.Resources = Dictionary(XObject=Dictionary(I=image))
    page.Contents = Stream(document, b"q 600 0 0 600 0 0 cm /I Do Q")


def drawing_bomb(document: Pdf, page: Dictionary) -> None:
    """Forms within forms, ten at each level: a page that would be drawn for years."""
    form = Stream(document, b"0 0 600 600 re f", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 600, 600]))
    for _level in range(12):
        inner = document.make_indirect(form)
        form = Stream(document, b"/F Do " * 10, Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 600, 600]))
        form.Resources = Dictionary(XObject=Dictionary(F=inner))
    page.Resources = Dictionary(XObject=Dictionary(F=document.make_indirect(form)))
    page.Contents = Stream(document, b"/F Do")


def bad_page_among_good() -> bytes:
    """Three pages, the second of which is drawn for years."""

    def change(document: Pdf) -> None:
        document.add_blank_page()
        document.add_blank_page()
        drawing_bomb(document, document.pages[1].obj)

    return pdf(change)


def link_of(address: str) -> Callable[[Pdf, Dictionary], None]:
    """A page with a link to ``address``."""

    def change(document: Pdf, page: Dictionary) -> None:
        action = Dictionary(S=Name.URI, URI=String(address))
        page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action)])

    return change


def fetched(document: Pdf, page: Dictionary) -> None:
    """A page whose content is another file."""
    page.Contents = Stream(document, b"", F=Dictionary(Type=Name.Filespec, F=String("file:///etc/passwd")))


def film_in_it(document: Pdf, page: Dictionary) -> None:
    """Flash, films and sounds in a page."""
    kinds = ("RichMedia", "Screen", "Movie", "Sound")
    page.Annots = Array([Dictionary(Type=Name.Annot, Subtype=Name(f"/{k}"), Rect=Array([0, 0, 9, 9])) for k in kinds])


def elsewhere(document: Pdf, _page: Dictionary) -> None:
    """A document that opens another one."""
    document.Root.OpenAction = Dictionary(S=Name.GoToR, F=String("\\\\ond.example\\del\\x.pdf"), D=Array([0, Name.Fit]))


def many_objects() -> bytes:
    """A PDF of 1 MB that is 200,000 objects."""

    def change(document: Pdf) -> None:
        made = [document.make_indirect(Dictionary(A=n, B=Array(list(range(10))))) for n in range(200_000)]
        document.Root.Pile = Array(made)

    return pdf(change, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def deep_arrays() -> bytes:
    """Arrays in arrays, 100,000 deep."""
    return pdf().replace(b"/Type /Catalog", b"/Type /Catalog /Deep " + b"[" * 100_000 + b"]" * 100_000, 1)


def looping_pages() -> bytes:
    """A tree of pages that is its own branch."""
    body = b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[2 0 R]/Count 1000000>>endobj\n"
    return body + b"xref\n0 1\n0000000000 65535 f \ntrailer<</Root 1 0 R/Size 3/Prev 9>>\nstartxref\n%d\n%%%%EOF" % len(body)


def later_script() -> bytes:
    """A PDF to which a script was added by an update, as ISO 32000-2 7.5.6 allows."""
    first = pdf()
    root = b"1 0 obj<</Type/Catalog/Pages 3 0 R/OpenAction<</S/JavaScript/JS(app.alert(1))>>>>endobj\n"
    table = b"xref\n1 1\n%010d 00000 n \n" % len(first)
    start = first[first.rindex(b"startxref") + 9 :].split()[0]
    end = b"trailer<</Root 1 0 R/Size 9/Prev %s>>\nstartxref\n%d\n%%%%EOF\n" % (start, len(first) + len(root))
    return first + root + table + end


def voids(count: int) -> bytes:
    """A WebM of nothing but the smallest elements."""
    header = webm()[: webm().index(b"\x18\x53\x80\x67")]
    return header + b"\xec\x80" * count


def boxes(count: int) -> bytes:
    """An MP4 of very many empty boxes."""
    return mp4() + (struct.pack(">I", 8) + b"free") * count


def lengths(first: int) -> bytes:
    """An MP4 whose second box says it is ``first`` bytes long."""
    whole = mp4()
    at = whole.index(b"moov") - 4
    return whole[:at] + struct.pack(">I", first) + whole[at + 4 :]


def odp_with_first(content: bytes) -> bytes:
    """An ODP whose second part stands unpacked among the first 1,000 bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", files.ODP_TYPE)
        archive.writestr("Thumbnails/a.txt", content)
        archive.writestr("content.xml", "<document/>")
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def noisy_png() -> bytes:
    """A picture of noise."""
    out = io.BytesIO()
    Image.frombytes("RGB", (60, 60), noise(60 * 60 * 3)).save(out, "PNG")
    return out.getvalue()
