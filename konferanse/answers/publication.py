"""Which answers the public may read: those in when the organiser published, minus what was held back or withdrawn."""

from sqlalchemy import Select, select, update

from konferanse.answers.models import Answer, InputPublication, sharing_plan
from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import GroupTask


def publication(conference: Conference) -> InputPublication | None:
    """The publication, if the answers are published."""
    return db.session.scalar(select(InputPublication).where(InputPublication.conference_id == conference.id))


def publish(conference: Conference, actor: str) -> InputPublication:
    """Publish what has come in by now; again takes in what came since."""
    row = publication(conference)
    if row is None:
        row = InputPublication(conference_id=conference.id)
        db.session.add(row)
    row.published = now()
    db.session.flush()
    audit.record(actor, "answers.published", scope=conference.slug)
    return row


def unpublish(conference: Conference, actor: str) -> None:
    """Take the answers off the public pages."""
    row = publication(conference)
    if row is not None:
        db.session.delete(row)
        db.session.flush()
        audit.record(actor, "answers.unpublished", scope=conference.slug)


def public_answers(row: InputPublication) -> Select[Answer]:
    """The answers a publication shows, by task and table; practice is never shown."""
    return (
        select(Answer)
        .join(GroupTask, GroupTask.id == Answer.task_id)
        .where(
            Answer.conference_id == row.conference_id,
            Answer.withdrawn.is_(None),
            Answer.published,
            Answer.created <= row.published,
            GroupTask.is_tryout.is_(False),
        )
        .order_by(GroupTask.position, GroupTask.id, Answer.table_id, Answer.position, Answer.id)
    )


def hold_back(answer: Answer, published: bool, actor: str) -> None:
    """Show an answer on the public page, or hold it back; the table, the plan and the export keep it."""
    answer.published = published
    # A published plan may quote the answer on the pages of each conference of its mandate.
    shared = Conference.id.in_(sharing_plan(answer.conference_id))
    db.session.execute(update(Conference).where(shared).values(revision=Conference.revision + 1))
    action = "answer.shown" if published else "answer.held_back"
    audit.record(actor, action, scope=answer.conference.slug, subject=answer.ref)


def changed_after_publication(answer: Answer) -> None:
    """Let public pages notice: only once the answers are published does an answer change them."""
    if db.session.scalar(select(InputPublication.id).where(InputPublication.conference_id == answer.conference_id)):
        conference = db.session.get_one(Conference, answer.conference_id)
        conference.revision += 1
