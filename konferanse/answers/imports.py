"""Answers from a file or from paper, and back out again. A file goes in whole or not at all."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid5

from flask_babel import gettext as _
from sqlalchemy import func, select

from konferanse.answers import sheets
from konferanse.answers.assigned import may_answer
from konferanse.answers.delivery import BadAnswer, new_answer, normalised, normalised_own, store_version
from konferanse.answers.models import FROM_WEB, OWN, Answer, AnswerVersion, FlipChart, Words
from konferanse.answers.readings import UNREAD, marks_of
from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.sheets import BadSheet
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups import tables as table_logic
from konferanse.groups import tasks as task_logic
from konferanse.groups.models import GroupTask, Table

MOST_PROBLEMS = 50


@dataclass
class Summary:
    """What an import did, or in a dry run would do."""

    added: int = 0
    changed: int = 0
    same: int = 0
    withdrawn: int = 0  # in the file, but withdrawn since: left alone
    tables: list[str] = field(default_factory=list)
    tasks: list[str] = field(default_factory=list)


def import_file(conference: Conference, content: bytes, actor: str, *, create: bool = False) -> Summary:
    """Take in ANSWERS.csv or its XLSX twin; the same file again changes nothing.

    An id that is there with other words gets a new version, unless they are some it had before; an owner or deadline that the
    file has no column for stays as it is. ``create`` makes tables and tasks the file names and the conference lacks. Raises
    ``BadSheet`` naming every bad line, with nothing changed once the caller rolls back.
    """
    rows = sheets.read(content)
    tables = {t.code: t for t in table_logic.tables_of(conference)}
    tasks = {t.ref: t for t in task_logic.tasks_of(conference)}
    summary = Summary()
    if create:
        _create_missing(conference, rows, tables, tasks, summary, actor)
    checked = _checked(conference, rows, tables, tasks)
    stored = {a.ref: a for a in db.session.scalars(select(Answer).where(Answer.conference_id == conference.id))}
    marks = marks_of(conference.id)
    for row, given in zip(rows, checked, strict=True):
        answer = stored.get(row.id)
        if answer is None:
            new_answer(tables[row.table], tasks[row.task], row.id, Words(**given), channel="import", written=now())
            summary.added += 1
        elif _known(answer, given) or _says(marks.get(answer.id, UNREAD).words(answer.words), given):
            summary.same += 1
        elif answer.withdrawn:
            summary.withdrawn += 1
        else:
            store_version(answer, answer.words._replace(**given), now())
            summary.changed += 1
    audit.record(actor, "answers.imported", scope=conference.slug, added=summary.added, changed=summary.changed)
    return summary


def from_paper(table: Table, task: GroupTask, text: str, key: UUID, actor: str, chart: FlipChart | None = None) -> int:
    """Each non-empty line of ``text`` as an answer of ``table``, read off ``chart`` if that was photographed; the same ``key``
    again adds nothing. Returns how many.

    Where the task asks for owner or deadline, they may follow the answer on its line, with "|" between. Raises ``BadAnswer``
    naming the line, or the task when it is for other tables.
    """
    if not may_answer(table, task):
        told = _(
            "%(table)s skal ikke svare på denne oppgaven. Velg en annen, eller la oppgaven gjelde bordet.", table=table.name
        )
        raise BadAnswer("task", told)
    added = 0
    for number, line in enumerate(text.replace("\r\n", "\n").split("\n"), 1):
        if not line.strip():
            continue
        try:
            words = _typed(task, line)
        except BadAnswer as error:
            raise BadAnswer("lines", _("Linje %(line)s: %(why)s", line=number, why=error.message)) from error
        ref = str(uuid5(key, str(number)))
        if db.session.scalar(select(Answer.id).where(Answer.table_id == table.id, Answer.ref == ref)) is None:
            new_answer(table, task, ref, words, channel="paper", written=now()).flip_chart = chart
            added += 1
    db.session.flush()
    audit.record(actor, "answers.typed_in", scope=table.conference.slug, subject=table.code, added=added)
    return added


def _typed(task: GroupTask, line: str) -> Words:
    text, *rest = line.split("|") if task.asks else [line]
    if len(rest) > len(task.asks):
        raise BadAnswer("lines", _("Bruk loddrett strek (|) bare foran ansvarlig og frist."))
    own = {field: normalised_own(field, value) for field, value in zip(task.asks, rest, strict=False)}
    return Words(normalised(text.strip()), own.get("owner") or "", own.get("deadline") or "")


def export(conference: Conference) -> Iterable[dict[str, Any]]:
    """The current text of every answer that stands, by task and table, what moderators hid in it masked; those from the web
    have no table. Practice is left out."""
    marks = marks_of(conference.id)
    rows = db.session.scalars(
        select(Answer)
        .outerjoin(Table)
        .join(GroupTask)
        .where(Answer.conference_id == conference.id, Answer.withdrawn.is_(None), GroupTask.is_tryout.is_(False))
        .options(db.contains_eager(Answer.table), db.contains_eager(Answer.task))
        .order_by(GroupTask.position, FROM_WEB, Table.number, Answer.position, Answer.id)
    )
    for a in rows:
        words = marks.get(a.id, UNREAD).words(a.words)
        yield {
            "id": a.ref,
            "task": a.task.ref,
            "table": a.table.code if a.table else "",
            "text": words.text,
            "channel": a.channel,
            "version": a.version,
            "late": a.late,
            "owner": words.owner,
            "deadline": words.deadline,
        }


def _create_missing(
    conference: Conference,
    rows: Sequence[sheets.Row],
    tables: dict[str, Table],
    tasks: dict[str, GroupTask],
    summary: Summary,
    actor: str,
) -> None:
    for code in dict.fromkeys(r.table for r in rows if r.table and len(r.table) <= 40 and r.table not in tables):
        taken = {t.number for t in tables.values()}
        digits = "".join(c for c in code if c.isascii() and c.isdigit())
        wanted = int(digits) if digits and len(digits) < 5 else 0
        number = wanted if wanted and wanted not in taken else max(taken, default=0) + 1
        tables[code] = table_logic.add(conference, number, code)
        summary.tables.append(code)
    for ref in dict.fromkeys(r.task for r in rows if task_logic.REF.fullmatch(r.task) and r.task not in tasks):
        tasks[ref] = task_logic.add(conference, ref, ref, actor)
        summary.tasks.append(ref)
    db.session.flush()


def _checked(
    conference: Conference, rows: Sequence[sheets.Row], tables: dict[str, Table], tasks: dict[str, GroupTask]
) -> list[dict[str, str]]:
    """What every row gives, as it is stored: text, and owner and deadline where the file has them. Or ``BadSheet`` with every
    problem, by line and column."""
    owners = {
        ref: (table, task)
        for ref, table, task in db.session.execute(
            select(Answer.ref, func.coalesce(Table.code, ""), GroupTask.ref)
            .outerjoin(Table, Table.id == Answer.table_id)
            .join(GroupTask, GroupTask.id == Answer.task_id)
            .where(Answer.conference_id == conference.id)
        )
    }
    seen: dict[str, int] = {}
    checked: list[dict[str, str]] = []
    problems: list[str] = []
    for row in rows:
        wrong = _fault(row, seen, tables, tasks, owners.get(row.id))
        if wrong:
            problems.append(_("Linje %(line)s, kolonne %(column)s: %(why)s", line=row.line, column=wrong[0], why=wrong[1]))
        else:
            checked.append(_given(row))
        seen.setdefault(row.id, row.line)
        if len(problems) >= MOST_PROBLEMS:
            break
    if problems:
        raise BadSheet(problems)
    return checked


def _given(row: sheets.Row) -> dict[str, str]:
    own = {field: normalised_own(field, getattr(row, field)) for field in OWN}
    return {"text": normalised(row.text)} | {field: value for field, value in own.items() if value is not None}


def _fault(
    row: sheets.Row,
    seen: dict[str, int],
    tables: dict[str, Table],
    tasks: dict[str, GroupTask],
    owner: tuple[str, str] | None,
) -> tuple[str, str] | None:
    """The column that must be mended, and how; None for a good row."""
    from_web = owner is not None and row.table == owner[0] == ""  # an answer we gave out ourselves
    checks: list[tuple[bool, str, Callable[[], str]]] = [
        (not row.id or len(row.id) > 64 or "\0" in row.id, "id", lambda: _("skriv en id på høyst 64 tegn.")),
        (row.id in seen, "id", lambda: _("«%(id)s» står også på linje %(line)s.", id=row.id, line=seen[row.id])),
        (row.task not in tasks, "task", lambda: _("det finnes ingen oppgave «%(ref)s».", ref=row.task[:64])),
        (
            row.table not in tables and not from_web,
            "table",
            lambda: _("det finnes ikke noe bord «%(code)s».", code=row.table[:64]),
        ),
    ]
    for is_wrong, column, why in checks:
        if is_wrong:
            return column, why()
    if owner and owner != (row.table, row.task):
        return "id", _("«%(id)s» hører til bord %(table)s og oppgave %(task)s.", id=row.id, table=owner[0], task=owner[1])
    try:
        _given(row)
    except BadAnswer as error:
        return error.field, error.message
    return None


def _says(words: Words, given: dict[str, str]) -> bool:
    return words == words._replace(**given)


def _known(answer: Answer, given: dict[str, str]) -> bool:
    if _says(answer.words, given):
        return True
    earlier = select(AnswerVersion.id).where(AnswerVersion.answer_id == answer.id).filter_by(**given)
    return db.session.scalar(earlier.limit(1)) is not None
