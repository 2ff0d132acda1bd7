"""What may be in the repository: our own code and data, no addresses of registries or machines, nothing left for later."""

import json
import os
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

from konferanse.config import ROOT
from tests.rules.site import told

# The patterns are written in pieces so that this file does not match itself.
REGISTRY = re.compile(
    "registry[.]npmjs" + r"|py" + r"pi\.org|python" + "hosted|(?<!no-emit-)(?:index-" + "url|trusted-" + "host)"
)
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|tmp)" + r"/|\.libra" + r"ry/")
LATER = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X|HA" + r"CK)\b")
SECRET = re.compile("-----BEGIN" + " [A-Z ]*PRIVATE KEY|(?:ghp|sk|xox[bp])[-_]" + "[A-Za-z0-9]{20,}")
TEXT = {
    ".py",
    ".md",
    ".html",
    ".txt",
    ".css",
    ".js",
    ".toml",
    ".json",
    ".cfg",
    ".csv",
    ".typ",
    ".po",
    ".sh",
    ".yml",
    ".yaml",
    "",
}
LARGEST = 600_000  # bytes; a picture of the demo may be large, code is not


@cache
def tracked() -> list[Path]:
    """Every file in git that is also here."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    return [ROOT / name for name in names if name and (ROOT / name).is_file() and not (ROOT / name).is_symlink()]


def test_no_link_is_in_git() -> None:
    """A link says where things lie on one machine."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-s", "-z"]
    rows = subprocess.run(command, cwd=ROOT, check=True, capture_output=True).stdout.decode().split("\0")
    assert [row.split("\t")[1] for row in rows if row.startswith("120000 ")] == []


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    """Where ``pattern`` stands in the text files."""
    return [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:80]}"
        for path in tracked()
        if path.suffix in TEXT
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def test_there_is_something_to_look_at() -> None:
    assert ROOT / "wsgi.py" in tracked()


def test_no_address_of_a_registry() -> None:
    found = lines_with(REGISTRY)
    assert not found, told(found)


def test_no_path_of_a_machine() -> None:
    found = lines_with(MACHINE)
    assert not found, told(found)


def test_nothing_is_left_for_later() -> None:
    found = lines_with(LATER)
    assert not found, told(found)


def test_no_secret() -> None:
    found = lines_with(SECRET)
    assert not found, told(found)


def test_no_code_of_others() -> None:
    """Parts come from pip and npm at set-up; nothing of them is copied into the repository."""
    suspicious = re.compile(
        r"(?:^|/)(?:node_modules|vendor|third_party|dist)/|\.min\.(?:js|css)$|\.(?:whl|jar|exe|so|dll|pyc)$"
    )
    found = [name for path in tracked() if suspicious.search(name := path.relative_to(ROOT).as_posix())]
    assert not found, told(found)
    notice = re.compile(r"@license|Copyright \(c\)|SPDX-License", re.IGNORECASE)
    copied = [str(p.relative_to(ROOT)) for p in tracked() if p.suffix in (".js", ".css") and notice.search(p.read_text())]
    assert not copied, told(copied)


def test_no_file_is_huge() -> None:
    huge = {str(p.relative_to(ROOT)): p.stat().st_size for p in tracked() if p.stat().st_size > LARGEST}
    assert not huge, told(huge)


def test_every_part_is_pinned() -> None:
    def pins(name: str) -> dict[str, str]:
        lines = [line for line in (ROOT / name).read_text().splitlines() if line and not line.startswith("#")]
        assert [line for line in lines if "==" not in line] == [], name
        return dict(line.split("==") for line in lines)

    product, development = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: v for name, v in product.items() if development.get(name) != v} == {}, "make lock: the two lists differ"
    pins("requirements-node.txt")
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert [name for name, part in lock["packages"].items() if name and ("resolved" in part or "integrity" not in part)] == []


@pytest.mark.xdist_group("one-worker")
def test_a_group_of_tests_goes_to_one_worker(request: pytest.FixtureRequest) -> None:
    """With versions that do not fit each other the groups are forgotten without a word, and every worker makes what a group
    shares (pytest-xdist 1386)."""
    assert "PYTEST_XDIST_WORKER" not in os.environ or request.node.nodeid.endswith("@one-worker")
