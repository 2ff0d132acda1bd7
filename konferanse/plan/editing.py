"""What people decide in the plan: words, place, what belongs together, what is left out. Every decision can be taken back
and is logged; a new draft leaves decided lines as they are (invariant 5)."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from flask_babel import gettext as _
from sqlalchemy import select

from konferanse.common import audit
from konferanse.common.clock import now
from konferanse.common.errors import Refused
from konferanse.extensions import db
from konferanse.plan.models import CHAPTERS, Plan, PlanLine


class StaleLine(Refused):
    """Somebody else changed the line in the meantime; nothing was stored."""

    def __init__(self, line: PlanLine) -> None:
        super().__init__(_("En annen har endret linjen mens du skrev. Se begge tekstene og velg."))
        self.line = line


class Words(NamedTuple):
    """What a line says, as a form gives it."""

    text: str
    owner: str
    contributors: list[str]
    deadline: date | None
    deadline_text: str
    indicator: str


class Editor(NamedTuple):
    """Who decides, and in which conference (for the log)."""

    actor: str
    scope: str

    def log(self, action: str, line: PlanLine, **detail: object) -> None:
        """Note the decision, and that the line is now a person's."""
        line.edited, line.edited_by = now(), self.actor
        line.revision = (line.revision or 0) + 1
        audit.record(self.actor, f"plan.line.{action}", scope=self.scope, subject=line.uid, **detail)


def find_line(plan: Plan, uid: UUID) -> PlanLine | None:
    """The line of this plan with this permanent id."""
    return db.session.scalar(select(PlanLine).where(PlanLine.plan_id == plan.id, PlanLine.uid == uid))


def edit(line: PlanLine, words: Words, based_on: int, editor: Editor) -> None:
    """Change what a line says. Raises ``StaleLine`` when it has changed since revision ``based_on``."""
    if line.revision != based_on:
        raise StaleLine(line)
    changed = [name for name, value in words._asdict().items() if getattr(line, name) != value]
    if not changed:
        return
    for name in changed:
        setattr(line, name, getattr(words, name))
    if line.proposal == line.text:
        line.proposal = ""
    editor.log("edited", line, fields=changed)


def add(plan: Plan, chapter: str, theme: str, text: str, editor: Editor) -> PlanLine:
    """A line of one's own, last in its theme; no answers stand behind it."""
    line = PlanLine(plan_id=plan.id, chapter=chapter, theme=theme, text=text, position=0)
    db.session.add(line)
    db.session.flush()
    _put(plan, line, chapter, theme)
    editor.log("added", line)
    return line


def move(line: PlanLine, direction: str, editor: Editor) -> None:
    """One step up or down in its chapter; over a theme's heading the line joins that theme."""
    chapter = _chapters(line.plan)[line.chapter]
    at = chapter.index(line)
    to = at - 1 if direction == "up" else at + 1
    if not 0 <= to < len(chapter):
        return
    if chapter[to].theme == line.theme:
        chapter[at], chapter[to] = chapter[to], chapter[at]
    else:
        line.theme = chapter[to].theme
    _renumber(line.plan, {line.chapter: chapter})
    editor.log("moved", line, direction=direction)


def move_to(line: PlanLine, chapter: str, editor: Editor) -> None:
    """To another chapter, last under the same theme."""
    _put(line.plan, line, chapter, line.theme)
    editor.log("moved", line, chapter=chapter)


def merge(line: PlanLine, into: PlanLine, editor: Editor) -> None:
    """Let ``line`` be part of ``into``: its answers stand behind that line from now on. Raises ``Refused``."""
    if line.id == into.id or into.status != "draft" or line.status != "draft":
        raise Refused(_("Velg en annen linje i planen å slå sammen med."))
    line.status, line.merged_into_id, line.proposal = "merged", into.id, ""
    editor.log("merged", line, into=str(into.uid))
    editor.log("received", into, merged=str(line.uid))
    db.session.flush()


def remove(line: PlanLine, reason: str, editor: Editor) -> None:
    """Take a line out of the plan; its answers are parked with ``reason``."""
    line.status, line.removed_reason, line.proposal = "removed", reason, ""
    editor.log("removed", line)


def put_back(line: PlanLine, editor: Editor) -> None:
    """Take a removed or merged line into the plan again."""
    line.status, line.merged_into_id, line.removed_reason = "draft", None, ""
    _put(line.plan, line, line.chapter, line.theme)
    editor.log("put-back", line)


def accept(line: PlanLine, editor: Editor) -> None:
    """Take the proposed words."""
    line.text, line.proposal = line.proposal or line.text, ""
    editor.log("proposal-accepted", line)


def dismiss(line: PlanLine, editor: Editor) -> None:
    """Keep one's own words; the same proposal does not come back."""
    line.proposal = ""
    editor.log("proposal-dismissed", line)


def rename_theme(plan: Plan, old: str, new: str, editor: Editor) -> None:
    """Call a theme something else, also in drafts to come. Lines under it are not otherwise touched. Raises ``Refused`` when
    there is no such theme."""
    lines = db.session.scalars(select(PlanLine).where(PlanLine.plan_id == plan.id)).all()
    # Held against what there is before the database sees it: a form may hold anything.
    if old not in {line.theme for line in lines} | set(plan.theme_names.values()):
        raise Refused(_("Temaet finnes ikke lenger under det navnet. Last siden på nytt og prøv igjen."))
    names = {engine: new if name == old else name for engine, name in plan.theme_names.items()}
    plan.theme_names = names if old in plan.theme_names.values() else names | {old: new}
    for line in lines:
        if line.theme == old:
            line.theme = new
    audit.record(editor.actor, "plan.theme.renamed", scope=editor.scope, subject=plan.uid)


def _put(plan: Plan, line: PlanLine, chapter: str, theme: str) -> None:
    """Last under ``theme`` in ``chapter``, which ends the chapter when the theme is new there."""
    line.chapter, line.theme = chapter, theme
    own = [other for other in _chapters(plan)[chapter] if other is not line]
    same = [place for place, other in enumerate(own) if other.theme == theme]
    own.insert(same[-1] + 1 if same else len(own), line)
    _renumber(plan, {chapter: own})


def _chapters(plan: Plan) -> dict[str, list[PlanLine]]:
    """The lines in the plan, by chapter, in order."""
    db.session.flush()
    query = select(PlanLine).where(PlanLine.plan_id == plan.id, PlanLine.status == "draft")
    lines = db.session.scalars(query.order_by(PlanLine.position, PlanLine.id)).all()
    return {chapter: [line for line in lines if line.chapter == chapter] for chapter in CHAPTERS}


def _renumber(plan: Plan, changed: dict[str, Iterable[PlanLine]]) -> None:
    position = 0
    for lines in (_chapters(plan) | changed).values():
        for line in lines:
            position += 1
            line.position = position
    db.session.flush()
