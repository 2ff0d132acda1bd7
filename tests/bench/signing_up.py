"""Whole registrations: open the page, send the form, read the receipt."""

import http.client
import multiprocessing
import re
import time
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

CLIENTS, PROCESSES = 8, 2


@dataclass(frozen=True)
class SignedUp:
    """Registrations a second and how long one took, in seconds."""

    per_second: float
    p50: float
    p95: float
    count: int


def measure(url: str, slug: str, day: str, seconds: float) -> SignedUp:
    """``CLIENTS`` people at a time, for ``seconds``."""
    with multiprocessing.get_context("spawn").Pool(CLIENTS) as pool:
        parts = pool.starmap(_person_after_person, [(url, slug, day, seconds)] * CLIENTS)
    times = sorted(moment for part in parts for moment in part)
    return SignedUp(len(times) / seconds, times[len(times) // 2], times[int(len(times) * 0.95)], len(times))


def _person_after_person(url: str, slug: str, day: str, seconds: float) -> list[float]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    _one(connection, slug, day)  # the connection and the worker's first page are not what is measured
    times: list[float] = []
    end = time.perf_counter() + seconds
    while (start := time.perf_counter()) < end:
        _one(connection, slug, day)
        times.append(time.perf_counter() - start)
    connection.close()
    return times


def _one(connection: http.client.HTTPConnection, slug: str, day: str) -> None:
    path = f"/k/{slug}/pamelding"
    _status, headers, page = _ask(connection, "GET", path, {})
    cookie = (headers["Set-Cookie"] or "").split(";")[0]
    fields = {
        "csrf_token": _value(page, "csrf_token"),
        "key": _value(page, "key"),
        "name": "Kari Prøve",
        "email": f"kari.{uuid4().hex}@example.org",
        "organisation": "Nordlandssykehuset",
        "organisation_type": "helseforetak",
        "county": "nordland",
        "attendance": "physical",
        "days": day,
        "accept_privacy": "y",
    }
    status, headers, _body = _ask(connection, "POST", path, {"Cookie": cookie}, urlencode(fields))
    if status != 303:
        raise RuntimeError(f"sign-up answered {status}")
    cookie = (headers["Set-Cookie"] or cookie).split(";")[0]
    status, _headers, receipt = _ask(connection, "GET", headers["Location"] or "", {"Cookie": cookie})
    if status != 200 or 'data-registration-status="confirmed"' not in receipt:
        raise RuntimeError(f"no confirmed receipt: {status}")


def _ask(
    connection: http.client.HTTPConnection, method: str, path: str, headers: dict[str, str], body: str | None = None
) -> tuple[int, http.client.HTTPMessage, str]:
    kind = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
    connection.request(method, path, body, headers | kind)
    answer = connection.getresponse()
    return answer.status, answer.headers, answer.read().decode()


def _value(page: str, name: str) -> str:
    tag = re.search(rf"<input[^>]*name=\"{name}\"[^>]*>", page)
    value = tag and re.search(r"value=\"([^\"]*)\"", tag[0])
    if not value:
        raise RuntimeError(f"the form has no {name}")
    return value[1]
