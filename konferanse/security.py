"""Headers, static files, proxies, and access denied where no route declared it. Yardstick: OWASP ASVS 5.0 level 2."""

from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qsl

import structlog
from flask import Flask, Request, Response, abort, current_app, request
from werkzeug.formparser import FormDataParser
from werkzeug.middleware.proxy_fix import ProxyFix
from whitenoise import WhiteNoise

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "media-src 'self'; form-action 'self'; worker-src 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
YEAR = 365 * 24 * 3600


class _FormParser(FormDataParser):
    """Bytes that are no text become U+FFFD, which every text field refuses; werkzeug would keep "%ED%A0%80" as typed."""

    def _parse_urlencoded(self, stream: BinaryIO, *_rest: Any) -> Any:  # type: ignore[override]
        items = parse_qsl(stream.read().decode("utf-8", "replace"), keep_blank_values=True, errors="replace")
        return stream, self.cls(items), self.cls()


class TextRequest(Request):
    """A request whose form is text, whatever bytes were sent."""

    form_data_parser_class = _FormParser


def init_app(app: Flask) -> None:
    """Guard ``app``."""
    app.request_class = TextRequest
    app.config["WTF_CSRF_SSL_STRICT"] = False  # it wants a Referer, which we tell browsers not to send
    app.before_request(_refuse_undeclared)
    app.before_request(_refuse_nul)
    app.after_request(_add_headers)
    static = Path(app.static_folder or "")
    # Every link to a static file carries a hash of it (templating.asset), so a copy is good for a year.
    app.wsgi_app = WhiteNoise(app.wsgi_app, root=str(static), prefix="static/", max_age=YEAR)  # type: ignore[method-assign]
    if count := app.config["TRUSTED_PROXIES"]:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    if not app.config["RATE_LIMITS"]:
        structlog.get_logger().warning("rate_limits.off", why="KONFERANSE_RATE_LIMITS=off is for load tests")


def _refuse_undeclared() -> None:
    view = current_app.view_functions.get(request.endpoint or "")
    if view is not None and request.endpoint != "static" and not hasattr(view, "access"):
        abort(403)


def _refuse_nul() -> None:
    """PostgreSQL refuses NUL anywhere; in an address it is nobody's honest mistake. Form fields say it themselves."""
    if "\0" in request.path or any("\0" in value for values in request.args.lists() for value in values[1]):
        abort(400)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if current_app.config["PRODUCTION"]:
        response.headers.setdefault("Strict-Transport-Security", f"max-age={YEAR}; includeSubDomains")
    if response.mimetype == "text/html":
        response.headers.setdefault("Cache-Control", "no-store")
        response.vary.add("Accept-Language")
    return response
