"""Each hostile file checked in a process of its own, for what it costs. ``python -m tests.presentations.measured FOLDER``
prints a JSON line for each: ``{"what", "outcome": "taken" | a sentence, "removed", "name", "megabytes", "cpu", "seconds"}``.

The memory is what the process grew by, or all of the program it ran, whichever is more. Linux begins a program's count where
the process that starts it stands, so that small programs seem as large as that.
"""

import json
import os
import resource
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

from konferanse import create_app
from konferanse.presentations import checks, film
from konferanse.presentations.unacceptable import Unacceptable
from tests import databases
from tests.presentations import files, hostile

ROOM = 800 << 20  # bytes of address space beyond what is there: more is a failure, not the end of the machine
Check = Callable[[BinaryIO, str], Any]


def _captions(stream: BinaryIO, _name: str) -> None:
    film.captions(stream)


def corpus() -> Iterator[tuple[str, Check, str, Callable[[], bytes]]]:
    """What it is, how it is checked, its name and how it is made."""
    for what, (name, content, _says) in files.HOSTILE.items():
        yield what, checks.slides, name, lambda content=content: content  # type: ignore[misc]
    for check, found in (
        (checks.slides, hostile.SLIDES),
        (checks.moving_pictures, hostile.FILMS),
        (_captions, hostile.CAPTIONS),
    ):
        for what, (name, make, _says) in found.items():
            yield what, check, name, make
    for what, (name, make, _removed) in hostile.TAKEN.items():
        yield what, checks.slides, name, make


def in_a_child(work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """What ``work`` tells, done in a process that is gone afterwards; empty when it died."""
    receive, send = os.pipe()
    child = os.fork()
    if not child:
        os.close(receive)
        try:
            os.write(send, json.dumps(work()).encode())
        finally:
            os._exit(0)
    os.close(send)
    with os.fdopen(receive) as told:
        answer = told.read()
    os.waitpid(child, 0)
    return dict(json.loads(answer)) if answer else {}


def checked(check: Check, name: str, path: Path) -> dict[str, Any]:
    """What came of the file, and what it cost."""
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    limit = int(status["VmSize"].split()[0]) * 1024 + ROOM
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    before, started = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    told: dict[str, Any] = {"outcome": "taken", "removed": [], "name": ""}
    with path.open("rb") as stream:
        try:
            accepted = check(stream, name)
            if accepted is not None:
                told |= {"removed": accepted.removed, "name": accepted.name}
        except Unacceptable as refusal:
            told["outcome"] = refusal.message
    after, program = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    grown = max(after.ru_maxrss - before.ru_maxrss, program.ru_maxrss)
    spent = sum(use.ru_utime + use.ru_stime for use in (after, program)) - before.ru_utime - before.ru_stime
    return told | {"megabytes": grown * 1024 / 1e6, "cpu": spent, "seconds": time.perf_counter() - started}


def sparse(path: Path) -> dict[str, Any]:
    """A file of two gigabytes that takes no room."""
    with path.open("wb") as out:
        out.write(b"%PDF-1.7\n")
        out.truncate(2 << 30)
    return {}


def main(folder: Path) -> None:
    """Check everything and tell."""
    warnings.simplefilter("ignore")  # zipfile warns of a name that is there twice, which is the point
    path = folder / "file"
    with create_app(databases.environment(folder)).app_context():
        in_a_child(lambda: sparse(path))
        print(json.dumps({"what": "two sparse gigabytes"} | in_a_child(lambda: checked(checks.slides, "a.pdf", path))))
        for what, check, name, make in corpus():
            in_a_child(lambda make=make: {"size": path.write_bytes(make())})  # type: ignore[misc]
            told = in_a_child(lambda check=check, name=name: checked(check, name, path))  # type: ignore[misc]
            print(json.dumps({"what": what, "size": path.stat().st_size} | told), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
