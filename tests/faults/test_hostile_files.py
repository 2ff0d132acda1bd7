"""A hundred and fifty hostile files: each is refused with a sentence or comes out harmless, and costs next to nothing."""

import json
import re
import subprocess
import sys
from typing import Any

import pytest

from konferanse.config import ROOT
from tests.presentations import files, hostile
from tests.rules.site import told

MOST_MEGABYTES, MOST_CPU_SECONDS = 200, 5
REFUSED = {
    "two sparse gigabytes": "grensen er 50 MB",
    **{what: says for what, (_name, _content, says) in files.HOSTILE.items()},
    **{w: says for made in (hostile.SLIDES, hostile.FILMS, hostile.CAPTIONS) for w, (_name, _make, says) in made.items()},
}

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    """What came of each file. A file that stops the machinery is stopped after five minutes, which fails all of these."""
    command = [sys.executable, "-m", "tests.presentations.measured", str(tmp_path_factory.mktemp("hostile"))]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, timeout=300, check=True)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    worst = sorted(rows, key=lambda row: -row["cpu"])[:5]
    print(told(f"{row['what']}: {row['cpu']:.2f} s of processor, {row['megabytes']:.0f} MB" for row in worst))
    return {row["what"]: row for row in rows}


def test_every_hostile_file_was_tried(results: dict[str, dict[str, Any]]) -> None:
    assert results.keys() == REFUSED.keys() | hostile.TAKEN.keys()
    assert len(results) >= 60


def test_each_is_refused_with_a_sentence_or_comes_out_harmless(results: dict[str, dict[str, Any]]) -> None:
    wrong = [what for what, says in REFUSED.items() if not re.search(says, results[what].get("outcome", "it died"))]
    for what, (_name, _make, removed) in hostile.TAKEN.items():
        row = results[what]
        if (row.get("outcome"), row.get("removed")) != ("taken", removed):
            wrong.append(what)
    assert not wrong, told({what: results[what] for what in wrong})


def test_none_takes_200_mb_or_five_seconds_of_processor(results: dict[str, dict[str, Any]]) -> None:
    dear = {w: r for w, r in results.items() if r["megabytes"] > MOST_MEGABYTES or r["cpu"] > MOST_CPU_SECONDS}
    assert not dear, told(dear)
