"""A new conference from an earlier one: what the conference itself, its picture and its staff bring along.

Packages downstream copy what they own (their ``copying``) into the same ``Copy``; ``front`` puts it together.
"""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select

from konferanse.access.models import Staff
from konferanse.common.clock import now
from konferanse.common.copying import Recipe, days_later
from konferanse.common.storage import File, files
from konferanse.conference import lifecycle
from konferanse.conference.models import Conference, Membership
from konferanse.extensions import db
from konferanse.mandate.models import Mandate

CONFERENCE = Recipe(
    Conference,
    carried=(
        "host_id",
        "introduction",
        "place",
        "address",
        "goals",
        "audience",
        "practical",
        "contact_name",
        "contact_email",
        "contact_phone",
        "picture_alt",
        "picture_credit",
        "language",
        "seats",
        "signup_mode",
        "offer_hours",
        "asks_interpreter",
        "lists_participants",
        "retention_days",
        "health_days",
    ),
    made=(
        "slug",
        "mandate_id",
        "kind",
        "title",
        "first_date",
        "last_date",
        "picture_id",
        "signup_opens",
        "signup_closes",
        "interpreter_until",
    ),
    # A draft, never published or called off, whose people nobody has forgotten; last time's meeting link would let in others.
    left=(
        "id",
        "uid",
        "meeting_url",
        "status",
        "status_note",
        "health_forgotten",
        "people_forgotten",
        "is_demo",
        "published",
        "updated",
        "revision",
    ),
)
MEMBERSHIP = Recipe(Membership, carried=("staff_id", "permissions"), made=("conference_id",), left=("id",))
RECIPES = (CONFERENCE, MEMBERSHIP)


class Copy(NamedTuple):
    """A conference and the one that is made from it, ``by`` whole days later (earlier when negative)."""

    source: Conference
    target: Conference
    by: timedelta

    def day(self, day: date) -> date:
        """What a date of the old one is in the new."""
        return day + self.by

    def moment(self, moment: datetime) -> datetime:
        """What a moment of the old one is in the new: the same time by the clock on the wall."""
        return days_later(moment, self.by)


def begin(source: Conference, slug: str, title: str, first: date, mandate: Mandate) -> Copy:
    """The draft itself, without anything that hangs on it. Raises ``Refused`` as ``lifecycle.create`` does."""
    by = first - source.first_date
    target = lifecycle.create(slug, title, source.kind, first, source.last_date + by, mandate=mandate)
    CONFERENCE.fill(target, source)
    copy = Copy(source, target, by)
    target.signup_opens, target.signup_closes = (_ahead(copy, at) for at in (source.signup_opens, source.signup_closes))
    target.interpreter_until = copy.day(source.interpreter_until) if source.interpreter_until else None
    target.picture = _picture(source.picture)
    db.session.flush()
    return copy


def bring_staff(copy: Copy, organiser: Staff, colleagues: Collection[UUID]) -> int:
    """Make ``organiser`` that, and let those of the old conference's staff whose ids are among ``colleagues`` do here what
    they did there; returns how many came."""
    lifecycle.grant(copy.target, organiser, ["organiser"], organiser.actor)
    coming = [row for row in staff_of(copy.source, but=organiser) if row.staff.uid in colleagues]
    for row in coming:
        lifecycle.grant(copy.target, row.staff, row.permissions, organiser.actor)
    return len(coming)


def staff_of(conference: Conference, *, but: Staff) -> list[Membership]:
    """Those who work with ``conference`` and can sign in, by name, ``but`` one."""
    query = select(Membership).join(Staff).where(Membership.conference_id == conference.id, Staff.is_active, Staff.id != but.id)
    return list(db.session.scalars(query.options(db.contains_eager(Membership.staff)).order_by(Staff.name, Staff.id)))


def _ahead(copy: Copy, moment: datetime | None) -> datetime | None:
    """A moment of the sign-up, moved along; nothing when that is past, so that publishing does not open it at once."""
    moved = copy.moment(moment) if moment else None
    return moved if moved and moved > now() else None


def _picture(picture: File | None) -> File | None:
    """The same bytes as a file of its own, since either conference may take its picture away."""
    if picture is None or not files.path(picture).exists():
        return None
    with files.path(picture).open("rb") as content:
        return files.keep(content, name=picture.name, content_type=picture.content_type)
