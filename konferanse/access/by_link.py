"""What kinds of access by a personal link have in common: the token in the path is the key to one row."""

from typing import Any

from flask import abort
from sqlalchemy import select
from sqlalchemy.sql.base import ExecutableOption

from konferanse.common import links
from konferanse.common.errors import Gone
from konferanse.extensions import db


def row_of(model: Any, purpose: str, token: str, stopped: str, *options: ExecutableOption) -> Any:
    """The row of ``model`` that ``token`` opens. An unknown token is 404; one of an earlier generation raises ``Gone`` with
    what ``stopped`` says."""
    uid = links.uid_of(token)
    row = db.session.scalar(select(model).where(model.uid == uid).options(*options)) if uid else None
    if row is None:
        abort(404)
    if not links.genuine(token, purpose, row.uid, row.generation):
        if links.stopped(token, purpose, row.uid, row.generation) is not None:
            raise Gone(stopped)
        abort(404)
    return row
