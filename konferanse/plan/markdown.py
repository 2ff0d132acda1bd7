"""The plan as Markdown (CommonMark with tables), where every text of a person reads as it was written."""

import re
from collections.abc import Iterator, Sequence
from typing import Any


def text(value: str) -> str:
    """``value`` escaped, so that Markdown shows just that; its line ends are hard line breaks."""
    return "\\\n".join(_escape(line) for line in value.rstrip("\n").split("\n"))


def _escape(line: str) -> str:
    line = re.sub(r"([\\`*_\[\]<>#|~$&])", r"\\\1", line)
    line = re.sub(r":(?=//|[\w+-]+:)", r"\\:", line)  # addresses and :smile:
    line = re.sub(r"(?<=\bwww)\.", r"\\.", line, flags=re.IGNORECASE)
    line = re.sub(r"^([ \t]*)([-+=:])", r"\1\\\2", line)
    line = re.sub(r"^([ \t]*[0-9]+)([.)])", r"\1\\\2", line)
    return re.sub(r"^[ \t]+|[ \t]+$", lambda found: "".join(f"&#{ord(c)};" for c in found[0]), line)


def one_line(value: str) -> str:
    """Like ``text`` where Markdown takes one line only: headings and cells."""
    return _escape(" ".join(value.split()))


def write(document: dict[str, Any]) -> str:
    """The whole plan. ``document`` is what ``outline`` gives."""
    return "\n\n".join(block for block in _blocks(document) if block) + "\n"


def _blocks(document: dict[str, Any]) -> Iterator[str]:
    yield f"# {one_line(document['title'])}"
    yield " · ".join(one_line(part) for part in (document["edition"], document["published"]) if part)
    yield _facts(document["facts"])
    if document["introduction"]["paragraphs"]:
        yield f"## {one_line(document['introduction']['title'])}"
        yield from map(text, document["introduction"]["paragraphs"])
    yield from _mandate(document["mandate"])
    for chapter in document["chapters"]:
        yield f"## {one_line(chapter['title'])}"
        yield one_line(chapter["intro"])
        for theme in chapter["themes"]:
            yield f"### {one_line(theme['name'])}"
            for line in theme["lines"]:
                yield from _line(line)
    yield from _basis(document["basis"])


def _mandate(mandate: dict[str, Any]) -> Iterator[str]:
    yield f"## {one_line(mandate['title'])}"
    yield from map(text, mandate["paragraphs"])
    yield _facts(mandate["facts"])
    if mandate["must_hold"]["items"]:
        yield f"### {one_line(mandate['must_hold']['title'])}"
        yield "\n".join(f"- {one_line(item)}" for item in mandate["must_hold"]["items"])
    yield from _table(mandate["glance"])


def _line(line: dict[str, Any]) -> Iterator[str]:
    yield f"**{one_line(line['number'])}** {text(line['text'])}" if line["number"] else text(line["text"])
    fields = [f"{one_line(field['label'])}: {one_line(field['value'])}" for field in line["fields"]]
    yield " · ".join([one_line(line["support"]), *fields])
    yield from _quotes(line["quotes"])


def _quotes(quotes: Sequence[dict[str, str]]) -> Iterator[str]:
    for quote in quotes:
        place = f" – {one_line(quote['place'])}" if quote["place"] else ""
        yield "> " + f"«{text(quote['text'])}»{place}".replace("\n", "\n> ")
        yield "<!-- -->"  # keeps two quotes from becoming one


def _basis(basis: dict[str, Any]) -> Iterator[str]:
    yield f"## {one_line(basis['title'])}"
    for part in ("people", "tasks", "totals", "parked"):
        if part != "tasks" or basis["tasks"]["rows"]:
            yield from _table(basis[part])
    for group in basis["parked"]["groups"]:
        yield f"**{one_line(group['reason'])}**"
        yield from _quotes(group["quotes"])
        yield one_line(group["names"])
    yield f"### {one_line(basis['method']['title'])}"
    yield from map(text, [*basis["method"]["paragraphs"], basis["method"]["engine"]])


def _table(part: dict[str, Any]) -> Iterator[str]:
    """A heading with its table, or with the words for when there is nothing."""
    yield f"### {one_line(part['title'])}"
    if not part["rows"]:
        yield one_line(part["none"])
        return
    yield one_line(part.get("intro", ""))
    rule = ["---", *("---:" if row.strip("–0123456789\u00a0,") == "" else "---" for row in part["rows"][0][1:])]
    yield "\n".join(_row(row) for row in ([one_line(cell) for cell in part["head"]], rule, *_cells(part["rows"])))


def _cells(rows: Sequence[Sequence[str]]) -> Iterator[list[str]]:
    for row in rows:
        yield [one_line(cell) for cell in row]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _facts(facts: Sequence[tuple[str, str]]) -> str:
    return "\n".join(f"- {one_line(label)}: {one_line(value)}" for label, value in facts)
