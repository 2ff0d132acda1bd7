"""Where somebody sits, and whom they meet there: by name those who have said yes to the list of participants."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from konferanse.common.alphabet import alphabetical
from konferanse.extensions import db
from konferanse.groups import arranging
from konferanse.groups.models import Seating
from konferanse.registration.lists.public_list import PRESET
from konferanse.registration.models import Registration
from konferanse.registration.questions import questions


class MyTable(NamedTuple):
    """One round. ``company`` are (name, organisation, whether they lead the table); ``others`` how many more sit there."""

    round: int
    name: str
    company: Sequence[tuple[str, str, bool]]
    others: int


def my_tables(registration: Registration) -> list[MyTable]:
    """A table for each round, once the organiser shows them; nothing before. Three queries."""
    conference = registration.conference
    run = arranging.run_of(conference)
    if run is None or run.shown is None or registration.status != "confirmed":
        return []
    mine = select(Seating).where(Seating.registration_id == registration.id, Seating.ended.is_(None))
    seats = db.session.scalars(mine.options(joinedload(Seating.table)).order_by(Seating.round)).all()
    if not seats:
        return []
    there = (
        select(
            Seating.table_id,
            Seating.round,
            Registration.id,
            Registration.name,
            Registration.organisation_name,
            Registration.role,
        )
        .join(Registration, Seating.registration_id == Registration.id)
        .where(Seating.table_id.in_([seat.table_id for seat in seats]), Seating.ended.is_(None))
        .where(Registration.status == "confirmed", Registration.forgotten.is_(None), Registration.id != registration.id)
        .order_by(Registration.role, alphabetical(Registration.name), Registration.id)
    )
    rows = db.session.execute(there).all()
    said_yes = set(db.session.scalars(questions.answering(conference, PRESET)))
    tables = []
    for seat in seats:
        here = [row for row in rows if (row.table_id, row.round) == (seat.table_id, seat.round)]
        company = [(row.name, row.organisation_name, row.role == "facilitator") for row in here if row.id in said_yes]
        tables.append(MyTable(seat.round, seat.table.name, company, len(here) - len(company)))
    return tables
