"""Every HTML page in the tests is read strictly: valid HTML5, a title, one h1, unique ids, labels, nothing inline."""

from itertools import pairwise

import html5lib
from lxml import etree, html

CONTROLS = "//input[not(@type='hidden') and not(@type='submit')]|//select|//textarea"


def faults(document: str) -> list[str]:
    """What is wrong with a page, one line each."""
    parser = html5lib.HTMLParser(strict=False)
    parser.parse(document)
    found = [f"line {line}: {code} {data or ''}" for (line, _col), code, data in parser.errors]
    tree = html.document_fromstring(document)
    if not (tree.findtext(".//title") or "").strip():
        found.append("no title")
    if len(tree.findall(".//h1")) != 1:
        found.append(f"{len(tree.findall('.//h1'))} h1 elements")
    if not tree.get("lang"):
        found.append("no lang")
    if len(tree.findall(".//main")) != 1:
        found.append("not one main")
    return found + _ids(tree) + _labels(tree) + _inline(tree) + _headings(tree)


def _ids(tree: etree._Element) -> list[str]:
    ids = [str(i) for i in tree.xpath("//@id")]
    found = [f"id {i} twice" for i in sorted({i for i in ids if ids.count(i) > 1})]
    for name in ("aria-describedby", "aria-labelledby", "for"):
        for value in tree.xpath(f"//@{name}"):
            found += [f"{name} points to no {i}" for i in str(value).split() if i not in ids]
    return found


def _labels(tree: etree._Element) -> list[str]:
    found = []
    for control in tree.xpath(CONTROLS):
        named = control.get("aria-label") or control.get("aria-labelledby") or control.xpath("ancestor::label")
        if not named and not (control.get("id") and tree.xpath("//label[@for=$i]", i=control.get("id"))):
            found.append(f"no label for {control.get('name')}")
    for form in tree.xpath("//form[translate(@method,'POST','post')='post']"):
        if not form.xpath(".//input[@name='csrf_token']") and not form.get("data-token-in-path"):
            found.append(f"form without csrf_token: {form.get('action')}")
    return found


def _inline(tree: etree._Element) -> list[str]:
    found = ["inline style" for _ in tree.xpath("//@style|//style")]
    found += ["inline script" for s in tree.xpath("//script") if not s.get("src") and s.get("type") != "application/ld+json"]
    return found + [f"inline handler {n}" for e in tree.iter() for n in e.attrib if str(n).startswith("on")]


def _headings(tree: etree._Element) -> list[str]:
    levels = [int(h.tag[1]) for h in tree.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
    return [f"h{b} follows h{a}" for a, b in pairwise(levels) if b > a + 1]
