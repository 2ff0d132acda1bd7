"""Access that knows a conference: its public pages, and what staff may do in it.

Another conference's pages, and drafts, do not exist (404). ``organiser`` includes every permission but ``needs``;
every permission includes ``read``; an administrator counts as an organiser everywhere. Health data needs ``needs``.
"""

from collections.abc import Iterable
from typing import Any

from flask import abort
from sqlalchemy import bindparam, select

from konferanse.access.models import Staff
from konferanse.access.requires import Arguments, signed_in_staff
from konferanse.conference.models import Conference, Membership
from konferanse.extensions import db

PERMISSIONS = ("organiser", "programme", "needs", "moderation", "plan", "read")


BY_SLUG = select(Conference).where(Conference.slug == bindparam("slug"))  # every page asks this: it is put together once


def find(slug: str) -> Conference | None:
    """The conference called ``slug``."""
    return db.session.scalar(BY_SLUG, {"slug": slug})


def permissions_of(staff: Staff, conference: Conference) -> frozenset[str]:
    """Everything ``staff`` may do in ``conference``; empty when it does not exist for them."""
    row = db.session.scalar(
        select(Membership).where(Membership.staff_id == staff.id, Membership.conference_id == conference.id)
    )
    held = set(row.permissions) if row else set()
    if staff.is_admin:
        held.add("organiser")
    if "organiser" in held:
        held |= set(PERMISSIONS) - {"needs"}
    return frozenset(held | {"read"} if held else ())


def organises_all(staff: Staff, conferences: Iterable[Conference]) -> bool:
    """Whether ``staff`` may change what ``conferences`` have in common."""
    return all("organiser" in permissions_of(staff, conference) for conference in conferences)


class _Public:
    name = "conference:public"

    def admit(self, arguments: Arguments) -> Arguments:
        return _with_conference(arguments, lambda c: c.is_public)


class Holder:
    """Staff who hold ``permission`` in the conference of the URL. The view gets ``conference`` and ``staff``."""

    def __init__(self, permission: str) -> None:
        self.permission = permission
        self.name = f"permission:{permission}"

    def admit(self, arguments: Arguments) -> Arguments:
        """404 when the conference is not theirs, 403 when the permission is not."""
        staff = signed_in_staff()
        held: frozenset[str] = frozenset()

        def theirs(conference: Conference) -> bool:
            nonlocal held
            held = permissions_of(staff, conference)
            return bool(held)

        admitted = _with_conference(arguments, theirs)
        if self.permission not in held:
            abort(403)
        return admitted | {"staff": staff}


PUBLIC = _Public()
ORGANISER, PROGRAMME, NEEDS, MODERATION, PLAN, READ = (Holder(p) for p in PERMISSIONS)


def _with_conference(arguments: Arguments, exists: Any) -> Arguments:
    conference = find(arguments["slug"])
    if conference is None or not exists(conference):
        abort(404)
    return {k: v for k, v in arguments.items() if k != "slug"} | {"conference": conference}
