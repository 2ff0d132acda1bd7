"""Organisations as people write them, found again by name or alias."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import Select, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from konferanse.access.signin import address_key
from konferanse.extensions import db
from konferanse.registration.models import Invitation, Organisation, OrganisationAlias, Registration

AT_ONCE = 500


def organisation_key(name: str) -> str:
    """A name as it is compared: single spaces, NFKC, case-folded; cut, since folding can lengthen."""
    return " ".join(address_key(name).split())[:200]


def organisation_ids(names: Iterable[str]) -> dict[str, int]:
    """The same for many: one look-up for those that are known."""
    keys = {name: organisation_key(name) for name in names}
    known: dict[str, int] = {}
    wanted = sorted(set(keys.values()))
    for begin in range(0, len(wanted), AT_ONCE):
        part = wanted[begin : begin + AT_ONCE]
        by_name = select(Organisation.key, Organisation.id).where(Organisation.key.in_(part))
        by_alias = select(OrganisationAlias.key, Organisation.id).join(Organisation).where(OrganisationAlias.key.in_(part))
        known |= {row[0]: row[1] for query in (by_name, by_alias) for row in db.session.execute(_kept(query))}
    # Two imports at once add the same names in the same order: PostgreSQL would stop one that waited crosswise.
    for name, key in sorted(keys.items(), key=lambda item: (item[1], item[0])):
        if key not in known:
            known[key] = organisation_id(name)
    return {name: known[key] for name, key in keys.items()}


def organisation_id(name: str) -> int:
    """The organisation called ``name``, added when nobody has come from it before."""
    key = organisation_key(name)
    by_alias = select(Organisation.id).join(OrganisationAlias).where(OrganisationAlias.key == key)
    by_name = select(Organisation.id).where(Organisation.key == key)
    insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
    while True:
        found: int | None = db.session.scalar(_kept(by_alias)) or db.session.scalar(_kept(by_name))
        if found is not None:
            return found
        # Another conference may add the same one at this moment, under a lock of its own, or forget it again.
        db.session.execute(insert(Organisation).values(name=name, key=key, org_nr="").on_conflict_do_nothing())


def organisation_of(name: str) -> Organisation:
    """The organisation called ``name``, added when nobody has come from it before."""
    return db.session.get_one(Organisation, organisation_id(name))


def drop_unused() -> None:
    """Delete the names of organisations that nobody comes from any more: a person may have written their own.

    On PostgreSQL another conference may be about to use one. Those it has looked up are passed by; the others are locked
    first, and what came to be used before that is seen by the statement that deletes.
    """
    db.session.flush()
    unused = (
        Organisation.org_nr == "",
        ~exists().where(Registration.organisation_id == Organisation.id),
        ~exists().where(Invitation.organisation_id == Organisation.id),
        ~exists().where(OrganisationAlias.organisation_id == Organisation.id),
    )
    locked = select(Organisation.id).where(*unused).order_by(Organisation.id).with_for_update(skip_locked=True)
    ids = db.session.scalars(locked).all()
    for begin in range(0, len(ids), AT_ONCE):
        gone = delete(Organisation).where(Organisation.id.in_(ids[begin : begin + AT_ONCE]), *unused)
        db.session.execute(gone.execution_options(synchronize_session=False))


def _kept(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The same, and what it finds is not deleted before this transaction ends."""
    return query.with_for_update(read=True, key_share=True, of=Organisation)
