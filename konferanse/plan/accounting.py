"""Where every answer went on the way to the plan: used, merged into another, or parked with a reason.

The three always add up to all answers (invariant 4). What no draft has read yet is told apart as *unread*: the editor shows
it, and nothing is published until it is read.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from konferanse.answers.models import Words
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.plan.matching import Span
from konferanse.plan.models import Evidence, Plan, PlanLine
from konferanse.themes.material import Material, material
from konferanse.themes.models import Fate
from konferanse.themes.sensitive import spans_of

USED, MERGED, PARKED, UNREAD = "used", "merged", "parked", "unread"
WITHDRAWN, TAKEN_OUT = "trukket", "tatt ut"


class Where(NamedTuple):
    """What became of one answer. ``lines`` are the lines it stands behind; ``into`` the answer it was merged into (an id)."""

    status: str
    reason: str = ""
    into: int | None = None
    lines: tuple[PlanLine, ...] = ()


@dataclass
class Account:
    """All answers of a plan and where each went. ``evidence`` holds the live spans of each line that is in the plan."""

    answers: dict[int, Material]
    fates: dict[int, Fate]
    where: dict[int, Where] = field(default_factory=dict)
    evidence: dict[int, list[Evidence]] = field(default_factory=dict)

    @property
    def totals(self) -> dict[str, int]:
        """Counts of answers, used, merged and parked; ``unread``, and how many of all are from the ``web``, only when there are
        any."""
        counts = Counter(where.status for where in self.where.values())
        told = {"answers": len(self.where), **{status: counts[status] for status in (USED, MERGED, PARKED)}}
        web = sum(answer.channel == "web" for answer in self.answers.values())
        return told | ({UNREAD: counts[UNREAD]} if counts[UNREAD] else {}) | ({"web": web} if web else {})

    def support(self, line: PlanLine) -> dict[str, int]:
        """{"tables", "answers"} behind a line; answers from the web are told apart as "web", never added."""
        behind = {e.version.answer_id for e in self.evidence.get(line.id, [])}
        said = [self.answers[id_] for id_ in behind]
        web = sum(a.channel == "web" for a in said)
        tables = {a.table for a in said if a.channel != "web"}
        return {"tables": len(tables), "answers": len(said) - web} | ({"web": web} if web else {})

    def sensitive(self, answer_id: int) -> list[Mapping[str, Any]]:
        """What to mask in the newest version of an answer: what a person decided, else what the run found."""
        answer = self.answers[answer_id]
        return answer.marks.over(self._found(answer))

    def masked(self, answer_id: int) -> Words:
        """The newest version of an answer as it may leave the house."""
        answer = self.answers[answer_id]
        return answer.marks.words(answer.words, self._found(answer), spans_of)

    def secrets(self, answer_id: int) -> list[str]:
        """The words behind each mask in it."""
        answer = self.answers[answer_id]
        return answer.marks.secrets(answer.words, self._found(answer), spans_of)

    def _found(self, answer: Material) -> list[dict[str, Any]]:
        # The engine reads texts only; what is in a field of its own is read when it is asked for.
        fate = self.fates.get(answer.version_id)
        return fate.sensitive if fate else []


def lines_of(plan: Plan) -> list[PlanLine]:
    """Every line in order, removed and merged ones too, with evidence, in a fixed number of queries."""
    return list(
        db.session.scalars(
            select(PlanLine)
            .where(PlanLine.plan_id == plan.id)
            .order_by(PlanLine.position, PlanLine.id)
            .options(selectinload(PlanLine.evidence).joinedload(Evidence.version))
            .execution_options(populate_existing=True)
        )
    )


def conferences_of(plan: Plan) -> list[Conference]:
    """The conferences the plan draws on."""
    query = select(Conference).where(Conference.mandate_id == plan.mandate_id).order_by(Conference.first_date, Conference.id)
    return list(db.session.scalars(query))


def fates_of(plan: Plan) -> dict[int, Fate]:
    """What the runs behind the draft said of each answer version."""
    query = select(Fate).where(Fate.run_id.in_(plan.drafted_from)).options(joinedload(Fate.merged_into))
    return {fate.version_id: fate for fate in db.session.scalars(query)}


def account(plan: Plan, lines: list[PlanLine] | None = None) -> Account:
    """Where every answer of the plan's conferences went, as the plan stands now."""
    ids = [conference.id for conference in conferences_of(plan)]
    told = Account({a.answer_id: a for a in material(*ids, all_of_it=True)}, fates_of(plan))
    lines = lines_of(plan) if lines is None else lines
    roots = _roots(lines)
    behind: dict[int, list[PlanLine]] = {}
    removed: dict[int, PlanLine] = {}
    for line in lines:
        root = roots[line.id]
        for evidence in line.evidence:
            if not is_live(evidence, told.answers):
                continue
            answer_id = evidence.version.answer_id
            if root.status == "removed":
                removed.setdefault(answer_id, root)
                continue
            told.evidence.setdefault(root.id, []).append(evidence)
            if root not in behind.setdefault(answer_id, []):
                behind[answer_id].append(root)
    for answer_id, answer in told.answers.items():
        told.where[answer_id] = _where(answer, behind, removed, told.fates.get(answer.version_id))
    return told


def is_live(evidence: Evidence, answers: dict[int, Material]) -> bool:
    """Whether the span is of an answer's newest version, and the answer still has a say."""
    answer = answers.get(evidence.version.answer_id)
    return answer is not None and answer.counts and answer.version_id == evidence.version_id


def span_of(evidence: Evidence) -> Span:
    """The evidence as a plain span."""
    return Span(evidence.version.answer_id, evidence.version_id, evidence.start, evidence.end)


def _roots(lines: list[PlanLine]) -> dict[int, PlanLine]:
    """The line each line counts for: itself, or the one it was merged into, all the way."""
    by_id = {line.id: line for line in lines}
    found = {}
    for line in lines:
        root, seen = line, {line.id}
        while root.status == "merged" and root.merged_into_id in by_id and root.merged_into_id not in seen:
            root = by_id[root.merged_into_id]
            seen.add(root.id)
        found[line.id] = root
    return found


def merged_into(lines: list[PlanLine]) -> dict[int, list[PlanLine]]:
    """The lines that were merged into each line (by its id)."""
    found: dict[int, list[PlanLine]] = {}
    roots = _roots(lines)
    for line in lines:
        if roots[line.id] is not line:
            found.setdefault(roots[line.id].id, []).append(line)
    return found


def _where(answer: Material, behind: dict[int, list[PlanLine]], removed: dict[int, PlanLine], fate: Fate | None) -> Where:
    if answer.withdrawn:
        return Where(PARKED, TAKEN_OUT if answer.channel == "web" else WITHDRAWN)
    if answer.marks.aside:
        return Where(PARKED, answer.marks.aside)
    if lines := behind.get(answer.answer_id):
        into = fate.merged_into.answer_id if fate and fate.status == MERGED and fate.merged_into else None
        # An answer whose leader is no longer in the plan stands for itself.
        if into is not None and into != answer.answer_id and into in behind:
            return Where(MERGED, into=into, lines=tuple(lines))
        return Where(USED, lines=tuple(lines))
    if line := removed.get(answer.answer_id):
        return Where(PARKED, line.removed_reason)
    if fate and fate.status == PARKED:
        return Where(PARKED, fate.reason)
    return Where(UNREAD)
