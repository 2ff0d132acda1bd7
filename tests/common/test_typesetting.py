"""PDFs from typst with every character there, and office files from pandoc that obey nobody's text."""

import io
import zipfile
from pathlib import Path

import pypdf
import pytest

from konferanse.common import lastresort, typesetting

FONTS = f'("Libertinus Serif", "New Computer Modern", "DejaVu Sans Mono", "{lastresort.FAMILY}")'
PAGE = '#let d = json(bytes(sys.inputs.data))\n#set document(title: "Prøve", date: none)\n'


def page(folder: Path, more: str) -> Path:
    template = folder / "prove.typ"
    template.write_text(PAGE + more, encoding="utf-8")
    return template


def text_of(document: bytes) -> str:
    return "\n".join(sheet.extract_text() for sheet in pypdf.PdfReader(io.BytesIO(document)).pages)


@pytest.mark.parametrize("character", ["🎉", "中", "␛", "﷽", "ไ", "\U000f0000"])
def test_a_character_without_a_font_is_drawn_as_a_box_and_can_still_be_copied(tmp_path: Path, character: str):
    without = page(tmp_path, '#set text(font: "Libertinus Serif", fallback: false)\n#d')
    with pytest.raises(typesetting.NotMade, match="could not be displayed"):
        typesetting.pdf(without, f"Ja {character} nei")

    made = typesetting.pdf(page(tmp_path, f"#set text(font: {FONTS}, fallback: false)\n#d"), f"Ja {character} nei")

    assert text_of(made) == f"Ja {character} nei"


def test_the_box_shows_the_code_of_its_character():
    assert len(lastresort._box(0x1F389)) == 4 + sum(len(lastresort.DIGITS[int(digit, 16)]) for digit in "01F389")
    assert lastresort._box(0x241B) == lastresort._box(0x1B), "the picture of a control character shows that character's code"


def test_a_template_can_read_nothing_but_itself(tmp_path: Path):
    (tmp_path / "hemmelig.txt").write_text("hemmelig", encoding="utf-8")

    with pytest.raises(typesetting.NotMade, match=r"not found|access"):
        typesetting.pdf(page(tmp_path, '#read("hemmelig.txt")'), "")


def test_pandoc_reads_no_file_that_the_text_points_to(tmp_path: Path):
    picture = tmp_path / "bilde.svg"
    picture.write_text('<svg xmlns="http://www.w3.org/2000/svg"/>', encoding="utf-8")

    made = typesetting.convert(f'<p>Før<img src="{picture}" alt="bilde">etter</p>', "docx")

    assert not [name for name in zipfile.ZipFile(io.BytesIO(made)).namelist() if "media" in name]


def test_a_zip_made_twice_is_the_same():
    parts = [("mimetype", b"a/b"), ("x.xml", b"<x/>")]

    made = typesetting.zip_of(parts)

    assert made == typesetting.zip_of(parts)
    assert zipfile.ZipFile(io.BytesIO(made)).infolist()[0].compress_type == zipfile.ZIP_STORED
