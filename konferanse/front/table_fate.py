"""What became of one table's answers in the published plan: for whoever sat there, by the table's own link."""

from collections.abc import Sequence
from typing import NamedTuple

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from konferanse.access.requires import requires
from konferanse.answers.models import Answer, Words
from konferanse.answers.readings import UNREAD, marks_of
from konferanse.extensions import db
from konferanse.front.inputs import outcomes_of
from konferanse.front.routes import bp
from konferanse.groups.access import TABLE, token_of
from konferanse.groups.models import GroupTask, Table
from konferanse.plan.publishing import published
from konferanse.plan.withheld import as_shown


class Line(NamedTuple):
    """A line of the plan: its permanent id, number and words."""

    id: str
    number: str
    text: str


class Followed(NamedTuple):
    """An answer and the lines it stands behind, with others' when ``is_merged``; or the ``reason`` it was laid aside. None of
    it when the plan was published before the answer came."""

    words: Words
    lines: Sequence[Line]
    is_merged: bool = False
    reason: str = ""


@bp.get("/bord/<token>/slik-gikk-det", endpoint="table_fate")
@requires(TABLE)
def table_fate(table: Table) -> ResponseReturnValue:
    """Each answer of the table, and what it became."""
    version = published(table.conference)
    tasks = _followed(table, as_shown(version) if version else None)
    shown = [one for _task, answers in tasks for one in answers]
    return render_template(
        "front/table_fate.html",
        conference=table.conference,
        table=table,
        token=token_of(table),
        version=version,
        tasks=tasks,
        count=len(shown),
        used=sum(bool(one.lines) for one in shown),
    )


def _followed(table: Table, content: dict[str, object] | None) -> list[tuple[GroupTask, list[Followed]]]:
    query = (
        select(Answer)
        .join(GroupTask, Answer.task_id == GroupTask.id)
        .where(Answer.table_id == table.id, Answer.withdrawn.is_(None), GroupTask.is_tryout.is_(False))
        .options(joinedload(Answer.task))
        .order_by(GroupTask.position, GroupTask.id, Answer.position, Answer.id)
    )
    marks = marks_of(table.conference_id)
    outcomes = outcomes_of(content) if content else {}
    words = {line["id"]: line["text"] for line in content["lines"]} if content else {}  # type: ignore[attr-defined]
    found: dict[int, tuple[GroupTask, list[Followed]]] = {}
    for answer in db.session.scalars(query):
        _task, followed = found.setdefault(answer.task_id, (answer.task, []))
        outcome = outcomes.get(answer.id)
        lines = [Line(own, number, words[own]) for own, number in outcome.lines] if outcome else []
        reason = outcome.reason if outcome else ""
        followed.append(
            Followed(marks.get(answer.id, UNREAD).words(answer.words), lines, bool(outcome and outcome.into), reason)
        )
    return list(found.values())
