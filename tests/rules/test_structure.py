"""How the code is laid out (design.md): what import-linter cannot see."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from konferanse.config import ROOT
from tests.rules.site import told

PACKAGE = ROOT / "konferanse"
# Modules whose job is the web: everything else in a package is logic, which can be run and tested without a request.
WEB = {"__init__", "routes", "api", "blueprint", "forms", "cli", "commands", "pages", "access", "requires"}
WEB_FILES = {
    "access/by_link.py": "answers 404 where a link opens nothing",
    "answers/packing.py": "asks the request what it takes",
    "common/fields.py": "is the base of every form",
    "common/language.py": "asks the request which language",
    "common/links.py": "signs with the app's key",
    "common/outbox.py": "reads where mail is sent from",
    "common/postman.py": "reads where mail is sent from",
    "common/storage.py": "is told its folder by the app",
    "common/worker.py": "runs tasks in the app's context",
    "conference/cache.py": "keeps responses",
    "front/daily.py": "runs tasks in the app's context",
    "front/public.py": "links to pages",
    "front/way.py": "links to pages",
}
VIEW = re.compile(r"^@\w+\.(?:get|post|put|delete)\(", re.MULTILINE)
FORBIDDEN_NAMES = {"utils", "helpers", "service", "services", "manager", "managers", "misc", "tools"}


def modules() -> list[Path]:
    """Every module of the product."""
    return sorted(PACKAGE.rglob("*.py"))


def logic() -> list[Path]:
    """Modules inside packages that are not about the web; one that has views is, whatever it is called."""
    found = [path for path in modules() if path.parent != PACKAGE and path.stem not in WEB]
    return [path for path in found if not path.stem.endswith("_forms") and not VIEW.search(path.read_text())]


def names_imported(path: Path) -> Iterator[str]:
    """Top-level modules that ``path`` imports, also inside functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.split(".")[0]


def commits(path: Path) -> bool:
    """Whether ``path`` commits a transaction."""
    calls = (node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
    return any(isinstance(func, ast.Attribute) and func.attr == "commit" for func in calls)


def test_logic_does_not_know_flask() -> None:
    web = {PACKAGE / name for name in WEB_FILES}
    assert [str(path) for path in web if not path.exists()] == []
    found = [str(p.relative_to(PACKAGE)) for p in logic() if p not in web and "flask" in names_imported(p)]
    assert not found, told(found)


def test_logic_never_commits() -> None:
    """A route commits once; so do commands and the worker. Logic flushes."""
    worker = {PACKAGE / "common" / "worker.py", PACKAGE / "front" / "daily.py"}
    tasks = {path for path in logic() if path.stem == "tasks" or path.stem.endswith("_tasks")}
    found = [str(p.relative_to(PACKAGE)) for p in logic() if p not in worker | tasks and commits(p)]
    assert not found, told(found)


def test_modules_are_named_after_what_they_do() -> None:
    assert [str(path) for path in modules() if path.stem in FORBIDDEN_NAMES] == []


def python_files() -> list[Path]:
    """Every Python file that people write: product and tests."""
    return [*modules(), *sorted((ROOT / "tests").rglob("*.py")), ROOT / "wsgi.py"]


def test_no_file_is_longer_than_400_lines() -> None:
    long = {str(p.relative_to(ROOT)): n for p in python_files() if (n := len(p.read_text().splitlines())) > 400}
    assert not long, told(long)


def test_no_function_is_longer_than_50_lines() -> None:
    long = []
    for path in python_files():
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and (node.end_lineno or 0) - node.lineno >= 50:
                long.append(
                    f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {(node.end_lineno or 0) - node.lineno + 1} lines"
                )
    assert not long, told(long)


def test_models_are_asked_with_select() -> None:
    """SQLAlchemy 2 style; ``Model.query`` hides the session."""
    found = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text())):
            queried = isinstance(node, ast.Attribute) and node.attr == "query" and isinstance(node.value, ast.Name)
            if queried and node.value.id[:1].isupper():
                found.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert not found, told(found)


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(p.relative_to(PACKAGE)) for p in modules() if p.stat().st_size and not ast.get_docstring(ast.parse(p.read_text()))
    ]
    assert not silent, told(silent)
