"""PEOPLE.csv and ALLOCATION.csv (contract.md): people to seat and where they sit, without a database."""

from pathlib import Path

from konferanse.common.csv_files import BadFile, as_csv, required, rows
from konferanse.groups.allocation import Allocation, Guest, Wishes

COLUMNS = ("id", "organisation", "organisation_type", "county", "role", "apart", "together")
MAY_LACK = ("county", "role", "apart", "together")
ROLES = ("", "participant", "facilitator")


def read_people(path: Path) -> tuple[list[Guest], Wishes]:
    """The people and their wishes, ids as they stand. A wish said by one counts for both. Raises ``BadFile``."""
    people: list[Guest] = []
    wishes: dict[str, list[tuple[str, str]]] = {"apart": [], "together": []}
    lines: dict[str, int] = {}
    named: list[tuple[int, str, str]] = []
    for line, row in rows(path, COLUMNS, MAY_LACK):
        required(path, line, row, "id", "organisation_type")
        own = row["id"].strip()
        if own in lines:
            raise BadFile(f"{path.name}, linje {line}, kolonne id: «{own}» er brukt før, på linje {lines[own]}.")
        if (role := row["role"].strip()) not in ROLES:
            raise BadFile(f"{path.name}, linje {line}, kolonne role: «{role}» er verken participant eller facilitator.")
        lines[own] = line
        organisation, kind, county = (row[name].strip() for name in ("organisation", "organisation_type", "county"))
        people.append(Guest(own, kind, organisation, county, role == "facilitator"))
        for wish, found in wishes.items():
            for other in row[wish].split():
                named.append((line, wish, other))
                found.append((own, other))
    if not people:
        raise BadFile(f"{path.name} har ingen personer. Skriv en linje for hver.")
    for line, wish, other in named:
        if other not in lines:
            raise BadFile(f"{path.name}, linje {line}, kolonne {wish}: ingen har id «{other}».")
        if lines[other] == line:
            raise BadFile(f"{path.name}, linje {line}, kolonne {wish}: «{other}» er personen selv.")
    return people, Wishes(apart=wishes["apart"], together=wishes["together"])


def allocation_csv(found: Allocation) -> str:
    """id,round,table, with rounds and tables numbered from 1."""
    return as_csv(
        ("id", "round", "table"),
        ((own, number, table + 1) for number, seat in enumerate(found.rounds, 1) for own, table in seat.items()),
    )
