"""The slide decks of the demo: small real files made in memory, the same bytes every time.

PDF comes from typst (PDF/UA-1), PPTX from pandoc, ODP is put together here, since pandoc does not write it.
The words are in ``data/slides.json``; the programme is made from the conference's own items.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from babel.dates import format_date

from konferanse.common import typesetting

DATA = Path(__file__).parent / "data"
AUTHOR = "konferanse"
SUBTITLE = "Laget til demoen av konferanse"
WHEN = "2019-06-25T00:00:00Z"
LUNCH = "11:30"
MEDIA_TYPES = {
    "pdf": "application/pdf",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "odp": "application/vnd.oasis.opendocument.presentation",
}


@dataclass(frozen=True)
class Slide:
    """One slide: a heading and its bullet points, plain text."""

    title: str
    points: tuple[str, ...]


def deck(key: str) -> list[Slide]:
    """The slides written for the presentation ``key``. ``KeyError`` if there are none."""
    decks = json.loads((DATA / "slides.json").read_text(encoding="utf-8"))
    return [Slide(slide["title"], tuple(slide["points"])) for slide in decks[key]]


def programme(days: Sequence[Mapping[str, str]], items: Sequence[Mapping[str, str]]) -> list[Slide]:
    """The programme as slides, a morning and an afternoon for each day.

    Takes ``days`` and ``items`` as they stand in ``data/inkludering-2019.json``, items in the order they are read.
    """
    slides = []
    for day in days:
        name = format_date(date.fromisoformat(day["date"]), "EEEE d. MMMM", locale="nb").capitalize()
        of_day = [item for item in items if item["day"] == day["date"]]
        morning = [item for item in of_day if item["start"] < LUNCH]
        afternoon = [item for item in of_day if item["start"] >= LUNCH]
        for part, half in (("før lunsj", morning), ("fra lunsj", afternoon)):
            slides.append(Slide(f"{name}, {part}", tuple(_line(item) for item in half)))
    return slides


def _line(item: Mapping[str, str]) -> str:
    times = f"{item['start']}–{item['end']}".replace(":", ".")
    return f"{times} {item['title']}" + (f" ({item['room']})" if item["kind"] == "parallel" else "")


def make(file_format: str, title: str, slides: Sequence[Slide]) -> bytes:
    """A file in ``pdf``, ``pptx`` or ``odp``. ``KeyError`` for any other format."""
    makers: dict[str, Callable[[str, Sequence[Slide]], bytes]] = {"pdf": pdf, "pptx": pptx, "odp": odp}
    return makers[file_format](title, slides)


def pdf(title: str, slides: Sequence[Slide]) -> bytes:
    """A tagged PDF (PDF/UA-1) in 16:9 with a title page. Carries no date, so the bytes repeat."""
    data = {
        "title": title,
        "subtitle": SUBTITLE,
        "author": AUTHOR,
        "lang": "nb",
        "slides": [{"title": slide.title, "points": slide.points} for slide in slides],
    }
    return typesetting.pdf(DATA / "slides.typ", data)


def pptx(title: str, slides: Sequence[Slide]) -> bytes:
    """A PowerPoint file by pandoc, with the language and colours of its template set to ours."""
    body = "".join(f"<h1>{escape(slide.title)}</h1>{_html_list(slide.points)}" for slide in slides)
    page = (
        f'<html lang="nb"><head><title>{escape(title)}</title><meta name="subtitle" content="{SUBTITLE}"></head>'
        f"<body>{body}</body></html>"
    )
    return typesetting.rezip(typesetting.convert(page, "pptx"), _patched)


def _html_list(points: Sequence[str]) -> str:
    return "<ul>" + "".join(f"<li>{escape(point)}</li>" for point in points) + "</ul>"


def _patched(name: str, content: bytes) -> bytes:
    """One part of pandoc's PowerPoint template with our date, language, colours and title style."""
    if name == "docProps/core.xml":
        return content.replace(b"1970-01-01T00:00:00Z", WHEN.encode())
    if name == "ppt/theme/theme1.xml":
        return content.replace(b"1F497D", b"0F2F45").replace(b"EEECE1", b"FBF7F0").replace(b"4F81BD", b"2F6F8F")
    if not name.endswith(".xml"):
        return content
    content = content.replace(b'lang="en-US"', b'lang="nb-NO"').replace(b"<a:rPr />", b'<a:rPr lang="nb-NO" />')
    if name == "ppt/slideLayouts/slideLayout1.xml":  # a grey subtitle is hard to read
        return content.replace(b'<a:tint val="75000"/>', b"")
    if name.startswith("ppt/slideMasters/"):
        head, mark, style = content.partition(b"<p:titleStyle>")
        return head.replace(b'val="bg1"', b'val="bg2"', 1) + mark + style.replace(b'val="tx1"', b'val="tx2"', 1)
    return content


def odp(title: str, slides: Sequence[Slide]) -> bytes:
    """An OpenDocument presentation (ODF 1.2) with real title and outline placeholders."""
    pages = [_odp_page(0, title, _odp_text(SUBTITLE), "subtitle")]
    for number, slide in enumerate(slides, 1):
        items = "".join(f"<text:list-item>{_odp_text(point)}</text:list-item>" for point in slide.points)
        pages.append(_odp_page(number, slide.title, f'<text:list text:style-name="L1">{items}</text:list>', "outline"))
    parts = {
        "mimetype": MEDIA_TYPES["odp"],
        "content.xml": _odp_part("content").replace("@PAGES@", "".join(pages)),
        "styles.xml": _odp_part("styles"),
        "meta.xml": _odp_part("meta").replace("@TITLE@", escape(title)).replace("@WHEN@", WHEN),
        "META-INF/manifest.xml": _odp_part("manifest"),
    }
    return typesetting.zip_of((name, text.encode()) for name, text in parts.items())


def _odp_part(name: str) -> str:
    return (DATA / "odp" / f"{name}.xml").read_text(encoding="utf-8")


def _odp_text(text: str) -> str:
    return f"<text:p>{escape(text)}</text:p>"


def _odp_page(number: int, title: str, content: str, kind: str) -> str:
    return (
        f'<draw:page draw:name="Lysbilde {number + 1}" draw:style-name="dp1" draw:master-page-name="Konferanse">'
        f'<draw:frame presentation:class="title" presentation:style-name="Konferanse-title" draw:layer="layout" '
        f'svg:x="2.4cm" svg:y="1.4cm" svg:width="23.2cm" svg:height="2.6cm"><draw:text-box>{_odp_text(title)}'
        f'</draw:text-box></draw:frame><draw:frame presentation:class="{kind}" '
        f'presentation:style-name="Konferanse-{kind if kind == "subtitle" else "outline1"}" draw:layer="layout" '
        f'svg:x="2.4cm" svg:y="4.4cm" svg:width="23.2cm" svg:height="9.6cm"><draw:text-box>{content}'
        f"</draw:text-box></draw:frame></draw:page>"
    )
