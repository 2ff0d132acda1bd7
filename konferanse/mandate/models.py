"""The assignment a conference is held for."""

from datetime import date, datetime
from uuid import UUID, uuid4

from sqlalchemy import JSON, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from konferanse.common.clock import now
from konferanse.extensions import Model, UtcDateTime


class Mandate(Model):
    """Who asked for a plan, why, what it must hold and when to report. It may have several conferences and has one plan."""

    __tablename__ = "mandate"

    id: Mapped[int] = mapped_column(primary_key=True)
    uid: Mapped[UUID] = mapped_column(unique=True, default=uuid4)
    title: Mapped[str] = mapped_column(String(200))
    giver: Mapped[str] = mapped_column(String(200), default="")
    reference: Mapped[str] = mapped_column(String(200), default="")  # "Foretaksmøte 15. januar 2019"
    summary: Mapped[str] = mapped_column(String(600), default="")  # two sentences for the public page
    text: Mapped[str] = mapped_column(Text, default="")
    target: Mapped[str] = mapped_column(String(400), default="")  # "minst 5 prosent av nyansettelsene"
    plan_must_hold: Mapped[list[str]] = mapped_column(JSON, default=list)
    report_by: Mapped[date | None]
    created: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
