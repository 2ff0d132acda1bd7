"""Reading what came from the web: let it in as an answer, or reject it; either can be taken back."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from konferanse.answers.delivery import new_answer, store_version
from konferanse.answers.models import Answer, WebInput, Words
from konferanse.answers.publication import changed_after_publication
from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import GroupTask
from konferanse.groups.tables import hold

WAITING, IN, REJECTED = "waiting", "in", "rejected"
PAGE = 50


class Pile(NamedTuple):
    """One page of the inputs that share a status: those that wait oldest first, others as they were decided, latest first."""

    inputs: Sequence[WebInput]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages; at least one."""
        return max(1, -(-self.total // PAGE))


def counts(conference: Conference) -> dict[str, int]:
    """How many have each status."""
    query = select(WebInput.status, func.count()).where(WebInput.conference_id == conference.id).group_by(WebInput.status)
    found = dict(db.session.execute(query).all())
    return {status: found.get(status, 0) for status in (WAITING, IN, REJECTED)}


def pile(conference: Conference, status: str, page: int) -> Pile:
    """The inputs with this status, ``PAGE`` at a time."""
    total = counts(conference)[status]
    page = min(max(page, 1), max(1, -(-total // PAGE)))
    fits = select(WebInput).where(WebInput.conference_id == conference.id, WebInput.status == status)
    rows = fits.options(joinedload(WebInput.task)).order_by(WebInput.decided.desc(), WebInput.id)
    return Pile(db.session.scalars(rows.limit(PAGE).offset((page - 1) * PAGE)).all(), total, page)


def latest(conference: Conference) -> Sequence[WebInput]:
    """What was decided together last, to be taken back."""
    here = WebInput.conference_id == conference.id
    last = select(func.max(WebInput.decided)).where(here).scalar_subquery()
    return db.session.scalars(select(WebInput).where(here, WebInput.decided == last).order_by(WebInput.id)).all()


def let_in(conference: Conference, tasks: Mapping[UUID, GroupTask], actor: str) -> int:
    """Make an answer of each waiting input (by uid), to the task given for it; returns how many."""
    moment, inputs = now(), _held(conference, tasks, {WAITING})
    for own in inputs:
        task = tasks[own.uid]
        if own.answer is None:
            own.answer = new_answer(None, task, str(own.uid), Words(own.text), channel="web", written=own.received)
        else:  # it was in before, and themes or plan have read it
            own.answer.task_id = task.id
            store_version(own.answer, Words(own.text), own.received)
        own.task_id, own.status, own.decided = task.id, IN, moment
    return _done(conference, inputs, "web.let_in", actor)


def reject(conference: Conference, uids: Collection[UUID], actor: str) -> int:
    """Let these waiting inputs go no further; returns how many. They are deleted after ``web_input.KEPT``."""
    moment, inputs = now(), _held(conference, uids, {WAITING})
    for own in inputs:
        own.status, own.decided = REJECTED, moment
    return _done(conference, inputs, "web.rejected", actor)


def take_back(conference: Conference, uids: Collection[UUID], actor: str) -> int:
    """Let these wait again, whatever was decided; returns how many.

    The answer of one that was let in goes: for good, or, when themes or plan have read it, as withdrawn.
    """
    inputs = _held(conference, uids, {IN, REJECTED})
    for own in inputs:
        if own.answer is not None:
            _remove(own, own.answer)
        own.status, own.decided = WAITING, None
    return _done(conference, inputs, "web.taken_back", actor)


def _remove(own: WebInput, answer: Answer) -> None:
    changed_after_publication(answer)
    try:
        with db.session.begin_nested():
            own.answer = None
            db.session.delete(answer)
    except IntegrityError:  # who has read it belongs to a later part of the flow; their foreign key speaks for them
        answer.withdrawn = now()


def known(conference: Conference, uids: Collection[UUID]) -> bool:
    """Whether all of these are the conference's."""
    here = select(func.count()).where(WebInput.conference_id == conference.id, WebInput.uid.in_(uids))
    return db.session.scalar(here) == len(set(uids))


def _held(conference: Conference, uids: Collection[UUID], statuses: set[str]) -> Sequence[WebInput]:
    hold(conference)
    fits = WebInput.conference_id == conference.id, WebInput.uid.in_(uids), WebInput.status.in_(statuses)
    return db.session.scalars(select(WebInput).where(*fits).order_by(WebInput.id)).all()


def _done(conference: Conference, inputs: Sequence[WebInput], action: str, actor: str) -> int:
    db.session.flush()
    if inputs:
        audit.record(actor, action, scope=conference.slug, count=len(inputs))
    return len(inputs)
