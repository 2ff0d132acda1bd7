"""What everybody may see of who comes: names of those who said yes, and counts of the rest that tell of nobody."""

from typing import NamedTuple

from sqlalchemy import func, select

from konferanse.common.alphabet import alphabetical
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.registration.lists.listing import FEWEST_SHOWN
from konferanse.registration.models import ORGANISATION_TYPES, Registration
from konferanse.registration.questions import questions

PRESET = "list"  # the ready-made question that asks for the consent


class Named(NamedTuple):
    """Somebody who said yes."""

    name: str
    organisation: str


class PublicList(NamedTuple):
    """``types`` are (type, people), most first; ``others`` those of all other types together, 0 when it is not told."""

    named: list[Named]
    types: list[tuple[str, int]]
    others: int


def of(conference: Conference) -> PublicList:
    """The list, whatever the switch says. Two queries."""
    confirmed = (
        Registration.conference_id == conference.id,
        Registration.status == "confirmed",
        Registration.forgotten.is_(None),
    )
    people = select(Registration.name, Registration.organisation_name).where(
        *confirmed, Registration.id.in_(questions.answering(conference, PRESET))
    )
    named = [Named(*row) for row in db.session.execute(people.order_by(alphabetical(Registration.name), Registration.id))]
    by_type = select(Registration.organisation_type, func.count()).where(*confirmed)
    counts = {row[0]: row[1] for row in db.session.execute(by_type.group_by(Registration.organisation_type))}
    return PublicList(named, *told(counts))


def told(counts: dict[str, int]) -> tuple[list[tuple[str, int]], int]:
    """``counts`` as they may be told: types of at least five, and the others together.

    Fewer than five others would tell of a few again, so the smallest type told joins them until they are enough; with fewer
    than five in all nothing is told.
    """
    shown = sorted(
        ((kind, count) for kind, count in counts.items() if count >= FEWEST_SHOWN),
        key=lambda t: (-t[1], ORGANISATION_TYPES.index(t[0])),
    )
    others = sum(counts.values()) - sum(count for _kind, count in shown)
    while shown and 0 < others < FEWEST_SHOWN:
        others += shown.pop()[1]
    return shown, others if others >= FEWEST_SHOWN else 0
