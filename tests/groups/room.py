"""Tables, tasks and people for the tests."""

from uuid import uuid4

from konferanse.conference.models import Conference
from konferanse.extensions import begin_write, db
from konferanse.groups import tables, tasks
from konferanse.groups.models import GroupTask, Table
from konferanse.registration.models import ORGANISATION_TYPES, Registration


def with_tables(conference: Conference, count: int = 3) -> list[Table]:
    """The conference's tables, ``count`` of them."""
    begin_write()
    rows = tables.set_count(conference, count, "system")
    db.session.commit()
    return rows


def with_task(conference: Conference, ref: str = "oppg1", *, is_open: bool = True, **more: object) -> GroupTask:
    """A task, open unless told otherwise."""
    begin_write()
    task = tasks.add(conference, ref, f"Hva hindrer oss ({ref})?", "system", **more)  # type: ignore[arg-type]
    if is_open:
        tasks.open_task(conference, task, "system")
    db.session.commit()
    return task


def guest(conference: Conference, name: str = "Kari Nordmann", **more: object) -> Registration:
    """Somebody confirmed, in person; the caller has begun a write."""
    values: dict[str, object] = {
        "organisation_type": "nav",
        "organisation_name": "NAV Nordland",
        "status": "confirmed",
        "attendance": "physical",
        "email_key": f"{uuid4().hex}@example.org",
    }
    person = Registration(conference_id=conference.id, name=name, **(values | more))
    db.session.add(person)
    return person


def with_guests(conference: Conference, count: int, facilitators: int = 0) -> list[Registration]:
    """``count`` people from every type and some organisations, the first of them facilitators."""
    begin_write()
    people = []
    for n in range(count):
        kind = ORGANISATION_TYPES[n % len(ORGANISATION_TYPES)]
        role = "facilitator" if n < facilitators else "participant"
        people.append(
            guest(conference, f"Person {n:03d}", organisation_type=kind, organisation_name=f"{kind} {n % 7}", role=role)
        )
    db.session.commit()
    return people
