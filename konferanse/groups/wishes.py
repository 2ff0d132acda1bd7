"""Who is to sit with whom, and where. What cannot all be met is told when people are placed (``unseatable``)."""

from collections.abc import Sequence

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from konferanse.common import audit
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import SeatingWish, Table
from konferanse.registration.models import Registration

KINDS = {
    "apart": _l("skal sitte ved hvert sitt bord"),
    "together": _l("skal sitte sammen"),
    "accessible": _l("skal sitte ved et tilgjengelig bord"),
}
MOST = 2000


def wishes_of(conference: Conference) -> Sequence[SeatingWish]:
    """Those an organiser wrote, the newest first. Holding somebody at a table is shown at the table."""
    here = SeatingWish.conference_id == conference.id, SeatingWish.kind != "held"
    people = joinedload(SeatingWish.person), joinedload(SeatingWish.other)
    return db.session.scalars(select(SeatingWish).where(*here).options(*people).order_by(SeatingWish.id.desc())).all()


def add(conference: Conference, kind: str, person: Registration, other: Registration | None, actor: str) -> None:
    """A wish; the same again is one. Raises ``Refused``."""
    if kind in ("apart", "together"):
        if other is None or other.id == person.id:
            raise Refused(_("Velg to forskjellige personer."))
    else:
        other = None
    known = wishes_of(conference)
    ids = {person.id, other.id if other else None}
    if any(wish.kind == kind and {wish.person_id, wish.other_id} == ids for wish in known):
        return
    if len(known) >= MOST:
        raise Refused(_("Det er plass til %(most)s ønsker. Ta bort noen først.", most=MOST))
    db.session.add(
        SeatingWish(conference_id=conference.id, kind=kind, person_id=person.id, other_id=other.id if other else None)
    )
    db.session.flush()
    audit.record(actor, "seating.wished", scope=conference.slug, subject=person.uid, kind=kind)


def remove(conference: Conference, number: int, actor: str) -> bool:
    """Take a wish back; whether the conference had it."""
    wish = db.session.get(SeatingWish, number)
    if wish is None or wish.conference_id != conference.id or wish.kind == "held":
        return False
    audit.record(actor, "seating.unwished", scope=conference.slug, subject=wish.person.uid, kind=wish.kind)
    db.session.delete(wish)
    return True


def held(conference: Conference, round_number: int) -> dict[int, int]:
    """The table id of each person (by id) who is held at one in this round."""
    here = SeatingWish.conference_id == conference.id, SeatingWish.kind == "held", SeatingWish.round == round_number
    rows = db.session.execute(select(SeatingWish.person_id, SeatingWish.table_id).where(*here))
    return {row[0]: row[1] for row in rows if row[1] is not None}


def hold_at(conference: Conference, people: Sequence[Registration], table: Table, round_number: int, actor: str) -> None:
    """Hold ``people`` at ``table``: they stay there in this round when everybody is placed anew."""
    release(conference, [person.id for person in people], round_number)
    db.session.add_all(
        SeatingWish(conference_id=conference.id, kind="held", person_id=person.id, table_id=table.id, round=round_number)
        for person in people
    )
    db.session.flush()
    audit.record(actor, "seating.held", scope=conference.slug, subject=table.code, people=len(people), round=round_number)


def release(conference: Conference, person_ids: Sequence[int], round_number: int) -> None:
    """Let them go."""
    here = SeatingWish.conference_id == conference.id, SeatingWish.kind == "held", SeatingWish.round == round_number
    db.session.execute(delete(SeatingWish).where(*here, SeatingWish.person_id.in_(person_ids)))


def forget(conference: Conference) -> int:
    """Delete every wish, when the people are forgotten; returns how many."""
    gone = db.session.execute(delete(SeatingWish).where(SeatingWish.conference_id == conference.id))
    return int(gone.rowcount)  # type: ignore[attr-defined]
