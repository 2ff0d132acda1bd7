"""A hall that writes: 250 tables with three phones each, an answer from every phone each half minute, and each phone looks for
news every fifteen seconds as the page's script does. The worker runs beside. Then more and more often, until it breaks.

Phones are connections of one client process of their own that shares the machine's cores with the server.
"""

import asyncio
import json
import multiprocessing
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from urllib.parse import urlsplit
from uuid import uuid4

from sqlalchemy import func, select

from konferanse.answers.models import Answer
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import tables, tasks
from konferanse.groups.access import token_of
from tests.bench.registration import Installation, conference, installation
from tests.serving import ROOT, serve

TABLES, PHONES = 250, 3
EVERY, LOOKS, SECONDS = 30.0, 15.0, float(os.environ.get("BENCH_CAPTURE_SECONDS", "300"))
FASTER, STEP_SECONDS = (2, 4, 8, 12, 16), 20.0
MOST_P99 = 0.3
Line = Callable[..., None]
Act = Callable[[], Awaitable[None]]


@dataclass
class Heard:
    """What the phones were told: seconds from sending to receipt for each answer, and how many replies were not receipts."""

    writes: list[float]
    looks: list[float]
    refused: int

    def p99(self) -> float:
        """Of the answers."""
        return sorted(self.writes)[int(len(self.writes) * 0.99)] if self.writes else 0.0


def hall(line: Line, folder: Path) -> None:
    """Both databases: the whole time, then the rate at which it breaks."""
    line("", "answers/s", "p50 ms", "p99 ms", "refused", "lost")
    for name in ("SQLite", "PostgreSQL"):
        place = installation(name, folder / f"hall-{name}")
        tokens = _room(place)
        worker = subprocess.Popen([sys.executable, "-m", "flask", "worker"], cwd=ROOT, env={**os.environ, **place.environ})
        try:
            with serve(place.environ) as server:
                _say(line, name, place, phones(server.url, tokens, EVERY, SECONDS), SECONDS)
                for times in FASTER:
                    heard = phones(server.url, tokens, EVERY / times, STEP_SECONDS)
                    _say(line, f"{name}, {times} times as often", place, heard, STEP_SECONDS)
                    if heard.refused or heard.p99() > MOST_P99:
                        break
        finally:
            worker.terminate()
            worker.wait(30)


def _room(place: Installation) -> list[str]:
    """The tokens of the tables of a conference with one open task."""
    number = conference(place, "sal", 2000)
    with place.app.app_context():
        begin_write()
        row = db.session.get_one(Conference, number)
        tables.set_count(row, TABLES, "system")
        tasks.open_task(row, tasks.add(row, "oppg1", "Hva hindrer oss?", "system"), "system")
        found = [token_of(table) for table in tables.tables_of(row)]
        db.session.commit()
        return found


_before: dict[str, int] = {}


def _say(line: Line, name: str, place: Installation, heard: Heard, seconds: float) -> None:
    """``lost`` are receipts without an answer on disk."""
    with place.app.app_context():
        stored = db.session.scalar(select(func.count(Answer.id))) or 0
    new = stored - _before.get(place.name, 0)
    _before[place.name] = stored
    middle = sorted(heard.writes)[len(heard.writes) // 2]
    figures = (f"{len(heard.writes) / seconds:.1f}", f"{1000 * middle:.0f}", f"{1000 * heard.p99():.0f}")
    line(name, *figures, str(heard.refused), str(max(0, len(heard.writes) - new)))


def phones(url: str, tokens: list[str], every: float, seconds: float) -> Heard:
    """Every phone of every table for ``seconds``, from a process of their own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_all_phones, (url, tokens, every, seconds))


def _all_phones(url: str, tokens: list[str], every: float, seconds: float) -> Heard:
    return asyncio.run(_crowd(url, tokens, every, seconds))


async def _crowd(url: str, tokens: list[str], every: float, seconds: float) -> Heard:
    heard, until, count = Heard([], [], 0), perf_counter() + seconds, len(tokens) * PHONES
    acts = []
    for number in range(count):
        token = tokens[number % len(tokens)]
        acts.append(_again(_write(url, token, heard), every, every * number / count, until))
        acts.append(_again(_look(url, token, heard), LOOKS, LOOKS * number / count, until))
    await asyncio.gather(*acts)
    return heard


async def _again(act: Act, every: float, wait: float, until: float) -> None:
    """Do it each ``every`` seconds, the first time after ``wait``."""
    await asyncio.sleep(wait)
    while (begun := perf_counter()) < until:
        await act()
        await asyncio.sleep(max(0.0, begun + every - perf_counter()))


def _write(url: str, token: str, heard: Heard) -> Act:
    async def act() -> None:
        text = f"Faste faddere på hver avdeling {uuid4()}"
        body = json.dumps({"task": "oppg1", "text": text, "base_version": 0}).encode()
        begun = perf_counter()
        if await _ask(url, "PUT", f"/api/bord/{token}/svar/{uuid4()}", body) == 201:
            heard.writes.append(perf_counter() - begun)
        else:
            heard.refused += 1

    return act


def _look(url: str, token: str, heard: Heard) -> Act:
    async def act() -> None:
        begun = perf_counter()
        heard.refused += await _ask(url, "GET", f"/api/bord/{token}") != 200
        heard.looks.append(perf_counter() - begun)

    return act


async def _ask(url: str, method: str, path: str, body: bytes = b"") -> int:
    """The status; 0 when the connection failed. A connection each, as phones that come and go on a hotel's network have."""
    parts = urlsplit(url)
    try:
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        head = f"{method} {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Length: {len(body)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + body)
        await writer.drain()
        reply = await asyncio.wait_for(reader.read(), 60)
        writer.close()
        return int(reply.split(b" ", 2)[1])
    except (OSError, TimeoutError, IndexError, ValueError):
        return 0


if __name__ == "__main__":
    import tempfile

    from tests.bench.__main__ import line as printed

    with tempfile.TemporaryDirectory() as made:
        hall(printed, Path(made))
