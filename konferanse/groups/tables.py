"""The tables of a conference: how many, what they are called, and whose link still works."""

from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from konferanse.common import audit
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Seating, Table, TaskTable
from konferanse.registration.models import Registration

MOST = 500


def tables_of(conference: Conference) -> list[Table]:
    """The tables in order of number."""
    return list(db.session.scalars(select(Table).where(Table.conference_id == conference.id).order_by(Table.number)))


def seated_tables(conference: Conference) -> list[Table]:
    """Those where somebody may sit: not joined to another."""
    return [table for table in tables_of(conference) if table.joined_to_id is None]


def hold(conference: Conference) -> None:
    """Let one writer at a time change this conference's tables and seats on PostgreSQL; SQLite has one writer anyway."""
    db.session.execute(select(Conference.id).where(Conference.id == conference.id).with_for_update())


def find_table(conference: Conference, code: str) -> Table | None:
    """The table with this code."""
    return db.session.scalar(select(Table).where(Table.conference_id == conference.id, Table.code == code))


def set_count(conference: Conference, count: int, actor: str) -> list[Table]:
    """Make the conference have ``count`` tables: new ones are added at the end, and the last ones removed when empty.

    Raises ``Refused`` when a table that would go has people or answers.
    """
    if not 0 <= count <= MOST:
        raise Refused(_("Velg mellom 0 og %(most)s bord.", most=MOST))
    hold(conference)
    tables = tables_of(conference)
    for table in tables[count:]:
        _remove(table)
    tables = tables[:count]
    number = tables[-1].number if tables else 0
    while len(tables) < count:
        number += 1
        tables.append(add(conference, number))
    db.session.flush()
    audit.record(actor, "tables.counted", scope=conference.slug, count=count)
    return tables


def add(conference: Conference, number: int, code: str | None = None) -> Table:
    """One more table, flushed by the caller."""
    table = Table(conference_id=conference.id, number=number, code=code or f"B{number:02d}")
    db.session.add(table)
    return table


def _remove(table: Table) -> None:
    other = aliased(TaskTable)
    others = select(other.task_id).where(other.task_id == GroupTask.id, other.table_id != table.id)
    alone = select(GroupTask.title).join(TaskTable).where(TaskTable.table_id == table.id, ~others.exists())
    if title := db.session.scalar(alone.limit(1)):  # without a table it would be for all of them
        told = _("Oppgaven «%(title)s» er bare for bord %(number)s. Endre oppgaven først.", title=title, number=table.number)
        raise Refused(told)
    seated = (
        select(func.count())
        .select_from(Seating)
        .join(Registration)
        .where(Seating.table_id == table.id, Seating.ended.is_(None), Registration.status == "confirmed")
    )
    if db.session.scalar(seated):
        raise Refused(_("Det sitter noen ved bord %(number)s. Flytt dem først.", number=table.number))
    name = table.number
    db.session.delete(table)
    try:
        db.session.flush()
    except IntegrityError as error:  # answers belong to a later part of the flow; their foreign key speaks for them
        raise Refused(_("Bord %(number)s har levert svar og kan ikke fjernes.", number=name)) from error


def revoke_link(table: Table, actor: str) -> None:
    """Make the table's link, and the sign it is printed on, useless; a new sign has a new link."""
    table.generation += 1
    audit.record(actor, "table.link_revoked", scope=table.conference.slug, subject=table.code)


def describe(table: Table, composition: str, actor: str, *, is_accessible: bool, is_digital: bool) -> None:
    """Say which sectors sit at the table, and whom it is for."""
    table.composition, table.is_accessible, table.is_digital = composition, is_accessible, is_digital
    audit.record(actor, "table.described", scope=table.conference.slug, subject=table.code)
