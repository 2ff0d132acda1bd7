"""Two tables made one in the middle of the work, and parted again. What each has answered stays what that table said."""

from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select, update

from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import Seating, SeatingWish, Table
from konferanse.groups.tables import hold, seated_tables


def may_take(table: Table) -> list[Table]:
    """The tables that ``table`` may be joined to: those of its kind where somebody still may sit."""
    return [one for one in seated_tables(table.conference) if one.id != table.id and one.is_digital == table.is_digital]


def join(table: Table, into: Table, actor: str) -> None:
    """Let all at ``table`` sit at ``into``, in every round; from now on they answer there. Raises ``Refused``."""
    hold(table.conference)
    if into.id == table.id or into.joined_to_id or table.joined_to_id or into.is_digital != table.is_digital:
        raise Refused(_("Velg et annet bord som er i bruk."))
    if db.session.scalar(select(Table.id).where(Table.joined_to_id == table.id)):
        raise Refused(_("Et annet bord er slått sammen med dette. Del dem først."))
    moment = now()
    table.joined_to_id, table.joined, table.needs_help = into.id, moment, None
    for row in _seats(table):
        _move(row, into, moment)
    held = SeatingWish.kind == "held", SeatingWish.table_id == table.id
    db.session.execute(update(SeatingWish).where(*held).values(table_id=into.id))
    db.session.flush()
    audit.record(actor, "table.joined", scope=table.conference.slug, subject=table.code, into=into.code)


def part(table: Table, actor: str) -> None:
    """Make it a table of its own again; those who came along when it was joined, and still sit there, go back."""
    hold(table.conference)
    into, joined = table.joined_to, table.joined
    if into is None:
        return
    came = select(Seating.registration_id, Seating.round).where(Seating.table_id == table.id, Seating.ended == joined)
    back = {tuple(row) for row in db.session.execute(came)}
    moment = now()
    for row in _seats(into):
        if row.started == joined and (row.registration_id, row.round) in back:
            _move(row, table, moment)
    table.joined_to_id = table.joined = None
    db.session.flush()
    audit.record(actor, "table.parted", scope=table.conference.slug, subject=table.code)


def joined_here(conference: Conference) -> dict[int, list[Table]]:
    """The tables that were joined to each table, by its id."""
    found: dict[int, list[Table]] = {}
    rows = select(Table).where(Table.conference_id == conference.id, Table.joined_to_id.is_not(None)).order_by(Table.number)
    for table in db.session.scalars(rows):
        found.setdefault(table.joined_to_id or 0, []).append(table)
    return found


def _seats(table: Table) -> list[Seating]:
    return list(db.session.scalars(select(Seating).where(Seating.table_id == table.id, Seating.ended.is_(None))))


def _move(row: Seating, to: Table, moment: datetime) -> None:
    row.ended = moment
    db.session.add(Seating(table_id=to.id, registration_id=row.registration_id, round=row.round, started=moment))
