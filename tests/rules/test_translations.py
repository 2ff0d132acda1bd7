"""Bokmål, nynorsk and English are complete. The bokmål text in the code is the key; each key is translated once."""

import ast
import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po
from jinja2 import Environment

from konferanse.config import ROOT
from tests.rules.site import told

KEYWORDS = {**DEFAULT_KEYWORDS, "_l": None, "lazy_gettext": None, "lazy_ngettext": (1, 2), "lazy_pgettext": ((1, "c"), 2)}
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[a-zA-Z]")
WORD = re.compile(r"[A-Za-zÆØÅæøå]{2,}")
# Words in templates that are the same in every language.
NAMES = {
    "konferanse",
    "PDF",
    "ODT",
    "DOCX",
    "CSV",
    "JSON",
    "Markdown",
    "XLSX",
    "ICS",
    "nb",
    "nn",
    "en",
    "kl",
    "uutilsynet",
    "datatilsynet",
    "no",
}
# What is not read by people: classes and sizes handed to a layout, styles of a file that stands alone, fragments.
CODES = re.compile(
    r"{% block (?:body_class|size) %}.*?{% endblock %}|<style>.*?</style>|{% macro page_url.*?{% endmacro %}", re.DOTALL
)
SPOKEN = re.compile(r"\b(?:aria-label|title|alt|placeholder)=\"([^\"]*)\"")


@cache
def texts() -> dict[tuple[tuple[str, ...], str | None], str]:
    """Every text of the interface (with its plural), its context, and where it stands."""
    found: dict[tuple[tuple[str, ...], str | None], str] = {}
    for folder, mapping in (
        ("konferanse", [("**.py", "python")]),
        ("templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]),
    ):
        for file, line, message, _comments, context in extract_from_dir(ROOT / folder, mapping, keywords=KEYWORDS):
            key = (message,) if isinstance(message, str) else tuple(message[:2])
            found.setdefault((key, context), f"{folder}/{file}:{line}")
    return found


@cache
def catalogue(code: str) -> Any:
    """The catalogue of ``code``, None when there is no file."""
    path = ROOT / "translations" / code / "LC_MESSAGES" / "messages.po"
    if not path.exists():
        return None
    with path.open("rb") as file:
        return read_po(file, locale=code)


def placeholders(text: str) -> list[str]:
    """What is filled in, in alphabetical order; a plural form may leave the number out."""
    return sorted({match[0] for match in PLACEHOLDER.finditer(text.replace("%%", ""))} - {"%(num)s", "%(num)d"})


def fault(key: tuple[str, ...], context: str | None, code: str) -> str | None:
    """What is wrong with the translation of ``key``."""
    message = catalogue(code).get(key[0], context)
    if message is None:
        return "missing"
    if message.fuzzy:
        return "fuzzy"
    strings = [message.string] if isinstance(message.string, str) else list(message.string)
    if not all(strings) or len(strings) < len(key):
        return "empty"
    if any(placeholders(string) != placeholders(key[0]) for string in strings):
        return f"other placeholders: {strings}"
    return None


def test_there_are_texts_to_translate() -> None:
    assert (("Hopp til hovedinnhold",), None) in texts()
    assert any(where.startswith("konferanse/") for where in texts().values())


@pytest.mark.parametrize("code", ["nn", "en"])
def test_every_text_is_translated(code: str) -> None:
    assert catalogue(code) is not None, f"translations/{code}/LC_MESSAGES/messages.po is missing: make messages"
    problems = [
        f"{where}: {key[0]!r} is {what}" for (key, context), where in texts().items() if (what := fault(key, context, code))
    ]
    assert not problems, told(sorted(problems))


@pytest.mark.parametrize("code", ["nn", "en"])
def test_no_translation_outlives_its_text(code: str) -> None:
    assert catalogue(code) is not None
    known = {(key[0], context) for key, context in texts()}
    left = [(m.id if isinstance(m.id, str) else m.id[0], m.context) for m in catalogue(code) if m.id]
    assert [one for one in left if one not in known] == []


def test_only_whole_texts_are_translated() -> None:
    """An f-string or a variable inside ``_()`` is never found in a catalogue."""
    problems = []
    for path in sorted((ROOT / "konferanse").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("_", "_l", "gettext")):
                continue
            if node.args and not (isinstance(node.args[0], ast.Constant) and isinstance(node.args[0].value, str)):
                problems.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not problems, told(problems)


def untranslated(path: Path) -> list[str]:
    """Words of a template that stand outside ``_()``: between tags, or in an attribute that is read aloud."""
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    source = CODES.sub("", path.read_text())
    parts = [(kind, value) for _line, kind, value in environment.lex(source)]
    plain = "".join(value if kind == "data" else "\x00" if kind.endswith("_end") else "" for kind, value in parts)
    spoken = [value for value in SPOKEN.findall(plain) if "\x00" not in value]
    outside = re.sub(r"<!--.*?-->|<[^>]*>", " ", plain, flags=re.DOTALL).replace("\x00", " ")
    outside = re.sub(r"&\w+;", " ", outside)
    return [word for word in WORD.findall(" ".join([outside, *spoken])) if word not in NAMES]


def test_templates_hold_no_text_that_cannot_be_translated() -> None:
    files = sorted((ROOT / "templates").rglob("*.html")) + sorted((ROOT / "templates").rglob("*.txt"))
    problems = {str(path.relative_to(ROOT)): words for path in files if (words := untranslated(path))}
    assert not problems, told(problems)
