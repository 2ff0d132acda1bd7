"""A crowd that presses the button at once, over HTTP: for the race test and for the bench."""

import http.client
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple
from urllib.parse import urlencode, urlsplit

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
STATUS = re.compile(r'<main[^>]*data-registration-status="(\w+)"')


class Told(NamedTuple):
    """What one client's receipt said ("HTTP 500" when there was none), and the seconds from button to receipt."""

    status: str
    seconds: float


def race(url: str, path: str, forms: Sequence[Mapping[str, object]]) -> list[Told]:
    """Everybody opens the form, waits for everybody, and sends theirs at once."""
    ready = threading.Barrier(len(forms))
    with ThreadPoolExecutor(len(forms)) as pool:
        return list(pool.map(lambda form: _one(url, path, form, ready), forms))


def outcomes(told: Sequence[Told]) -> dict[str, int]:
    """How many were told what."""
    return dict(Counter(one.status for one in told))


def _one(url: str, path: str, form: Mapping[str, object], ready: threading.Barrier) -> Told:
    status, headers, page = _ask(url, "GET", path)
    token = TOKEN.search(page)
    cookie = (headers["Set-Cookie"] or "").split(";")[0]
    ready.wait(120)
    if not token:
        return Told(f"HTTP {status}", 0.0)
    start = time.perf_counter()
    body = urlencode({**form, "csrf_token": token[1]}, doseq=True)
    status, headers, page = _ask(url, "POST", path, body, cookie)
    if status == 303:
        cookie = (headers["Set-Cookie"] or cookie).split(";")[0]
        status, _headers, page = _ask(url, "GET", headers["Location"] or "", None, cookie)
    found = STATUS.search(page)
    return Told(found[1] if found else f"HTTP {status}", time.perf_counter() - start)


def _ask(
    url: str, method: str, path: str, body: str | None = None, cookie: str = ""
) -> tuple[int, http.client.HTTPMessage, str]:
    """A connection of its own for each request: an idle one may be closed under a client that does not ask again."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=120)
    headers = {"Cookie": cookie, "Connection": "close"}
    if body is not None:
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    told = answer.status, answer.headers, answer.read().decode()
    connection.close()
    return told
