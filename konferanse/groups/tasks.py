"""The tasks the tables answer: in which round and order, by which tables, from when to when."""

import re
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups import seating
from konferanse.groups.models import TASK_KINDS, GroupTask, Table, TaskDone, TaskTable

REF = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")
LONGEST_TITLE, LONGEST_TEXT, MOST_MINUTES, MOST_ROUNDS = 200, 2000, 600, 20
KIND_LABELS = {
    "free": _l("Alle slags svar"),
    "hindring": _l("Hindringer"),
    "tiltak": _l("Tiltak"),
    "arbeidsform": _l("Arbeidsformer"),
    "rutine": _l("Rutiner"),
    "samarbeid": _l("Samarbeid"),
}


def tasks_of(conference: Conference) -> list[GroupTask]:
    """The tasks in order, round by round."""
    query = select(GroupTask).where(GroupTask.conference_id == conference.id).order_by(GroupTask.position, GroupTask.id)
    return list(db.session.scalars(query))


def round_count(conference: Conference) -> int:
    """How many rounds there are, of tasks or of people who change tables. Where it is one, nobody needs to hear of rounds."""
    last = select(func.max(GroupTask.round)).where(GroupTask.conference_id == conference.id)
    return max(db.session.scalar(last) or 1, seating.rounds_of(conference))


def hold(conference: Conference, tables: Sequence[Table] = ()) -> None:
    """Let one writer at a time change this conference's tasks on PostgreSQL, and those tables stand. A table that delivers an
    answer holds itself first and the conference after, so the tables come first here, too."""
    ids = [table.id for table in tables]
    db.session.execute(select(Table.id).where(Table.id.in_(ids)).order_by(Table.id).with_for_update(read=True, key_share=True))
    db.session.execute(select(Conference.id).where(Conference.id == conference.id).with_for_update(key_share=True))


def table_state(tasks: Sequence[GroupTask]) -> str:
    """ "closed" when the tables are through – every task is closed, and not only one to try out – else "open".

    The tables' pages and API say it in a header, ``Table-State``: phones keep an open table's pages and wipe a closed one's.
    """
    through = all(task.state() == "closed" for task in tasks) and any(not task.is_tryout for task in tasks)
    return "closed" if through else "open"


def find_task(conference: Conference, ref: str) -> GroupTask | None:
    """The task called ``ref``."""
    return db.session.scalar(select(GroupTask).where(GroupTask.conference_id == conference.id, GroupTask.ref == ref))


def free_ref(conference: Conference) -> str:
    """The next unused "oppg1", "oppg2", …"""
    taken = {t.ref for t in tasks_of(conference)}
    return next(f"oppg{n}" for n in range(1, len(taken) + 2) if f"oppg{n}" not in taken)


def add(
    conference: Conference,
    ref: str,
    title: str,
    actor: str,
    *,
    text: str = "",
    kind: str = "free",
    minutes: int | None = None,
    is_tryout: bool = False,
    asks_owner: bool = False,
    asks_deadline: bool = False,
    round_number: int = 1,
    tables: Sequence[Table] = (),
) -> GroupTask:
    """A new task, last in its round and not yet open; a try-out goes first. Raises ``Refused``."""
    hold(conference, tables)
    if not REF.fullmatch(ref):
        raise Refused(_("Oppgavens id kan bare ha bokstaver a–z, tall, punktum og bindestrek, for eksempel «oppg1»."))
    if kind not in TASK_KINDS:
        raise Refused(_("Ukjent slag oppgave: %(kind)s.", kind=kind))
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Refused(_("Skriv en tittel på høyst %(most)s tegn.", most=LONGEST_TITLE))
    if find_task(conference, ref):
        raise Refused(_("Det finnes alt en oppgave med id «%(ref)s».", ref=ref))
    earlier = tasks_of(conference)
    positions = [t.position for t in earlier]
    position = (min(positions, default=1) - 1) if is_tryout else (max(positions, default=0) + 1)
    task = GroupTask(
        conference_id=conference.id,
        ref=ref,
        title=title.strip(),
        text=text,
        kind=kind,
        minutes=minutes,
        is_tryout=is_tryout,
        asks_owner=asks_owner,
        asks_deadline=asks_deadline,
        round=round_number,
        position=position,
    )
    db.session.add(task)
    ask(task, tables)
    settle(conference)
    audit.record(actor, "task.added", scope=conference.slug, subject=ref)
    return task


def change(conference: Conference, task: GroupTask, values: Mapping[str, Any], tables: Sequence[Table]) -> None:
    """Give the task new ``values`` (by the model's names) and tables; an open task stays open."""
    hold(conference, tables)
    for name, value in values.items():
        setattr(task, name, value)
    ask(task, tables)
    settle(conference)


def ask(task: GroupTask, tables: Sequence[Table]) -> None:
    """Let the task be for ``tables``; for all when there are none."""
    wanted = {table.id for table in tables}
    before = {row.table_id: row for row in task.for_tables}
    if wanted == before.keys():
        return
    task.for_tables = [before.get(own) or TaskTable(table_id=own) for own in sorted(wanted)]
    if task.opened is not None:
        task.tables_changed = now()


def numbers(task: GroupTask, tables: Sequence[Table]) -> list[int]:
    """The numbers of the tables it is for, of ``tables`` in order; none when it is for all."""
    return [table.number for table in tables if task.is_for(table)] if task.for_tables else []


def settle(conference: Conference) -> None:
    """Number the tasks anew: by round, and in each as they stood."""
    db.session.flush()
    for position, task in enumerate(sorted(tasks_of(conference), key=lambda t: (t.round, t.position, t.id)), 1):
        task.position = position
    db.session.flush()


def open_task(conference: Conference, task: GroupTask, actor: str) -> None:
    """Open, or open again; the time box, if there is one, starts now."""
    if task.state() == "open":
        return
    task.opened = task.opened or now()
    task.closed = None
    task.closes = now() + timedelta(minutes=task.minutes) if task.minutes else None
    audit.record(actor, "task.opened", scope=conference.slug, subject=task.ref)


def close_task(conference: Conference, task: GroupTask, actor: str) -> None:
    """Close: what is written from now on is too late. Raises ``Refused`` for a task that never opened."""
    if task.state() == "closed":
        return
    if task.opened is None:
        raise Refused(_("Oppgaven «%(title)s» er ikke åpnet.", title=task.title))
    task.closed = now()
    audit.record(actor, "task.closed", scope=conference.slug, subject=task.ref)


def extend(conference: Conference, task: GroupTask, minutes: int, actor: str) -> None:
    """Move the clock's end ``minutes`` on, counted from now when it has run out. Raises ``Refused`` unless open."""
    if task.state() != "open":
        raise Refused(_("Åpne oppgaven før du gir den mer tid."))
    task.closes = max(task.closes or now(), now()) + timedelta(minutes=minutes)
    audit.record(actor, "task.extended", scope=conference.slug, subject=task.ref, minutes=minutes)


def move(conference: Conference, task: GroupTask, step: int) -> None:
    """Swap with the task before (-1) or after (1) in the same round; at the end of it nothing happens."""
    hold(conference)
    order = tasks_of(conference)
    here = order.index(task)
    there = here + step
    if 0 <= there < len(order) and order[there].round == task.round:
        order[here], order[there] = order[there], order[here]
    for position, row in enumerate(order, 1):
        row.position = position


def remove(conference: Conference, task: GroupTask, actor: str) -> None:
    """Delete a task nobody has answered. Raises ``Refused``."""
    title, ref = task.title, task.ref
    db.session.execute(delete(TaskDone).where(TaskDone.task_id == task.id))
    db.session.delete(task)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Refused(_("«%(title)s» har svar og kan ikke slettes. Du kan stenge oppgaven.", title=title)) from error
    audit.record(actor, "task.removed", scope=conference.slug, subject=ref)
