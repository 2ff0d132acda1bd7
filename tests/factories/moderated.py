"""What moderators have done in a filled conference."""

import io

from konferanse.answers.models import Answer, FlipChart, Reading
from konferanse.common.storage import files
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Table
from tests.factories.rows import row


def moderated(table: Table, task: GroupTask, answer: Answer, picture: bytes) -> dict[str, str]:
    """A photograph of a flip chart, and an answer that somebody has read. Returns what fills in their pages' addresses."""
    photo = files.keep(io.BytesIO(picture), name="ark.webp", content_type="image/webp")
    db.session.flush()
    chart = row(FlipChart, conference_id=table.conference_id, table_id=table.id, task_id=task.id, file_id=photo.id)
    row(Reading, answer_id=answer.id, version=1, hidden=[], actor="staff:1")
    db.session.flush()
    about = {"code": table.code, "ref": answer.ref, "decision": "skjul"}
    values = {f"vurdering/{name}": value for name, value in about.items()}
    return values | {"plenum/ref": task.ref, "bilder/uid": str(chart.uid)}
