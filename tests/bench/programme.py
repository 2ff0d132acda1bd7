"""The programme of the demo and of 1,000 items: import, pages and feeds as they are asked for, and what they cost unkept."""

import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from statistics import median
from typing import Any

from sqlalchemy import event

from konferanse import create_app
from konferanse.extensions import db
from tests.bench import processes, public_pages
from tests.serving import Server

DEMO, LARGE = "inkludering-2019", "tusen-poster"
ITEMS, ROOMS, DAYS = 1_000, 10, 5
PATHS = {
    "programme": "program",
    "one day": "program?dag={day}",
    "by room": "program?vis=rom",
    "program.ics": "program.ics",
    "schedule.xml": "schedule.xml",
    "schedule.json": "schedule.json",
}
UNKEPT = PATHS | {"a search": "program?q=faddere"}
Line = Callable[..., None]


def sheet(first: Any) -> str:
    """``ITEMS`` in ten rooms over five days, a quarter of an hour each, with speakers and a text."""
    lines = ["date,start,end,title,kind,room,speaker,language,description"]
    a_day = ITEMS // DAYS // ROOMS
    for number in range(ITEMS):
        day, rest = divmod(number, ITEMS // DAYS)
        room, turn = divmod(rest, a_day)
        start, end = (f"{9 + minute // 60:02}:{minute % 60:02}" for minute in (turn * 15, turn * 15 + 15))
        who = f'"Rådgiver {number % 300}, NAV"'
        text = "Hvordan kan faste faddere og åpne dører hjelpe den som har hull i CV-en?"
        lines.append(f"{first + timedelta(day)},{start},{end},Innlegg {number},parallel,Sal {room + 1},{who},nb,{text}")
    return "\n".join(lines)


def fill(line: Line, environ: dict[str, str], folder: Path, first: Any) -> None:
    """Import ``ITEMS`` from a sheet with the command, and publish them."""
    last = first + timedelta(DAYS - 1)
    made = ["conference", "create", LARGE, "--title", "Tusen poster", "--kind", "dialogkonferanse", "--publish"]
    processes.command(environ, *made, "--from", first.isoformat(), "--to", last.isoformat())
    (folder / "tusen.csv").write_text(sheet(first))
    line("", "seconds", "MB at most")
    for name, arguments in {
        f"import of {ITEMS:,} items": ["programme", "import", LARGE, str(folder / "tusen.csv")],
        "the same again: nothing new": ["programme", "import", LARGE, str(folder / "tusen.csv")],
        "publish": ["programme", "publish", LARGE, "--name", "Program"],
        "flask --version alone": ["--version"],
    }.items():
        taken, most = processes.command(environ, *arguments)
        line(name, f"{taken:.1f}", f"{most:.0f}")


def addresses(days: dict[str, str], paths: dict[str, str]) -> dict[str, str]:
    """Each path of each conference, by a name for the table; ``days`` holds the first day of each."""
    names = {DEMO: "demo", LARGE: f"{ITEMS:,}"}
    return {
        f"{name}, {names[slug]}": f"/k/{slug}/{path.format(day=day)}"
        for slug, day in days.items()
        for name, path in paths.items()
    }


def kept(line: Line, server: Server, folder: Path, days: dict[str, str]) -> None:
    """What readers meet: kept pages against a plain view with the same bytes."""
    line("", "requests/s", "plain/s", "ratio", "p99 ms", "plain p99", "bytes sent")
    for told in public_pages.compare(server, folder, addresses(days, PATHS)):
        rates = f"{told.ours.per_second:.0f}", f"{told.plain.per_second:.0f}", f"{told.ratio:.2f}"
        line(told.name, *rates, f"{told.ours.p99:.1f}", f"{told.plain.p99:.1f}", f"{told.size:,}")


def unkept(line: Line, environ: dict[str, str], days: dict[str, str]) -> None:
    """What the first reader after a change meets, in one process: made anew each time, and how often the database is asked."""
    app = create_app(environ)
    asked: list[str] = []
    with app.app_context():
        # Below SQLAlchemy, since kept pages ask without it.
        event.listen(db.engine, "checkout", lambda connection, _record, _proxy: connection.set_trace_callback(asked.append))
    client = app.test_client()
    line("", "ms, median", "at most", "queries", "queries kept", "bytes, plain")
    for name, path in addresses(days, UNKEPT).items():
        client.get(path)
        kept_count = _queries(asked, lambda path=path: client.get(path))
        times, count, size = [], 0, 0
        for _n in range(7):
            app.extensions["kept_pages"].forget()
            start = time.perf_counter()
            count = _queries(asked, lambda path=path: client.get(path))
            times.append(1000 * (time.perf_counter() - start))
        size = len(client.get(path).data)
        line(name, f"{median(times):.0f}", f"{max(times):.0f}", f"{count}", f"{kept_count}", f"{size:,}")


def _queries(asked: list[str], ask: Callable[[], Any]) -> int:
    asked.clear()
    assert ask().status_code == 200
    return sum(statement.lstrip().upper().startswith(("SELECT", "WITH")) for statement in asked)
