"""Input from the web for a filled conference."""

from uuid import NAMESPACE_URL, uuid5

from konferanse.answers.models import Answer, AnswerVersion, WebInput, WebWindow
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import GroupTask
from tests.factories.rows import row


def from_web(conference: Conference, task: GroupTask, rows: int) -> list[AnswerVersion]:
    """An open window, answers from the web, and inputs of every status; returns what the answers say."""
    about, versions = {"conference_id": conference.id, "task_id": task.id}, []
    for n in range(rows):
        ref, text = uuid5(NAMESPACE_URL, f"{conference.slug}-nett-{n}"), f"Mer tid til opplæring, sier nettet {n}."
        version = AnswerVersion(number=1, text=text, written=now())
        answer = row(Answer, ref=str(ref), channel="web", text=text, position=n, versions=[version], **about)
        versions.append(version)
        row(WebInput, uid=ref, text=text, status="in", decided=now(), answer=answer, **about)
        for status, decided in (("waiting", None), ("rejected", now())):
            row(WebInput, text=f"{text} ({status})", status=status, decided=decided, **about)
    row(WebWindow, conference_id=conference.id, opens=now(), tasks=[task])
    db.session.flush()
    return versions
