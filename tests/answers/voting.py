"""Something to vote on, and votes, for the tests."""

from konferanse.answers import priorities, tally, votes
from konferanse.answers.models import Prioritising
from konferanse.answers.priorities import Wanted
from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups.access import token_of
from konferanse.groups.models import Table

BASE = "/admin/k/prove/svar/prioritering"
CHOICES = ["Faste faddere", "En NAV-kontakt", "Kurs for ledere"]


def asked(conference: Conference, *, is_open: bool = True, **more: object) -> Prioritising:
    """One that is asked of the tables, with two dots, open unless told otherwise."""
    begin_write()
    values = {"question": "Hva først?", "voters": "tables", "dots": 2, "stacks": False, "choices": CHOICES} | more
    row = priorities.add(conference, Wanted(**values), "system")  # type: ignore[arg-type]
    if is_open:
        priorities.open_up(row, "system")
    db.session.commit()
    return row


def cast(row: Prioritising, voter: votes.Voter, *dots: int) -> None:
    """Vote, with these dots on the choices."""
    begin_write()
    votes.cast(row, voter, dots)
    db.session.commit()


def close(row: Prioritising) -> None:
    """Close it, as the organiser does."""
    begin_write()
    priorities.close(row, "system")
    db.session.commit()


def page_of(table: Table) -> str:
    """The address of the table's page to vote on."""
    return f"/bord/{token_of(table)}/prioriter"


def ballot(row: Prioritising, *laid: int) -> dict[str, str]:
    """A form with dots on these choices, as a browser sends ticked boxes."""
    return {"prioritising": str(row.uid)} | {f"valg-{n}": "y" for n in laid}


def places(row: Prioritising) -> list[tuple[str, int, int]]:
    """Each choice with its dots and its place, the first first."""
    return [(one.choice, one.dots, one.place) for one in tally.result(row).rows]
