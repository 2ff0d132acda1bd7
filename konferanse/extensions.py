"""The parts every package shares: database, forms' tokens, languages, limits, mail and the queue.

SQLite is opened so that a request that writes takes the write lock first (``begin_write``); the driver's default lets
reads slip outside the transaction, which oversells seats. See docs/adr/0003-one-writer-at-a-time.md.
"""

import ipaddress
import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pysqlite3.dbapi2
from flask import Flask
from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import DateTime, Engine, MetaData, event
from sqlalchemy.engine import Connection, Dialect
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import DeclarativeBase, Session, SessionTransaction
from sqlalchemy.types import TypeDecorator

from konferanse import turns


class Base(DeclarativeBase):
    """Named constraints, so that a migration can change them on both databases."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, stored as UTC and read back with its zone; SQLite would drop it."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored moment needs a zone")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


db = SQLAlchemy(model_class=Base)
if TYPE_CHECKING:
    Model = Base  # mypy cannot see through the extension's dynamic attribute
else:
    Model = db.Model
migrate = Migrate()
csrf = CSRFProtect()
babel = Babel()
mail = Mail()


def network() -> str:
    """The network a request came from: its IPv4 address, or the /64 of its IPv6 address, which is one household's or one
    server's to use as it likes."""
    address = get_remote_address()
    try:
        return str(ipaddress.IPv6Network((address, 64), strict=False)) if ":" in address else address
    except ValueError:
        return address


limiter = Limiter(key_func=network, swallow_errors=True)


def engine_options(uri: str) -> dict[str, Any]:
    """Options for ``create_engine``: a current SQLite with its transactions left to us, or PostgreSQL with pings."""
    if uri.startswith("sqlite"):
        return {
            "hide_parameters": True,  # an error in the log must not carry what people wrote
            "module": pysqlite3.dbapi2,
            "pool_size": 20,
            "connect_args": {"timeout": turns.PATIENCE, "isolation_level": None},
        }
    return {"hide_parameters": True, "pool_size": 20, "pool_pre_ping": True}


def init_app(app: Flask) -> None:
    """Bind every extension to ``app``."""
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", engine_options(app.config["SQLALCHEMY_DATABASE_URI"]))
    db.init_app(app)
    migrate.init_app(app, db, directory=str(app.config["ROOT"] / "migrations"))
    csrf.init_app(app)
    limiter.init_app(app)
    mail.init_app(app)


@event.listens_for(Engine, "connect")
def _open_sqlite(connection: Any, _record: Any) -> None:
    if isinstance(connection, pysqlite3.dbapi2.Connection | sqlite3.Connection):
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        options = connection.get_execution_options()
        if not options.get("write"):
            connection.exec_driver_sql("BEGIN")
        elif (patience := options.get("patience", turns.PATIENCE)) == turns.PATIENCE:
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        else:
            _begin_within(connection, patience)


def _begin_within(connection: Connection, seconds: float) -> None:
    connection.exec_driver_sql(f"PRAGMA busy_timeout={int(seconds * 1000)}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={int(turns.PATIENCE * 1000)}")


class WriteOutsideTransaction(Exception):
    """Something was written without ``begin_write``: a GET that writes, or a route that forgot to."""


def begin_write() -> None:
    """Start the writing transaction. Call it once authorised and validated: a slow client then holds no lock.

    Earlier reads are thrown away and read again under the lock.
    """
    session = db.session()
    if session.in_transaction():
        if session.new or session.dirty or session.deleted:
            raise WriteOutsideTransaction("changes were made before begin_write()")
        session.rollback()
    turn = turns.take(db.engine)
    try:
        session.connection(execution_options={"write": True, "patience": turn.patience})
    except BaseException as error:
        if isinstance(error, OperationalError):
            turn.gave_up()
        turn.close()
        raise
    session.info.update(write=True, turn=turn)


@event.listens_for(Session, "before_flush")
def _only_writers_flush(session: Session, _context: Any, _instances: Any) -> None:
    if not session.info.get("write"):
        raise WriteOutsideTransaction("flush without begin_write()")


@event.listens_for(Session, "after_transaction_end")
def _end_write(session: Session, transaction: SessionTransaction) -> None:
    if transaction.parent is None:
        session.info.pop("write", None)
        if turn := session.info.pop("turn", None):
            turn.close()
