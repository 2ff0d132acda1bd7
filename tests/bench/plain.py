"""What the public pages are compared with: a plain Flask view that returns the same bytes from memory."""

import os
import pickle
from pathlib import Path

from flask import Flask, Response

app = Flask(__name__)
ANSWERS: list[tuple[bytes, list[tuple[str, str]]]] = pickle.loads(Path(os.environ["BENCH_ANSWERS"]).read_bytes())  # noqa: S301


@app.get("/healthz")
def alive() -> str:
    """The server answers."""
    return "ok"


@app.get("/<int:number>")
def answer(number: int) -> Response:
    """One of the answers."""
    body, headers = ANSWERS[number]
    return Response(body, headers=headers)
