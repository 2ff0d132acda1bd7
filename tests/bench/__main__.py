"""``make bench``: one run, one table on standard output; nothing else is written. What it says is kept in docs/drift.md.

A temporary instance holds the demo conferences and one with sign-up open for anybody.
"""

import os
import platform
import re
import tempfile
import time
from datetime import date, timedelta
from pathlib import Path

import pysqlite3.dbapi2 as sqlite

from tests.bench import capture, load, processes, programme, public_pages, registration, seating, signing_up
from tests.databases import environment
from tests.serving import Server, serve

PAST, OPEN = "inkludering-2019", "proveplass"
SEATS = 100_000
FIRST = date.today() + timedelta(days=60)  # noqa: DTZ011 - a conference some weeks ahead
PAGES = {"conference page": f"/k/{PAST}", "programme": f"/k/{PAST}/program", "program.ics": f"/k/{PAST}/program.ics"}
MAIN_PAGES = PAGES | {
    "sign-up": f"/k/{OPEN}/pamelding",
    "presentations": f"/k/{PAST}/presentasjoner",
    "plan": f"/k/{PAST}/plan",
    "plan.json": f"/k/{PAST}/plan.json",
}


def heading(text: str) -> None:
    """A part of the table."""
    print(f"\n{text}", flush=True)


def line(name: str, *values: str) -> None:
    """A line of the table."""
    print(f"  {name:<34}" + "".join(f"{value:>15}" for value in values), flush=True)


def fill(environ: dict[str, str]) -> None:
    """The demo, and a conference anybody can sign up for."""
    heading("Set-up (whole commands, with Python's own start)")
    line("", "seconds", "MB at most")
    made = ["conference", "create", OPEN, "--title", "Prøveplass", "--kind", "dialogkonferanse", "--seats", str(SEATS)]
    dates = ["--from", FIRST.isoformat(), "--to", FIRST.isoformat(), "--publish"]
    for arguments in (["db", "upgrade"], ["demo", "load"], [*made, *dates]):
        taken, most = processes.command(environ, *arguments)
        line(f"flask {' '.join(arguments[:2])}", f"{taken:.1f}", f"{most:.0f}")


def answers_to_plan(environ: dict[str, str], instance: Path) -> None:
    """From the demo's answers to a new plan draft, without and with what the engine keeps of an answer."""
    database = sqlite.connect(str(instance / "konferanse.db"))
    count = database.execute(
        "SELECT count(*) FROM answer JOIN conference ON conference.id = conference_id WHERE slug = ?", (PAST,)
    ).fetchone()[0]
    database.execute("DELETE FROM text_vector")
    database.commit()
    database.close()
    heading(f"From {count} answers to a plan draft (flask themes run + flask plan draft)")
    line("", "seconds", "MB at most")
    for name in ("cold: nothing kept", "warm: vectors kept"):
        run, most = processes.command(environ, "themes", "run", PAST)
        draft, _most = processes.command(environ, "plan", "draft", PAST)
        line(name, f"{run + draft:.1f}", f"{most:.0f}")
        line("  themes run · plan draft", f"{run:.1f} · {draft:.1f}")


def at_rest(environ: dict[str, str], server: Server) -> None:
    """Memory of every process when nothing is asked of it."""
    heading("Memory at rest, MB")
    line("", "resident", "own share")
    assert server.process
    names = ["gunicorn", *(f"web {n}" for n in range(1, 9))]
    with processes.worker(environ) as pid:
        told = [*zip(names, processes.family(server.process.pid), strict=False), ("worker", pid)]
        for name, process in told:
            resident, share = processes.memory(process)
            line(name, f"{resident:.0f}", f"{share:.0f}")


def speed(server: Server, folder: Path) -> None:
    """Public pages and their weight."""
    heading(f"Public pages, {load.CONNECTIONS} connections, client: {load.client()}")
    line("", "requests/s", "plain/s", "ratio", "p99 ms", "plain p99 ms")
    for told in public_pages.compare(server, folder, PAGES):
        rates = f"{told.ours.per_second:.0f}", f"{told.plain.per_second:.0f}", f"{told.ratio:.2f}"
        line(told.name, *rates, f"{told.ours.p99:.1f}", f"{told.plain.p99:.1f}")
    heading("Over the wire, bytes")
    line("", "page", "+ css, js")
    for name, path in MAIN_PAGES.items():
        alone, whole = public_pages.weight(server, path)
        line(name, f"{alone}", f"{whole}")


def programmes(environ: dict[str, str], server: Server, folder: Path) -> None:
    """The programme of the demo and of many items."""
    days = {PAST: "2019-06-26", programme.LARGE: FIRST.isoformat()}
    heading(f"A programme of {programme.ITEMS:,} items (whole commands)")
    programme.fill(line, environ, folder, FIRST)
    heading("Programme pages and feeds, kept, against a plain view of the same bytes")
    programme.kept(line, server, folder, days)
    heading("The same unkept, in one process: what the first reader after a change waits for")
    programme.unkept(line, environ, days)


def machine() -> str:
    """What it ran on."""
    model = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores, {model[1] if model else platform.machine()}, Python {platform.python_version()}"


def main() -> None:
    """Measure everything and print it."""
    print(f"konferanse, {date.today()}, {machine()}, load before the run {os.getloadavg()[0]:.1f}")  # noqa: DTZ011
    start = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="konferanse-bench-") as folder:
        instance = Path(folder)
        environ = environment(instance, KONFERANSE_RATE_LIMITS="off")
        fill(environ)
        heading("Cold start of gunicorn with two workers, to the first answer")
        line("", *(f"{processes.cold_start(environ):.2f} s" for _ in range(3)))
        with serve(environ) as server:
            public_pages.weight(server, PAGES["programme"])
            at_rest(environ, server)
            speed(server, instance)
            programmes(environ, server, instance)
        answers_to_plan(environ, instance)
        heading(f"Whole registrations: page, form, receipt; {signing_up.CLIENTS} clients, SQLite synchronous=FULL, limits off")
        registration.speed(line, instance)
        heading(f"{registration.CROWD} at once for the last {registration.SEATS} seats, from the button to the receipt")
        registration.crowds(line, instance)
        heading(f"{capture.TABLES} tables × {capture.PHONES} phones that each write every {capture.EVERY:.0f} s")
        capture.hall(line, instance)
        heading("Seating people (docs/allocation.md)")
        seating.places(line)
    print(f"\n{time.perf_counter() - start:.0f} seconds in all")


if __name__ == "__main__":
    main()
