"""The log of who did what. It holds ids and actions, never names, addresses or texts."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import JSON, String, update
from sqlalchemy.orm import Mapped, mapped_column

from konferanse.common.clock import now
from konferanse.extensions import Model, UtcDateTime, db


class AuditEntry(Model):
    """One action. ``scope`` is a conference's slug, or empty for the installation."""

    __tablename__ = "audit_entry"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=now, index=True)
    actor: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(80))
    scope: Mapped[str] = mapped_column(String(80), default="", index=True)
    subject: Mapped[str] = mapped_column(String(80), default="")
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


def record(actor: str, action: str, *, scope: str = "", subject: object = "", **detail: Any) -> None:
    """Log ``action`` in the transaction that does it. ``actor`` is ``staff:<id>``, ``participant``, ``table`` or ``system``."""
    db.session.add(AuditEntry(actor=actor, action=action, scope=scope, subject=str(subject), detail=detail))


def forget(scope: str, *, subjects: Sequence[str] = (), action: str = "") -> None:
    """Take out whom actions of ``scope`` were about: those on ``subjects``, or those whose name begins with ``action``.
    That something was done, when and by whom stays."""
    about = AuditEntry.action.startswith(action, autoescape=True) if action else AuditEntry.subject.in_(subjects)
    blank = update(AuditEntry).where(AuditEntry.scope == scope, about).values(subject="", detail={})
    db.session.execute(blank.execution_options(synchronize_session=False))
