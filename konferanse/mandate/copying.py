"""The assignment of one conference as the beginning of another's."""

from datetime import timedelta

from konferanse.common.copying import Recipe
from konferanse.mandate.models import Mandate

MANDATE = Recipe(
    Mandate,
    carried=("giver", "reference", "summary", "text", "target", "plan_must_hold"),
    made=("title", "report_by"),
    left=("id", "uid", "created"),
)
RECIPES = (MANDATE,)


def copy(source: Mandate, title: str, by: timedelta) -> Mandate:
    """A new assignment like ``source``, called ``title``, reported ``by`` later; not yet in the session."""
    made: Mandate = MANDATE.copy(source, title=title, report_by=source.report_by + by if source.report_by else None)
    return made
