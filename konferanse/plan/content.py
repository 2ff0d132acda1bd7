"""The plan as one value: plan.json of the contract, and what the page shows around it.

``content`` is a dict of plain JSON values with the contract's keys (mandate, conference, version, engine, totals, lines,
parked) and, for pages and documents: ``header`` (title, introduction, conferences, participants, tables), ``tables`` (code →
number), ``tasks`` (ref → title), ``themes`` (support per theme), ``sectors`` and ``merged_lines`` (the permanent ids of lines
that were merged into others). Evidence and parked entries hold more than the contract asks for; ``contract`` leaves it out.
Everything in it is masked.
"""

from collections import Counter
from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import func, select

from konferanse.answers.masking import MASK, masked
from konferanse.answers.models import OWN, Answer
from konferanse.conference.models import Conference
from konferanse.extensions import db
from konferanse.groups.models import GroupTask, Table
from konferanse.plan.accounting import MERGED, PARKED, Account, conferences_of, merged_into
from konferanse.plan.models import CHAPTERS, Evidence, Plan, PlanLine
from konferanse.plan.wording import chapter_number
from konferanse.registration.models import Registration
from konferanse.themes.material import Material
from konferanse.themes.models import AggregationRun

Content = dict[str, Any]
FEW = 5
"""Fewer than this of a kind could point to a person (union membership among them) and are not shown."""

_TOP = ("mandate", "conference", "version", "engine", "totals", "lines", "parked")
_LINE = (
    "id", "number", "chapter", "theme", "text", "owner", "contributors", "deadline", "deadline_text", "indicator", "status",
    "support", "evidence",
)  # fmt: skip
_EVIDENCE = ("answer", "table", "task", "start", "end", "quote")


def contract(content: Content) -> Content:
    """``content`` cut down to plan.json of the contract."""
    told = {key: content[key] for key in _TOP}
    told["lines"] = [
        {key: line[key] for key in _LINE} | {"evidence": [{key: e[key] for key in _EVIDENCE} for e in line["evidence"]]}
        for line in content["lines"]
    ]
    told["parked"] = [{"answer": row["answer"], "reason": row["reason"]} for row in content["parked"]]
    return told


def content_of(plan: Plan, conference: Conference, lines: list[PlanLine], told: Account, version: Content) -> Content:
    """The plan as it stands, seen from ``conference``; ``version`` is {"number", "name", "published"}."""
    conferences = conferences_of(plan)
    held_back = set(db.session.scalars(select(Answer.id).where(Answer.id.in_(told.answers), Answer.published.is_(False))))
    numbered = _numbered(lines)
    lineage = merged_into(lines)
    rows = [_line(line, number, told, held_back) for line, number in numbered]
    return {
        "mandate": _mandate(plan),
        "conference": _conference(conference),
        "version": version,
        "engine": _engine(plan),
        "totals": told.totals,
        "lines": rows,
        "parked": _parked(told, held_back),
        "header": {
            "title": plan.title or plan.mandate.title,
            "introduction": plan.introduction,
            "conferences": [_conference(c) for c in conferences],
            "participants": participants([c.id for c in conferences]),
            "tables": len({a.table for a in told.answers.values() if a.channel != "web"}),
        },
        "tables": {t.code: t.number for t in _tables(conferences)},
        "tasks": {t.ref: t.title for t in _tasks(conferences)},
        "themes": _themes(rows),
        "sectors": _sectors(rows, {t.code: t.composition for t in _tables(conferences)}),
        "merged_lines": {str(child.uid): str(line.uid) for line in lines for child in lineage.get(line.id, [])},
    }


def _numbered(lines: Iterable[PlanLine]) -> list[tuple[PlanLine, str]]:
    """The lines in the plan with the numbers shown, in the plan's order."""
    found = []
    for chapter in CHAPTERS:
        own = [line for line in lines if line.chapter == chapter and line.status == "draft"]
        found += [(line, f"{chapter_number(chapter)}.{place}") for place, line in enumerate(own, 1)]
    return found


def numbers_of(lines: Iterable[PlanLine]) -> dict[int, str]:
    """The number shown for each line (by id) that is in the plan."""
    return {line.id: number for line, number in _numbered(list(lines))}


def _line(line: PlanLine, number: str, told: Account, held_back: set[int]) -> Content:
    behind = told.evidence.get(line.id, [])
    evidence = sorted((_evidence(e, told, held_back) for e in behind), key=lambda e: bool(e["merged_into"]))
    return {
        "id": str(line.uid),
        "number": number,
        "chapter": line.chapter,
        "theme": line.theme,
        "text": line.text,
        "owner": line.owner,
        "contributors": list(line.contributors),
        "deadline": line.deadline.isoformat() if line.deadline else "",
        "deadline_text": line.deadline_text,
        "indicator": line.indicator,
        "status": line.status,
        "support": told.support(line),
        "evidence": list({(e["source"], e["start"], e["end"]): e for e in evidence}.values()),
    }


def _evidence(evidence: Evidence, told: Account, held_back: set[int]) -> Content:
    answer = told.answers[evidence.version.answer_id]
    where = told.where[answer.answer_id]
    leader = told.answers[where.into].name if where.status == MERGED and where.into else ""
    words = masked(evidence.version.text, evidence.start, evidence.end, told.sensitive(answer.answer_id))
    return {
        "answer": answer.name,
        "table": answer.table,
        "task": answer.task,
        "start": evidence.start,
        "end": evidence.end,
        "quote": MASK if answer.answer_id in held_back else words,
        "merged_into": leader,
        "web": answer.channel == "web",
        "source": answer.answer_id,
    } | ({} if answer.answer_id in held_back else _own(answer, told))


def _own(answer: Material, told: Account) -> Content:
    """What the table wrote in fields of their own; only what there is, so that plans from before these fields stay the same."""
    said = told.masked(answer.answer_id)
    return {field: words for field in OWN if (words := getattr(said, field))}


def _parked(told: Account, held_back: set[int]) -> list[Content]:
    """Every answer that was not taken in and why. What was withdrawn keeps its place in the count, not its words."""
    found = []
    for answer_id, where in told.where.items():
        if where.status == PARKED:
            answer = told.answers[answer_id]
            hidden = answer.withdrawn or answer_id in held_back
            words = MASK if hidden else told.masked(answer_id).text
            found.append(
                {
                    "answer": answer.name,
                    "reason": where.reason,
                    "table": answer.table,
                    "task": answer.task,
                    "quote": words,
                    "web": answer.channel == "web",
                    "source": answer_id,
                }
                | ({} if hidden else _own(answer, told))
            )
    return found


def _mandate(plan: Plan) -> Content:
    mandate = plan.mandate
    return {
        "title": mandate.title,
        "giver": mandate.giver,
        "reference": mandate.reference,
        "summary": mandate.summary,
        "target": mandate.target,
        "plan_must_hold": list(mandate.plan_must_hold),
        "report_by": _iso(mandate.report_by),
    }


def _conference(conference: Conference) -> Content:
    return {
        "slug": conference.slug,
        "title": conference.title,
        "kind": conference.kind,
        "from": _iso(conference.first_date),
        "to": _iso(conference.last_date),
        "place": conference.place,
    }


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _engine(plan: Plan) -> Content:
    run = db.session.scalar(select(AggregationRun).where(AggregationRun.id.in_(plan.drafted_from)).limit(1))
    return dict(run.engine) if run else {}


def _tables(conferences: list[Conference]) -> list[Table]:
    query = select(Table).where(Table.conference_id.in_([c.id for c in conferences])).order_by(Table.number)
    return list(db.session.scalars(query))


def _tasks(conferences: list[Conference]) -> list[GroupTask]:
    query = select(GroupTask).where(GroupTask.conference_id.in_([c.id for c in conferences]))
    return list(db.session.scalars(query.order_by(GroupTask.position, GroupTask.id)))


def participants(conference_ids: list[int]) -> Content:
    """{"total", "types": [{"type", "count"}]} of those confirmed; a type of fewer than five is told with others, and
    never so that a small number can be worked out from the rest."""
    rows = db.session.execute(
        select(Registration.organisation_type, func.count())
        .where(Registration.conference_id.in_(conference_ids), Registration.status == "confirmed")
        .group_by(Registration.organisation_type)
    )
    counts = dict(rows.all())
    total = sum(counts.values())
    if total < FEW:
        return {"total": 0, "types": []}
    shown = sorted(((n, kind) for kind, n in counts.items() if n >= FEW), key=lambda pair: (-pair[0], pair[1]))
    rest = total - sum(n for n, _ in shown)
    while 0 < rest < FEW and shown:
        rest += shown.pop()[0]
    types = [{"type": kind, "count": n} for n, kind in shown]
    return {"total": total, "types": [*types, {"type": "others", "count": rest}] if rest else types}


def _themes(rows: list[Content]) -> list[Content]:
    """Support per theme, most tables first: {"theme", "tables", "answers", "lines"}."""
    behind: dict[str, list[Content]] = {}
    lines: Counter[str] = Counter()
    for row in rows:
        behind.setdefault(row["theme"], []).extend(e for e in row["evidence"] if not e["web"])
        lines[row["theme"]] += 1
    found = [
        {
            "theme": theme,
            "tables": len({e["table"] for e in own}),
            "answers": len({e["source"] for e in own}),
            "lines": lines[theme],
        }
        for theme, own in behind.items()
        if own
    ]
    return sorted(found, key=lambda t: (-int(str(t["tables"])), -int(str(t["answers"])), str(t["theme"])))


def _sectors(rows: list[Content], composition: dict[str, str]) -> Content:
    """How many tables with each sector at them stand behind each theme: {"names", "themes": [{"theme", "counts"}]}."""
    at = {code: [s.strip() for s in text.split(";") if s.strip()] for code, text in composition.items()}
    names = [name for name, _ in Counter(s for own in at.values() for s in own).most_common()]
    found = []
    for theme in _themes(rows):
        tables = {e["table"] for row in rows if row["theme"] == theme["theme"] for e in row["evidence"] if not e["web"]}
        counts = Counter(s for code in tables for s in at.get(code, []))
        found.append({"theme": theme["theme"], "counts": [counts[name] for name in names]})
    totals = Counter(s for own in at.values() for s in own)
    return {"names": names, "totals": [totals[name] for name in names], "themes": found}
