"""Input from people who were not there: when it is taken, and taking it in. Nothing about who sent it is kept.

It waits until somebody has read it (``web_moderation``). It never belongs to a table and is never counted with theirs.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, delete, func, select

from konferanse.answers.delivery import normalised
from konferanse.answers.models import WebInput, WebWindow
from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import GroupTask
from konferanse.groups.tables import hold

KEPT = timedelta(days=30)
"""How long what was decided, and what nobody read, can still be decided otherwise."""
MOST_WAITING = 5000  # a program that sends from many networks cannot fill the disk


class Closed(Refused):
    """Input is not taken now."""

    status = 422


def window_of(conference: Conference) -> WebWindow | None:
    """The window, once somebody has set it."""
    return db.session.scalar(select(WebWindow).where(WebWindow.conference_id == conference.id))


def asked(window: WebWindow | None) -> list[GroupTask]:
    """The tasks it asks about, in order; never one to try out."""
    return [task for task in window.tasks if not task.is_tryout] if window else []


def open_window(conference: Conference) -> WebWindow | None:
    """The window while input is taken: it is open, and asks about something."""
    window = window_of(conference)
    return window if window is not None and window.is_open(now()) and asked(window) else None


def set_up(
    conference: Conference,
    tasks: Sequence[GroupTask],
    opens: datetime | None,
    closes: datetime | None,
    introduction: str,
    actor: str,
) -> WebWindow:
    """Say when input is taken and about what; without ``opens`` it is not taken."""
    hold(conference)
    window = window_of(conference) or WebWindow(conference_id=conference.id)
    db.session.add(window)
    window.tasks = list(tasks)
    window.opens, window.closes, window.introduction = opens, closes, introduction
    db.session.flush()
    audit.record(actor, "web.set_up", scope=conference.slug, opens=str(opens or ""), closes=str(closes or ""))
    return window


def switch(conference: Conference, is_open: bool, actor: str) -> None:
    """Take input from now on, or no longer. Raises ``Refused`` when no task is chosen."""
    hold(conference)
    window = window_of(conference)
    if is_open and not asked(window):
        raise Refused(_("Velg først hva folk skal svare på."))
    if window is None or window.is_open(now()) == is_open:
        return
    if is_open:
        window.opens = now()
        window.closes = window.closes if window.closes and window.closes > now() else None
    elif window.opens is not None:
        window.closes = now()
    db.session.flush()
    audit.record(actor, "web.opened" if is_open else "web.closed", scope=conference.slug)


def hand_in(conference: Conference, texts: Mapping[str, str], key: UUID) -> int:
    """Keep what was written (text by task ref, empty ones left out) to be read; returns how many are new.

    The same texts with the same ``key`` again add nothing; a text that was changed is another input. Raises ``Closed``,
    ``BadAnswer`` for a text that cannot be kept, and ``Refused`` when more wait than anybody can read.
    """
    hold(conference)
    window = open_window(conference)
    if window is None:
        raise Closed(_("Vi tar ikke imot innspill nå."))
    waiting = select(func.count()).where(WebInput.conference_id == conference.id, WebInput.status == "waiting")
    if (db.session.scalar(waiting) or 0) >= MOST_WAITING:
        raise Refused(_("Det er kommet så mange innspill at vi må lese dem først. Prøv igjen senere."))
    added = 0
    for task in asked(window):
        if not texts.get(task.ref, "").strip():
            continue
        text = normalised(texts[task.ref])
        uid = uuid5(key, f"{task.id}\0{text}")
        if db.session.scalar(select(WebInput.id).where(WebInput.uid == uid)) is None:
            db.session.add(WebInput(uid=uid, conference_id=conference.id, task_id=task.id, text=text))
            added += 1
    db.session.flush()
    return added


def forget_decided() -> int:
    """Delete what was decided more than ``KEPT`` ago, demos apart: what was let in is an answer by now. Returns how many."""
    demos = select(Conference.id).where(Conference.is_demo)
    return _forget(WebInput.decided < now() - KEPT, WebInput.conference_id.not_in(demos))


def forget_unread(conference: Conference) -> int:
    """Delete what nobody has read, a month old or more; returns how many."""
    return _forget(WebInput.conference_id == conference.id, WebInput.status == "waiting", WebInput.received < now() - KEPT)


def _forget(*which: ColumnElement[bool]) -> int:
    gone: int = db.session.execute(delete(WebInput).where(*which)).rowcount  # type: ignore[attr-defined]
    return gone
