"""Names in the order of the Norwegian alphabet: …, z, æ, ø, å."""

from typing import Any

from sqlalchemy import ColumnElement, collate, func, text

from konferanse.extensions import db

NORWEGIAN = "nb-x-icu"  # PostgreSQL built without ICU lacks it
_has_norwegian: dict[str, bool] = {}


def alphabetical(column: Any) -> ColumnElement[str]:
    """What to order by to have the texts of ``column`` in alphabetical order."""
    if db.engine.dialect.name == "postgresql":
        return collate(column, NORWEGIAN) if _knows_norwegian() else func.lower(column)
    # SQLite folds a–z only and compares code points, in which å comes before æ.
    folded: ColumnElement[str] = func.lower(column)
    for letters, last in (("Ææ", "ý"), ("Øø", "þ"), ("Åå", "ÿ")):
        for letter in letters:
            folded = func.replace(folded, letter, last)
    return folded


def _knows_norwegian() -> bool:
    where = str(db.engine.url)
    if where not in _has_norwegian:
        known = text("SELECT 1 FROM pg_collation WHERE collname = :name LIMIT 1")
        _has_norwegian[where] = db.session.scalar(known, {"name": NORWEGIAN}) is not None
    return _has_norwegian[where]
