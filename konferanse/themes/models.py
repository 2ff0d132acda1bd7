"""A run of the engine over a conference's answers, and the vectors it keeps."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from konferanse.answers.models import AnswerVersion
from konferanse.common.clock import now
from konferanse.extensions import Model, UtcDateTime


class AggregationRun(Model):
    """One run: the engine's fingerprint, and its result as rows. ``status`` is queued, running, done or failed.

    ``heartbeat`` is when the worker last told how far it was: a running run that has been silent lost its worker.
    """

    __tablename__ = "aggregation_run"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    conference_id: Mapped[int] = mapped_column(ForeignKey("conference.id", ondelete="CASCADE"), index=True)
    status: Mapped[str] = mapped_column(String(10), default="queued")
    progress: Mapped[int] = mapped_column(default=0)  # per cent
    error: Mapped[str] = mapped_column(String(500), default="")
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    heartbeat: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished: Mapped[datetime | None] = mapped_column(UtcDateTime)
    engine: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)

    points: Mapped[list["Point"]] = relationship(cascade="all, delete-orphan", order_by="Point.position")
    fates: Mapped[list["Fate"]] = relationship(cascade="all, delete-orphan")


class Point(Model):
    """One thing that was said. Machine points live as long as their run; ``ref`` comes from their content.

    ``channel`` is table (what tables handed in, on screen, on paper or in a file) or web: the two are never added together.
    """

    __tablename__ = "point"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("aggregation_run.id", ondelete="CASCADE"), index=True)
    ref: Mapped[str] = mapped_column(String(64))
    channel: Mapped[str] = mapped_column(String(10), default="table")
    theme_ref: Mapped[str] = mapped_column(String(64))
    theme: Mapped[str] = mapped_column(String(200))
    statement: Mapped[str] = mapped_column(String(4000))
    kind: Mapped[str] = mapped_column(String(20))
    owner: Mapped[str] = mapped_column(String(300), default="")  # verbatim from an answer or its own field, or empty
    deadline: Mapped[str] = mapped_column(String(300), default="")
    indicator: Mapped[str] = mapped_column(String(300), default="")
    opposed_to: Mapped[list[str]] = mapped_column(JSON, default=list)
    tables: Mapped[int]
    answers: Mapped[int]
    position: Mapped[int] = mapped_column(default=0)

    quotes: Mapped[list["Quote"]] = relationship(cascade="all, delete-orphan", order_by="Quote.id")


class Quote(Model):
    """A span of a stored answer version: ``version.text[start:end] == text``, checked whenever it leaves the house."""

    __tablename__ = "quote"

    id: Mapped[int] = mapped_column(primary_key=True)
    point_id: Mapped[int] = mapped_column(ForeignKey("point.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("answer_version.id"), index=True)
    start: Mapped[int]
    end: Mapped[int]
    text: Mapped[str] = mapped_column(Text)

    version: Mapped[AnswerVersion] = relationship()


class Fate(Model):
    """Where an answer went in a run: used, merged into another (with lineage) or parked with a reason.

    ``owner``, ``deadline`` and ``indicator`` are verbatim from the answer's text, or empty: what it says in fields of their own
    stands in ``version``; ``points`` the refs of what it says.
    """

    __tablename__ = "fate"

    id: Mapped[int] = mapped_column(primary_key=True)
    run_id: Mapped[int] = mapped_column(ForeignKey("aggregation_run.id", ondelete="CASCADE"), index=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("answer_version.id"), index=True)
    status: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(300), default="")
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("answer_version.id"))
    confidence: Mapped[float] = mapped_column(default=0.0)
    kind: Mapped[str] = mapped_column(String(20), default="")
    points: Mapped[list[str]] = mapped_column(JSON, default=list)
    owner: Mapped[str] = mapped_column(String(4000), default="")
    deadline: Mapped[str] = mapped_column(String(4000), default="")
    indicator: Mapped[str] = mapped_column(String(4000), default="")
    lang: Mapped[str] = mapped_column(String(10), default="")
    sensitive: Mapped[list[dict[str, Any]]] = mapped_column(JSON, default=list)  # [{"start", "end", "why"}]

    version: Mapped[AnswerVersion] = relationship(foreign_keys=[version_id])
    merged_into: Mapped[AnswerVersion | None] = relationship(foreign_keys=[merged_into_id])


class TextVector(Model):
    """What was slow to compute, kept: ``model`` says what ("vector": little-endian float32; "translation": UTF-8), ``digest``
    is the SHA-256 of maker, its version and the text."""

    __tablename__ = "text_vector"

    model: Mapped[str] = mapped_column(String(60), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    vector: Mapped[bytes] = mapped_column(LargeBinary)
