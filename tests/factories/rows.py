"""A row of any model, with what it needs and the test did not say filled in from the column's type."""

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Float,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    String,
    Table,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import inspect as inspect_model

from konferanse.common.clock import now
from konferanse.extensions import UtcDateTime, db

_numbers = count(1)


def models() -> dict[str, Any]:
    """Every model by its table's name, parents before children."""
    known = {mapper.local_table.name: mapper.class_ for mapper in db.Model.registry.mappers}
    return {table.name: known[table.name] for table in db.metadata.sorted_tables if table.name in known}


def row(model: Any, **given: Any) -> Any:
    """A new row in the session. Give foreign keys (or relationships); other required columns get a value of their type."""
    table: Table = model.__table__
    related = {
        column.key
        for name, relation in inspect_model(model).relationships.items()
        if name in given
        for column in relation.local_columns
    }
    for column in table.columns:
        if column.key in given or column.key in related or not _required(column):
            continue
        if column.foreign_keys:
            raise TypeError(f"give {model.__name__}.{column.key}: it points to another row")
        given[column.key] = _value(column)
    made = model(**given)
    db.session.add(made)
    return made


def children(model: Any, parents: dict[str, list[int]], rows: int) -> Iterator[Any]:
    """``rows`` rows of a model nobody wrote a factory for, hung on ``parents`` (ids by table); fewer when one each is all
    there may be."""
    table: Table = model.__table__
    links = {c.key: next(iter(c.foreign_keys)).column.table.name for c in table.columns if c.foreign_keys and _required(c)}
    one_each = any(
        {c.key for c in constraint.columns} <= set(links)
        for constraint in table.constraints
        if isinstance(constraint, UniqueConstraint | PrimaryKeyConstraint) and constraint.columns
    )
    if any(not parents.get(target) for target in links.values()):
        return
    wanted = min([rows, *(len(parents[t]) for t in links.values())]) if one_each else rows
    for n in range(wanted):
        yield row(model, **{key: parents[target][n % len(parents[target])] for key, target in links.items()})


def _required(column: Column[Any]) -> bool:
    return not (column.nullable or column.default is not None or _counted(column))


def _value(column: Column[Any]) -> Any:
    number = next(_numbers)
    kind = column.type
    if isinstance(kind, String):
        return f"{column.name} {number}"[-(kind.length or 40) :]
    values: list[tuple[type[Any], Any]] = [
        (UtcDateTime, now()),
        (DateTime, now()),
        (Boolean, False),
        (Integer, number),
        (Float, 0.5),
        (Uuid, uuid4()),
        (Date, date(2019, 6, 26) + timedelta(days=number)),
        (LargeBinary, b"\0" * 8),
        (JSON, {}),
    ]
    for known, value in values:
        if isinstance(kind, known):
            return value
    raise TypeError(f"tests/factories/rows.py knows no value for {column}: {kind!r}; add one in _value()")


def _counted(column: Column[Any]) -> bool:
    """Whether the database gives the number itself."""
    return column.primary_key and isinstance(column.type, Integer) and not column.foreign_keys
