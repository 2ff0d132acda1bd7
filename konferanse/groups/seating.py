"""Who sits where. A change is a new row and an ``ended`` on the old one, so that it can be told afterwards."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select

from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import Seating, Table
from konferanse.groups.placing import Person, Taken, place_late
from konferanse.groups.tables import hold, tables_of
from konferanse.groups.ways import COUNTY, SECTOR
from konferanse.registration.labels import COUNTIES
from konferanse.registration.models import Registration

# What a table's mix is shown by. A role such as "tillitsvalgt" tells of union membership, so the parties of working life
# are one colour: no picture of one table singles out a member.
SECTORS = {
    "helse": (_l("Helse"), ("rhf", "helseforetak", "annen-helseregion")),
    "nav": (_l("NAV"), ("nav",)),
    "tiltak": (_l("Tiltak og IPS"), ("tiltaksbedrift", "ips")),
    "arbeidsliv": (_l("Partene i arbeidslivet"), ("vernetjeneste", "tillitsvalgt", "arbeidsgiverorganisasjon")),
    "andre": (_l("Andre"), ("statlig", "kommune", "bruker", "annet")),
}
SECTOR_OF = {kind: sector for sector, (_label, kinds) in SECTORS.items() for kind in kinds}


class Share(NamedTuple):
    """How many of a sector sit at a table, and where its bar begins, both in people."""

    sector: str
    label: str
    people: int
    start: int


@dataclass
class Seated:
    """A table and its people in one round, the facilitator first, then by name."""

    table: Table
    people: list[Registration] = field(default_factory=list)

    @property
    def mix(self) -> list[Share]:
        """The sectors present, in fixed order."""
        counts = Counter(SECTOR_OF.get(p.organisation_type, "andre") for p in self.people)
        shares, start = [], 0
        for sector, (label, _kinds) in SECTORS.items():
            if counts[sector]:
                shares.append(Share(sector, str(label), counts[sector], start))
                start += counts[sector]
        return shares

    def called(self, way: str) -> str:
        """In a composed round, what most of those who sit there are of; facilitators and unknown counties are not counted."""
        guests = [person for person in self.people if person.role != "facilitator"]
        if way == COUNTY:
            counties = Counter(p.county for p in guests if p.county in COUNTIES and p.county != "annet")
            return str(COUNTIES[max(sorted(counties), key=counties.__getitem__)]) if counties else ""
        sectors = Counter(SECTOR_OF.get(p.organisation_type, "andre") for p in guests)
        return str(SECTORS[max(SECTORS, key=sectors.__getitem__)][0]) if way == SECTOR and sectors else ""


@dataclass
class Room:
    """A round: every table, and those who have no table yet."""

    round: int
    tables: list[Seated]
    unplaced: list[Registration]

    @property
    def placed(self) -> int:
        """How many have a table."""
        return sum(len(t.people) for t in self.tables)


def guests(conference: Conference) -> list[Registration]:
    """Those who are to have a table, by name: confirmed and in person, and those who take part digitally when there are
    tables for them."""
    digital = select(Table.id).where(Table.conference_id == conference.id, Table.is_digital).exists()
    return list(
        db.session.scalars(
            select(Registration)
            .where(
                Registration.conference_id == conference.id,
                Registration.status == "confirmed",
                (Registration.attendance == "physical") | digital,
            )
            .order_by(Registration.name, Registration.id)
        )
    )


def fits(person: Registration, table: Table) -> bool:
    """Whether the table is of the person's kind: digital or in the room."""
    return table.is_digital == (person.attendance == "digital")


def rounds_of(conference: Conference) -> int:
    """How many rounds people are placed for; at least one."""
    query = select(func.max(Seating.round)).join(Table).where(Table.conference_id == conference.id, Seating.ended.is_(None))
    return db.session.scalar(query) or 1


def room(conference: Conference, round_number: int = 1) -> Room:
    """Who sits where now. Someone who has cancelled is not shown, whatever the rows say."""
    seated = {table.id: Seated(table) for table in tables_of(conference)}
    where = _current(conference, round_number)
    unplaced = []
    for person in sorted(guests(conference), key=lambda p: p.role != "facilitator"):
        row = where.get(person.id)
        if row is None:
            unplaced.append(person)
        else:
            seated[row.table_id].people.append(person)
    return Room(round_number, list(seated.values()), unplaced)


def seat_all(conference: Conference, rounds: Sequence[Mapping[int, int]]) -> None:
    """Give everybody the tables they have in ``rounds`` (table id by registration id), and no others. Somebody who keeps the
    table keeps the row; later rounds than these end."""
    coming = {person.id for person in guests(conference)}
    for later in range(len(rounds) + 1, rounds_of(conference) + 1):
        for row in _current(conference, later).values():
            row.ended = now()
    for number, target in enumerate(rounds, 1):
        _seat(conference, number, {person: table for person, table in target.items() if person in coming})
    db.session.flush()


def place_unplaced(conference: Conference, actor: str) -> int:
    """Give those without a table one, in every round, moving nobody else; returns how many people. Raises ``Refused``."""
    hold(conference)
    if not tables_of(conference):
        raise Refused(_("Lag bord først."))
    helped: set[int] = set()
    for number in range(1, rounds_of(conference) + 1):
        now_seated = room(conference, number)
        for is_digital in (False, True):
            newcomers = [person for person in now_seated.unplaced if (person.attendance == "digital") == is_digital]
            open_to = [t for t in now_seated.tables if t.table.joined_to_id is None]
            fitting = {t.table.number: t for t in open_to if t.table.is_digital == is_digital}
            taken = [Taken(number, [_card(p) for p in t.people]) for number, t in fitting.items()]
            placed = place_late([_card(p) for p in newcomers], taken) if taken else {}
            for person_id, table_number in placed.items():
                seat = Seating(table_id=fitting[table_number].table.id, registration_id=person_id, round=number)
                db.session.add(seat)
                helped.add(seat.registration_id)
    db.session.flush()
    audit.record(actor, "seating.placed_late", scope=conference.slug, people=len(helped))
    return len(helped)


def move(conference: Conference, person: Registration, table: Table | None, round_number: int, actor: str) -> None:
    """Seat ``person`` at ``table`` in a round, or at none."""
    hold(conference)
    row = _current(conference, round_number).get(person.id)
    if row is not None and table is not None and row.table_id == table.id:
        return
    if row is not None:
        row.ended = now()
    if table is not None:
        db.session.add(Seating(table_id=table.id, registration_id=person.id, round=round_number))
    db.session.flush()
    audit.record(
        actor, "seating.moved", scope=conference.slug, subject=person.uid, table=table.code if table else "", round=round_number
    )


def find_guest(conference: Conference, uid: UUID) -> Registration | None:
    """Somebody who takes a chair in this conference."""
    return next((p for p in guests(conference) if p.uid == uid), None)


def _current(conference: Conference, round_number: int) -> dict[int, Seating]:
    rows: Sequence[Seating] = db.session.scalars(
        select(Seating)
        .join(Table)
        .where(Table.conference_id == conference.id, Seating.round == round_number, Seating.ended.is_(None))
        .order_by(Seating.id)
    ).all()
    return {row.registration_id: row for row in rows}


def _seat(conference: Conference, round_number: int, target: dict[int, int]) -> None:
    current = _current(conference, round_number)
    for person_id, row in current.items():
        if target.get(person_id) != row.table_id:
            row.ended = now()
    for person_id, table_id in target.items():
        row_now = current.get(person_id)
        if row_now is None or row_now.table_id != table_id:
            db.session.add(Seating(table_id=table_id, registration_id=person_id, round=round_number))


def house(person: Registration) -> str:
    """The organisation as compared."""
    return person.organisation_name.casefold() if person.organisation_id is None else str(person.organisation_id)


def _card(person: Registration) -> Person:
    return Person(person.id, person.organisation_type, house(person), person.role == "facilitator")
