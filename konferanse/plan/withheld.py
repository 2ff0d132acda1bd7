"""A published version never changes, but what moderators hide after it was published must not be read in it either."""

from typing import Any

from sqlalchemy import select

from konferanse.answers.masking import MASK, hushed, says_something
from konferanse.answers.models import OWN, Answer, Reading, sharing_plan
from konferanse.answers.readings import marks_of
from konferanse.extensions import db
from konferanse.plan.content import Content
from konferanse.plan.models import PlanVersion

_OWN_WORDS = ("text", "owner", "deadline_text", "indicator")


def as_shown(version: PlanVersion) -> Content:
    """The version's content as it may be read now: a quote of an answer that is hidden, and words that somebody has hidden,
    stand as «[…]», also where a line repeats them. Kept as it was published when nothing has been hidden since."""
    ids = sharing_plan(version.conference_id)
    secrets, held_back = _secrets(version, ids), _held_back(ids)
    if not secrets and not held_back:
        return version.content
    told = [word for words in secrets.values() for word in words if says_something(word)]
    content = version.content
    return {
        **content,
        "lines": [_line(line, secrets, held_back, told) for line in content["lines"]],
        "parked": [_quote(row, secrets, held_back) for row in content["parked"]],
        "themes": [_theme(row, told) for row in content["themes"]],
        "sectors": {**content["sectors"], "themes": [_theme(row, told) for row in content["sectors"]["themes"]]},
    }


def _line(line: dict[str, Any], secrets: dict[int, list[str]], held_back: set[int], told: list[str]) -> dict[str, Any]:
    behind = [word for e in line["evidence"] for word in secrets.get(e["source"], []) if word in told]
    own = {name: hushed(line[name], behind) for name in _OWN_WORDS}
    contributors = [hushed(name, behind) for name in line["contributors"]]
    evidence = [_quote(e, secrets, held_back) for e in line["evidence"]]
    return {**_theme(line, told), **own, "contributors": contributors, "evidence": evidence}


def _quote(row: dict[str, Any], secrets: dict[int, list[str]], held_back: set[int]) -> dict[str, Any]:
    source = row["source"]
    said = {name: row[name] for name in ("quote", *OWN) if name in row}
    told = secrets.get(source, [])
    return row | {name: MASK if source in held_back else hushed(value, told) for name, value in said.items()}


def _theme(row: dict[str, Any], told: list[str]) -> dict[str, Any]:
    return {**row, "theme": hushed(row["theme"], told)}


def _held_back(conference_ids: list[int]) -> set[int]:
    hidden = select(Answer.id).where(Answer.conference_id.in_(conference_ids), Answer.published.is_(False))
    return set(db.session.scalars(hidden))


def _secrets(version: PlanVersion, conference_ids: list[int]) -> dict[int, list[str]]:
    """What was hidden in answers after ``version`` was published, by the answer's id."""
    since = select(Reading.answer_id).where(Reading.at > version.published)
    rows = db.session.scalars(select(Answer).where(Answer.conference_id.in_(conference_ids), Answer.id.in_(since)))
    marks = marks_of(*conference_ids)
    found = {a.id: marks[a.id].secrets(a.words) for a in rows if a.id in marks}
    return {answer_id: words for answer_id, words in found.items() if words}
