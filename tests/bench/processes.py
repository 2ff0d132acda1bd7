"""How long a process takes to start, and the memory it holds."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.serving import ROOT, Server


def cold_start(environ: dict[str, str]) -> float:
    """Seconds from starting gunicorn to its first answer."""
    server = Server(environ)
    start = time.perf_counter()
    server.start()
    taken = time.perf_counter() - start
    server.stop()
    return taken


def command(environ: dict[str, str], *arguments: str) -> tuple[float, float]:
    """Run ``flask …``: seconds it took, and the most memory it held, in MB."""
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        whole = [sys.executable, "-m", "flask", *arguments]
        process = subprocess.Popen(whole, cwd=ROOT, env={**os.environ, **environ}, stdout=subprocess.DEVNULL, stderr=said)
        _pid, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            said.seek(0)
            raise RuntimeError(f"flask {' '.join(arguments)}: {said.read().decode()}")
    return time.perf_counter() - start, usage.ru_maxrss / 1024


@contextmanager
def worker(environ: dict[str, str]) -> Iterator[int]:
    """A running ``flask worker``; its process id."""
    process = subprocess.Popen([sys.executable, "-m", "flask", "worker"], cwd=ROOT, env={**os.environ, **environ})
    try:
        time.sleep(5)
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


def family(pid: int) -> list[int]:
    """``pid`` and its children."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(int(child) for child in children)]


def memory(pid: int) -> tuple[float, float]:
    """Resident memory in MB, and the share of it that is fair to count as this process's own (PSS)."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    kilobytes = {line.split(":")[0]: int(line.split()[1]) for line in lines[1:]}
    return kilobytes["Rss"] / 1024, kilobytes["Pss"] / 1024
