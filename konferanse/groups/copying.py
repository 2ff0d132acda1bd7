"""What a conference copied from an earlier one gets of group work: the tasks, none of them opened and all of them for
all tables. No tables, no answers."""

from konferanse.common.copying import Recipe
from konferanse.conference.copying import Copy
from konferanse.extensions import db
from konferanse.groups.models import GroupTask
from konferanse.groups.tasks import tasks_of

TASK = Recipe(
    GroupTask,
    carried=("ref", "title", "text", "kind", "minutes", "is_tryout", "asks_owner", "asks_deadline", "round", "position"),
    made=("conference_id",),
    left=("id", "opened", "closes", "closed", "tables_changed"),
)
RECIPES = (TASK,)


def bring(copy: Copy) -> int:
    """Copy the tasks; returns how many."""
    rows = [TASK.copy(task, conference_id=copy.target.id) for task in tasks_of(copy.source)]
    db.session.add_all(rows)
    db.session.flush()
    return len(rows)
