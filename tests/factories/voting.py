"""Prioritisings of a filled conference, and votes."""

from collections.abc import Sequence

from konferanse.answers.models import Ballot, Prioritising
from konferanse.common.clock import now
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import Table
from konferanse.registration.models import Registration
from tests.factories.rows import row


def fill(conference: Conference, rows: int, tables: Sequence[Table], people: Sequence[Registration]) -> dict[str, str]:
    """One that is open and ``rows`` that are over, for the tables and for the participants, and everybody has voted. Returns
    what fills in the addresses of the tables' open one."""
    choices = [f"Faste faddere {n}" for n in range(max(2, min(rows, 40)))]
    about = {"conference_id": conference.id, "dots": 2, "choices": choices, "opened": now()}
    for n in range(rows, -1, -1):
        over = {"closed": now(), "electorate": rows} if n else {}
        for_tables, for_people = (
            row(Prioritising, question=f"Hva først {n}?", voters=voters, stacks=voters == "tables", **about, **over)
            for voters in ("tables", "participants")
        )
        db.session.flush()
        for table, person in zip(tables, people, strict=True):
            laid = [1] + [0] * (len(choices) - 1)
            row(Ballot, prioritising_id=for_tables.id, table_id=table.id, dots=laid)
            row(Ballot, prioritising_id=for_people.id, registration_id=person.id, dots=laid)
    db.session.flush()
    return {"prioritering/uid": str(for_tables.uid), "prioritering/decision": "steng"}
