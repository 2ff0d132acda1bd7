"""Organisations as people write them, found again by name or alias."""

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from konferanse.access.signin import address_key
from konferanse.extensions import db
from konferanse.registration.models import Organisation, OrganisationAlias

AT_ONCE = 500


def organisation_key(name: str) -> str:
    """A name as it is compared: single spaces, NFKC, case-folded; cut, since folding can lengthen."""
    return " ".join(address_key(name).split())[:200]


def organisation_ids(names: Iterable[str]) -> dict[str, int | None]:
    """The same for many: one look-up for those that are known."""
    keys = {name: organisation_key(name) for name in names}
    known: dict[str, int] = {}
    wanted = sorted(set(keys.values()))
    for begin in range(0, len(wanted), AT_ONCE):
        part = wanted[begin : begin + AT_ONCE]
        by_name = select(Organisation.key, Organisation.id).where(Organisation.key.in_(part))
        by_alias = select(OrganisationAlias.key, OrganisationAlias.organisation_id).where(OrganisationAlias.key.in_(part))
        known |= {row[0]: row[1] for row in (*db.session.execute(by_name), *db.session.execute(by_alias))}
    # Two imports at once add the same names in the same order: PostgreSQL would stop one that waited crosswise.
    for name, key in sorted(keys.items(), key=lambda item: (item[1], item[0])):
        if key not in known and (found := organisation_id(name)) is not None:
            known[key] = found
    return {name: known.get(key) for name, key in keys.items()}


def organisation_id(name: str) -> int | None:
    """The organisation called ``name``, added when nobody has come from it before."""
    key = organisation_key(name)
    by_name = select(Organisation.id).where(Organisation.key == key)
    by_alias = select(OrganisationAlias.organisation_id).where(OrganisationAlias.key == key)
    found = db.session.scalar(by_alias.union_all(by_name).limit(1))
    if found is None:
        # Another conference may add the same one at this moment, under a lock of its own.
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        db.session.execute(insert(Organisation).values(name=name, key=key, org_nr="").on_conflict_do_nothing())
        found = db.session.scalar(by_name)
    return found


def organisation_of(name: str) -> Organisation:
    """The organisation called ``name``, added when nobody has come from it before."""
    return db.session.get_one(Organisation, organisation_id(name))
