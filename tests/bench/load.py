"""Requests over kept-alive connections on the loopback: ``wrk`` where it is installed, else raw sockets in processes of ours.

The same client asks both sides of every comparison. It shares the machine's cores with the server, so a rate is what the
two manage together; the ratio is what to look at.
"""

import multiprocessing
import re
import selectors
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

CONNECTIONS = 16
PROCESSES = 2
MILLISECONDS = {"us": 0.001, "ms": 1.0, "s": 1000.0}


@dataclass(frozen=True)
class Rate:
    """Answers a second, and latencies in milliseconds."""

    per_second: float
    p50: float
    p99: float


def client() -> str:
    """What asks."""
    return "wrk" if shutil.which("wrk") else f"raw sockets, {PROCESSES} processes"


def rate(url: str, seconds: float) -> Rate:
    """Ask for ``url`` over ``CONNECTIONS`` connections. Raises ``RuntimeError`` on anything but 200."""
    return _wrk(url, seconds) if shutil.which("wrk") else _sockets(url, seconds)


def _wrk(url: str, seconds: float) -> Rate:
    command = [
        "wrk",
        "-t1",
        f"-c{CONNECTIONS}",
        f"-d{max(1, round(seconds))}s",
        "--latency",
        "-H",
        "Accept-Encoding: gzip",
        url,
    ]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in told or "Socket errors" in told:
        raise RuntimeError(f"{url}: {told}")
    latency = {share: float(n) * MILLISECONDS[unit] for share, n, unit in re.findall(r"(50|99)%\s+([\d.]+)(us|ms|s)", told)}
    found = re.search(r"Requests/sec:\s+([\d.]+)", told)
    assert found, told
    return Rate(float(found[1]), latency["50"], latency["99"])


def _sockets(url: str, seconds: float) -> Rate:
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        parts = pool.starmap(_ask, [(url, CONNECTIONS // PROCESSES, seconds)] * PROCESSES)
    times = sorted(moment for part in parts for moment in part)
    return Rate(len(times) / seconds, 1000 * times[len(times) // 2], 1000 * times[int(len(times) * 0.99)])


def _ask(url: str, connections: int, seconds: float) -> list[float]:
    """Seconds each answer took."""
    parts = urlsplit(url)
    asked = parts._replace(scheme="", netloc="").geturl()
    request = f"GET {asked} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
    selector = selectors.DefaultSelector()
    for _ in range(connections):
        connection = socket.create_connection((parts.hostname or "", parts.port or 80))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(request)
        selector.register(connection, selectors.EVENT_READ, [time.perf_counter(), bytearray()])
    times: list[float] = []
    end = time.perf_counter() + seconds
    while (moment := time.perf_counter()) < end:
        for key, _event in selector.select(1):
            connection, state = key.fileobj, key.data
            assert isinstance(connection, socket.socket)
            state[1] += connection.recv(262_144)
            if not _whole(bytes(state[1])):
                continue
            moment = time.perf_counter()
            times.append(moment - state[0])
            connection.sendall(request)
            state[0], state[1] = moment, bytearray()
    for key in list(selector.get_map().values()):
        assert isinstance(key.fileobj, socket.socket)
        key.fileobj.close()
    return times


def _whole(answer: bytes) -> bool:
    head, separator, body = answer.partition(b"\r\n\r\n")
    if not separator:
        return False
    if not head.startswith(b"HTTP/1.1 200"):
        raise RuntimeError(head.decode(errors="replace"))
    length = re.search(rb"(?i)content-length: (\d+)", head)
    return length is not None and len(body) >= int(length[1])
