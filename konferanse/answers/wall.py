"""The screen in the room: answers as they come, after somebody has let them through when it is set so."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from konferanse.answers.models import FROM_TABLES, Answer, Wall, WallAnswer
from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import GroupTask
from konferanse.groups.tables import hold
from konferanse.groups.tasks import tasks_of

ON_SCREEN = 5  # more cannot be read from afar
TO_READ = 50


class Standing(NamedTuple):
    """What stands on the wall: the task in hand (None before there is one), its newest answers and how many there are."""

    task: GroupTask | None
    answers: Sequence[Answer]
    total: int


def wall_of(conference: Conference) -> Wall | None:
    """The wall, once somebody has turned it on."""
    return db.session.scalar(select(Wall).where(Wall.conference_id == conference.id))


def turn_on(conference: Conference, approves: bool, actor: str) -> Wall:
    """Turn it on, or change whether answers are let through one by one."""
    hold(conference)
    wall = wall_of(conference) or Wall(conference_id=conference.id, generation=0)
    db.session.add(wall)
    wall.is_on, wall.approves = True, approves
    db.session.flush()
    audit.record(actor, "wall.on", scope=conference.slug, approves=approves)
    return wall


def turn_off(conference: Conference, actor: str) -> None:
    """Turn it off; its link stops working for good."""
    wall = wall_of(conference)
    if wall is not None and wall.is_on:
        wall.is_on = False
        wall.generation += 1
        audit.record(actor, "wall.off", scope=conference.slug)


def standing(wall: Wall) -> Standing:
    """What stands there now. An answer that is edited after it was let through goes back to be read."""
    task = in_hand(wall.conference)
    if task is None:
        return Standing(None, [], 0)
    fits = _of(task)
    if wall.approves:
        fits = fits.join(WallAnswer, (WallAnswer.answer_id == Answer.id) & (WallAnswer.version == Answer.version))
        newest = WallAnswer.at.desc()
    else:
        newest = Answer.created.desc()
    total = db.session.scalar(select(func.count()).select_from(fits.subquery())) or 0
    rows = fits.options(joinedload(Answer.table)).order_by(newest, Answer.id.desc()).limit(ON_SCREEN)
    return Standing(task, db.session.scalars(rows).all(), total)


def to_read(conference: Conference) -> Sequence[Answer]:
    """The answers to the task in hand that nobody has let through yet, those that came first first."""
    task = in_hand(conference)
    if task is None:
        return []
    let_through = select(WallAnswer.id).where(WallAnswer.answer_id == Answer.id, WallAnswer.version == Answer.version)
    rows = _of(task).where(~let_through.exists()).options(joinedload(Answer.table), joinedload(Answer.task))
    return db.session.scalars(rows.order_by(Answer.created, Answer.id).limit(TO_READ)).all()


def let_through(answer: Answer, version: int, actor: str) -> bool:
    """Let the answer stand on the wall as it was in ``version``; whether it still is so."""
    hold(answer.conference)
    if answer.version != version or answer.withdrawn is not None or not answer.published:
        return False
    row = db.session.scalar(select(WallAnswer).where(WallAnswer.answer_id == answer.id)) or WallAnswer(answer_id=answer.id)
    db.session.add(row)
    row.version, row.at = version, now()
    db.session.flush()
    audit.record(actor, "wall.let_through", scope=answer.conference.slug, subject=answer.ref)
    return True


def in_hand(conference: Conference) -> GroupTask | None:
    """The open task that opened last; when none is open, the one that closed last."""
    opened = [task for task in tasks_of(conference) if task.opened is not None]
    return max(opened, key=lambda task: (task.state() == "open", task.closed or task.opened), default=None)


def _of(task: GroupTask) -> Select[Answer]:
    return select(Answer).where(Answer.task_id == task.id, FROM_TABLES, Answer.withdrawn.is_(None), Answer.published)
