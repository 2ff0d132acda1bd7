"""Public pages kept in memory, so that they are as fast as a file.

The key holds the conference's revision (one cheap query), the language and the minute: a change shows at once in every
process, and what only time changes – sign-up opens, the day passes – within a minute.
"""

import gzip
import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import wraps
from threading import Lock
from typing import Any, NamedTuple

from flask import Response, current_app, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from konferanse.common.clock import now
from konferanse.common.language import language
from konferanse.conference.models import Conference
from konferanse.extensions import db

KEPT = 512
_pages: OrderedDict[tuple[Any, ...], "Page"] = OrderedDict()
_lock = Lock()


class Page(NamedTuple):
    """A rendered page, plain and gzipped."""

    plain: bytes
    zipped: bytes
    headers: list[tuple[str, str]]
    etag: str


def cached(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """Keep a public view's 200 answers. Put it outside ``@requires(PUBLIC)``; the page must be the same for everybody."""

    @wraps(view)
    def kept(**arguments: Any) -> ResponseReturnValue:
        revision = db.session.execute(
            select(Conference.id, Conference.revision).where(Conference.slug == arguments["slug"])
        ).first()
        if revision is None:
            return view(**arguments)
        database = str(current_app.config["SQLALCHEMY_DATABASE_URI"])
        minute = int(now().timestamp()) // 60
        key = (database, request.path, request.query_string, language(), *revision, minute)
        page = _pages.get(key)
        if page is None:
            response = make_response(view(**arguments))
            if response.status_code != 200:
                return response
            page = _keep(key, response)
        return _answer(page)

    return kept


def _keep(key: tuple[Any, ...], response: Response) -> Page:
    plain = response.get_data()
    headers = [(k, v) for k, v in response.headers.items() if k not in ("Content-Length", "Cache-Control")]
    etag = hashlib.sha256(plain).hexdigest()[:16]
    page = Page(plain, gzip.compress(plain, 6, mtime=0), headers, etag)
    with _lock:
        _pages[key] = page
        while len(_pages) > KEPT:
            _pages.popitem(last=False)
    return page


def _answer(page: Page) -> Response:
    zipped = request.accept_encodings["gzip"] > 0
    response = Response(page.zipped if zipped else page.plain, headers=page.headers)
    if zipped:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Cache-Control"] = "public, no-cache"
    response.headers["Vary"] = "Accept-Language, Accept-Encoding"
    response.set_etag(page.etag + ("-gz" if zipped else ""), weak=True)
    response.make_conditional(request)
    return response
