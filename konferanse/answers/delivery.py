"""Taking in an answer (invariant 2): the same id twice is one answer, every version is kept, a stale edit is refused with
both texts.

The caller has begun a write and commits; when the commit returns, the answer is on disk and may be acknowledged.
"""

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from flask_babel import gettext as _
from sqlalchemy import func, select

from konferanse.answers.assigned import may_answer
from konferanse.answers.models import MAX_LENGTH, MAX_OWN, Answer, AnswerVersion, Words
from konferanse.answers.publication import changed_after_publication
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.common.fields import unprintable
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Table

CLOCK_SKEW = timedelta(minutes=2)
MOST_ANSWERS = 5000  # at one table: a lost link cannot fill the disk
MOST_VERSIONS = 500
UUID_FORM = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class BadAnswer(Refused):
    """Something in what was sent must be mended: ``field`` says what."""

    status = 422

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class TaskClosed(BadAnswer):
    """Written while the task was not open."""


class NotAsked(BadAnswer):
    """The task is for other tables."""


class UnknownAnswer(Refused):
    """The table has no such answer."""

    status = 404


class StaleAnswer(Refused):
    """Somebody changed the answer since the version this was based on. Both whole answers (theirs is empty when it was
    withdrawn, yours when you withdraw), and the version that stands."""

    def __init__(self, yours: Words, theirs: Words, version: int) -> None:
        super().__init__(_("Noen endret svaret imens. Velg hvilken tekst som skal stå."))
        self.yours, self.theirs, self.version = yours, theirs, version


class Receipt(NamedTuple):
    """What was stored: ``created`` the first time an id arrives."""

    ref: str
    version: int
    created: bool


def normalised(text: str) -> str:
    """``text`` in NFC with LF line ends. Raises ``BadAnswer`` when it is empty, too long or holds what no page can show."""
    value = _nfc("text", text).replace("\r\n", "\n").replace("\r", "\n")
    if not value.strip():
        raise BadAnswer("text", _("Skriv et svar før du sender."))
    if len(value) > MAX_LENGTH:
        over = len(value) - MAX_LENGTH
        raise BadAnswer("text", _("Kort ned svaret med %(n)s tegn. Det er plass til %(max)s.", n=over, max=MAX_LENGTH))
    if unprintable(value):
        raise BadAnswer("text", _("Teksten har tegn som ikke kan vises. Skriv den på nytt uten å lime inn."))
    return value


def normalised_own(field: str, value: str | None) -> str | None:
    """A field of its own in NFC, on one line, trimmed; None for one that was not sent. Raises ``BadAnswer`` naming it."""
    if value is None:
        return None
    line = _nfc(field, value).strip()
    if (over := len(line) - MAX_OWN) > 0:
        raise BadAnswer(field, _("Kort ned teksten med %(n)s tegn. Det er plass til %(max)s.", n=over, max=MAX_OWN))
    if unprintable(line):
        raise BadAnswer(field, _("Teksten har tegn som ikke kan vises. Skriv den på nytt uten å lime inn."))
    if len(line.splitlines()) > 1:
        raise BadAnswer(field, _("Skriv teksten på én linje."))
    return line


def _nfc(field: str, text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise BadAnswer(field, _("Teksten har tegn som ikke kan lagres. Skriv den på nytt uten å lime inn.")) from error
    return unicodedata.normalize("NFC", text)


def deliver(
    table: Table,
    task: GroupTask,
    ref: str,
    text: str,
    base_version: int,
    written_at: datetime | None,
    *,
    owner: str | None = None,
    deadline: str | None = None,
) -> Receipt:
    """Store an answer or an edit of it, once however often it is sent.

    ``owner`` and ``deadline`` that are None were not sent: a new answer has none, an edit leaves them as they were in the
    version it was made on, so that a phone with an older page does not wipe them. ``base_version`` is 0 for a new answer,
    else the version the edit was made on. ``written_at`` is the client's time; one that cannot be right (see ``trusted``)
    counts as now. A repeat, all three the same, gets the receipt of the first time. An edit of a withdrawn answer, or the
    same words sent on its standing version, brings it back.

    Raises ``BadAnswer``, ``TaskClosed``, ``NotAsked``, ``UnknownAnswer`` or ``StaleAnswer``.
    """
    value, own = normalised(text), (normalised_own("owner", owner), normalised_own("deadline", deadline))
    _hold(table)
    answer = find(table, ref)
    if answer is None:
        if base_version:
            raise UnknownAnswer(_("Bordet har ikke noe slikt svar."))
        return _create(table, task, ref, Words(value, own[0] or "", own[1] or ""), written_at)
    if answer.task_id != task.id:
        raise BadAnswer("task", _("Svaret hører til en annen oppgave."))
    words = _whole(answer, value, *own, base_version)
    earlier = _already(answer, words, base_version)
    if earlier is not None:
        return Receipt(answer.ref, earlier, False)
    written, late = _in_time(task, written_at)
    if base_version != answer.version:
        raise StaleAnswer(words, Words("") if answer.withdrawn else answer.words, answer.version)
    if answer.version >= MOST_VERSIONS:
        raise BadAnswer("text", _("Svaret er endret for mange ganger. Trekk det og skriv et nytt."))
    store_version(answer, words, written)
    answer.late = answer.late or late
    _alive(table)
    return Receipt(answer.ref, answer.version, False)


def withdraw(table: Table, ref: str, base_version: int, written_at: datetime | None = None) -> Receipt:
    """Withdraw an answer: it is no longer counted or shown, and can be brought back. Twice is once.

    Raises ``UnknownAnswer``, ``StaleAnswer`` when it was edited meanwhile, or ``TaskClosed``.
    """
    _hold(table)
    answer = find(table, ref)
    if answer is None:
        raise UnknownAnswer(_("Bordet har ikke noe slikt svar."))
    if answer.withdrawn is None:
        _in_time(answer.task, written_at)
        if base_version != answer.version:
            raise StaleAnswer(Words(""), answer.words, answer.version)
        answer.withdrawn = now()
        changed_after_publication(answer)
        _alive(table)
    return Receipt(answer.ref, answer.version, False)


def reorder(table: Table, task: GroupTask, refs: Sequence[str]) -> list[str]:
    """Put the table's answers to ``task`` in the order of ``refs``; any not named follow as they were.

    Returns the whole order. Raises ``BadAnswer`` for an id that is not there or comes twice, ``TaskClosed``.
    """
    _hold(table)
    _in_time(task, None)
    query = select(Answer).where(Answer.table_id == table.id, Answer.task_id == task.id).order_by(Answer.position, Answer.id)
    rows = {answer.ref: answer for answer in db.session.scalars(query)}
    wanted = [ref if ref in rows else ref.lower() for ref in refs]
    if len(set(wanted)) != len(wanted):
        raise BadAnswer("order", _("Et svar står to ganger i rekkefølgen."))
    if unknown := [ref for ref in wanted if ref not in rows]:
        raise BadAnswer("order", _("Bordet har ikke svaret %(ref)s på denne oppgaven.", ref=unknown[0][:64]))
    order = [*wanted, *(ref for ref in rows if ref not in set(wanted))]
    for position, ref in enumerate(order, 1):
        rows[ref].position = position
    _alive(table)
    return [ref for ref in order if rows[ref].withdrawn is None]


def move(table: Table, answer: Answer, steps: int) -> None:
    """Move an answer past ``steps`` of its neighbours, later in order when positive; at an end, or withdrawn, it stays.

    Raises ``TaskClosed``.
    """
    order = [one.ref for one in standing(table) if one.task_id == answer.task_id]
    if answer.ref in order:
        place = order.index(answer.ref)
        order.insert(min(max(place + steps, 0), len(order) - 1), order.pop(place))
        reorder(table, answer.task, order)


def find(table: Table, ref: str) -> Answer | None:
    """The table's answer with this id; a UUID may be written in capitals."""
    query = select(Answer).where(Answer.table_id == table.id, Answer.ref.in_({ref, ref.lower()}))
    return db.session.scalar(query)


def standing(table: Table) -> list[Answer]:
    """The table's answers that are not withdrawn, in order."""
    query = select(Answer).where(Answer.table_id == table.id, Answer.withdrawn.is_(None))
    return list(db.session.scalars(query.order_by(Answer.task_id, Answer.position, Answer.id)))


def new_answer(table: Table | None, task: GroupTask, ref: str, words: Words, *, channel: str, written: datetime) -> Answer:
    """A first version, last in order. ``words`` are normalised and ``ref`` unused at the table, which web input has none of."""
    at = table.id if table else None
    last = select(func.max(Answer.position)).where(Answer.table_id == at, Answer.task_id == task.id)
    answer = Answer(
        ref=ref,
        conference_id=task.conference_id,
        table_id=at,
        task_id=task.id,
        channel=channel,
        position=(db.session.scalar(last) or 0) + 1,
        version=1,
        **words._asdict(),
    )
    answer.versions.append(AnswerVersion(number=1, **words._asdict(), written=written))
    db.session.add(answer)
    db.session.flush()
    return answer


def store_version(answer: Answer, words: Words, written: datetime) -> None:
    """A further version, which brings a withdrawn answer back."""
    answer.version += 1
    (answer.text, answer.owner, answer.deadline), answer.withdrawn = words, None
    db.session.add(AnswerVersion(answer_id=answer.id, number=answer.version, **words._asdict(), written=written))
    changed_after_publication(answer)
    db.session.flush()


def trusted(written_at: datetime | None, task: GroupTask, moment: datetime) -> datetime:
    """When it was written: the client's time unless it is ahead of ours or before the task opened, else ``moment``.

    A phone with a wrong clock loses nothing while the task is open; after that only a believable time counts.
    """
    if written_at is None or written_at > moment + CLOCK_SKEW:
        return moment
    if task.opened is None or written_at < task.opened:
        return moment
    return min(written_at, moment)


def _create(table: Table, task: GroupTask, ref: str, words: Words, written_at: datetime | None) -> Receipt:
    ref = ref.lower()
    if not UUID_FORM.fullmatch(ref):
        raise BadAnswer("id", _("Et nytt svar må ha en UUID som id."))
    written, late = _in_time(task, written_at)
    if not may_answer(table, task, written):
        told = _("Oppgaven «%(title)s» er for andre bord. Si fra til arrangøren hvis svaret skal med.", title=task.title)
        raise NotAsked("task", told)
    if db.session.scalar(select(func.count()).select_from(Answer).where(Answer.table_id == table.id)) >= MOST_ANSWERS:  # type: ignore[operator]
        raise BadAnswer("text", _("Bordet har levert så mange svar det er plass til."))
    answer = new_answer(table, task, ref, words, channel="table", written=written)
    answer.late = late
    _alive(table)
    return Receipt(answer.ref, 1, True)


def _whole(answer: Answer, text: str, owner: str | None, deadline: str | None, base_version: int) -> Words:
    """What an edit says, with what it did not send as it was in the version it was made on."""
    if owner is not None and deadline is not None:
        return Words(text, owner, deadline)
    before = (_version(answer, base_version) or answer.words) if base_version else Words("")
    return Words(text, before.owner if owner is None else owner, before.deadline if deadline is None else deadline)


def _version(answer: Answer, number: int) -> Words | None:
    row = db.session.scalar(select(AnswerVersion).where(AnswerVersion.answer_id == answer.id, AnswerVersion.number == number))
    return row.words if row else None


def _already(answer: Answer, words: Words, base_version: int) -> int | None:
    """The version a repeat made the first time, or None when this is news."""
    if base_version < answer.version and _version(answer, base_version + 1) == words:
        return base_version + 1
    # Sent on the version that stands it changes nothing; on an earlier one, two people made the same change.
    return answer.version if words == answer.words and answer.withdrawn is None else None


def _in_time(task: GroupTask, written_at: datetime | None) -> tuple[datetime, bool]:
    """When it was written, and whether it arrived after the task closed. Raises ``TaskClosed``."""
    moment = now()
    written = trusted(written_at, task, moment)
    if task.opened is None:
        raise TaskClosed("task", _("Oppgaven «%(title)s» er ikke åpnet ennå.", title=task.title))
    if not task.is_open(written):
        raise TaskClosed(
            "task",
            _("Oppgaven «%(title)s» er stengt. Si fra til arrangøren hvis svaret skal med.", title=task.title),
        )
    return written, not task.is_open(moment)


def _hold(table: Table) -> None:
    """One writer at a time at a table on PostgreSQL; SQLite has one writer anyway."""
    db.session.execute(select(Table.id).where(Table.id == table.id).with_for_update())


def _alive(table: Table) -> None:
    table.seen = now()
    db.session.flush()
