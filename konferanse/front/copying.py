"""A new conference from an earlier one: each package copies what it owns, in one transaction, all or nothing.

No people come along: no registrations, answers, needs, invitations, letters, slides or logs, and of speakers their names only
when that is asked for. ``RECIPES`` say column by column what does; a rule finds what nobody has thought of.
"""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _

from konferanse.access.models import Staff
from konferanse.common import audit
from konferanse.common.errors import Refused
from konferanse.conference import copying as conferences
from konferanse.conference.models import Conference
from konferanse.groups import copying as groups
from konferanse.mandate import copying as mandates
from konferanse.presentations import copying as presentations
from konferanse.programme import copying as programme
from konferanse.registration import copying as registration

COPIED = "conference.copied"
RECIPES = (
    *mandates.RECIPES,
    *conferences.RECIPES,
    *programme.RECIPES,
    *presentations.RECIPES,
    *registration.RECIPES,
    *groups.RECIPES,
)


class Wanted(NamedTuple):
    """What is asked for. ``shares_mandate`` puts the new one under the same assignment; otherwise it gets a copy.
    ``colleagues`` are ids of staff who are to do in the new one what they do in the old."""

    slug: str
    title: str
    first: date
    shares_mandate: bool = False
    with_speakers: bool = False
    colleagues: Collection[UUID] = ()


def copy(source: Conference, wanted: Wanted, organiser: Staff) -> Conference:
    """Make it, a draft with ``organiser`` as its organiser. Raises ``Refused`` when the address is taken, or a date cannot be
    moved."""
    try:
        return _copy(source, wanted, organiser)
    except OverflowError:
        text = _("En dato i den tidligere konferansen ligger så langt fram at den ikke kan flyttes. Rett den der først.")
        raise Refused(text) from None


def _copy(source: Conference, wanted: Wanted, organiser: Staff) -> Conference:
    by = wanted.first - source.first_date
    old = source.mandate
    title = wanted.title if old.title == source.title else old.title  # until somebody names it, it is called as the conference
    mandate = old if wanted.shares_mandate else mandates.copy(old, title, by)
    under_way = conferences.begin(source, wanted.slug, wanted.title, wanted.first, mandate)
    said = {
        **programme.bring(under_way, with_speakers=wanted.with_speakers)._asdict(),
        **registration.bring(under_way)._asdict(),
        "deadlines": presentations.bring(under_way),
        "tasks": groups.bring(under_way),
        "colleagues": conferences.bring_staff(under_way, organiser, wanted.colleagues),
        "picture": int(under_way.target.picture is not None),
    }
    target = under_way.target
    about = {"source": str(source.uid), "days": by.days, "shares_mandate": wanted.shares_mandate}
    audit.record(organiser.actor, COPIED, scope=target.slug, subject=target.uid, **about, **said)
    return target
