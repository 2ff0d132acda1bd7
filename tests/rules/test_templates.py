"""Templates and what the browser loads: escaped, nothing inline, nothing unused, nothing from elsewhere."""

import ast
import re
from fnmatch import fnmatch
from pathlib import Path

from jinja2 import Environment, meta

from konferanse.config import ROOT
from tests.rules.site import told

TEMPLATES = ROOT / "templates"
# Templates that may mark something as safe, and why it is.
SAFE: dict[str, str] = {}
MARKUP = {
    "groups/routes.py": "the SVG that segno drew, with its title escaped",
    "plan/documents.py": "line breaks between lines that are escaped",
}
# Files to download: they stand alone, and are no page of ours.
ALONE = {"plan/document.html"}
INLINE = {
    "style attribute": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style\b", re.IGNORECASE),
    "script without src": re.compile(r"<script\b(?![^>]*\bsrc=)(?![^>]*ld\+json)", re.IGNORECASE),
    "on… handler": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "javascript: address": re.compile(r"javascript:", re.IGNORECASE),
    "htmx that needs eval": re.compile(r"hx-on|\bjs:", re.IGNORECASE),
    "something from elsewhere": re.compile(
        r"<(?:script|link|img|iframe|video|source)[^>]*(?:src|href)=\"(?:https?:)?//", re.IGNORECASE
    ),
}
UNSAFE_SCRIPT = re.compile(r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|setHTMLUnsafe)")


def templates() -> list[Path]:
    """Every template."""
    return sorted(p for p in TEMPLATES.rglob("*") if p.is_file())


def name(path: Path) -> str:
    """What ``render_template`` calls it."""
    return path.relative_to(TEMPLATES).as_posix()


def own_static(kind: str) -> list[Path]:
    """Our own static files of a kind; what npm gave lies in vendor/."""
    return [p for p in sorted((ROOT / "static").rglob(f"*.{kind}")) if "vendor" not in p.relative_to(ROOT).parts]


def without_comments(source: str) -> str:
    """``source`` without Jinja's comments."""
    return re.sub(r"{#.*?#}", "", source, flags=re.DOTALL)


def test_nothing_is_inline() -> None:
    problems = [
        f"{name(path)}: {what}"
        for path in templates()
        for what, pattern in INLINE.items()
        if path.suffix == ".html" and name(path) not in ALONE and pattern.search(without_comments(path.read_text()))
    ]
    assert not problems, told(problems)


def test_nothing_skips_escaping() -> None:
    unsafe = re.compile(r"\|\s*safe\b|autoescape\s+false|\bMarkup\(", re.IGNORECASE)
    problems = [name(p) for p in templates() if unsafe.search(without_comments(p.read_text())) and name(p) not in SAFE]
    for path in sorted((ROOT / "konferanse").rglob("*.py")):
        if path.relative_to(ROOT / "konferanse").as_posix() in MARKUP:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            if isinstance(called, ast.Name) and called.id in ("Markup", "render_template_string"):
                problems.append(f"{path.relative_to(ROOT)}:{node.lineno} {called.id}")
    assert not problems, told(problems)
    assert [known for known in SAFE if not (TEMPLATES / known).exists()] == []


def strings(path: Path) -> set[str]:
    """Every string in a module; what an f-string fills in is ``*``."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found.add(node.value)
        if isinstance(node, ast.JoinedStr):
            found.add("".join(str(v.value) if isinstance(v, ast.Constant) else "*" for v in node.values))
    return found


def test_every_template_is_used() -> None:
    used = {
        s for path in (ROOT / "konferanse").rglob("*.py") for s in strings(path) if s.endswith((".html", ".txt", ".typ", ".js"))
    }
    environment = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    for path in templates():
        if path.suffix in (".html", ".txt"):
            used |= {r for r in meta.find_referenced_templates(environment.parse(path.read_text())) if r}
    unused = [
        name(path) for path in templates() if not any(fnmatch(name(path), p) or fnmatch(name(path), f"*/{p}") for p in used)
    ]
    assert not unused, told(unused)


def test_every_static_file_is_used() -> None:
    everything = "".join(p.read_text() for p in [*templates(), *own_static("css"), *own_static("js")])
    everything += "".join(p.read_text() for p in (ROOT / "konferanse").rglob("*.py"))
    files = [path for kind in ("css", "js", "svg", "png", "woff2") for path in own_static(kind)]
    assert files
    unused = [str(path.relative_to(ROOT)) for path in files if path.name not in everything]
    assert not unused, told(unused)


def test_scripts_write_text_never_markup() -> None:
    problems = [f"{path.name}: {m[0]}" for path in own_static("js") if (m := UNSAFE_SCRIPT.search(path.read_text()))]
    assert not problems, told(problems)


def test_stylesheets_load_nothing_from_elsewhere() -> None:
    elsewhere = re.compile(r"(?:url\(|@import)\s*[\"']?(?:https?:)?//")
    assert [path.name for path in own_static("css") if elsewhere.search(path.read_text())] == []
