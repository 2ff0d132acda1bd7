"""Public pages against a plain Flask view under the same gunicorn, and what they weigh."""

import pickle
import re
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import requests

from tests.bench import load
from tests.serving import Server, serve

ROUNDS, SECONDS = 3, 3.0


@dataclass(frozen=True)
class Compared:
    """Ours and the plain view's median of ``ROUNDS`` turns, taken one after the other; ``size`` in bytes as sent."""

    name: str
    ours: load.Rate
    plain: load.Rate
    size: int

    @property
    def ratio(self) -> float:
        """Ours as a share of the plain view's."""
        return self.ours.per_second / self.plain.per_second


def compare(server: Server, folder: Path, pages: dict[str, str]) -> list[Compared]:
    """Ask for each page and for the plain view's copy of it in turn."""
    answers = []
    for path in pages.values():
        told = requests.get(server.url + path, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=10)
        told.raise_for_status()
        kept = [(name, told.headers[name]) for name in ("Content-Type", "Content-Encoding", "ETag") if name in told.headers]
        answers.append((told.raw.read(decode_content=False), kept))
    (folder / "answers").write_bytes(pickle.dumps(answers))
    with serve({"BENCH_ANSWERS": str(folder / "answers")}, app="tests.bench.plain:app") as plain:
        found = []
        for number, (name, path) in enumerate(pages.items()):
            turns = [
                (load.rate(server.url + path, SECONDS), load.rate(f"{plain.url}/{number}", SECONDS)) for _ in range(ROUNDS)
            ]
            ours, theirs = (_middle([turn[side] for turn in turns]) for side in (0, 1))
            found.append(Compared(name, ours, theirs, len(answers[number][0])))
        return found


def _middle(rates: list[load.Rate]) -> load.Rate:
    return load.Rate(*(median(values) for values in zip(*((r.per_second, r.p50, r.p99) for r in rates), strict=True)))


def weight(server: Server, path: str) -> tuple[int, int]:
    """Bytes over the wire: the page alone, and with the style sheets and scripts it links to (kept for a year)."""
    page = _size(server.url + path)
    text = requests.get(server.url + path, timeout=10).text
    linked = set(re.findall(r"(?:<link rel=\"stylesheet\" href|<script[^>]* src)=\"(/static/[^\"]+)\"", text))
    return page, page + sum(_size(server.url + name) for name in linked)


def _size(url: str) -> int:
    told = requests.get(url, headers={"Accept-Encoding": "gzip"}, stream=True, timeout=10)
    told.raise_for_status()
    return len(told.raw.read(decode_content=False))
