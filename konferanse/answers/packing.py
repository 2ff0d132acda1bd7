"""Replies to phones, gzipped: a hall shares one thin network, and each phone asks for its table's answers four times a minute.

Compressing beside a secret is safe here: only whoever has the secret, the token in the address, can have the reply sent."""

import gzip

from flask import Response, request


def packed(response: Response) -> Response:
    """``response``, gzipped for those who take it."""
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.best_match(["gzip"]):
        response.set_data(gzip.compress(response.get_data(), 6, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
    return response
