"""Placing everybody anew: what is asked is read, worked out without a transaction (it takes seconds), and then taken in.

In the web it is the worker's; ``SeatingRun`` tells how far it has come.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups import seating
from konferanse.groups.models import SeatingRun, SeatingWish, Table
from konferanse.groups.tables import hold, seated_tables, tables_of
from konferanse.registration.models import Registration

SECONDS = 60.0


class Pool(NamedTuple):
    """People (by id of their row) and the tables (by number) that are for them: those in the room, or the digital ones.
    ``wishes`` are (kind, person, other), ``held`` (round from 1, person) → table."""

    people: Sequence[tuple[int, str, str, str, bool]]  # id, type, organisation, county, facilitator
    tables: Sequence[int]
    accessible: frozenset[int]
    wishes: Sequence[tuple[str, int, int | None]]
    held: dict[tuple[int, int], int]


class Question(NamedTuple):
    """What is to be worked out; ``names`` by person, ``compose`` as ``SeatingRun.composed``."""

    pools: Sequence[Pool]
    rounds: int
    seed: int
    names: dict[int, str]
    compose: Sequence[str] = ()


class Arranged(NamedTuple):
    """Table number by person for each round, and what it costs (docs/allocation.md)."""

    rounds: list[dict[int, int]]
    cost: int
    bound: int
    parts: dict[str, int]
    compose: Sequence[str] = ()


def question(conference: Conference, rounds: int, seed: int = 0, compose: Sequence[str] = ()) -> Question:
    """Who is to sit where. Raises ``Refused`` without a table."""
    tables = seated_tables(conference)
    if not tables:
        raise Refused(_("Lag bord først."))
    people = seating.guests(conference)
    wishes = db.session.scalars(select(SeatingWish).where(SeatingWish.conference_id == conference.id)).all()
    pools = []
    for is_digital in (False, True):
        ours = {p.id: p for p in people if (p.attendance == "digital") == is_digital}
        there = [table for table in tables if table.is_digital == is_digital]
        if ours and not there:
            raise Refused(_("Det er ikke noe bord for dem som møter fram. Minst ett bord må være i salen."))
        if ours:
            pools.append(_pool(list(ours.values()), there, [w for w in wishes if w.person_id in ours]))
    return Question(pools, rounds, seed, {p.id: p.name for p in people}, compose)


def _pool(people: Sequence[Registration], tables: Sequence[Table], wishes: Sequence[SeatingWish]) -> Pool:
    ids = {p.id for p in people}
    numbers = {table.id: table.number for table in tables}
    return Pool(
        [(p.id, p.organisation_type, seating.house(p), p.county, p.role == "facilitator") for p in people],
        list(numbers.values()),
        frozenset(table.number for table in tables if table.is_accessible),
        [(w.kind, w.person_id, w.other_id) for w in wishes if w.kind != "held" and (w.other_id is None or w.other_id in ids)],
        {(w.round, w.person_id): numbers[w.table_id] for w in wishes if w.round and w.table_id in numbers},
    )


def arrange(asked: Question, seconds: float = SECONDS, told: Callable[[int], None] = lambda _rounds: None) -> Arranged:
    """Work it out. No database. ``told`` hears how many rounds are done. Raises ``Refused`` that names whose wishes are in
    each other's way."""
    from konferanse.groups import allocation, unseatable  # numpy and CP-SAT: only who places people loads them

    rounds: list[dict[int, int]] = [{} for _round in range(asked.rounds)]
    cost, bound, parts = 0, 0, dict.fromkeys(allocation.PARTS, 0)
    for pool in asked.pools:
        place = {table: number for number, table in enumerate(pool.tables)}
        guests = [
            allocation.Guest(one, kind, house, _county(county), leads, seating.SECTOR_OF.get(kind, kind))
            for one, kind, house, county, leads in pool.people
        ]
        wishes = allocation.Wishes(
            apart=[(one, other) for kind, one, other in pool.wishes if kind == "apart"],
            together=[(one, other) for kind, one, other in pool.wishes if kind == "together"],
            only={
                one: frozenset(place[table] for table in pool.accessible)
                for kind, one, _other in pool.wishes
                if kind == "accessible"
            },
            fixed={(number - 1, one): place[table] for (number, one), table in pool.held.items()},
        )
        try:
            found = allocation.solve(
                guests,
                len(pool.tables),
                rounds=asked.rounds,
                seconds=seconds / len(asked.pools),
                seed=asked.seed,
                wishes=wishes,
                compose=asked.compose,
                told=lambda done, _of: told(done),
            )
        except allocation.CannotSeat as error:
            raise Refused(unseatable.in_words(error, lambda one: asked.names[int(str(one))])) from error
        for target, seats in zip(rounds, found.rounds, strict=True):
            target.update({int(str(one)): pool.tables[number] for one, number in seats.items()})
        cost, bound = cost + found.cost, bound + found.bound
        parts = {name: parts[name] + found.parts.get(name, 0) for name in parts}
    return Arranged(rounds, cost, bound, parts, asked.compose)


def _county(county: str) -> str:
    """Unknown is no county."""
    return "" if county == "annet" else county


def take(conference: Conference, arranged: Arranged, actor: str) -> None:
    """Seat everybody as worked out; somebody who has signed off meanwhile is left out. Raises ``Refused`` when a table that
    somebody was to have is gone."""
    hold(conference)
    ids = {table.number: table.id for table in seated_tables(conference)}
    if not {number for target in arranged.rounds for number in target.values()} <= ids.keys():
        raise Refused(_("Bordene ble endret mens plassene ble regnet ut. Fordel på nytt."))
    seating.seat_all(conference, [{one: ids[number] for one, number in target.items()} for target in arranged.rounds])
    said: dict[str, Any] = {"people": len(arranged.rounds[0]), "rounds": len(arranged.rounds)}
    audit.record(actor, "seating.allocated", scope=conference.slug, cost=arranged.cost, bound=arranged.bound, **said)


def accept(conference: Conference, arranged: Arranged, actor: str, seed: int = 0) -> None:
    """Take in what was worked out without a run of the worker's, and note it as one. Raises ``Refused``."""
    take(conference, arranged, actor)
    _note(ask(conference, len(arranged.rounds), actor, seed=seed, compose=arranged.compose), arranged)


def allocate(conference: Conference, actor: str, rounds: int = 1) -> None:
    """All of it in one transaction, for what holds nobody up. Raises ``Refused``."""
    accept(conference, arrange(question(conference, rounds)), actor)


# --- The worker's ---------------------------------------------------------------------------------------------------


def run_of(conference: Conference) -> SeatingRun | None:
    """The latest time, if any."""
    return db.session.scalar(select(SeatingRun).where(SeatingRun.conference_id == conference.id))


def ask(conference: Conference, rounds: int, actor: str, *, seed: int | None = None, compose: Sequence[str] = ()) -> SeatingRun:
    """Have everybody placed; asking again starts over, and gives another answer. Raises ``Refused`` without tables."""
    hold(conference)
    if not tables_of(conference):
        raise Refused(_("Lag bord først."))
    run = run_of(conference)
    if run is None:
        run = SeatingRun(conference_id=conference.id, seed=-1)
        db.session.add(run)
    run.uid, run.actor, run.rounds, run.asked = uuid4(), actor, rounds, now()
    run.composed = list(compose)
    run.seed = run.seed + 1 if seed is None else seed
    run.status, run.done_rounds, run.problem = "waiting", 0, ""
    db.session.flush()
    return run


def waiting() -> Sequence[int]:
    """The ids of runs that wait."""
    return db.session.scalars(select(SeatingRun.id).where(SeatingRun.status.in_(("waiting", "running")))).all()


def still(run_id: int, uid: UUID) -> SeatingRun | None:
    """The run, unless it was asked for anew meanwhile."""
    run = db.session.get(SeatingRun, run_id, populate_existing=True)
    return run if run is not None and run.uid == uid and run.status in ("waiting", "running") else None


def finish(run: SeatingRun, arranged: Arranged) -> None:
    """Take in what was worked out. Raises ``Refused``."""
    take(run.conference, arranged, run.actor)
    _note(run, arranged)


def _note(run: SeatingRun, arranged: Arranged) -> None:
    run.status, run.done_rounds = "done", run.rounds
    run.cost, run.bound, run.parts = arranged.cost, arranged.bound, arranged.parts


def show(conference: Conference, actor: str, *, is_shown: bool) -> None:
    """Let participants see their tables on their own pages, or hide them again."""
    run = run_of(conference) or ask(conference, seating.rounds_of(conference), actor)
    if run.status == "waiting":
        run.status = "done"  # placed by hand: there is nothing to work out
    run.shown = now() if is_shown else None
    audit.record(actor, "seating.shown" if is_shown else "seating.hidden", scope=conference.slug)
