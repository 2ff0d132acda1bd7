"""What the way needs to know of conferences: one row of counts each, in one query however many they are."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Select, String, case, cast, func, select
from sqlalchemy.orm import aliased

from konferanse.answers.models import FROM_TABLES, FROM_WEB, Answer, AnswerVersion, Reading, WebInput
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Seating, Table
from konferanse.mandate.models import Mandate
from konferanse.plan.models import NEED_OWNER, Plan, PlanLine, PlanVersion
from konferanse.presentations import handing_in
from konferanse.presentations.models import Presentation, SlideDeadline
from konferanse.programme import editing
from konferanse.programme.models import ItemSpeaker, ProgrammeItem, ProgrammeRelease, Speaker
from konferanse.registration.models import AccessNeed, Registration
from konferanse.themes.models import AggregationRun, Fate


class Facts(NamedTuple):
    """Counts of one conference. Registrations count confirmed physical ones as ``taken``; answers leave out try-outs and
    withdrawn ones; ``used``, ``merged`` and ``parked`` are of the newest finished run. These count what tables said; ``web``
    and ``web_read`` are inputs from the web, in and read by that run, ``web_waiting`` those nobody has read. ``changes``
    are those the programme waits to publish, where the caller has counted them. ``lacking_slides`` are talks without slides.
    ``to_read`` are answers in which that run found something about a person, and which nobody has read yet."""

    conference_id: int
    report_by: date | None
    has_assignment: bool
    items: int
    release: int | None
    taken: int
    digital: int
    waiting: int
    needs: int
    presentations: int
    delivered: int
    lacking_slides: int
    slides_due: date | None
    tables: int
    unplaced: int
    tasks: int
    open_tasks: int
    answers: int
    held_back: int
    to_read: int
    web: int
    web_waiting: int
    run_status: str | None
    used: int
    merged: int
    parked: int
    web_read: int
    lines: int
    without_owner: int
    plan_version: int | None
    changes: int = 0


def facts_of(conferences: Iterable[Conference]) -> dict[int, Facts]:
    """``{conference.id: facts}``."""
    ids = [c.id for c in conferences]
    columns = {
        **_assignment(),
        **_programme(),
        **_registration(),
        **_presentations(),
        **_groups(),
        **_themes(),
        **_plan(),
    }
    query = (
        select(Conference.id.label("conference_id"), *(value.label(name) for name, value in columns.items()))
        .join(Mandate, Conference.mandate_id == Mandate.id)
        .where(Conference.id.in_(ids))
    )
    rows = db.session.execute(query).mappings().all() if ids else []
    return {row["conference_id"]: Facts(**row) for row in rows}


def _count(model: Any, *where: Any) -> Any:
    query: Select[Any] = select(func.count()).select_from(model)
    return query.where(model.conference_id == Conference.id, *where).correlate(Conference).scalar_subquery()


def _assignment() -> dict[str, Any]:
    return {"report_by": Mandate.report_by, "has_assignment": case((Mandate.summary != "", True), else_=Mandate.text != "")}


def _newest_release(column: Any) -> Any:
    query = select(column).where(ProgrammeRelease.conference_id == Conference.id)
    return query.order_by(ProgrammeRelease.number.desc()).limit(1).correlate(Conference).scalar_subquery()


def _programme() -> dict[str, Any]:
    return {
        "items": _count(ProgrammeItem, editing.HERE),
        "release": _newest_release(ProgrammeRelease.number),
    }


def _registration() -> dict[str, Any]:
    confirmed, physical = Registration.status == "confirmed", Registration.attendance == "physical"
    needs = (
        select(func.count(AccessNeed.id))
        .join(Registration, AccessNeed.registration_id == Registration.id)
        .where(Registration.conference_id == Conference.id, Registration.status == "confirmed", AccessNeed.status == "new")
        .correlate(Conference)
        .scalar_subquery()
    )
    return {
        "taken": _count(Registration, confirmed, physical),
        "digital": _count(Registration, confirmed, ~physical),
        "waiting": _count(Registration, Registration.status == "waiting"),
        "needs": needs,
    }


def _presentations() -> dict[str, Any]:
    mine = (Presentation.speaker_id == Speaker.id) | Presentation.speaker_id.is_(None)
    deck = select(Presentation.id).where(Presentation.item_id == ProgrammeItem.id, Presentation.file_id.is_not(None), mine)
    talks = (
        select(func.count())
        .select_from(ItemSpeaker)
        .join(ProgrammeItem, ItemSpeaker.item_id == ProgrammeItem.id)
        .join(Speaker, ItemSpeaker.speaker_id == Speaker.id)
        .where(ProgrammeItem.conference_id == Conference.id, *handing_in.needs_slides())
        .where(~deck.correlate(ProgrammeItem, Speaker).exists())
    )
    due = select(SlideDeadline.due).where(SlideDeadline.conference_id == Conference.id)
    return {
        "presentations": _count(Presentation),
        "delivered": _count(Presentation, Presentation.file_id.is_not(None)),
        "lacking_slides": talks.correlate(Conference).scalar_subquery(),
        "slides_due": due.correlate(Conference).scalar_subquery(),
    }


def _groups() -> dict[str, Any]:
    # For each person by the index of seating: a list of everybody seated would be searched through for each of them.
    seated = select(Seating.id).join(Table).where(Seating.registration_id == Registration.id, Seating.ended.is_(None))
    seated = seated.where(Table.conference_id == Conference.id).correlate(Conference, Registration)
    comes = (Registration.status == "confirmed", Registration.attendance == "physical")
    moment = now()
    is_open = (GroupTask.opened <= moment, (GroupTask.closed.is_(None)) | (GroupTask.closed > moment))
    tryout = aliased(GroupTask)
    real = Answer.withdrawn.is_(None), ~Answer.task_id.in_(select(tryout.id).where(tryout.is_tryout))
    return {
        "tables": _count(Table),
        "unplaced": _count(Registration, *comes, ~seated.exists()),
        "tasks": _count(GroupTask, ~GroupTask.is_tryout),
        "open_tasks": _count(GroupTask, ~GroupTask.is_tryout, *is_open),
        "answers": _count(Answer, *real, FROM_TABLES),
        "held_back": _count(Answer, *real, ~Answer.published),
        "web": _count(Answer, *real, FROM_WEB),
        "web_waiting": _count(WebInput, WebInput.status == "waiting"),
    }


def _themes() -> dict[str, Any]:
    def newest(column: Any, *where: Any) -> Any:
        query = select(column).where(AggregationRun.conference_id == Conference.id, *where)
        return query.order_by(AggregationRun.id.desc()).limit(1).correlate(Conference).scalar_subquery()

    def fate(*which: Any) -> Any:
        run = newest(AggregationRun.id, AggregationRun.status == "done")
        read = select(func.count(Fate.id)).join(AnswerVersion, Fate.version_id == AnswerVersion.id).join(Answer)
        return read.where(Fate.run_id == run, *which).correlate(Conference).scalar_subquery()

    def to_read() -> Any:
        run = newest(AggregationRun.id, AggregationRun.status == "done")
        read = select(Reading.id).where(Reading.answer_id == Answer.id, Reading.version == Answer.version)
        return (
            select(func.count(Fate.id))
            .join(AnswerVersion, Fate.version_id == AnswerVersion.id)
            .join(Answer, (AnswerVersion.answer_id == Answer.id) & (AnswerVersion.number == Answer.version))
            .where(Fate.run_id == run, cast(Fate.sensitive, String) != "[]")
            .where(Answer.withdrawn.is_(None), Answer.published, ~read.exists())
            .correlate(Conference)
            .scalar_subquery()
        )

    return {
        "run_status": newest(AggregationRun.status),
        "to_read": to_read(),
        "used": fate(Fate.status == "used", FROM_TABLES),
        "merged": fate(Fate.status == "merged", FROM_TABLES),
        "parked": fate(Fate.status == "parked", FROM_TABLES),
        "web_read": fate(FROM_WEB),
    }


def _plan() -> dict[str, Any]:
    def of_plan(query: Any) -> Any:
        return query.where(Plan.mandate_id == Conference.mandate_id).correlate(Conference).scalar_subquery()

    lines = select(func.count(PlanLine.id)).join(Plan, PlanLine.plan_id == Plan.id).where(PlanLine.status == "draft")
    return {
        "lines": of_plan(lines),
        "without_owner": of_plan(lines.where(PlanLine.owner == "", PlanLine.chapter.in_(NEED_OWNER))),
        "plan_version": of_plan(select(func.max(PlanVersion.number)).join(Plan, PlanVersion.plan_id == Plan.id)),
    }
