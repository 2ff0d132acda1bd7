"""Everything that was answered, by task and table, and apart from it what came from the web, each with one click to what
became of it."""

from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, select

from konferanse.answers.models import FROM_TABLES, FROM_WEB, WEB, Answer, AnswerVersion, InputPublication
from konferanse.answers.publication import public_answers
from konferanse.answers.readings import UNREAD, Marks, marks_of
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Table
from konferanse.plan.models import PlanVersion
from konferanse.plan.publishing import published
from konferanse.plan.withheld import as_shown
from konferanse.plan.wording import reason_words
from konferanse.themes.models import Fate
from konferanse.themes.runs import newest_done
from konferanse.themes.sensitive import spans_of


class Outcome(NamedTuple):
    """What became of an answer: the lines it is used in ([(permanent id, number)]), the answer it was merged into (its id
    in the plan), or why it was laid aside."""

    lines: list[tuple[str, str]]
    into: str
    reason: str


class Shown(NamedTuple):
    """One answer as everybody may see it, masked; ``outcome`` is None until a plan is published."""

    answer: Answer
    text: str
    owner: str
    deadline: str
    language: str
    outcome: Outcome | None


def chosen(publication: InputPublication, conference: Conference, task: str, table: str) -> dict[str, Any]:
    """What the page shows for a task's ref and a table's number (or ``WEB``), each "" for all; one that does not exist counts
    as "".

    Keys: tasks, tables, task, table, groups (task → table → answers), count, web (task → inputs), web_count, version.
    """
    tasks, tables = _tasks(conference), _tables(conference)
    task = task if task in {t.ref for t in tasks} else ""
    table = table if table in {WEB, *(str(t.number) for t in tables)} else ""
    version = published(conference)
    wanted = [GroupTask.ref == task] if task else []
    at = [FROM_TABLES] if not table else [FROM_WEB] if table == WEB else [Table.number == int(table)]
    shown = _shown(publication, conference, [*wanted, *at], version)
    web = _shown(publication, conference, [*wanted, FROM_WEB], version) if not table else shown if table == WEB else []
    return {
        "tasks": tasks,
        "tables": tables,
        "task": task,
        "table": table,
        "groups": [] if table == WEB else _grouped(shown, tasks),
        "count": 0 if table == WEB else len(shown),
        "web": [(t, own) for t in tasks if (own := [one for one in web if one.answer.task_id == t.id])],
        "web_count": len(web),
        "version": version,
    }


def _tasks(conference: Conference) -> list[GroupTask]:
    query = select(GroupTask).where(GroupTask.conference_id == conference.id, GroupTask.is_tryout.is_(False))
    return list(db.session.scalars(query.order_by(GroupTask.position, GroupTask.id)))


def _tables(conference: Conference) -> list[Table]:
    return list(db.session.scalars(select(Table).where(Table.conference_id == conference.id).order_by(Table.number)))


def _shown(
    publication: InputPublication, conference: Conference, wanted: list[ColumnElement[bool]], version: PlanVersion | None
) -> list[Shown]:
    """Answers that were in when they were published, stand and are not held back, in the order of tasks, tables and answers."""
    query = (
        public_answers(publication)
        .add_columns(AnswerVersion.id)
        .join(AnswerVersion, (AnswerVersion.answer_id == Answer.id) & (AnswerVersion.number == Answer.version))
        .outerjoin(Table, Answer.table_id == Table.id)
        .where(*wanted)
        .options(db.joinedload(Answer.table))
    )
    fates = _fates(conference)
    outcomes = outcomes_of(as_shown(version)) if version else {}
    marks = marks_of(conference.id)
    rows = db.session.execute(query)
    return [_one(answer, marks, fates.get(version_id), outcomes.get(answer.id)) for answer, version_id in rows]


def _one(answer: Answer, marks: dict[int, Marks], fate: Fate | None, outcome: Outcome | None) -> Shown:
    # An answer no run has read yet is read here: what may tell of somebody's health is never shown first and masked later.
    suggested = fate.sensitive if fate else spans_of(answer.text)
    words = marks.get(answer.id, UNREAD).words(answer.words, suggested, spans_of)
    return Shown(answer, *words, fate.lang if fate else "", outcome)


def _fates(conference: Conference) -> dict[int, Fate]:
    run = newest_done(conference.id)
    rows = db.session.scalars(select(Fate).where(Fate.run_id == run.id)).all() if run else []
    return {fate.version_id: fate for fate in rows}


def outcomes_of(content: dict[str, Any]) -> dict[int, Outcome]:
    """What became of each answer (by its row's id) in a published plan's content."""
    lines: dict[int, list[tuple[str, str]]] = {}
    into: dict[int, str] = {}
    for line in content["lines"]:
        for e in line["evidence"]:
            behind = lines.setdefault(e["source"], [])
            if (line["id"], line["number"]) not in behind:
                behind.append((line["id"], line["number"]))
            into[e["source"]] = e["merged_into"]
    found = {source: Outcome(behind, into[source], "") for source, behind in lines.items()}
    return found | {row["source"]: Outcome([], "", reason_words(row["reason"])) for row in content["parked"]}


def _grouped(shown: list[Shown], tasks: list[GroupTask]) -> list[tuple[GroupTask, list[tuple[Table, list[Shown]]]]]:
    found = []
    for task in tasks:
        by_table: dict[Table, list[Shown]] = {}
        for one in shown:
            if one.answer.task_id == task.id and one.answer.table is not None:
                by_table.setdefault(one.answer.table, []).append(one)
        if by_table:
            found.append((task, list(by_table.items())))
    return found
