"""What a conference copied from an earlier one gets of the slides: when they are due. No slides, no films."""

from konferanse.common.copying import Recipe
from konferanse.conference.copying import Copy
from konferanse.extensions import db
from konferanse.presentations.deadlines import deadline
from konferanse.presentations.models import SlideDeadline

DEADLINE = Recipe(SlideDeadline, carried=("remind_days",), made=("conference_id", "due"), left=("id", "reminded"))
RECIPES = (DEADLINE,)


def bring(copy: Copy) -> int:
    """Copy the deadline, as many days before as last time; returns how many there are, one or none."""
    row = deadline(copy.source)
    if row is None:
        return 0
    db.session.add(DEADLINE.copy(row, conference_id=copy.target.id, due=copy.day(row.due)))
    db.session.flush()
    return 1
