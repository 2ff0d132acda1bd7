"""Organisations as people write them, found again by name or alias."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, select
from sqlalchemy.dialects import postgresql, sqlite

from konferanse.access.signin import address_key
from konferanse.extensions import db
from konferanse.registration.models import Invitation, Organisation, OrganisationAlias, Registration

AT_ONCE = 500


def organisation_key(name: str) -> str:
    """A name as it is compared: single spaces, NFKC, case-folded; cut, since folding can lengthen."""
    return " ".join(address_key(name).split())[:200]


def organisation_ids(names: Iterable[str]) -> dict[str, int]:
    """The organisations called ``names``, each by its name or an alias; added when nobody has come from them before."""
    keys = {name: organisation_key(name) for name in names}
    called = {key: name for name, key in sorted(keys.items(), reverse=True)}
    found: dict[str, int] = {}
    while missing := sorted(called.keys() - found.keys()):
        for begin in range(0, len(missing), AT_ONCE):
            part = missing[begin : begin + AT_ONCE]
            found |= _known(part)
            # In one order, always: PostgreSQL would stop one of two that waited for each other. Another conference may add
            # the same at this moment, under a lock of its own, or forget it again: then they are looked up once more.
            _add([(called[key], key) for key in part if key not in found])
    return {name: found[key] for name, key in keys.items()}


def organisation_id(name: str) -> int:
    """The same for one."""
    return organisation_ids([name])[name]


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


def _known(keys: Sequence[str]) -> dict[str, int]:
    found = {row[0]: row[1] for row in db.session.execute(BY_NAME, {"keys": keys})}
    if others := [key for key in keys if key not in found]:
        by_alias = select(OrganisationAlias.key, Organisation.id).join(Organisation).where(OrganisationAlias.key.in_(others))
        found |= {row[0]: row[1] for row in db.session.execute(_kept(by_alias))}
    return found


def _add(new: Sequence[tuple[str, str]]) -> None:
    if new:
        insert = postgresql.insert if db.engine.dialect.name == "postgresql" else sqlite.insert
        rows = [{"name": name, "key": key, "org_nr": ""} for name, key in new]
        db.session.execute(insert(Organisation).values(rows).on_conflict_do_nothing())


def _kept(query: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The same, and what it finds is not deleted before this transaction ends."""
    return query.with_for_update(read=True, key_share=True, of=Organisation)


BY_NAME = _kept(select(Organisation.key, Organisation.id).where(Organisation.key.in_(bindparam("keys", expanding=True))))
