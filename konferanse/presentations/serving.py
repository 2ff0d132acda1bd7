"""Files as they leave: a type of our choosing, never sniffed, never run, and conditional or partial where asked for."""

from flask import Response, send_file

from konferanse.common.storage import File, files
from konferanse.presentations.checks import download_name

SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


def attachment(file: File) -> Response:
    """``file`` as something to save, under a name that no header can break."""
    return _guarded(file, download_name(file.name), as_attachment=True)


def inline(file: File) -> Response:
    """``file`` for a ``<video>`` or ``<track>`` element; Range requests get 206."""
    return _guarded(file, download_name(file.name), as_attachment=False)


def _guarded(file: File, name: str, *, as_attachment: bool) -> Response:
    response = send_file(
        files.path(file),
        mimetype=file.content_type,
        as_attachment=as_attachment,
        download_name=name,
        conditional=True,
        etag=file.sha256,
        last_modified=file.created,
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cross-Origin-Resource-Policy"] = "same-origin"
    # Asked about each time, so that what is withdrawn is gone; unchanged costs a 304.
    response.headers["Cache-Control"] = "no-cache"
    return response
