"""A conference with a handful of the demo's answers, so that the real engine has something to chew on."""

import csv
from collections.abc import Iterable

from konferanse.answers.models import Answer, AnswerVersion, Words
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.config import ROOT
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Table

TASKS = {
    "oppg1": ("Hva hindrer oss?", "hindring"),
    "oppg2": ("Hva trenger vi?", "free"),
    "oppg3": ("Hvordan samarbeider vi?", "samarbeid"),
}
# Three near-equal answers (g016, g267, g288), one practical (g020), two that name somebody's health (g155, g245), one with
# owner, deadline and indicator (g010).
CHOSEN = (
    "g001", "g002", "g003", "g004", "g010", "g015", "g016", "g017", "g020", "g050", "g072", "g081", "g155", "g163", "g206",
    "g245", "g267", "g288", "g449", "g493",
)  # fmt: skip


def texts(ids: Iterable[str] = CHOSEN) -> dict[str, dict[str, str]]:
    """Rows of the demo's answers by id."""
    wanted = set(ids)
    with (ROOT / "konferanse" / "demo" / "data" / "answers.csv").open(encoding="utf-8-sig") as file:
        return {row["id"]: row for row in csv.DictReader(file) if row["id"] in wanted}


def tasks(conference: Conference) -> dict[str, GroupTask]:
    """The demo's three tasks, made the first time."""
    found = {task.ref: task for task in db.session.scalars(db.select(GroupTask).filter_by(conference_id=conference.id))}
    for position, (ref, (title, kind)) in enumerate(TASKS.items()):
        if ref not in found:
            found[ref] = GroupTask(conference_id=conference.id, ref=ref, title=title, kind=kind, position=position)
            db.session.add(found[ref])
    db.session.flush()
    return found


def table(conference: Conference, code: str) -> Table:
    """The table called ``code`` ("B07" is number 7), made the first time."""
    found = db.session.scalar(db.select(Table).filter_by(conference_id=conference.id, code=code))
    if found is None:
        composition = "nav; helseforetak" if code < "B10" else "kommune"
        found = Table(conference_id=conference.id, number=int(code[1:]), code=code, composition=composition)
        db.session.add(found)
        db.session.flush()
    return found


def say(
    conference: Conference, ref: str, text: str, *, task: str = "oppg2", at: str = "B01", channel: str = "import", **own: str
) -> Answer:
    """A table's answer, with what it says in fields of their own, or with ``channel`` "web" one of no table; the caller has
    begun a write and commits."""
    answer = Answer(
        ref=ref,
        conference_id=conference.id,
        table_id=None if channel == "web" else table(conference, at).id,
        task_id=tasks(conference)[task].id,
        channel=channel,
        text=text,
        versions=[AnswerVersion(number=1, text=text, written=now(), **own)],
        **own,
    )
    db.session.add(answer)
    db.session.flush()
    return answer


def edit(answer: Answer, text: str, **own: str) -> None:
    """A new version of an answer."""
    words = Words(text, **own)
    answer.version += 1
    answer.text, answer.owner, answer.deadline = words
    answer.versions.append(AnswerVersion(number=answer.version, **words._asdict(), written=now()))
    db.session.flush()


def gather(conference: Conference, ids: Iterable[str] = CHOSEN) -> None:
    """Put these of the demo's answers in ``conference``."""
    for row in texts(ids).values():
        say(conference, row["id"], row["text"], task=row["task"], at=row["table"])
