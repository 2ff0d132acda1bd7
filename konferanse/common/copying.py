"""How rows come along to something new, told column by column, so that one nobody has thought of is found (a rule tests it)."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from konferanse.common.clock import local


class Recipe(NamedTuple):
    """How a row of ``model`` is copied: ``carried`` columns as they are, ``made`` ones with a value of their own. What is
    ``left`` is deliberately as in any new row."""

    model: type[Any]
    carried: Sequence[str] = ()
    made: Sequence[str] = ()
    left: Sequence[str] = ()

    def fill(self, target: Any, source: Any) -> None:
        """Carry what is carried from ``source`` to ``target``. Lists and the like are copied by the database."""
        for name in self.carried:
            setattr(target, name, getattr(source, name))

    def copy(self, source: Any, **made: Any) -> Any:
        """A new row like ``source``, not yet in the session, with ``made`` for exactly the columns that are."""
        if set(made) != set(self.made):
            raise TypeError(f"{self.model.__name__} is made with {sorted(self.made)}, not {sorted(made)}")
        row = self.model(**made)
        self.fill(row, source)
        return row


def days_later(moment: datetime, by: timedelta) -> datetime:
    """``moment`` whole days later by the clock on the wall in Norway, as UTC. Where summer time skips that hour, the next."""
    return (local(moment) + by).astimezone(UTC)
