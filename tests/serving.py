"""A real server for the tests: gunicorn as in production, on a free port, killed hard when asked."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@dataclass
class Server:
    """gunicorn with ``workers`` processes of 8 threads. ``url`` has no trailing slash."""

    environ: dict[str, str]
    workers: int = 2
    app: str = "wsgi:app"
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start and wait until it answers."""
        command = [sys.executable, "-m", "gunicorn", "--config", "python:konferanse.server", "--workers", str(self.workers)]
        command += ["--bind", f"127.0.0.1:{self.port}", "--log-level", "warning", self.app]
        environ = {**os.environ, **self.environ, "KONFERANSE_BASE_URL": self.url}
        self.process = subprocess.Popen(command, cwd=ROOT, env=environ, start_new_session=True)
        for _ in range(1500):
            try:
                urllib.request.urlopen(f"{self.url}/healthz", timeout=1).close()
            except OSError:
                time.sleep(0.02)
            else:
                return
        raise RuntimeError("the server did not start")

    def kill(self) -> None:
        """Kill every process of it at once, as a power cut would."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Stop it as an operator would."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: int) -> None:
        if self.process is not None:
            os.killpg(self.process.pid, number)
            try:
                self.process.wait(40)  # a worker told to stop while it starts is given gunicorn's 30 seconds
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait(20)
            self.process = None


@contextmanager
def serve(environ: dict[str, str], *, workers: int = 2, app: str = "wsgi:app") -> Iterator[Server]:
    """A running server, stopped at the end."""
    server = Server(environ, workers, app)
    try:
        server.start()
        yield server
    finally:
        server.stop()
