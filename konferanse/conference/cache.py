"""Public pages kept in memory, so that they are as fast as a file.

A page is kept under its address, the language and the conference's revision (one cheap query), for the minute: a change shows
at once in every process, and what only time changes – sign-up opens, the day passes – within a minute. Feeds, which time does
not change, are kept longer. Kept pages are answered before Flask sees the request, which is what makes them fast; so they must
be the same for everybody and set no cookie. When a page must be made anew, one reader makes it and the others wait for that.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from functools import wraps
from threading import Lock, RLock
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, parse_qsl, urlencode

from flask import Flask, Response, current_app, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import Engine

from konferanse.common.clock import now
from konferanse.common.language import LANGUAGES, choose_language
from konferanse.extensions import db

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

TURNS = 64  # pages that can be made at the same time in a process
KEPT = 24 * 1024 * 1024  # bytes in each process: anybody can ask for a page under many queries
Headers = list[tuple[str, str]]
View = Callable[..., ResponseReturnValue]


class Page:
    """A rendered page, plain and gzipped, each with its headers and entity tag. ``minute`` is the one it is good for, None for
    every one."""

    def __init__(self, plain: bytes, headers: Headers, minute: int | None) -> None:
        self.minute = minute
        tag = hashlib.sha256(plain).hexdigest()[:16]
        replaced = {"content-length", "cache-control", "vary", "etag"}
        common = [(k, v) for k, v in headers if k.lower() not in replaced]
        common += [("Cache-Control", "public, no-cache"), ("Vary", "Accept-Language, Accept-Encoding")]
        zipped = gzip.compress(plain, 6, mtime=0)
        self.plain = (plain, f'W/"{tag}"', [*common, ("ETag", f'W/"{tag}"'), ("Content-Length", str(len(plain)))])
        packed: Headers = [("Content-Encoding", "gzip"), ("ETag", f'W/"{tag}-gz"'), ("Content-Length", str(len(zipped)))]
        self.zipped = (zipped, f'W/"{tag}-gz"', [*common, *packed])
        self.size = len(plain) + len(zipped)

    def for_reader(self, encodings: str) -> tuple[bytes, str, Headers]:
        """Bytes, entity tag and headers for somebody with this Accept-Encoding."""
        return self.zipped if "gzip" in encodings else self.plain


class KeptPages:
    """The WSGI layer that answers with kept pages, and the store behind ``@cached``."""

    def __init__(self, app: Flask) -> None:
        self.inner = app.wsgi_app
        self.pages: OrderedDict[tuple[Any, ...], Page] = OrderedDict()
        self.size = 0
        self.lock = Lock()
        self.turns = [RLock() for _ in range(TURNS)]
        self.hosts = frozenset(app.config["TRUSTED_HOSTS"])
        with app.app_context():
            self.engine: Engine = db.engine
        mark = "?" if self.engine.dialect.name == "sqlite" else "%s"
        self.query = f"SELECT id, revision FROM conference WHERE slug = {mark}"  # noqa: S608 - a placeholder, not a value

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """A kept page where there is one, else the application."""
        path: str = environ["PATH_INFO"]
        if path.startswith("/k/") and "\0" not in path and environ["REQUEST_METHOD"] == "GET" and self._trusted(environ):
            query = environ.get("QUERY_STRING", "")
            page = self.find(self.key(path, query, environ.get("HTTP_ACCEPT_LANGUAGE", "")))
            if page is not None:
                return _answer(page, environ, start_response)
        return self.inner(environ, start_response)

    def key(self, path: str, query: str, accept_language: str) -> tuple[Any, ...]:
        """What a page is kept under."""
        asked = parse_qs(query).get("lang", [""])[0] if query else ""
        return path, query, choose_language(asked, accept_language), self._revision(path.split("/")[2])

    def find(self, key: tuple[Any, ...]) -> Page | None:
        """The page kept under ``key``, while it is good."""
        page = self.pages.get(key)
        return page if page is not None and page.minute in (None, this_minute()) else None

    def turn(self, key: tuple[Any, ...]) -> RLock:
        """Whose holder makes the page of ``key``. A few pages share one: then one waits a little for another."""
        return self.turns[hash(key) % TURNS]

    def keep(self, key: tuple[Any, ...], page: Page) -> None:
        """Keep ``page``; the oldest go when there is too much."""
        with self.lock:
            known = self.pages.pop(key, None)
            self.pages[key] = page
            self.size += page.size - (known.size if known else 0)
            while self.size > KEPT:
                self.size -= self.pages.popitem(last=False)[1].size

    def forget(self) -> None:
        """Keep nothing: the database was replaced under the running process."""
        with self.lock:
            self.pages.clear()
            self.size = 0

    def _trusted(self, environ: "WSGIEnvironment") -> bool:
        return environ.get("HTTP_HOST", "").partition(":")[0] in self.hosts

    def _revision(self, slug: str) -> tuple[int, int] | None:
        connection = self.engine.raw_connection()
        try:
            cursor = connection.cursor()
            cursor.execute(self.query, (slug,))
            row: tuple[int, int] | None = cursor.fetchone()
            cursor.close()
            return row
        finally:
            connection.close()


def init_app(app: Flask) -> None:
    """Put the store in front of ``app``."""
    app.extensions["kept_pages"] = kept = KeptPages(app)
    app.wsgi_app = kept  # type: ignore[method-assign]


def this_minute() -> int:
    """The minute it is, counted from 1970."""
    return int(now().timestamp()) // 60


def cached(view: View) -> View:
    """Keep a public view's 200 answers. Put it outside ``@requires(PUBLIC)``."""
    return _keeping(view, lambda query: True)


def cached_by(*names: str, lasting: bool = False) -> Callable[[View], View]:
    """As ``cached``, for a view whose query may hold ``names`` and the language. An address that says anything more is answered
    and not kept, so that what people search for never pushes out the pages that everybody reads. ``lasting`` is for what never
    changes by time alone."""
    return lambda view: _keeping(view, lambda query: _says_only(query, {*names, "lang"}), lasting=lasting)


def _keeping(view: View, worth_keeping: Callable[[str], bool], *, lasting: bool = False) -> View:
    def made(arguments: dict[str, Any], store: KeptPages, key: tuple[Any, ...] | None) -> Response:
        minute = None if lasting else this_minute()
        response = current_app.process_response(make_response(view(**arguments)))
        if response.status_code == 200 and "Set-Cookie" not in response.headers and request.method == "GET":
            page = Page(response.get_data(), list(response.headers.items()), minute)
            if key is not None:
                store.keep(key, page)
            # The first reader gets what all others get: zipped, a plan is a third of its size.
            return _to_reader(page)
        return response

    @wraps(view)
    def kept(**arguments: Any) -> ResponseReturnValue:
        store: KeptPages = current_app.extensions["kept_pages"]
        language = request.headers.get("Accept-Language", "")
        query = request.query_string.decode("latin-1")
        if not worth_keeping(query):
            return made(arguments, store, None)
        # The key is made before the page: a change in between makes a page nobody asks for, never a stale one.
        key = store.key(request.path, query, language)
        with store.turn(key):
            page = store.find(key) if request.method == "GET" else None
            return _to_reader(page) if page is not None else made(arguments, store, key)

    return kept


def _to_reader(page: Page) -> Response:
    body, _tag, headers = page.for_reader(request.headers.get("Accept-Encoding", ""))
    return Response(body, headers=headers)


def _says_only(query: str, names: set[str]) -> bool:
    """Whether ``query`` says each of ``names`` at most once, in the one way it can be written, and nothing else."""
    pairs = parse_qsl(query, keep_blank_values=True)
    said = dict(pairs)
    once = len(said) == len(pairs) and urlencode(pairs) == query
    return once and said.keys() <= names and said.get("lang", "nb") in LANGUAGES


def _answer(page: Page, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    body, tag, headers = page.for_reader(environ.get("HTTP_ACCEPT_ENCODING", ""))
    if tag in environ.get("HTTP_IF_NONE_MATCH", ""):
        start_response("304 Not Modified", [h for h in headers if h[0] not in ("Content-Length", "Content-Encoding")])
        return [b""]
    start_response("200 OK", headers)
    return [body]
